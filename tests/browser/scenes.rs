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

use super::chromium::{Chromium, with_chromium};
use super::observed::{Differences, Observed};
use super::request::Request;
use super::server::{Log, Ports, logged};

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
type Scene = (&'static str, &'static [(&'static str, &'static str)]);

const SCENES: &[Scene] = &[
    (
        "http://127.0.0.1:PAGE/page",
        &[
            // Two handlers with policies of their own on one path, and one without.
            ("GET /items", "GET -> 200 x-total-count: 3 list"),
            ("GET /items | x-a: 1", "OPTIONS -> network error"),
            ("PUT /items | content-type: text/html", "OPTIONS PUT -> 204"),
            ("put /items | content-type: text/html", "PUT -> 204"),
            // Browsers cache an allowed header for the URL, not for the method.
            (
                "GET /items | content-type: text/html",
                "GET -> 200 x-total-count: 3 list",
            ),
            // The preflight for PUT has named PATCH, because the handler serves both.
            ("PATCH /items", "PATCH -> 204"),
            ("patch /items", "OPTIONS -> network error"),
            ("DELETE /items", "OPTIONS -> network error"),
            ("HEAD /items", "HEAD -> 200 x-total-count: 3"),
            // Two handlers with equal policies: one preflight names both methods, and Chromium, which
            // keeps one for each URL, never asks again.
            ("PUT /both", "OPTIONS PUT -> 204"),
            ("PATCH /both", "PATCH -> 204"),
            ("PUT /both", "PUT -> 204"),
            ("PATCH /both", "PATCH -> 204"),
            // Another policy, so its preflight names its own method alone.
            ("DELETE /both", "OPTIONS DELETE -> 204"),
            ("HEAD /count", "HEAD -> 200 x-total-count: 3"),
            ("GET /count", "GET -> network error"),
            ("GET /shared", "GET -> 200 shared"),
            ("GET /unknown", "GET -> network error"),
            (
                "POST /shared | upload: yes | body: x",
                "OPTIONS POST -> 200 shared",
            ),
            // Modes.
            ("GET /items | mode: no-cors", "GET -> 0"),
            ("POST /shared | mode: no-cors", "POST -> 0"),
            ("PUT /items | mode: no-cors", "-> network error"),
            ("GET /items | mode: same-origin", "-> network error"),
            // The response to a preflight names the requested headers that a prefix covers, and the
            // listed ones.
            ("PUT /prefixed | X-P-A: 1", "OPTIONS PUT -> 204"),
            ("PUT /prefixed | x-p-a: 2 | x-listed: 1", "PUT -> 204"),
            ("PUT /prefixed | x-p-b: 1", "OPTIONS PUT -> 204"),
            (
                "PUT /prefixed | x-p-c: 1 | x-p-b: 1 | x-listed: 1 | credentials: include",
                "OPTIONS PUT -> 204",
            ),
            ("PUT /prefixed | x-p-: 1", "OPTIONS -> network error"),
            (
                "PUT /prefixed | x-q: 1 | x-p-a: 1",
                "OPTIONS -> network error",
            ),
            // Responses that are not the handler's.
            ("GET /private", "GET -> 401 sign in first"),
            (
                "GET /private | authorization: a",
                "OPTIONS GET -> 200 private",
            ),
            (
                "POST /number | content-type: application/json | body: 1",
                "OPTIONS POST -> 200 1",
            ),
            (
                "POST /number | content-type: application/json | body: []",
                "POST -> 422 Failed to deserialize the JSON body into the target type",
            ),
            ("GET /panics", "GET -> 500 Service panicked"),
            // Redirects.
            ("POST /moved", "POST GET -> 200 shared"),
            (
                "PUT /moved | x-a: 1",
                "OPTIONS PUT OPTIONS -> network error",
            ),
            ("PUT /kept | x-a: 1", "OPTIONS PUT OPTIONS PUT -> 200 here"),
            (
                "GET /elsewhere?http://localhost:API/items",
                "GET GET -> 200 x-total-count: 3 list",
            ),
            (
                "GET /elsewhere?http://localhost:API/shared",
                "GET GET -> network error",
            ),
            (
                "GET /elsewhere?http://127.0.0.1:PAGE/items",
                "GET GET -> 200 x-total-count: 3 list",
            ),
            (
                "GET /elsewhere?http://127.0.0.1:PAGE/shared",
                "GET GET -> network error",
            ),
            (
                "GET http://127.0.0.1:PAGE/elsewhere?http://127.0.0.1:API/shared",
                "GET GET -> 200 shared",
            ),
            (
                "GET http://127.0.0.1:PAGE/elsewhere?http://127.0.0.1:API/elsewhere?http://127.0.0.1:API/items",
                "GET GET GET -> 200 x-total-count: 3 list",
            ),
            (
                "GET http://127.0.0.1:PAGE/elsewhere?http://127.0.0.1:API/items | mode: same-origin",
                "GET -> network error",
            ),
            (
                "GET /elsewhere?http://a:b@127.0.0.1:API/items",
                "GET -> network error",
            ),
            ("GET /elsewhere?about:blank", "GET -> network error"),
            (
                "GET /elsewhere?http://localhost:API/items | authorization: a",
                "OPTIONS GET GET -> 200 x-total-count: 3 list",
            ),
            (
                "POST /onward?http://localhost:API/echo | body: x",
                "POST POST -> 200 x",
            ),
            (
                "POST /onward?http://localhost:API/shared | mode: no-cors",
                "POST POST -> 0",
            ),
            (
                "GET /onward?http://localhost:API/shared | mode: no-cors",
                "GET GET -> 0",
            ),
            (
                "POST /onward?http://localhost:API/echo | upload: yes | body: x",
                "OPTIONS POST OPTIONS POST -> 200 x",
            ),
            (
                "GET /again",
                "GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET GET -> network error",
            ),
            ("GET /nowhere", "GET -> 302"),
            // Requests that no page can send.
            ("TRACE /items", "-> network error"),
            ("connect /items", "-> network error"),
            ("OPTIONS /items", "OPTIONS -> network error"),
            ("GET /items | body: x", "-> network error"),
            ("HEAD /items | body: x", "-> network error"),
            ("GET http://a:b@127.0.0.1:API/items", "-> network error"),
            ("GET about:blank | mode: same-origin", "-> network error"),
            (
                "GET /items | cookie: a=b | sec-a: 1 | proxy-a: 1 | host: a.example | via: a | x-method-override: trace",
                "GET -> 200 x-total-count: 3 list",
            ),
            (
                "GET /echo | x-method-override: put",
                "OPTIONS -> network error",
            ),
            (
                "GET /items | mode: no-cors | x-a: 1 | range: bytes=0-1 | accept: text/plain",
                "GET -> 0",
            ),
            ("GET /items#fragment", "GET -> 200 x-total-count: 3 list"),
            ("GET /a/../items", "GET -> 200 x-total-count: 3 list"),
            ("GET /echo | x-a: 1 | X-A: 2", "OPTIONS GET -> 200 1, 2"),
            // The cache of preflights, with credentials and without.
            ("PUT /remembered | x-a: 1", "OPTIONS PUT -> 200"),
            ("PUT /remembered | x-b: 1", "PUT -> 200"),
            (
                "PUT /remembered | credentials: include",
                "OPTIONS PUT -> 200",
            ),
            (
                "PUT /remembered | credentials: include | x-a: 1 | x-b: 1",
                "OPTIONS PUT -> 200",
            ),
            ("PUT /remembered | credentials: omit", "PUT -> 200"),
            ("PUT /remembered?other", "OPTIONS PUT -> 200"),
            // Cookies.
            ("GET /session | credentials: include", "GET -> 200 nobody"),
            ("POST /session", "POST -> 200"),
            ("GET /session | credentials: include", "GET -> 200 nobody"),
            ("POST /session | credentials: include", "POST -> 200"),
            (
                "GET /session | credentials: include",
                "GET -> 200 session=1",
            ),
            ("GET /session", "GET -> 200 nobody"),
            ("GET /session | credentials: omit", "GET -> 200 nobody"),
            ("GET /items | credentials: include", "GET -> network error"),
            ("GET /shared | credentials: include", "GET -> network error"),
            ("GET http://127.0.0.1:PAGE/session", "GET -> 200 session=1"),
            (
                "GET http://127.0.0.1:PAGE/session | credentials: omit",
                "GET -> 200 nobody",
            ),
            ("POST /written", "POST -> 200 written"),
            // After a redirect to another origin the page's own is `null`.
            (
                "POST /onward?http://localhost:API/written | mode: no-cors",
                "POST POST -> 0",
            ),
            ("POST /enforced", "POST -> 200 enforced"),
            ("GET /developed", "GET -> 200 developed"),
        ],
    ),
    (
        "http://localhost:PAGE/page",
        &[
            ("GET /items", "GET -> 200 x-total-count: 3 list"),
            ("PUT /items", "OPTIONS -> network error"),
            ("HEAD /count", "HEAD -> network error"),
            ("GET /shared", "GET -> network error"),
            ("GET /private", "GET -> network error"),
            (
                "GET /private | authorization: a",
                "OPTIONS -> network error",
            ),
            (
                "GET /session | credentials: include",
                "GET -> network error",
            ),
            // The handlers do not run.
            ("POST /written", "POST -> network error"),
            ("POST /written | mode: no-cors", "POST -> 0"),
            (
                "POST /onward?http://127.0.0.1:API/written | mode: no-cors",
                "POST POST -> 0",
            ),
            ("POST /enforced", "POST -> network error"),
            ("POST /enforced | mode: no-cors", "POST -> 0"),
            (
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
            (
                "PUT http://localhost:API/items | content-type: text/html",
                "PUT -> 204",
            ),
            ("DELETE http://localhost:API/items", "DELETE -> 200 deleted"),
            ("POST http://localhost:API/written", "POST -> 200 written"),
            ("POST http://localhost:API/enforced", "POST -> 200 enforced"),
            ("GET http://localhost:API/session", "GET -> 200 nobody"),
            ("POST http://localhost:API/session", "POST -> 200"),
            ("GET http://localhost:API/session", "GET -> 200 session=1"),
        ],
    ),
    (
        "http://a.app.localhost:PAGE/page",
        &[
            ("GET /shared", "GET -> 200 shared"),
            ("GET /count", "GET -> network error"),
            (
                "POST http://api.app.localhost:API/session | credentials: include",
                "POST -> 200",
            ),
            (
                "GET http://api.app.localhost:API/session | credentials: include",
                "GET -> 200 session=1",
            ),
            (
                "GET http://app.localhost:API/session | credentials: include",
                "GET -> 200 nobody",
            ),
        ],
    ),
    (
        "http://b.a.app.localhost:PAGE/page",
        &[("GET /shared", "GET -> 200 shared")],
    ),
    (
        "http://app.localhost:PAGE/page",
        &[("GET /shared", "GET -> network error")],
    ),
    (
        "http://a.other-app.localhost:PAGE/page",
        &[("GET /shared", "GET -> network error")],
    ),
    (
        "http://127.0.0.1:PAGE/sandboxed",
        &[
            ("GET /items", "GET -> 200 x-total-count: 3 list"),
            ("GET /shared", "GET -> network error"),
            ("PUT /items", "OPTIONS -> network error"),
            ("POST /written", "POST -> network error"),
            ("POST /written | mode: no-cors", "POST -> 0"),
            ("POST /enforced", "POST -> network error"),
            (
                "GET http://127.0.0.1:PAGE/items",
                "GET -> 200 x-total-count: 3 list",
            ),
        ],
    ),
];

#[test]
fn chromium_and_testing_agree_on_handlers() {
    with_chromium(async |chromium| {
        let mut stage = Stage::new(chromium).await;
        for (page, rows) in SCENES {
            let testing = stage.open(page).await;
            for (request, expected) in *rows {
                stage.ask(&testing, page, request, expected).await;
            }
        }
        let browsers = 1 + usize::from(chromium.is_some());
        let allowed = 2; // pages
        for calls in [&WRITTEN, &ENFORCED] {
            assert_eq!(calls.load(Ordering::Relaxed), allowed * browsers);
        }
        stage.differences.finish();
    });
}

#[test]
fn a_set_of_origins_is_replaced_while_the_page_is_open() {
    with_chromium(async |chromium| {
        let mut stage = Stage::new(chromium).await;
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
            stage.ask(&testing, page, "PUT /tenants", expected).await;
        }
        stage.differences.finish();
    });
}

