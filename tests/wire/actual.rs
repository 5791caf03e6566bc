//! Actual requests: the headers of their responses, whether a handler, an extractor or a layer gives
//! the response.

use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, delete, get};
use cors_runtime::{CorsRouter, cors, routes};
use cors_test_support::{
    App, Failures, WireResponse, actual, approved, case, check, forbidden, preflight, response,
};
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use super::layers::arrangements_and_layers;

/// The headers that the `response-*` headers of the request name.
fn response_headers(request: &HeaderMap) -> HeaderMap {
    request
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix("response-")?;
            Some((HeaderName::try_from(name).ok()?, value.clone()))
        })
        .fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        })
}

#[cors(
    origins = ["*"],
    methods = [GET],
    headers = ["x-a"],
    expose_headers = ["X-Total-Count", "link"],
    max_age = 600,
)]
async fn any(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(origins = ["*"], methods = [POST], expose_headers = ["*"])]
async fn any_exposed(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(
    origins = ["https://app.example.com"],
    methods = [GET],
    expose_headers = ["location"],
    credentials,
)]
async fn fixed(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(
    origins = ["https://app.example.com", "https://admin.example.com"],
    methods = [GET],
    headers = ["x-a"],
    expose_headers = ["location"],
    max_age = 600,
    credentials,
)]
async fn several(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(origins = ["https://*.a.example"], methods = [GET])]
async fn wildcard(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(origins = ["https://port.example:*"], methods = [GET, POST])]
async fn any_port(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(origins = ["https://get.example"], methods = [GET])]
async fn read(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(origins = ["https://head.example"], methods = [HEAD])]
async fn peek(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[cors(origins = ["https://app.example.com"], dev_origins = ["http://localhost:*"], methods = [GET])]
async fn developed(request: HeaderMap) -> HeaderMap {
    response_headers(&request)
}

#[derive(Deserialize)]
struct Job {
    #[allow(dead_code, reason = "for its absence to be an error")]
    name: String,
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET, POST], headers = ["content-type"], credentials)]
async fn save(Json(_): Json<Job>) -> StatusCode {
    StatusCode::CREATED
}

#[cors(origins = ["https://*.a.example"], methods = [PUT], expose_headers = ["location"])]
async fn redirect() -> Redirect {
    Redirect::to("/elsewhere")
}

#[cors(origins = ["https://*.a.example"], methods = [GET, PATCH])]
async fn fail() -> Result<(), (StatusCode, &'static str)> {
    Err((StatusCode::INTERNAL_SERVER_ERROR, "broken"))
}

fn apps() -> Vec<App> {
    arrangements_and_layers(&[
        (
            "/any",
            routes![any, any_exposed],
            get(any).post(any_exposed),
        ),
        ("/fixed", routes![fixed], get(fixed)),
        ("/fails", routes![fail], get(fail).patch(fail)),
        ("/save", routes![save], get(save).post(save)),
        (
            "/several",
            routes![several, redirect],
            get(several).put(redirect),
        ),
        ("/pattern", routes![wildcard], get(wildcard)),
        ("/port", routes![any_port], get(any_port).post(any_port)),
        ("/both", routes![read, peek], get(read).head(peek)),
        ("/dev", routes![developed], get(developed)),
    ])
}

/// The response of `any`.
fn any_origin() -> WireResponse {
    response(
        200,
        "access-control-allow-origin: *
         access-control-expose-headers: x-total-count, link",
    )
}

/// The response of `fixed`.
fn fixed_origin() -> WireResponse {
    response(
        200,
        "access-control-allow-origin: https://app.example.com
         access-control-allow-credentials: true
         access-control-expose-headers: location",
    )
}

/// The response of `several` to an origin that it allows.
fn one_of_several(origin: &str) -> WireResponse {
    let headers = format!(
        "access-control-allow-origin: {origin}
         access-control-allow-credentials: true
         access-control-expose-headers: location
         vary: Origin"
    );
    response(200, &headers)
}

