//! Salary ranges behind an API, and a page of another origin that loads and edits them.
//!
//! ```text
//! cargo run --example salaries
//! ```
//!
//! `API_ADDR` and `PAGE_ADDR` move the two servers; port 0 takes a free port. `CORS_ORIGINS` allows
//! pages from elsewhere, with commas or spaces in between. `API_URL` is what the page calls where
//! something stands in front of the API, as in `examples/nginx`. With `AT_THE_EDGE=1` a gateway in front
//! of the API does CORS, as in `examples/envoy`.
//!
//! `cors.lock` has the policies. A test compares it with the handlers:
//!
//! ```text
//! cargo test --example salaries
//! ```

use std::env;
use std::fmt::Display;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, OriginSet, Policy, Protection, cors, routes};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Clone, Serialize, Deserialize)]
struct Salary {
    code: String,
    country: String,
    min: u32,
    max: u32,
}

#[derive(Deserialize)]
struct Range {
    min: u32,
    max: u32,
}

#[derive(Serialize)]
struct Session {
    signed_in: bool,
}

type Db = Arc<Mutex<Vec<Salary>>>;

/// More pages that may use the API, such as `CORS_ORIGINS=https://salaries.example`.
static CONFIGURED: OriginSet = OriginSet::new().named("configured");

/// The policy that all handlers share: pages of this machine may use the API with the session's cookie.
const PAGES: Policy = Policy::new(&["http://127.0.0.1:*", "http://[::1]:*"])
    .origins_from(&CONFIGURED)
    .credentials()
    .max_age(600);

/// The salaries, which anyone may see.
#[cors(policy = PAGES, methods = [GET], expose_headers = ["x-total-count"])]
async fn salaries(State(db): State<Db>) -> impl IntoResponse {
    let salaries = db.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (
        [("x-total-count", salaries.len().to_string())],
        Json(salaries),
    )
}

/// A new range for one country, from whoever is signed in.
#[cors(policy = PAGES, methods = [PUT], headers = ["content-type"])]
async fn save_salary(
    State(db): State<Db>,
    Path(code): Path<String>,
    Json(range): Json<Range>,
) -> Result<StatusCode, (StatusCode, String)> {
    if range.min > range.max {
        let reason = format!("{} is more than {}", range.min, range.max);
        return Err((StatusCode::UNPROCESSABLE_ENTITY, reason));
    }
    let mut salaries = db.lock().unwrap_or_else(PoisonError::into_inner);
    let salary = salaries
        .iter_mut()
        .find(|salary| salary.code == code)
        .ok_or_else(|| (StatusCode::NOT_FOUND, format!("no country `{code}`")))?;
    salary.min = range.min;
    salary.max = range.max;
    Ok(StatusCode::NO_CONTENT)
}

const COOKIE: &str = "session=example";

#[cors(policy = PAGES, methods = [GET])]
async fn session(headers: HeaderMap) -> Json<Session> {
    Json(Session {
        signed_in: is_signed_in(&headers),
    })
}

/// The example's login asks for no password: it is there to show what a 401 looks like to a page.
#[cors(policy = PAGES, methods = [POST])]
async fn sign_in() -> impl IntoResponse {
    let cookie = format!("{COOKIE}; HttpOnly; SameSite=Strict; Path=/");
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)])
}

#[cors(policy = PAGES, methods = [DELETE])]
async fn sign_out() -> impl IntoResponse {
    let cookie = format!("{COOKIE}; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    (StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)])
}

fn is_signed_in(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .any(|cookie| cookie.trim() == COOKIE)
}

/// Runs inside CORS: it sees no preflight, and the page can read its 401.
async fn require_login(request: Request, next: Next) -> Response {
    if is_signed_in(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, "sign in first").into_response()
    }
}

