//! Actual requests: what their answers carry, whoever gives the answer.

use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, delete};
use cors_runtime::{CorsRouter, cors, routes};
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use super::arrangements::arrangements;
use super::exchange::{App, Case, Failures, Whole, answer, check, granted};

/// What `answer-*` headers of the request say.
fn told(request: &HeaderMap) -> HeaderMap {
    request
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix("answer-")?;
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
    told(&request)
}

#[cors(origins = ["*"], methods = [POST], expose_headers = ["*"])]
async fn any_exposed(request: HeaderMap) -> HeaderMap {
    told(&request)
}

#[cors(
    origins = ["https://app.example.com"],
    methods = [GET],
    expose_headers = ["location"],
    credentials,
)]
async fn fixed(request: HeaderMap) -> HeaderMap {
    told(&request)
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
    told(&request)
}

#[cors(origins = ["https://*.a.example"], methods = [GET])]
async fn wildcard(request: HeaderMap) -> HeaderMap {
    told(&request)
}

#[cors(origins = ["https://port.example:*"], methods = [POST])]
async fn any_port(request: HeaderMap) -> HeaderMap {
    told(&request)
}

#[cors(origins = ["https://get.example"], methods = [GET])]
async fn read(request: HeaderMap) -> HeaderMap {
    told(&request)
}

#[cors(origins = ["https://head.example"], methods = [HEAD])]
async fn peek(request: HeaderMap) -> HeaderMap {
    told(&request)
}

#[cors(origins = ["https://app.example.com"], dev_origins = ["http://localhost:*"], methods = [GET])]
async fn developed(request: HeaderMap) -> HeaderMap {
    told(&request)
}

#[derive(Deserialize)]
struct Job {
    #[allow(dead_code, reason = "for its absence to be an error")]
    name: String,
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [POST], headers = ["content-type"], credentials)]
async fn save(Json(_): Json<Job>) -> StatusCode {
    StatusCode::CREATED
}

#[cors(origins = ["https://*.a.example"], methods = [PUT], expose_headers = ["location"])]
async fn redirect() -> Redirect {
    Redirect::to("/elsewhere")
}

#[cors(origins = ["https://*.a.example"], methods = [PATCH])]
async fn fail() -> Result<(), (StatusCode, &'static str)> {
    Err((StatusCode::INTERNAL_SERVER_ERROR, "broken"))
}

fn apps() -> Vec<App> {
    arrangements(&[
        ("/any", routes![any, any_exposed]),
        ("/fixed", routes![fixed]),
        ("/several", routes![several, save, redirect, fail]),
        ("/pattern", routes![wildcard, any_port]),
        ("/both", routes![read, peek]),
        ("/dev", routes![developed]),
    ])
}

