//! Handlers with `#[cors]`, as pages of several origins use them, one request after the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{RawQuery, Request as Arrived};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::delete;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, OriginSet, cors, routes};
use cors_testing::Browser;
use tower_http::catch_panic::CatchPanicLayer;

use super::engines::Engine::{self, Firefox, WebKit};
use super::engines::{Session, in_each_engine};
use super::request::Request;
use super::stage::Stage;

#[cors(origins = ["*"], methods = [GET], expose_headers = ["x-total-count"])]
async fn list() -> impl IntoResponse {
    ([("x-total-count", "3"), ("x-hidden", "1")], "list")
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [PUT, PATCH], headers = ["content-type"], max_age = 600)]
async fn save() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [HEAD], expose_headers = ["x-total-count"])]
async fn count() -> impl IntoResponse {
    [("x-total-count", "3")]
}

#[cors(origins = ["http://127.0.0.1:*", "http://*.app.localhost:*"], methods = [GET, POST])]
async fn shared() -> &'static str {
    "shared"
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [GET], headers = ["authorization"])]
async fn private() -> &'static str {
    "private"
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [POST], headers = ["content-type"])]
async fn number(Json(number): Json<u32>) -> String {
    number.to_string()
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [GET])]
async fn panics() -> StatusCode {
    panic!("as it should")
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [POST, PUT], headers = ["x-a"])]
async fn moved() -> Redirect {
    Redirect::to("/shared")
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [PUT], headers = ["x-a"])]
async fn kept() -> Redirect {
    Redirect::temporary("/kept/here")
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [PUT], headers = ["x-a"])]
async fn here() -> &'static str {
    "here"
}

/// Redirects to the URL after the question mark, with GET.
#[cors(origins = ["*"], methods = [GET, POST], headers = ["authorization"])]
async fn elsewhere(RawQuery(to): RawQuery) -> Redirect {
    Redirect::to(&to.expect("where to"))
}

/// Redirects to the URL after the question mark, with the same method and body.
#[cors(origins = ["*"], methods = [GET, POST])]
async fn onward(RawQuery(to): RawQuery) -> Redirect {
    Redirect::temporary(&to.expect("where to"))
}

#[cors(origins = ["*"], methods = [GET])]
async fn again() -> Redirect {
    Redirect::to("/again")
}

#[cors(origins = ["*"], methods = [GET])]
async fn nowhere() -> StatusCode {
    StatusCode::FOUND
}

#[cors(origins = ["*"], methods = [GET, POST], headers = ["accept", "x-a"])]
async fn echo(headers: HeaderMap, body: String) -> impl IntoResponse {
    let values: Vec<&str> = headers
        .get_all("x-a")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    [values.join(", "), body].concat()
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [PUT], headers = ["x-a", "x-b"], max_age = 600, credentials)]
async fn remembered() {}

#[cors(origins = ["http://127.0.0.1:*"], methods = [PUT], headers = ["x-listed", "X-P-*"], max_age = 600, credentials)]
async fn prefixed() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(origins = ["http://127.0.0.1:*", "http://*.app.localhost:*"], methods = [GET, POST], credentials)]
async fn session(method: Method, headers: HeaderMap) -> Response {
    if method == Method::POST {
        return [(header::SET_COOKIE, "session=1; HttpOnly; SameSite=Strict")].into_response();
    }
    let cookie = headers.get(header::COOKIE);
    let cookie = cookie.and_then(|cookie| cookie.to_str().ok());
    cookie.unwrap_or("nobody").to_owned().into_response()
}

#[cors(origins = ["http://127.0.0.1:*"], dev_origins = ["http://localhost:*"], methods = [GET])]
async fn developed() -> &'static str {
    "developed"
}

/// The number of calls of the handler below.
static WRITTEN: AtomicUsize = AtomicUsize::new(0);

#[cors(origins = ["http://127.0.0.1:*"], methods = [POST])]
async fn written() -> &'static str {
    WRITTEN.fetch_add(1, Ordering::Relaxed);
    "written"
}

/// The number of calls of the handler below.
static ENFORCED: AtomicUsize = AtomicUsize::new(0);

#[cors(origins = ["http://127.0.0.1:*"], methods = [POST], enforce)]
async fn enforced() -> &'static str {
    ENFORCED.fetch_add(1, Ordering::Relaxed);
    "enforced"
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [PUT], headers = ["content-type"], max_age = 600)]
async fn replace() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [PATCH], headers = ["content-type"], max_age = 600)]
async fn change() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(origins = ["http://127.0.0.1:*"], methods = [DELETE], max_age = 600)]
async fn remove() -> StatusCode {
    StatusCode::NO_CONTENT
}