fn api(db: Db) -> CorsRouter {
    let editing = CorsRouter::new()
        .route("/salaries/{code}", routes![save_salary])
        .layer(from_fn(require_login));
    CorsRouter::new()
        .route("/salaries", routes![salaries])
        .route("/session", routes![session, sign_in, sign_out])
        .merge(editing)
        .with_state(db)
        // Routes without a policy, which this example gets as soon as it grows: no writes from elsewhere.
        .protect(Protection::new())
        // The browser's console then says which step of a preflight failed.
        .diagnostics(cfg!(debug_assertions))
}

/// The page, and the frame in it: one server with two names, so two origins to a browser.
fn pages(api: &str, stranger: &str) -> Router {
    let fill = |html: &str| {
        Html(
            html.replace("__API__", api)
                .replace("__STRANGER__", stranger),
        )
    };
    let page = fill(include_str!("page.html"));
    let frame = fill(include_str!("stranger.html"));
    Router::new()
        .route("/", get(page))
        .route("/stranger", get(frame))
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let salaries: Vec<Salary> =
        serde_json::from_str(include_str!("salaries.json")).map_err(|error| error.to_string())?;
    CONFIGURED
        .from_env("CORS_ORIGINS")
        .map_err(|errors| format!("CORS_ORIGINS is wrong:\n{errors}"))?;
    let (api_listener, api_addr) = listen("API_ADDR", "127.0.0.1:3000").await?;
    let (page_listener, page_addr) = listen("PAGE_ADDR", "127.0.0.1:8080").await?;
    let api_base = env::var("API_URL").unwrap_or_else(|_| format!("http://{api_addr}"));
    let page = format!("http://{page_addr}");
    let stranger = format!("http://localhost:{}", page_addr.port());

    let is_at_the_edge = env::var_os("AT_THE_EDGE").is_some();
    let api = api(Arc::new(Mutex::new(salaries))).at_the_edge(is_at_the_edge);
    println!("{}\n", api.policies());
    println!("open {page} in a browser, or try an allowed and a refused preflight:\n");
    for (origin, note) in [
        (&page, "204, and what the page may send"),
        (
            &stranger,
            if is_at_the_edge {
                "403"
            } else {
                "200 and the reason; 403 in a release build"
            },
        ),
    ] {
        println!(
            "curl -i -X OPTIONS {api_base}/salaries/ch -H 'Origin: {origin}' \
             -H 'Access-Control-Request-Method: PUT' \
             -H 'Access-Control-Request-Headers: content-type'   # {note}"
        );
    }

    let api = axum::serve(api_listener, api.into_router());
    let pages = axum::serve(page_listener, pages(&api_base, &stranger));
    tokio::select! {
        stopped = async { tokio::try_join!(api.into_future(), pages.into_future()) } => {
            stopped.map(|_| ()).map_err(|error| error.to_string())
        }
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// A listener at the address in the variable `name`. It has to be this machine's own, as the
/// policies above allow pages from there alone.
async fn listen(name: &str, default: &str) -> Result<(TcpListener, SocketAddr), String> {
    let addr = env::var(name).unwrap_or_else(|_| default.to_owned());
    let fail = |problem: &dyn Display| {
        format!(
            "cannot listen on `{addr}`: {problem}; set {name}, such as {name}=127.0.0.1:0 for any free port"
        )
    };
    let parsed: SocketAddr = addr.parse().map_err(|error| fail(&error))?;
    if !parsed.ip().is_loopback() {
        return Err(fail(&"the example serves this machine alone"));
    }
    let listener = TcpListener::bind(parsed)
        .await
        .map_err(|error| fail(&error))?;
    let bound = listener.local_addr().map_err(|error| fail(&error))?;
    Ok((listener, bound))
}

#[cfg(test)]
mod tests {
    use cors_testing::assert_policies;

    use super::{Db, api};

    /// Every permission that is added is a line in a review.
    #[test]
    fn policies_are_those_of_the_lock_file() {
        assert_policies(
            "examples/salaries/cors.lock",
            &api(Db::default()).policies(),
        );
    }
}