#[tokio::test]
async fn origins() {
    let any = || answer(200, "allow-origin: * | expose-headers: x-total-count, link");
    let fixed = || {
        answer(
            200,
            "allow-origin: https://app.example.com | allow-credentials: true \
             | expose-headers: location",
        )
    };
    let allowed = |origin: &str| {
        let lines = format!(
            "allow-origin: {origin} | allow-credentials: true | expose-headers: location \
             | vary: Origin"
        );
        answer(200, &lines)
    };
    let pattern = |origin: &str| answer(200, &format!("allow-origin: {origin} | vary: Origin"));
    let foreign = || answer(200, "vary: Origin");
    let cases: &[Case] = &[
        (
            "any, with an origin",
            "GET /any | origin: https://a.example",
            any(),
        ),
        ("any, without one", "GET /any", any()),
        ("any, with null", "GET /any | origin: null", any()),
        (
            "any, with bytes that are no origin",
            "GET /any | origin: ä, \t*",
            any(),
        ),
        (
            "any, with two origins",
            "GET /any | origin: https://a.example | origin: null",
            any(),
        ),
        (
            "any, to HEAD",
            "HEAD /any | origin: https://a.example",
            any(),
        ),
        (
            "any header exposed",
            "POST /any | origin: https://a.example",
            answer(200, "allow-origin: * | expose-headers: *"),
        ),
        (
            "fixed, with it",
            "GET /fixed | origin: https://app.example.com",
            fixed(),
        ),
        ("fixed, without an origin", "GET /fixed", fixed()),
        (
            "fixed, with another",
            "GET /fixed | origin: https://evil.example",
            fixed(),
        ),
        ("fixed, with null", "GET /fixed | origin: null", fixed()),
        ("fixed, to HEAD", "HEAD /fixed", fixed()),
        (
            "several, with the first",
            "GET /several | origin: https://app.example.com",
            allowed("https://app.example.com"),
        ),
        (
            "several, with the second",
            "GET /several | origin: https://admin.example.com",
            allowed("https://admin.example.com"),
        ),
        (
            "several, to HEAD",
            "HEAD /several | origin: https://app.example.com",
            allowed("https://app.example.com"),
        ),
        ("several, without an origin", "GET /several", foreign()),
        (
            "several, with another",
            "GET /several | origin: https://evil.example",
            foreign(),
        ),
        (
            "several, with null",
            "GET /several | origin: null",
            foreign(),
        ),
        (
            "several, with an empty one",
            "GET /several | origin: ",
            foreign(),
        ),
        (
            "several, in upper case",
            "GET /several | origin: HTTPS://APP.EXAMPLE.COM",
            foreign(),
        ),
        (
            "several, with bytes beyond ASCII",
            "GET /several | origin: https://äpp.example.com",
            foreign(),
        ),
        (
            "several, with two lines of an allowed one",
            "GET /several | origin: https://app.example.com | origin: https://app.example.com",
            foreign(),
        ),
        (
            "several, with an allowed one and another",
            "GET /several | origin: https://app.example.com | origin: https://evil.example",
            foreign(),
        ),
        (
            "a wildcard, one label",
            "GET /pattern | origin: https://b.a.example",
            pattern("https://b.a.example"),
        ),
        (
            "a wildcard, two labels",
            "GET /pattern | origin: https://c.b.a.example",
            pattern("https://c.b.a.example"),
        ),
        (
            "a wildcard, not the domain itself",
            "GET /pattern | origin: https://a.example",
            foreign(),
        ),
        (
            "a wildcard, part of a label",
            "GET /pattern | origin: https://evila.example",
            foreign(),
        ),
        (
            "a wildcard, more behind",
            "GET /pattern | origin: https://b.a.example.evil",
            foreign(),
        ),
        (
            "a wildcard, another scheme",
            "GET /pattern | origin: http://b.a.example",
            foreign(),
        ),
        (
            "a wildcard, another port",
            "GET /pattern | origin: https://b.a.example:8443",
            foreign(),
        ),
        ("a wildcard, without an origin", "GET /pattern", foreign()),
        (
            "any port, the default",
            "POST /pattern | origin: https://port.example",
            pattern("https://port.example"),
        ),
        (
            "any port, another",
            "POST /pattern | origin: https://port.example:8443",
            pattern("https://port.example:8443"),
        ),
        (
            "any port, the default written out",
            "POST /pattern | origin: https://port.example:443",
            foreign(),
        ),
        ("any port, without an origin", "POST /pattern", foreign()),
        (
            "GET beside HEAD",
            "GET /both",
            answer(200, "allow-origin: https://get.example"),
        ),
        (
            "HEAD with a handler of its own",
            "HEAD /both",
            answer(200, "allow-origin: https://head.example"),
        ),
        (
            "an origin for development",
            "GET /dev | origin: http://localhost:5173",
            if cfg!(debug_assertions) {
                pattern("http://localhost:5173")
            } else {
                answer(200, "allow-origin: https://app.example.com")
            },
        ),
    ];
    check(&apps(), cases).await;
}

#[tokio::test]
async fn what_the_handler_says_itself() {
    let vary = |lines: &str| answer(200, &format!("allow-origin: https://b.a.example | {lines}"));
    let cases: &[Case] = &[
        (
            "vary: another header",
            "GET /pattern | origin: https://b.a.example | answer-vary: Accept",
            vary("vary: Accept | vary: Origin"),
        ),
        (
            "vary: origin already",
            "GET /pattern | origin: https://b.a.example | answer-vary: Origin",
            vary("vary: Origin"),
        ),
        (
            "vary: origin in lower case",
            "GET /pattern | origin: https://b.a.example | answer-vary: origin",
            vary("vary: origin"),
        ),
        (
            "vary: origin in a list",
            "GET /pattern | origin: https://b.a.example | answer-vary: accept,\tORIGIN , cookie",
            vary("vary: accept,\tORIGIN , cookie"),
        ),
        (
            "vary: origin in the second line",
            "GET /pattern | origin: https://b.a.example | answer-vary: accept | answer-vary: oriGin",
            vary("vary: accept | vary: oriGin"),
        ),
        (
            "vary: everything",
            "GET /pattern | origin: https://b.a.example | answer-vary: *",
            vary("vary: *"),
        ),
        (
            "vary: everything, in a list",
            "GET /pattern | origin: https://b.a.example | answer-vary: accept, *",
            vary("vary: accept, *"),
        ),
        (
            "vary: what only looks like origin",
            "GET /pattern | origin: https://b.a.example | answer-vary: x-origin, origin-x",
            vary("vary: x-origin, origin-x | vary: Origin"),
        ),
        (
            "vary: nothing",
            "GET /pattern | origin: https://b.a.example | answer-vary: ",
            vary("vary:  | vary: Origin"),
        ),
        (
            "vary: bytes beyond ASCII",
            "GET /pattern | origin: https://b.a.example | answer-vary: é",
            vary("vary: é | vary: Origin"),
        ),
        (
            "vary stays where the answer doesn't depend on the origin",
            "GET /fixed | answer-vary: accept",
            answer(
                200,
                "allow-origin: https://app.example.com | allow-credentials: true \
                 | expose-headers: location | vary: accept",
            ),
        ),
        (
            "allow-origin of the handler, once",
            "GET /any | answer-access-control-allow-origin: https://evil.example",
            answer(200, "allow-origin: * | expose-headers: x-total-count, link"),
        ),
        (
            "allow-origin of the handler, twice",
            "GET /fixed | answer-access-control-allow-origin: null \
             | answer-access-control-allow-origin: *",
            answer(
                200,
                "allow-origin: https://app.example.com | allow-credentials: true \
                 | expose-headers: location",
            ),
        ),
        (
            "credentials of the handler",
            "GET /any | answer-access-control-allow-credentials: true",
            answer(200, "allow-origin: * | expose-headers: x-total-count, link"),
        ),
        (
            "allow-origin of the handler for an origin that isn't allowed",
            "GET /several | origin: https://evil.example \
             | answer-access-control-allow-origin: https://evil.example \
             | answer-access-control-allow-credentials: true",
            answer(200, "vary: Origin"),
        ),
        (
            "everything else about CORS of the handler",
            "GET /several | origin: https://app.example.com \
             | answer-access-control-expose-headers: x-secret \
             | answer-access-control-allow-methods: DELETE \
             | answer-access-control-allow-headers: * \
             | answer-access-control-max-age: 86400 \
             | answer-access-control-allow-private-network: true \
             | answer-access-control-x: y",
            answer(
                200,
                "allow-origin: https://app.example.com | allow-credentials: true \
                 | expose-headers: location | vary: Origin",
            ),
        ),
    ];
    check(&apps(), cases).await;
}