/// The app, and both browsers.
struct Stage<'a> {
    chromium: Option<&'a Chromium>,
    app: Router,
    log: Log,
    ports: Ports,
    differences: Differences,
}

impl<'a> Stage<'a> {
    async fn new(chromium: Option<&'a Chromium>) -> Self {
        let (ports, listeners) = Ports::bind().await;
        let (app, log) = logged(app());
        Ports::serve(listeners, &app);
        Self {
            chromium,
            app,
            log,
            ports,
            differences: Differences::default(),
        }
    }

    /// Opens a page in Chromium, and returns a `Browser` with the same page.
    async fn open(&self, page: &str) -> Browser {
        let page = self.ports.fill(page);
        if let Some(chromium) = self.chromium {
            chromium.open(&page).await;
            chromium.forget_cookies().await;
        }
        Browser::at(match page.rsplit_once('/') {
            Some((origin, "page")) => origin,
            _ => "null",
        })
    }

    async fn ask(&mut self, testing: &Browser, page: &str, request: &str, expected: &str) {
        let row = format!("{page}: {request}");
        let request = self.parse(request);
        let in_testing = Observed::in_testing(testing, &self.app, &request, &self.log).await;
        self.check(&row, expected, "testing", &in_testing);
        if let Some(chromium) = self.chromium {
            let in_chromium = Observed::in_chromium(chromium, &request, &self.log).await;
            self.check(&row, expected, "Chromium", &in_chromium);
            self.differences.compare(&row, &in_chromium, &in_testing);
        }
    }

    fn check(&mut self, row: &str, expected: &str, browser: &str, observed: &Observed) {
        let found = observed.summary();
        let expected = ("expected", expected);
        self.differences
            .differ(row, "summary", expected, (browser, &found));
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
