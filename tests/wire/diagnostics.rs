//! `CorsRouter::diagnostics`: the console of the browser names the step that failed.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::post;
use cors_runtime::{CorsRouter, cors, routes};
use cors_test_support::{
    App, Failures, PREFLIGHT_VARY, WireRequest, WireResponse, actual, preflight,
};
use cors_testing::{Browser, Credentials, Fetch, Step};
use expect_test::expect;

#[cors(
    origins = ["https://app.example"],
    methods = [GET],
    headers = ["x-a", "x-b"],
    max_age = 600,
    credentials,
)]
async fn list() {}

#[cors(origins = ["*"], methods = [PUT], headers = ["*"], max_age = 600)]
async fn any() {}

#[cors(origins = ["https://app.example", "https://b.example"], methods = [PATCH])]
async fn change() {}

#[cors(origins = ["https://app.example"], methods = [DELETE], enforce)]
async fn remove() {}

#[cors(origins = ["*"], methods = [GET])]
async fn public() {}

#[cors(origins = ["https://app.example"], methods = [PUT], credentials)]
async fn secret() {}

#[cors(origins = ["https://app.example"], methods = [OPTIONS])]
async fn describe() {}

/// The response in the notation of the tests, with `[list]` for the location of the handler `list`.
fn explained(response: &WireResponse) -> String {
    let length = response.body().len().to_string();
    assert!(response.values("content-length").eq([&*length]));
    // axum adds `allow` beside plain handlers.
    let response = response
        .clone()
        .retain(|name| name != "content-length" && name != "allow");
    let handlers = ["list", "any", "change", "remove", "describe"];
    handlers.iter().fold(response.to_string(), |text, handler| {
        text.replace(&location_of(handler), &format!("[{handler}]"))
    })
}

/// The location of a handler of this file, as the reason has it.
fn location_of(handler: &str) -> String {
    let start = format!("async fn {handler}(");
    let line = include_str!("diagnostics.rs")
        .lines()
        .position(|line| line.starts_with(&start))
        .expect("the handler");
    format!(
        "wire::diagnostics::{handler}, tests/wire/diagnostics.rs:{}",
        line + 1
    )
}

fn routes() -> CorsRouter {
    CorsRouter::new()
        .route("/jobs", routes![list, any, change])
        .route("/one", routes![list])
        .route("/enforced", routes![remove])
        .route("/mixed", routes![public, secret])
        .route("/described", routes![describe])
}