#[tokio::test]
async fn rejections_errors_and_redirects() {
    let own = |status| {
        answer(
            status,
            "allow-origin: https://app.example.com | allow-credentials: true | vary: Origin",
        )
    };
    let cases: &[Case] = &[
        (
            "accepted",
            "POST /several | origin: https://app.example.com | content-type: application/json \
             | body: {\"name\": \"x\"}",
            own(201),
        ),
        (
            "no JSON at all",
            "POST /several | origin: https://app.example.com | body: {}",
            own(415),
        ),
        (
            "broken JSON",
            "POST /several | origin: https://app.example.com | content-type: application/json \
             | body: {\"name\"",
            own(400),
        ),
        (
            "other JSON",
            "POST /several | origin: https://app.example.com | content-type: application/json \
             | body: {}",
            own(422),
        ),
        (
            "other JSON, of a foreign origin",
            "POST /several | origin: https://evil.example | content-type: application/json \
             | body: {}",
            answer(422, "vary: Origin"),
        ),
        (
            "a redirect",
            "PUT /several | origin: https://b.a.example",
            answer(
                303,
                "allow-origin: https://b.a.example | expose-headers: location | vary: Origin",
            ),
        ),
        (
            "an error",
            "PATCH /several | origin: https://b.a.example",
            answer(500, "allow-origin: https://b.a.example | vary: Origin"),
        ),
        (
            "an error, of a foreign origin",
            "PATCH /several | origin: https://evil.example",
            answer(500, "vary: Origin"),
        ),
    ];
    check(&apps(), cases).await;
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET, POST], credentials)]
async fn work() -> &'static str {
    "work"
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET], credentials)]
async fn never() {
    std::future::pending::<()>().await;
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET], credentials)]
async fn panics() {
    panic!("as it should");
}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET], credentials)]
async fn numbered(Path(_): Path<u32>) {}

#[cors(origins = ["https://app.example.com", "https://admin.example.com"], methods = [GET], credentials)]
async fn reads_a_body(_: String) {}

async fn unauthorized(_: Request, _: Next) -> StatusCode {
    StatusCode::UNAUTHORIZED
}

async fn panicking(request: Request, next: Next) -> Response {
    assert!(request.uri().path() == "/", "as it should");
    next.run(request).await
}

