//! An application whose policies use all features that a table of policies has.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::WebSocketUpgrade;
use axum::http::header::VARY;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use cors_runtime::{CorsRouter, Policy, Protection, Refused, cors, routes};
use tower::{Layer, service_fn};

#[cors(
    origins = ["https://app.example"],
    methods = [GET],
    expose_headers = ["x-total", "x-page"],
)]
async fn list() -> impl IntoResponse {
    [("x-total", "3")]
}

#[cors(
    origins = ["https://app.example", "https://*.app.example"],
    methods = [POST],
    headers = ["content-type", "x-csrf"],
    max_age = 600,
    credentials,
)]
async fn create() -> StatusCode {
    StatusCode::CREATED
}

#[cors(origins = ["https://admin.example"], methods = [DELETE], credentials)]
async fn clear() {}

#[cors(
    origins = ["https://*.app.example", "https://app.example", "http://app.example:8080"],
    methods = [GET, PUT],
    headers = ["content-type"],
)]
async fn one() {}

#[cors(
    origins = ["https://app.example"],
    methods = [PATCH],
    headers = ["content-type", "x-job-*"],
    max_age = 0,
)]
async fn change() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn newest() {}

#[cors(origins = ["https://b.example"], methods = [GET, POST], headers = ["x-a"])]
async fn notes() {}

#[cors(
    origins = ["*"],
    methods = [GET],
    expose_headers = ["*"],
)]
async fn public() -> impl IntoResponse {
    [("vary", "Accept-Encoding")]
}

#[cors(origins = ["*"], methods = [POST], headers = ["*", "authorization"], max_age = 5)]
async fn publish() {}

#[cors(
    origins = ["http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*", "https://*.tools.example:*"],
    methods = [GET, PUT],
    headers = ["x-a", "x-b", "x-c", "x-d"],
)]
async fn tools() {}

#[cors(origins = ["tauri://localhost", "chrome-extension://abcdefgh"], methods = [GET])]
async fn desktop() {}

#[cors(
    origins = ["https://*.app.example"],
    methods = [GET, HEAD],
    credentials,
    expose_headers = ["etag"],
)]
async fn file() -> impl IntoResponse {
    [("vary", "Accept-Encoding, origin"), ("etag", "\"1\"")]
}

#[cors(
    origins = ["https://app.example", "https://admin.example"],
    methods = [PUT, DELETE],
    headers = ["content-type", "if-match"],
    credentials,
)]
async fn replace() {}

#[cors(origins = ["https://app.example"], methods = [GET, POST], enforce)]
async fn own() {}

#[cors(origins = ["https://app.example", "https://*.app.example"], methods = [GET], credentials)]
async fn socket(upgrade: WebSocketUpgrade) -> impl IntoResponse {
    upgrade.on_upgrade(async |_| ())
}

#[cors(
    origins = ["https://app.example", "https://b.example"],
    methods = [GET, POST],
    credentials,
    max_age = 7200,
)]
async fn unauthorized() -> impl IntoResponse {
    (StatusCode::UNAUTHORIZED, [("www-authenticate", "Bearer")])
}

/// Writes headers of CORS itself, which those of the policy replace.
#[cors(origins = ["https://app.example", "https://b.example"], methods = [GET])]
async fn broken() -> impl IntoResponse {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-credentials", "true"),
            ("access-control-expose-headers", "x-secret"),
            ("vary", "Accept"),
        ],
    )
}

#[cors(origins = ["https://app.example"], methods = [OPTIONS, GET])]
async fn capabilities() -> impl IntoResponse {
    [("allow", "GET, OPTIONS")]
}

#[cors(origins = ["https://admin.example", "https://app.example"], methods = [GET, POST], credentials)]
async fn settings() {}

#[cors(origins = ["https://admin.example"], methods = [GET])]
async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// The policy of a service, also of methods that axum does not route.
const REPORTS: Policy = Policy::new(&["https://app.example", "https://b.example"])
    .methods(&["GET", "QUERY", "PROPFIND"])
    .headers(&["content-type", "depth"])
    .max_age(60)
    .checked();

const ARCHIVE: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET"])
    .enforce()
    .checked();

/// The policy of plain handlers.
const REST: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET", "POST"])
    .headers(&["content-type"])
    .checked();

const STAFF: Protection = Protection::new()
    .own_origins(&["http://api.example", "https://admin.example"])
    .trust(&["https://sso.example"])
    .checked();

const READS: Protection = Protection::new().reads().checked();

const REPORTED: Protection = Protection::new().report_only().checked();

pub(crate) fn router() -> CorsRouter {
    let service = service_fn(async |_| Ok::<_, Infallible>(Response::new(Body::empty())));
    let [reports, archive] = [REPORTS, ARCHIVE].map(|policy| {
        let layer = policy.layer().expect("a checked policy");
        layer.layer(service)
    });
    let rest = CorsRouter::new()
        .route("/health", get(async || "ok").post(async || "saved"))
        .route("/notes", routes![notes].merge(put(async || "a second")))
        .default_policy(REST);
    let staff = CorsRouter::new()
        .route("/settings", routes![settings])
        .route("/password", get(async || "form").post(async || "changed"))
        .protect(STAFF);
    let reads = CorsRouter::new()
        .route("/image", get(async || "pixels"))
        .protect(READS);
    let reported = CorsRouter::new()
        .route("/draft", post(async || "saved"))
        .protect(REPORTED);
    CorsRouter::new()
        .route("/jobs", routes![list, create, clear])
        .route("/jobs/{id}", routes![one, change])
        .route("/jobs/newest", routes![newest])
        .route("/jobs/{id}/notes/{note}", routes![notes])
        .route("/public", routes![public, publish])
        .route("/tools", routes![tools])
        .route("/desktop", routes![desktop])
        .route("/files/{*rest}", routes![file, replace])
        .route("/own", routes![own])
        .route("/odd/$host;'x'(y)+z.{id}", routes![one])
        .route("/socket", routes![socket])
        .route("/unauthorized", routes![unauthorized])
        .route("/broken", routes![broken])
        .route("/capabilities", routes![capabilities])
        .route("/plain", get(async || "plain").put(async || "saved"))
        .route("/mixed", routes![list].merge(post(async || "plain")))
        .route_service("/reports", reports)
        .nest_service("/archive", archive)
        .nest("/rest", rest)
        .nest("/staff", staff)
        .nest("/reads", reads)
        .nest("/reported", reported)
        .fallback(routes![unknown])
}

/// The header of responses in place of a handler's: those to preflights, and refusals.
pub(crate) const DECIDED: &str = "x-decided";

/// The application, which may leave CORS to the edge.
pub(crate) fn app(is_at_the_edge: bool) -> Router {
    let router = router().at_the_edge(is_at_the_edge);
    router.into_router().layer(map_response(mark_decided))
}

async fn mark_decided(mut response: Response) -> Response {
    let is_refused = response.extensions().get::<Refused>();
    let is_refused = is_refused.is_some_and(|refused| !refused.is_reported_only());
    let varies = response.headers().get(VARY);
    let is_preflight = varies.is_some_and(|vary| vary == PREFLIGHT_VARY);
    if is_refused || is_preflight {
        response
            .headers_mut()
            .insert(DECIDED, HeaderValue::from_static("here"));
    }
    response
}

const PREFLIGHT_VARY: &str =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