static TENANTS: OriginSet = OriginSet::new();

#[cors(origins_from = TENANTS, methods = [PUT], max_age = 0)]
async fn tenants() -> &'static str {
    "tenants"
}

async fn require_login(request: Arrived, next: Next) -> Response {
    match request.headers().get(header::AUTHORIZATION) {
        Some(_) => next.run(request).await,
        None => (StatusCode::UNAUTHORIZED, "sign in first").into_response(),
    }
}

fn app() -> Router {
    let private = CorsRouter::new()
        .route("/private", routes![private])
        .layer(from_fn(require_login));
    CorsRouter::new()
        .route("/items", routes![list, save])
        .route("/items", delete(async || "deleted"))
        .route("/both", routes![replace, change, remove])
        .route("/count", routes![count])
        .route("/shared", routes![shared])
        .route("/number", routes![number])
        .route("/panics", routes![panics])
        .route("/moved", routes![moved])
        .route("/kept", routes![kept])
        .route("/kept/here", routes![here])
        .route("/elsewhere", routes![elsewhere])
        .route("/onward", routes![onward])
        .route("/again", routes![again])
        .route("/nowhere", routes![nowhere])
        .route("/echo", routes![echo])
        .route("/remembered", routes![remembered])
        .route("/prefixed", routes![prefixed])
        .route("/session", routes![session])
        .route("/developed", routes![developed])
        .route("/written", routes![written])
        .route("/enforced", routes![enforced])
        .route("/tenants", routes![tenants])
        .layer(CatchPanicLayer::new())
        .merge(private)
        .into_router()
}

/// A page, its request and the outcome. A request is a head with ` | ` between lines, in which
/// `body`, `mode`, `credentials` and `upload` are options of `fetch`. The outcome is the methods that
/// arrive, and the response that the page sees: status, headers that begin with `x-`, and the body up
/// to a colon.
type Scene = (&'static str, &'static [Row]);

#[derive(Clone, Copy)]
struct Row {
    request: &'static str,
    outcome: &'static str,
    deviations: &'static [(Engine, &'static str)],
}

const fn row(request: &'static str, outcome: &'static str) -> Row {
    Row {
        request,
        outcome,
        deviations: &[],
    }
}

impl Row {
    /// Where engines leave the standard: another outcome, or a field of a request, such as
    /// `request 1, origin: null`.
    const fn but(self, deviations: &'static [(Engine, &'static str)]) -> Self {
        Self { deviations, ..self }
    }
}