/// Whoever answers in the handler's place: CORS is around them all.
#[tokio::test]
async fn answers_of_layers() {
    let login = || from_fn(unauthorized);
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_millis(1));
    let working = || CorsRouter::new().route("/x", routes![work]);
    let rows = [
        (401, App::new("a login", working().layer(login()))),
        (
            401,
            App::new("a login around routes", working().route_layer(login())),
        ),
        (
            401,
            App::new(
                "a login around one path",
                CorsRouter::new().route("/x", routes![work].layer(login())),
            ),
        ),
        (
            401,
            App::new(
                "a login in a method router",
                axum::Router::new().route("/x", MethodRouter::from(routes![work].layer(login()))),
            ),
        ),
        (
            401,
            App::new(
                "a login around layers",
                working()
                    .layer(CatchPanicLayer::new())
                    .layer(login())
                    .layer(CatchPanicLayer::new()),
            ),
        ),
        (
            401,
            App::new(
                "a login around merged routers",
                CorsRouter::new().merge(working()).layer(login()),
            ),
        ),
        (
            401,
            App::new(
                "a login in a merged router",
                CorsRouter::new().merge(working().layer(login())),
            ),
        ),
        (
            401,
            App::new(
                "a login beside a plain handler",
                working().route("/x", delete(async || {})).layer(login()),
            ),
        ),
        (
            401,
            App {
                prefix: "/api",
                ..App::new(
                    "a login around nested routers",
                    CorsRouter::new().nest("/api", working()).layer(login()),
                )
            },
        ),
        (
            401,
            App {
                prefix: "/api",
                ..App::new(
                    "a login in a nested router",
                    CorsRouter::new().nest("/api", working().layer(login())),
                )
            },
        ),
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
                "a layer that speaks of CORS",
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
    ];
    for (status, app) in rows {
        let own = || {
            let lines =
                "allow-origin: https://app.example.com | allow-credentials: true | vary: Origin";
            answer(status, lines)
        };
        let cases: &[Case] = &[
            (
                "an allowed origin",
                "GET /x | origin: https://app.example.com | body: long",
                own(),
            ),
            (
                "to HEAD",
                "HEAD /x | origin: https://app.example.com | body: long",
                own(),
            ),
            (
                "a foreign origin",
                "GET /x | origin: https://evil.example | body: long",
                answer(status, "vary: Origin"),
            ),
            (
                "no origin",
                "GET /x | body: long",
                answer(status, "vary: Origin"),
            ),
            (
                "the preflight",
                "OPTIONS /x | origin: https://app.example.com | request-method: GET",
                granted(
                    "allow-origin: https://app.example.com | allow-credentials: true \
                     | allow-methods: GET",
                ),
            ),
        ];
        check(&[app], cases).await;
    }
}

/// What the handler isn't asked for, or what has no policy, says nothing of CORS.
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
        (App::new("alone", app()), [200, 405, 200, 405, 404]),
        (App::new("behind a login", app().layer(login)), [401; 5]),
    ];
    for (app, [deleted, not_allowed, elsewhere, not_there, missing]) in rows {
        let cases: &[Case] = &[
            (
                "a plain handler on the path of a policy",
                "DELETE /x | origin: https://app.example.com",
                answer(deleted, ""),
            ),
            (
                "a method that nobody serves",
                "PUT /x | origin: https://app.example.com",
                answer(not_allowed, ""),
            ),
            (
                "OPTIONS that is no preflight",
                "OPTIONS /x | origin: https://app.example.com",
                answer(not_allowed, ""),
            ),
            (
                "a plain handler",
                "DELETE /y | origin: https://app.example.com",
                answer(elsewhere, ""),
            ),
            (
                "the preflight of a plain handler",
                "OPTIONS /y | origin: https://app.example.com | request-method: DELETE",
                answer(not_there, ""),
            ),
            (
                "a path that nobody serves",
                "GET /z | origin: https://app.example.com",
                answer(missing, ""),
            ),
        ];
        check(&[app], cases).await;
    }
}

/// Beyond CORS, an answer is the handler's to the last byte.
#[tokio::test]
async fn the_rest_of_the_answer() {
    let mut failures = Failures::default();
    for app in apps() {
        let request = "GET /pattern | origin: https://evil.example | answer-x-total-count: 7 \
            | answer-set-cookie: a=b | answer-set-cookie: c=d | answer-content-type: text/x";
        let found = Whole::of(app.send(request).await).await;
        let expected = Whole {
            status: 200,
            headers: [
                "content-length: 0",
                "content-type: text/x",
                "set-cookie: a=b",
                "set-cookie: c=d",
                "vary: Origin",
                "x-total-count: 7",
            ]
            .map(str::to_owned)
            .into(),
            body: String::new(),
        };
        let layered = found
            .headers
            .iter()
            .any(|line| line.starts_with("access-control-"));
        failures.compare(
            || app.name.to_owned(),
            &(false, expected),
            &(layered, found),
        );
    }
    failures.finish();
    let app = App::new("bodies", CorsRouter::new().route("/x", routes![work]));
    for (method, body) in [("GET", "work"), ("HEAD", ""), ("POST", "work")] {
        let answer = Whole::of(app.send(&format!("{method} /x")).await).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (200, body),
            "{method}"
        );
        assert!(
            answer.headers.contains(&"content-length: 4".to_owned()),
            "{method}"
        );
    }
    // A handler stays a function.
    assert_eq!(work().await, "work");
    assert_eq!(fail().await.into_response().status(), 500);
}