#[tokio::test]
async fn diagnostics_of_refused_preflights() {
    let cases = [
        (
            "method: of no handler",
            preflight("DELETE /one", "https://app.example").request_headers("x-a"),
            expect![[r#"
                200
                access-control-allow-credentials: true
                access-control-allow-methods: GET, HEAD
                access-control-allow-origin: https://app.example
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                no handler of this path has a policy for the method `DELETE`; allowed: GET, HEAD (policies of this path, the first is of [list])"#]],
        ),
        (
            "method: in lower case",
            WireRequest::from(
                "OPTIONS /jobs
                 origin: https://b.example
                 access-control-request-method: patch",
            ),
            expect![[r#"
                200
                access-control-allow-methods: PUT
                access-control-allow-origin: *
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                no handler of this path has a policy for the method `patch`; allowed: GET, HEAD, PUT, PATCH (policies of this path, the first is of [list])
                help: methods have a case: let the page ask for `PATCH`"#]],
        ),
        (
            "method: beside policies with and without credentials",
            preflight("DELETE /jobs", "https://app.example"),
            expect![[r#"
                200
                access-control-allow-credentials: true
                access-control-allow-methods: GET, HEAD
                access-control-allow-origin: https://app.example
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                no handler of this path has a policy for the method `DELETE`; allowed: GET, HEAD, PUT, PATCH (policies of this path, the first is of [list])"#]],
        ),
        (
            "method: from an origin that no policy allows",
            preflight("DELETE /one", "https://evil.example"),
            expect![[r#"
                200
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                no handler of this path has a policy for the method `DELETE`; allowed: GET, HEAD (policies of this path, the first is of [list])"#]],
        ),
        (
            "method: two lines",
            WireRequest::from(
                "OPTIONS /one
                 origin: https://app.example
                 access-control-request-method: GET
                 access-control-request-method: GET",
            ),
            expect![[r#"
                200
                access-control-allow-credentials: true
                access-control-allow-methods: GET, HEAD
                access-control-allow-origin: https://app.example
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the preflight names more than one method; allowed: GET, HEAD (policies of this path, the first is of [list])"#]],
        ),
        (
            "origin",
            preflight("GET /one", "https://evil.example").request_headers("x-a"),
            expect![[r#"
                200
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the origin `https://evil.example` is not allowed; allowed: https://app.example (policy of [list])"#]],
        ),
        (
            "origin: beside a policy that allows it",
            preflight("PATCH /jobs", "https://evil.example"),
            expect![[r#"
                200
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the origin `https://evil.example` is not allowed; allowed: https://app.example, https://b.example (policy of [change])"#]],
        ),
        (
            "origin: null",
            preflight("GET /one", "null"),
            expect![[r#"
            200
            content-type: text/plain; charset=utf-8
            vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

            the origin `null` is not allowed; allowed: https://app.example (policy of [list])
            help: `null` stands for sandboxed frames, files and some redirects; serve the page from an origin of its own"#]],
        ),
        (
            "origin: two lines",
            WireRequest::from(
                "OPTIONS /one
                 origin: https://app.example
                 origin: https://app.example
                 access-control-request-method: GET",
            ),
            expect![[r#"
                200
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the request names more than one origin; allowed: https://app.example (policy of [list])"#]],
        ),
        (
            "origin: enforced",
            preflight("DELETE /enforced", "https://evil.example"),
            expect![[r#"
                200
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the origin `https://evil.example` is not allowed; allowed: https://app.example (policy of [remove])"#]],
        ),
        (
            "origin: beside a handler for OPTIONS",
            preflight("OPTIONS /described", "https://evil.example"),
            expect![[r#"
                200
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the origin `https://evil.example` is not allowed; allowed: https://app.example (policy of [describe])"#]],
        ),
        (
            "headers",
            preflight("GET /jobs", "https://app.example").request_headers("x-a,x-c"),
            expect![[r#"
                200
                access-control-allow-credentials: true
                access-control-allow-headers: x-a, x-b
                access-control-allow-methods: GET
                access-control-allow-origin: https://app.example
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the request header `x-c` is not allowed; allowed: x-a, x-b (policy of [list])"#]],
        ),
        (
            "headers: none is allowed",
            preflight("PATCH /jobs", "https://b.example").request_headers("content-type"),
            expect![[r#"
                200
                access-control-allow-methods: PATCH
                access-control-allow-origin: https://b.example
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the request header `content-type` is not allowed; allowed: none (policy of [change])"#]],
        ),
        (
            "headers: not among any",
            preflight("PUT /jobs", "https://b.example").request_headers("authorization"),
            expect![[r#"
                200
                access-control-allow-headers: *
                access-control-allow-methods: PUT
                access-control-allow-origin: *
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the request header `authorization` is not allowed; allowed: * (policy of [any])"#]],
        ),
        (
            "headers: too many, which a browser would find allowed",
            preflight("PUT /jobs", "https://b.example").request_headers("x,,,,,,,,,,,,,,,,,,"),
            expect![[r#"
                200
                access-control-allow-methods: PUT
                access-control-allow-origin: *
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the preflight asks for too many request headers; allowed: * (policy of [any])"#]],
        ),
        (
            "headers: bytes that would break the lines of a log",
            WireRequest::from(
                "OPTIONS /one
                 origin: https://app.example
                 access-control-request-method: GET
                 access-control-request-headers: \u{9b}31m \"x",
            ),
            expect![[r#"
                200
                access-control-allow-credentials: true
                access-control-allow-headers: x-a, x-b
                access-control-allow-methods: GET
                access-control-allow-origin: https://app.example
                content-type: text/plain; charset=utf-8
                vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

                the request header `\xc2\x9b31m\x20\"x` is not allowed; allowed: x-a, x-b (policy of [list])"#]],
        ),
    ];
    let mut failures = Failures::default();
    for (name, request, expected) in cases {
        let mut apps = explaining().into_iter();
        let alone = apps.next().expect("the routes alone");
        let explanation = explained(&alone.complete(&request).await);
        expected.assert_eq(&explanation);
        for app in apps {
            let found = explained(&app.complete(&request).await);
            failures.compare(|| format!("{name} ({})", app.name), &explanation, &found);
        }
    }
    failures.finish();
}

/// The setting of the finished router counts, for all settings of the routers inside of it.
fn explaining() -> Vec<App> {
    let layer = from_fn(|request: Request, next: Next| next.run(request));
    let plain = || post(|| async {});
    vec![
        App::new("alone", routes().diagnostics(true)),
        App::new("set first", {
            let router = CorsRouter::new().diagnostics(true);
            router.merge(routes()).layer(layer).with_state::<()>(())
        }),
        App::new(
            "beside plain handlers",
            routes()
                .route("/jobs", plain())
                .route("/one", plain())
                .route("/enforced", plain())
                .diagnostics(true),
        ),
        App::nested(
            "nested",
            "/api",
            CorsRouter::new().nest("/api", routes()).diagnostics(true),
        ),
        App::nested(
            "finished, then nested in a plain router",
            "/api",
            Router::new().nest("/api", routes().diagnostics(true).into_router()),
        ),
    ]
}

/// Routers that explain nothing.
fn silent() -> Vec<App> {
    let loud = || routes().diagnostics(true);
    vec![
        App::new("alone", routes()),
        App::new("switched off", loud().diagnostics(false)),
        App::new("merged", CorsRouter::new().merge(loud())),
        App::nested("nested", "/api", CorsRouter::new().nest("/api", loud())),
        App::new(
            "method routers",
            CorsRouter::from(Router::new().route("/one", routes![list].into())).diagnostics(true),
        ),
    ]
}

#[tokio::test]
async fn diagnostics_are_off_by_default() {
    let refused = WireResponse::from(format!("403\ncontent-length: 0\n{PREFLIGHT_VARY}"));
    let mut failures = Failures::default();
    for app in silent() {
        for request in [
            preflight("DELETE /one", "https://app.example"),
            preflight("GET /one", "https://evil.example"),
            preflight("GET /one", "https://app.example").request_headers("x-c"),
        ] {
            let found = app.complete(&request).await;
            failures.compare(|| format!("{request} ({})", app.name), &refused, &found);
        }
    }
    failures.finish();
}

/// Only the responses to refused preflights have an explanation.
#[tokio::test]
async fn diagnostics_change_no_other_response() {
    let silent = App::new("silent", routes());
    let explaining = App::new("explaining", routes().diagnostics(true));
    let mut failures = Failures::default();
    for request in [
        preflight("GET /jobs", "https://app.example").request_headers("x-a"),
        preflight("PUT /jobs", "https://evil.example").request_headers("x"),
        actual("OPTIONS /jobs", "https://evil.example"),
        preflight("GET /nowhere", "https://evil.example"),
        actual("GET /jobs", "https://app.example"),
        actual("GET /jobs", "https://evil.example"),
        actual("PATCH /jobs", "https://evil.example"),
        actual("DELETE /jobs", "https://evil.example"),
        actual("DELETE /enforced", "https://app.example"),
        actual("DELETE /enforced", "https://evil.example"),
        WireRequest::from("DELETE /enforced"),
    ] {
        let [expected, found] = [
            silent.complete(&request).await,
            explaining.complete(&request).await,
        ];
        failures.compare(|| &request, &expected, &found);
    }
    failures.finish();
}

/// A browser names the step that failed, and still refuses each request.
#[tokio::test]
async fn diagnostics_in_a_browser() {
    let many = (0..130).fold(http::Request::put("/jobs"), |request, i| {
        request.header(format!("x-{i}"), "1")
    });
    let delete = || http::Request::delete("/jobs");
    let cases: Vec<(&str, &str, Fetch, Credentials, Step)> = vec![
        (
            "method",
            "https://app.example",
            delete().into(),
            Credentials::SameOrigin,
            Step::PreflightMethod,
        ),
        (
            "method, with credentials",
            "https://app.example",
            delete().into(),
            Credentials::Include,
            Step::PreflightMethod,
        ),
        (
            "method, with credentials, beside a public policy",
            "https://app.example",
            http::Request::delete("/mixed").into(),
            Credentials::Include,
            Step::PreflightMethod,
        ),
        (
            "method, which only the public policy lets this origin name",
            "https://evil.example",
            delete().into(),
            Credentials::SameOrigin,
            Step::PreflightMethod,
        ),
        (
            "origin",
            "https://evil.example",
            http::Request::patch("/jobs").into(),
            Credentials::SameOrigin,
            Step::PreflightOrigin,
        ),
        (
            "header",
            "https://app.example",
            http::Request::get("/jobs").header("x-c", "1").into(),
            Credentials::Include,
            Step::PreflightHeader,
        ),
        (
            "authorization, which `*` does not cover",
            "https://evil.example",
            http::Request::put("/jobs")
                .header("authorization", "a")
                .into(),
            Credentials::SameOrigin,
            Step::PreflightHeader,
        ),
        (
            "too many headers",
            "https://evil.example",
            many.into(),
            Credentials::SameOrigin,
            Step::PreflightHeader,
        ),
        (
            "POST, which browsers always allow, so that only the header fails",
            "https://app.example",
            http::Request::post("/jobs")
                .header("content-type", "application/json")
                .into(),
            Credentials::SameOrigin,
            Step::PreflightHeader,
        ),
        (
            "POST without such a header, which is sent and not readable",
            "https://app.example",
            Fetch::new(http::Request::post("/jobs")).upload_listener(),
            Credentials::SameOrigin,
            Step::Origin,
        ),
    ];
    let router: Router = routes().diagnostics(true).into_router();
    let mut failures = Failures::default();
    for (name, page, fetch, credentials, step) in cases {
        let seen = Browser::at(page).fetch(&router, fetch, credentials).await;
        let found = seen.map(|_| ()).map_err(|error| error.step());
        failures.compare(|| name, &Err(step), &found);
    }
    failures.finish();
}