const SCENES: &[Scene] = &[
    (
        "http://127.0.0.1:PAGE/page",
        &[
            // Two handlers with policies of their own on one path, and one without.
            row("GET /items", "GET -> 200 x-total-count: 3 list"),
            row("GET /items | x-a: 1", "OPTIONS -> network error"),
            row("PUT /items | content-type: text/html", "OPTIONS PUT -> 204"),
            row("put /items | content-type: text/html", "PUT -> 204"),
            // Browsers cache an allowed header for the URL, not for the method.
            row(
                "GET /items | content-type: text/html",
                "GET -> 200 x-total-count: 3 list",
            ),
            // The preflight for PUT has named PATCH, because the handler serves both.
            row("PATCH /items", "PATCH -> 204"),
            row("patch /items", "OPTIONS -> network error"),
            row("DELETE /items", "OPTIONS -> network error"),
            row("HEAD /items", "HEAD -> 200 x-total-count: 3"),
            // Two handlers with equal policies: one preflight names both methods, and engines that
            // keep one for each URL never ask again.
            row("PUT /both", "OPTIONS PUT -> 204"),
            row("PATCH /both", "PATCH -> 204"),
            row("PUT /both", "PUT -> 204"),
            row("PATCH /both", "PATCH -> 204"),
            // Another policy, so its preflight names its own method alone.
            row("DELETE /both", "OPTIONS DELETE -> 204"),
            row("HEAD /count", "HEAD -> 200 x-total-count: 3"),
            row("GET /count", "GET -> network error"),
            row("GET /shared", "GET -> 200 shared"),
            row("GET /unknown", "GET -> network error"),
            row(
                "POST /shared | upload: yes | body: x",
                "OPTIONS POST -> 200 shared",
            ),
            // Modes.
            row("GET /items | mode: no-cors", "GET -> 0"),
            row("POST /shared | mode: no-cors", "POST -> 0"),
            row("PUT /items | mode: no-cors", "-> network error"),
            row("GET /items | mode: same-origin", "-> network error"),
            // The response to a preflight names the requested headers that a prefix covers, and the
            // listed ones.
            row("PUT /prefixed | X-P-A: 1", "OPTIONS PUT -> 204"),
            row("PUT /prefixed | x-p-a: 2 | x-listed: 1", "PUT -> 204"),
            row("PUT /prefixed | x-p-b: 1", "OPTIONS PUT -> 204"),
            row(
                "PUT /prefixed | x-p-c: 1 | x-p-b: 1 | x-listed: 1 | credentials: include",
                "OPTIONS PUT -> 204",
            ),
            row("PUT /prefixed | x-p-: 1", "OPTIONS -> network error"),
            row(
                "PUT /prefixed | x-q: 1 | x-p-a: 1",
                "OPTIONS -> network error",
            ),
            // Responses that are not the handler's.
            row("GET /private", "GET -> 401 sign in first"),
            row(
                "GET /private | authorization: a",
                "OPTIONS GET -> 200 private",
            ),
            row(
                "POST /number | content-type: application/json | body: 1",
                "OPTIONS POST -> 200 1",
            ),
            row(
                "POST /number | content-type: application/json | body: []",
                "POST -> 422 Failed to deserialize the JSON body into the target type",
            ),
            row("GET /panics", "GET -> 500 Service panicked"),
            // Redirects.
            row("POST /moved", "POST GET -> 200 shared"),
            row(
                "PUT /moved | x-a: 1",
                "OPTIONS PUT OPTIONS -> network error",
            ),
            row("PUT /kept | x-a: 1", "OPTIONS PUT OPTIONS PUT -> 200 here"),
            row(
                "GET /elsewhere?http://localhost:API/items",
                "GET GET -> 200 x-total-count: 3 list",
            ),
            row(
                "GET /elsewhere?http://localhost:API/shared",
                "GET GET -> network error",
            ),
            row(
                "GET /elsewhere?http://127.0.0.1:PAGE/items",
                "GET GET -> 200 x-total-count: 3 list",
            ),
            row(
                "GET /elsewhere?http://127.0.0.1:PAGE/shared",
                "GET GET -> network error",
            ),
            row(
                "GET http://127.0.0.1:PAGE/elsewhere?http://127.0.0.1:API/shared",
                "GET GET -> 200 shared",
            ),
            row(
                "GET http://127.0.0.1:PAGE/elsewhere?http://127.0.0.1:API/elsewhere?http://127.0.0.1:API/items",
                "GET GET GET -> 200 x-total-count: 3 list",
            )
            .but(&[(WebKit, "GET GET -> network error")]),
            row(
                "GET http://127.0.0.1:PAGE/elsewhere?http://127.0.0.1:API/items | mode: same-origin",
                "GET -> network error",
            ),
            row(
                "GET /elsewhere?http://a:b@127.0.0.1:API/items",
                "GET -> network error",
            ),
            row("GET /elsewhere?about:blank", "GET -> network error"),
            row(
                "GET /elsewhere?http://localhost:API/items | authorization: a",
                "OPTIONS GET GET -> 200 x-total-count: 3 list",
            )
            .but(&[
                (Firefox, "OPTIONS GET OPTIONS GET -> 200 x-total-count: 3 list"),
                (WebKit, "OPTIONS GET OPTIONS -> network error"),
            ]),
            row(
                "POST /onward?http://localhost:API/echo | body: x",
                "POST POST -> 200 x",
            ),
            row(
                "POST /onward?http://localhost:API/shared | mode: no-cors",
                "POST POST -> 0",
            ),
            row(
                "GET /onward?http://localhost:API/shared | mode: no-cors",
                "GET GET -> 0",
            ),
            row(
                "POST /onward?http://localhost:API/echo | upload: yes | body: x",
                "OPTIONS POST OPTIONS POST -> 200 x",
            )
            .but(&[(Firefox, "request 2, origin: http://127.0.0.1:PAGE")]),
            row(
                "GET /again",
                "GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET -> network error",
            ),
            row("GET /nowhere", "GET -> 302"),
            // Requests that no page can send.
            row("TRACE /items", "-> network error"),
            row("connect /items", "-> network error"),
            row("OPTIONS /items", "OPTIONS -> network error"),
            row("GET /items | body: x", "-> network error"),
            row("HEAD /items | body: x", "-> network error"),
            row("GET http://a:b@127.0.0.1:API/items", "-> network error"),
            row("GET about:blank | mode: same-origin", "-> network error"),
            row(
                "GET /items | cookie: a=b | sec-a: 1 | proxy-a: 1 | host: a.example | via: a | x-method-override: trace",
                "GET -> 200 x-total-count: 3 list",
            ),
            row(
                "GET /echo | x-method-override: put",
                "OPTIONS -> network error",
            ),
            row(
                "GET /items | mode: no-cors | x-a: 1 | range: bytes=0-1 | accept: text/plain",
                "GET -> 0",
            ),
            row("GET /items#fragment", "GET -> 200 x-total-count: 3 list"),
            row("GET /a/../items", "GET -> 200 x-total-count: 3 list"),
            row("GET /echo | x-a: 1 | X-A: 2", "OPTIONS GET -> 200 1, 2")
                .but(&[(Firefox, "request 0, access-control-request-headers: x-a,x-a")]),
            // The cache of preflights, with credentials and without.
            row("PUT /remembered | x-a: 1", "OPTIONS PUT -> 200"),
            row("PUT /remembered | x-b: 1", "PUT -> 200"),
            row(
                "PUT /remembered | credentials: include",
                "OPTIONS PUT -> 200",
            ),
            row(
                "PUT /remembered | credentials: include | x-a: 1 | x-b: 1",
                "OPTIONS PUT -> 200",
            ),
            row("PUT /remembered | credentials: omit", "PUT -> 200"),
            row("PUT /remembered?other", "OPTIONS PUT -> 200"),
            // Cookies.
            row("GET /session | credentials: include", "GET -> 200 nobody"),
            row("POST /session", "POST -> 200"),
            row("GET /session | credentials: include", "GET -> 200 nobody"),
            row("POST /session | credentials: include", "POST -> 200"),
            row(
                "GET /session | credentials: include",
                "GET -> 200 session=1",
            ),
            row("GET /session", "GET -> 200 nobody"),
            row("GET /session | credentials: omit", "GET -> 200 nobody"),
            row("GET /items | credentials: include", "GET -> network error"),
            row("GET /shared | credentials: include", "GET -> network error"),
            row("GET http://127.0.0.1:PAGE/session", "GET -> 200 session=1"),
            row(
                "GET http://127.0.0.1:PAGE/session | credentials: omit",
                "GET -> 200 nobody",
            ),
            row("POST /written", "POST -> 200 written"),
            // After a redirect to another origin the page's own is `null`.
            row(
                "POST /onward?http://localhost:API/written | mode: no-cors",
                "POST POST -> 0",
            ),
            row("POST /enforced", "POST -> 200 enforced"),
            row("GET /developed", "GET -> 200 developed"),
        ],
    ),
    (
        "http://localhost:PAGE/page",
        &[
            row("GET /items", "GET -> 200 x-total-count: 3 list"),
            row("PUT /items", "OPTIONS -> network error"),
            row("HEAD /count", "HEAD -> network error"),
            row("GET /shared", "GET -> network error"),
            row("GET /private", "GET -> network error"),
            row(
                "GET /private | authorization: a",
                "OPTIONS -> network error",
            ),
            row(
                "GET /session | credentials: include",
                "GET -> network error",
            ),
            // The handlers do not run.
            row("POST /written", "POST -> network error"),
            row("POST /written | mode: no-cors", "POST -> 0"),
            row(
                "POST /onward?http://127.0.0.1:API/written | mode: no-cors",
                "POST POST -> 0",
            ),
            row("POST /enforced", "POST -> network error"),
            row("POST /enforced | mode: no-cors", "POST -> 0"),
            row(
                "GET /developed",
                if cfg!(debug_assertions) {
                    "GET -> 200 developed"
                } else {
                    "GET -> network error"
                },
            ),
        ],
    ),
    // Pages of the API's own origin.
    (
        "http://localhost:API/page",
        &[
            row(
                "PUT http://localhost:API/items | content-type: text/html",
                "PUT -> 204",
            ),
            row("DELETE http://localhost:API/items", "DELETE -> 200 deleted"),
            row("POST http://localhost:API/written", "POST -> 200 written"),
            row("POST http://localhost:API/enforced", "POST -> 200 enforced"),
            row("GET http://localhost:API/session", "GET -> 200 nobody"),
            row("POST http://localhost:API/session", "POST -> 200"),
            row("GET http://localhost:API/session", "GET -> 200 session=1"),
        ],
    ),
    (
        "http://a.app.localhost:PAGE/page",
        &[
            row("GET /shared", "GET -> 200 shared"),
            row("GET /count", "GET -> network error"),
            row(
                "POST http://api.app.localhost:API/session | credentials: include",
                "POST -> 200",
            ),
            row(
                "GET http://api.app.localhost:API/session | credentials: include",
                "GET -> 200 session=1",
            ),
            row(
                "GET http://app.localhost:API/session | credentials: include",
                "GET -> 200 nobody",
            ),
        ],
    ),
    (
        "http://b.a.app.localhost:PAGE/page",
        &[row("GET /shared", "GET -> 200 shared")],
    ),
    (
        "http://app.localhost:PAGE/page",
        &[row("GET /shared", "GET -> network error")],
    ),
    (
        "http://a.other-app.localhost:PAGE/page",
        &[row("GET /shared", "GET -> network error")],
    ),
    (
        "http://127.0.0.1:PAGE/sandboxed",
        &[
            row("GET /items", "GET -> 200 x-total-count: 3 list"),
            row("GET /shared", "GET -> network error"),
            row("PUT /items", "OPTIONS -> network error"),
            row("POST /written", "POST -> network error"),
            row("POST /written | mode: no-cors", "POST -> 0"),
            row("POST /enforced", "POST -> network error"),
            row(
                "GET http://127.0.0.1:PAGE/items",
                "GET -> 200 x-total-count: 3 list",
            ),
        ],
    ),
];