/// The response of `wildcard` and `any_port` to an origin that they allow.
fn by_pattern(origin: &str) -> WireResponse {
    let headers = format!(
        "access-control-allow-origin: {origin}
         vary: Origin"
    );
    response(200, &headers)
}

/// The response to an origin that the policy does not allow.
fn not_allowed() -> WireResponse {
    response(200, "vary: Origin")
}

#[tokio::test]
async fn any_origin_has_no_vary() {
    let cases = [
        case("any, without one", "GET /any", any_origin()),
        case("any, with null", actual("GET /any", "null"), any_origin()),
        case(
            "any, with bytes that are no origin",
            "GET /any
             origin: ä, \t*",
            any_origin(),
        ),
        case(
            "any, with two origins",
            "GET /any
             origin: https://a.example
             origin: null",
            any_origin(),
        ),
    ];
    check(&apps(), &cases).await;
}

/// Allow-origin is on every response, so that a cache may keep one for all.
#[tokio::test]
async fn fixed_origin_has_no_vary() {
    let cases = [
        case("fixed, without an origin", "GET /fixed", fixed_origin()),
        case(
            "fixed, with another",
            actual("GET /fixed", "https://evil.example"),
            fixed_origin(),
        ),
        case(
            "fixed, with null",
            actual("GET /fixed", "null"),
            fixed_origin(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn several_origins_vary() {
    let cases = [
        case(
            "several, with the first",
            actual("GET /several", "https://app.example.com"),
            one_of_several("https://app.example.com"),
        ),
        case("several, without an origin", "GET /several", not_allowed()),
        case(
            "several, with another",
            actual("GET /several", "https://evil.example"),
            not_allowed(),
        ),
        case(
            "several, with null",
            actual("GET /several", "null"),
            not_allowed(),
        ),
        case(
            "several, with an empty one",
            actual("GET /several", ""),
            not_allowed(),
        ),
        case(
            "several, in upper case",
            actual("GET /several", "HTTPS://APP.EXAMPLE.COM"),
            not_allowed(),
        ),
        case(
            "several, with bytes beyond ASCII",
            actual("GET /several", "https://äpp.example.com"),
            not_allowed(),
        ),
        case(
            "several, with two lines of an allowed one",
            "GET /several
             origin: https://app.example.com
             origin: https://app.example.com",
            not_allowed(),
        ),
        case(
            "several, with an allowed one and another",
            "GET /several
             origin: https://app.example.com
             origin: https://evil.example",
            not_allowed(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn wildcard_origins_vary() {
    let cases = [
        case(
            "a wildcard, one label",
            actual("GET /pattern", "https://b.a.example"),
            by_pattern("https://b.a.example"),
        ),
        case(
            "a wildcard, two labels",
            actual("GET /pattern", "https://c.b.a.example"),
            by_pattern("https://c.b.a.example"),
        ),
        case(
            "a wildcard, not the domain itself",
            actual("GET /pattern", "https://a.example"),
            not_allowed(),
        ),
        case(
            "a wildcard, part of a label",
            actual("GET /pattern", "https://evila.example"),
            not_allowed(),
        ),
        case(
            "a wildcard, more behind",
            actual("GET /pattern", "https://b.a.example.evil"),
            not_allowed(),
        ),
        case(
            "a wildcard, another scheme",
            actual("GET /pattern", "http://b.a.example"),
            not_allowed(),
        ),
        case(
            "a wildcard, another port",
            actual("GET /pattern", "https://b.a.example:8443"),
            not_allowed(),
        ),
        case(
            "a wildcard, without an origin",
            "GET /pattern",
            not_allowed(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn any_port_varies() {
    let cases = [
        case(
            "any port, the default",
            actual("POST /port", "https://port.example"),
            by_pattern("https://port.example"),
        ),
        case(
            "any port, another",
            actual("POST /port", "https://port.example:8443"),
            by_pattern("https://port.example:8443"),
        ),
        case(
            "any port, the default written out",
            actual("GET /port", "https://port.example:443"),
            not_allowed(),
        ),
        case(
            "any port, a write with the default written out",
            actual("POST /port", "https://port.example:443"),
            forbidden(),
        ),
        case("any port, without an origin", "POST /port", not_allowed()),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn allow_origin_of_development() {
    let cases = [case(
        "an origin for development",
        actual("GET /dev", "http://localhost:5173"),
        if cfg!(debug_assertions) {
            by_pattern("http://localhost:5173")
        } else {
            response(200, "access-control-allow-origin: https://app.example.com")
        },
    )];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn head_uses_get() {
    let cases = [
        case(
            "any, to HEAD",
            actual("HEAD /any", "https://a.example"),
            any_origin(),
        ),
        case("fixed, to HEAD", "HEAD /fixed", fixed_origin()),
        case(
            "several, to HEAD",
            actual("HEAD /several", "https://app.example.com"),
            one_of_several("https://app.example.com"),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn head_with_a_handler_of_its_own() {
    let cases = [
        case(
            "GET beside HEAD",
            "GET /both",
            response(200, "access-control-allow-origin: https://get.example"),
        ),
        case(
            "HEAD with a handler of its own",
            "HEAD /both",
            response(200, "access-control-allow-origin: https://head.example"),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn expose_headers_are_those_of_the_policy() {
    let cases = [
        case(
            "any, with an origin",
            actual("GET /any", "https://a.example"),
            any_origin(),
        ),
        case(
            "any header exposed",
            actual("POST /any", "https://a.example"),
            response(
                200,
                "access-control-allow-origin: *
                 access-control-expose-headers: *",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn credentials_are_allowed_by_the_policy() {
    let cases = [
        case(
            "fixed, with it",
            actual("GET /fixed", "https://app.example.com"),
            fixed_origin(),
        ),
        case(
            "several, with the second",
            actual("GET /several", "https://admin.example.com"),
            one_of_several("https://admin.example.com"),
        ),
    ];
    check(&apps(), &cases).await;
}

/// The response of `wildcard` to `https://b.a.example`, with these lines of `vary`.
fn varying(lines: &str) -> WireResponse {
    let headers = format!("access-control-allow-origin: https://b.a.example\n{lines}");
    response(200, &headers)
}

/// `Origin` is added to the `Vary` of the handler, unless it covers the origin already. On the same line,
/// because of several nginx honours one before version 1.23 (`tests/browser/cache.rs`).
#[tokio::test]
async fn vary_is_merged() {
    let cases = [
        case(
            "vary: another header",
            "GET /pattern
             origin: https://b.a.example
             response-vary: Accept",
            varying("vary: Accept, Origin"),
        ),
        case(
            "vary: origin already",
            "GET /pattern
             origin: https://b.a.example
             response-vary: Origin",
            varying("vary: Origin"),
        ),
        case(
            "vary: origin in lower case",
            "GET /pattern
             origin: https://b.a.example
             response-vary: origin",
            varying("vary: origin"),
        ),
        case(
            "vary: origin in a list",
            "GET /pattern
             origin: https://b.a.example
             response-vary: accept,\tORIGIN , cookie",
            varying("vary: accept,\tORIGIN , cookie"),
        ),
        case(
            "vary: origin in the second line",
            "GET /pattern
             origin: https://b.a.example
             response-vary: accept
             response-vary: oriGin",
            varying(
                "vary: accept
                 vary: oriGin",
            ),
        ),
        case(
            "vary: everything",
            "GET /pattern
             origin: https://b.a.example
             response-vary: *",
            varying("vary: *"),
        ),
        case(
            "vary: everything, in a list",
            "GET /pattern
             origin: https://b.a.example
             response-vary: accept, *",
            varying("vary: accept, *"),
        ),
        case(
            "vary: names that contain origin",
            "GET /pattern
             origin: https://b.a.example
             response-vary: x-origin, origin-x",
            varying("vary: x-origin, origin-x, Origin"),
        ),
        case(
            "vary: nothing",
            "GET /pattern
             origin: https://b.a.example
             response-vary: ",
            varying("vary: Origin"),
        ),
        case(
            "vary: bytes beyond ASCII",
            "GET /pattern
             origin: https://b.a.example
             response-vary: é",
            varying("vary: é, Origin"),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn vary_of_the_handler_is_kept() {
    let cases = [case(
        "vary stays where the answer doesn't depend on the origin",
        "GET /fixed
         response-vary: accept",
        response(
            200,
            "access-control-allow-origin: https://app.example.com
             access-control-allow-credentials: true
             access-control-expose-headers: location
             vary: accept",
        ),
    )];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn handler_cors_headers_are_replaced() {
    let cases = [
        case(
            "allow-origin of the handler, once",
            "GET /any
             response-access-control-allow-origin: https://evil.example",
            response(
                200,
                "access-control-allow-origin: *
                 access-control-expose-headers: x-total-count, link",
            ),
        ),
        case(
            "allow-origin of the handler, twice",
            "GET /fixed
             response-access-control-allow-origin: null
             response-access-control-allow-origin: *",
            response(
                200,
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-credentials: true
                 access-control-expose-headers: location",
            ),
        ),
        case(
            "everything else about CORS of the handler",
            "GET /several
             origin: https://app.example.com
             response-access-control-expose-headers: x-secret
             response-access-control-allow-methods: DELETE
             response-access-control-allow-headers: *
             response-access-control-max-age: 86400
             response-access-control-allow-private-network: true
             response-access-control-x: y",
            response(
                200,
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-credentials: true
                 access-control-expose-headers: location
                 vary: Origin",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn handler_allow_origin_is_removed_for_other_origins() {
    let cases = [case(
        "allow-origin of the handler for a foreign origin",
        "GET /several
         origin: https://evil.example
         response-access-control-allow-origin: https://evil.example
         response-access-control-allow-credentials: true",
        response(200, "vary: Origin"),
    )];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn handler_credentials_are_removed() {
    let cases = [case(
        "credentials of the handler",
        "GET /any
         response-access-control-allow-credentials: true",
        response(
            200,
            "access-control-allow-origin: *
             access-control-expose-headers: x-total-count, link",
        ),
    )];
    check(&apps(), &cases).await;
}

/// The response of `save` to an origin that it allows.
fn saved(status: u16) -> WireResponse {
    response(
        status,
        "access-control-allow-origin: https://app.example.com
         access-control-allow-credentials: true
         vary: Origin",
    )
}

#[tokio::test]
async fn rejections_have_headers() {
    let cases = [
        case(
            "accepted",
            "POST /save
             origin: https://app.example.com
             content-type: application/json

             {\"name\": \"x\"}",
            saved(201),
        ),
        case(
            "no JSON at all",
            "POST /save
             origin: https://app.example.com

             {}",
            saved(415),
        ),
        case(
            "broken JSON",
            "POST /save
             origin: https://app.example.com
             content-type: application/json

             {\"name\"",
            saved(400),
        ),
        case(
            "other JSON",
            "POST /save
             origin: https://app.example.com
             content-type: application/json

             {}",
            saved(422),
        ),
        case(
            "other JSON, to a foreign origin",
            "GET /save
             origin: https://evil.example
             content-type: application/json

             {}",
            response(422, "vary: Origin"),
        ),
        // Its body is not read.
        case(
            "a write of a foreign origin",
            "POST /save
             origin: https://evil.example
             content-type: application/json

             {}",
            forbidden(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn redirects_have_headers() {
    let cases = [case(
        "a redirect",
        actual("PUT /several", "https://b.a.example"),
        response(
            303,
            "access-control-allow-origin: https://b.a.example
             access-control-expose-headers: location
             vary: Origin",
        ),
    )];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn errors_have_headers() {
    let cases = [
        case(
            "an error",
            actual("PATCH /fails", "https://b.a.example"),
            response(
                500,
                "access-control-allow-origin: https://b.a.example
                 vary: Origin",
            ),
        ),
        case(
            "an error, to a foreign origin",
            actual("GET /fails", "https://evil.example"),
            response(500, "vary: Origin"),
        ),
        case(
            "a write of a foreign origin",
            actual("PATCH /fails", "https://evil.example"),
            forbidden(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET, POST], credentials)]
async fn work() -> &'static str {
    "work"
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET, POST], credentials)]
async fn never() {
    std::future::pending::<()>().await;
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET, POST], credentials)]
async fn panics() {
    panic!("as it should");
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET, POST], credentials)]
async fn numbered(Path(_): Path<u32>) {}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET, POST], credentials)]
async fn reads_a_body(_: String) {}

async fn unauthorized(_: Request, _: Next) -> StatusCode {
    StatusCode::UNAUTHORIZED
}

async fn panicking(request: Request, next: Next) -> Response {
    assert!(request.uri().path() == "/", "as it should");
    next.run(request).await
}

fn working() -> CorsRouter {
    CorsRouter::new().route("/x", routes![work])
}

/// The policy is around everything that responds in the place of its handler, with this status.
async fn check_status(status: u16, app: App) {
    let own = || {
        let lines = "access-control-allow-origin: https://app.example.com
                     access-control-allow-credentials: true
                     vary: Origin";
        response(status, lines)
    };
    let cases = [
        case(
            "an allowed origin",
            "GET /x
             origin: https://app.example.com

             long",
            own(),
        ),
        case(
            "to HEAD",
            "HEAD /x
             origin: https://app.example.com

             long",
            own(),
        ),
        case(
            "a foreign origin",
            "GET /x
             origin: https://evil.example

             long",
            response(status, "vary: Origin"),
        ),
        case(
            "no origin",
            "GET /x

             long",
            response(status, "vary: Origin"),
        ),
        case(
            "the preflight",
            preflight("GET /x", "https://app.example.com"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET, POST",
            ),
        ),
    ];
    check(&[app], &cases).await;
}

/// A layer inside of the policies answers, and a page can read that it has to log in.
#[tokio::test]
async fn layer_401_has_headers() {
    let login = || from_fn(unauthorized);
    for app in [
        App::new("a login", working().layer(login())),
        App::new("a login around routes", working().route_layer(login())),
        App::new(
            "a login around one path",
            CorsRouter::new().route("/x", routes![work].layer(login())),
        ),
        App::new(
            "a login in a method router",
            axum::Router::new().route("/x", MethodRouter::from(routes![work].layer(login()))),
        ),
        App::new(
            "a login around layers",
            working()
                .layer(CatchPanicLayer::new())
                .layer(login())
                .layer(CatchPanicLayer::new()),
        ),
        App::new(
            "a login around merged routers",
            CorsRouter::new().merge(working()).layer(login()),
        ),
        App::new(
            "a login in a merged router",
            CorsRouter::new().merge(working().layer(login())),
        ),
        App::new(
            "a login beside a plain handler",
            working().route("/x", delete(async || {})).layer(login()),
        ),
        App::nested(
            "a login around nested routers",
            "/api",
            CorsRouter::new().nest("/api", working()).layer(login()),
        ),
        App::nested(
            "a login in a nested router",
            "/api",
            CorsRouter::new().nest("/api", working().layer(login())),
        ),
    ] {
        check_status(401, app).await;
    }
}

#[tokio::test]
async fn layer_responses_have_headers() {
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(1));
    for (status, app) in [
        (
            429,
            App::new(
                "a rate limit",
                working().layer(from_fn(async |_: Request, _: Next| {
                    StatusCode::TOO_MANY_REQUESTS
                })),
            ),
        ),
        (
            307,
            App::new(
                "a redirect",
                working().layer(from_fn(async |_: Request, _: Next| {
                    Redirect::temporary("/elsewhere")
                })),
            ),
        ),
        (
            403,
            App::new(
                "a layer that sets headers of CORS",
                working().layer(from_fn(async |_: Request, _: Next| {
                    (
                        StatusCode::FORBIDDEN,
                        [
                            ("access-control-allow-origin", "*"),
                            ("access-control-max-age", "1"),
                        ],
                    )
                })),
            ),
        ),
        (
            408,
            App::new(
                "a timeout",
                CorsRouter::new().route("/x", routes![never]).layer(timeout),
            ),
        ),
        (
            500,
            App::new(
                "a panicking handler",
                CorsRouter::new()
                    .route("/x", routes![panics])
                    .layer(CatchPanicLayer::new()),
            ),
        ),
        (
            500,
            App::new(
                "a panicking layer",
                working()
                    .layer(from_fn(panicking))
                    .layer(CatchPanicLayer::new()),
            ),
        ),
    ] {
        check_status(status, app).await;
    }
}

#[tokio::test]
async fn extractor_rejections_have_headers() {
    for (status, app) in [
        (
            400,
            App::new(
                "a path that is no number",
                CorsRouter::new().route("/{number}", routes![numbered]),
            ),
        ),
        (
            413,
            App::new(
                "a body beyond its limit",
                CorsRouter::new()
                    .route("/x", routes![reads_a_body])
                    .layer(DefaultBodyLimit::max(1)),
            ),
        ),
    ] {
        check_status(status, app).await;
    }
}

/// Methods and paths without a policy get the responses of axum, without headers of CORS.
#[tokio::test]
async fn paths_and_methods_without_a_policy() {
    let app = || {
        CorsRouter::new()
            .route("/x", routes![work])
            .route("/x", delete(async || "plain"))
            .route("/y", delete(async || "plain"))
            .fallback(async || StatusCode::NOT_FOUND)
    };
    let login = from_fn(unauthorized);
    let rows = [
        (
            App::new("alone", app()),
            [
                (200, ""),
                (405, "allow: GET,HEAD,POST,DELETE"),
                (200, ""),
                (405, "allow: DELETE"),
                (404, ""),
            ],
        ),
        (
            App::new("behind a login", app().layer(login)),
            [(401, ""); 5],
        ),
    ];
    for (app, [deleted, not_allowed, elsewhere, not_there, missing]) in rows {
        let cases = [
            case(
                "a plain handler on the path of a policy",
                actual("DELETE /x", "https://app.example.com"),
                response(deleted.0, deleted.1),
            ),
            case(
                "a method that no handler serves",
                actual("PUT /x", "https://app.example.com"),
                response(not_allowed.0, not_allowed.1),
            ),
            case(
                "OPTIONS that is no preflight",
                actual("OPTIONS /x", "https://app.example.com"),
                response(not_allowed.0, not_allowed.1),
            ),
            case(
                "a plain handler",
                actual("DELETE /y", "https://app.example.com"),
                response(elsewhere.0, elsewhere.1),
            ),
            case(
                "the preflight of a plain handler",
                preflight("DELETE /y", "https://app.example.com"),
                response(not_there.0, not_there.1),
            ),
            case(
                "a path that no handler serves",
                actual("GET /z", "https://app.example.com"),
                response(missing.0, missing.1),
            ),
        ];
        check(&[app], &cases).await;
    }
}

/// Headers that do not concern CORS stay as they are.
#[tokio::test]
async fn other_headers_are_unchanged() {
    let expected = WireResponse::from(
        "200
         content-length: 0
         content-type: text/x
         set-cookie: a=b
         set-cookie: c=d
         vary: Origin
         x-total-count: 7",
    );
    let request = "GET /pattern
                   origin: https://evil.example
                   response-x-total-count: 7
                   response-set-cookie: a=b
                   response-set-cookie: c=d
                   response-content-type: text/x";
    let mut failures = Failures::default();
    for app in apps() {
        failures.compare(|| app.name, &expected, &app.complete(request).await);
    }
    failures.finish();
}

#[tokio::test]
async fn bodies_are_unchanged() {
    let app = App::new("bodies", CorsRouter::new().route("/x", routes![work]));
    for (method, body) in [("GET", "work"), ("HEAD", ""), ("POST", "work")] {
        let response = app.complete(format!("{method} /x")).await;
        assert_eq!(
            (response.status(), response.body()),
            (200, body),
            "{method}"
        );
        let lengths: Vec<&str> = response.values("content-length").collect();
        assert_eq!(lengths, ["4"], "{method}");
    }
}

#[tokio::test]
async fn handlers_stay_functions() {
    assert_eq!(work().await, "work");
    assert_eq!(fail().await.into_response().status(), 500);
}