in_each_engine!(engines_and_testing_agree_on_handlers and testing);
async fn engines_and_testing_agree_on_handlers(session: Option<&Session>) {
    let mut stage = Stage::new(session, app()).await;
    for (page, rows) in SCENES {
        let testing = stage.open(page).await;
        for row in *rows {
            stage.ask(&testing, page, row).await;
        }
    }
    let browsers = 1 + usize::from(session.is_some());
    let allowed = 2; // pages
    for calls in [&WRITTEN, &ENFORCED] {
        // The next engine begins at zero.
        assert_eq!(calls.swap(0, Ordering::Relaxed), allowed * browsers);
    }
    stage.differences.finish();
}

in_each_engine!(a_set_of_origins_is_replaced_while_the_page_is_open and testing);
async fn a_set_of_origins_is_replaced_while_the_page_is_open(session: Option<&Session>) {
    let mut stage = Stage::new(session, app()).await;
    let page = "http://127.0.0.1:PAGE/page";
    let testing = stage.open(page).await;
    for (tenants, expected) in [
        (&[][..], "OPTIONS -> network error"),
        (&["http://127.0.0.1:PAGE"], "OPTIONS PUT -> 200 tenants"),
        (&["http://localhost:PAGE"], "OPTIONS -> network error"),
        (
            &["http://localhost:*", "http://127.0.0.1:*"],
            "OPTIONS PUT -> 200 tenants",
        ),
    ] {
        let tenants = tenants.iter().map(|tenant| stage.ports.fill(tenant));
        TENANTS.replace(tenants).expect("origins");
        stage
            .ask(&testing, page, &row("PUT /tenants", expected))
            .await;
    }
    stage.differences.finish();
}

impl Stage<'_> {
    async fn ask(&mut self, testing: &Browser, page: &str, row: &Row) {
        let name = format!("{page}: {}", row.request);
        let request = self.parse(row.request);
        self.fetch(testing, &name, &request, row.outcome, row.deviations)
            .await;
    }

    fn parse(&self, text: &str) -> Request {
        let text = self.ports.fill(text);
        let mut parts = text.split(" | ");
        let (method, url) = parts
            .next()
            .and_then(|line| line.split_once(' '))
            .expect("a request line");
        let url = match url.strip_prefix('/') {
            Some(path) => self.ports.fill(&format!("http://127.0.0.1:API/{path}")),
            None => url.to_owned(),
        };
        let mut request = Request::new(method, url);
        for part in parts {
            let (name, value) = part.split_once(": ").expect("a name and a value");
            request.set(name, value);
        }
        request
    }
}
