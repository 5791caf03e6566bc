//! What an error says, as a whole: that is what somebody reads whose test has failed.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use cors_runtime::{CorsRouter, OriginSet, Policy, cors, routes};
use cors_testing::{Browser, FetchError};
use tower::Layer;
use tower_http::cors::CorsLayer;

use super::server::{Answers, PAGE, Rows, Scene, parse};

/// The text of an error, as lines of a table have it: without the indentation.
fn text(lines: &str) -> String {
    let lines: Vec<&str> = lines.trim().lines().map(str::trim).collect();
    lines.join("\n")
}

#[tokio::test]
async fn each_step_says_what_was_sent_and_answered_and_what_to_change() {
    let cases: [(Answers<'_>, &str, &str); 15] = [
        (
            &[],
            "TRACE /",
            "request: browsers refuse to send TRACE
             help: use another method",
        ),
        (
            &[],
            "PUT / | mode: no-cors",
            "request: in mode `no-cors` a page cannot send PUT
             help: use mode `cors`",
        ),
        (
            &[],
            "GET ftp://api.test/",
            "request: `ftp://api.test/` is nowhere a page can send a request
             help: write a path such as `/jobs`, or a URL with `http:` or `https:`",
        ),
        (
            &[],
            "GET https://",
            "request: the request cannot be built: empty string
             help: see `http::request::Builder`",
        ),
        (
            &[("OPTIONS", "404")],
            "PUT /a?b=c | x-a: 1 | content-type: application/json",
            "preflight, origin: the page of `https://app.test` got 404 Not Found without `access-control-allow-origin`
             help: send `access-control-allow-origin: https://app.test`
             > OPTIONS https://api.test/a?b=c
             > access-control-request-method: PUT
             > access-control-request-headers: content-type,x-a
             > origin: https://app.test
             < 404 Not Found",
        ),
        (
            &[("OPTIONS", "204 | ac-allow-origin: $ORIGIN")],
            "PUT / | credentials: include",
            "preflight, credentials: the page of `https://app.test` sends credentials, and there is no `access-control-allow-credentials`
             help: send `access-control-allow-credentials: true`
             > OPTIONS https://api.test/
             > access-control-request-method: PUT
             > origin: https://app.test
             < 204 No Content
             < access-control-allow-origin: https://app.test",
        ),
        (
            &[("OPTIONS", "418 | ac-allow-origin: *")],
            "PUT /",
            "preflight, status: the preflight from `https://app.test` for PUT was answered 418 I'm a teapot, and browsers want a status from 200 to 299
             help: answer OPTIONS with 204
             > OPTIONS https://api.test/
             > access-control-request-method: PUT
             > origin: https://app.test
             < 418 I'm a teapot
             < access-control-allow-origin: *",
        ),
        (
            &[("OPTIONS", "200 | ac-allow-origin: * | ac-allow-methods: PUT DELETE")],
            "PUT /",
            "preflight, list: `access-control-allow-methods: PUT DELETE` is no list of names, so browsers refuse all of it
             help: send names with commas in between, such as `access-control-allow-methods: PUT`
             > OPTIONS https://api.test/
             > access-control-request-method: PUT
             > origin: https://app.test
             < 200 OK
             < access-control-allow-origin: *
             < access-control-allow-methods: PUT DELETE",
        ),
        (
            &[("OPTIONS", "200 | ac-allow-origin: * | ac-allow-methods: GET")],
            "PUT /",
            "preflight, method: the page asked for PUT, and the answer names `GET`
             help: send `access-control-allow-methods: PUT`
             > OPTIONS https://api.test/
             > access-control-request-method: PUT
             > origin: https://app.test
             < 200 OK
             < access-control-allow-origin: *
             < access-control-allow-methods: GET",
        ),
        (
            &[("OPTIONS", "200 | ac-allow-origin: * | ac-allow-headers: x-b")],
            "GET / | x-a: 1",
            "preflight, header: the page asked for the header `x-a`, and the answer names `x-b`
             help: send `access-control-allow-headers: x-a`
             > OPTIONS https://api.test/
             > access-control-request-method: GET
             > access-control-request-headers: x-a
             > origin: https://app.test
             < 200 OK
             < access-control-allow-origin: *
             < access-control-allow-headers: x-b",
        ),
        (
            &[("GET", "500 | content-type: text/plain")],
            "GET /",
            "response, origin: the page of `https://app.test` got 500 Internal Server Error without `access-control-allow-origin`
             help: send `access-control-allow-origin: https://app.test`
             > GET https://api.test/
             > origin: https://app.test
             < 500 Internal Server Error",
        ),
        (
            &[("GET", "200 | ac-allow-origin: $ORIGIN | ac-allow-credentials: TRUE")],
            "GET / | credentials: include",
            "response, credentials: the page of `https://app.test` sends credentials, and the answer is `access-control-allow-credentials: TRUE`, not `true`
             help: send `access-control-allow-credentials: true`
             > GET https://api.test/
             > origin: https://app.test
             > cookie: s=1
             < 200 OK
             < access-control-allow-origin: https://app.test
             < access-control-allow-credentials: TRUE",
        ),
        (
            &[("GET", "302 | ac-allow-origin: * | location: data:,a")],
            "GET /",
            "redirect: `data:,a` is nowhere a page can be redirected to
             help: redirect to a URL with `http:` or `https:`
             > GET https://api.test/
             > origin: https://app.test
             < 302 Found
             < access-control-allow-origin: *
             < location: data:,a",
        ),
        (
            &[("GET", "302 | ac-allow-origin: * | location: /")],
            "GET /",
            "redirect: there were more than 20 redirects
             help: answer without
             > GET https://api.test/
             > origin: https://app.test
             < 302 Found
             < access-control-allow-origin: *
             < location: /",
        ),
        (
            &[],
            "GET / | accept: a\u{1}",
            "network: the server answers 400: `accept` has a control byte
             help: send a value without",
        ),
    ];
    let mut rows = Rows::default();
    for (answers, request, expected) in cases {
        let mut scene = Scene::new(PAGE, answers);
        scene.browser = scene.browser.cookie("api.test", "s", "1");
        let error = scene.ask(request).await.seen.expect_err(request);
        rows.check(request, &error.to_string(), &text(expected));
        // What `unwrap` and a test that gives `Result` print.
        assert_eq!(format!("{error:?}"), error.to_string());
    }
    rows.finish();
}

#[tokio::test]
async fn a_service_that_fails_is_named() {
    let service = tower::service_fn(async |_: http::Request<_>| {
        Err::<http::Response<String>, _>("the database is gone")
    });
    let (fetch, credentials) = parse("PUT /a");
    let error = Browser::at(PAGE).fetch(&service, fetch, credentials).await;
    let expected = "network: the server gave no answer: the database is gone
                    help: let the service answer instead of failing
                    > OPTIONS https://api.test/a
                    > access-control-request-method: PUT
                    > origin: https://app.test";
    assert_eq!(error.expect_err("none").to_string(), text(expected));
}

#[cors(origins = ["https://app.test"], methods = [PUT], headers = ["content-type"])]
async fn save() {}

#[cors(origins = ["https://app.test", "https://*.app.test"], methods = [GET, PATCH])]
async fn list() {}

#[cors(origins = ["https://app.test"], methods = [POST], enforce)]
async fn enforced() {}

#[cors(origins = ["*"], methods = [GET])]
async fn open() {}

#[cors(origins = ["https://app.test"], methods = [GET], credentials)]
async fn account() {}

#[cors(origins_from = is_tenant, methods = [GET])]
async fn tenants() {}

async fn is_tenant(_: &cors_runtime::Origin<'_>, _: &http::request::Parts) -> bool {
    false
}

/// Where a handler of this file stands.
fn place(handler: &str) -> String {
    let start = format!("async fn {handler}(");
    let mut lines = include_str!("messages.rs").lines();
    let line = lines.position(|line| line.starts_with(&start));
    let line = line.expect("the handler") + 1;
    format!("testing::messages::{handler}, tests/testing/messages.rs:{line}")
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}

async fn refused(app: &Router, page: &str, request: &str) -> FetchError {
    let (fetch, credentials) = parse(request);
    let seen = Browser::at(page).fetch(app, fetch, credentials).await;
    seen.expect_err(request)
}

/// The same from wherever CORS stands.
fn arrangements() -> Vec<(&'static str, Router)> {
    let own = || {
        CorsRouter::new()
            .route("/", routes![save, list])
            .route("/enforced", routes![enforced])
            .route("/open", routes![open])
            .route("/tenants", routes![tenants])
    };
    vec![
        ("alone", own().into_router()),
        ("layered", own().layer(from_fn(pass)).into_router()),
        (
            "merged into a plain router",
            Router::new()
                .route("/plain", get(async || "plain"))
                .merge(own().into_router()),
        ),
        (
            "method routers",
            Router::new()
                .route("/", MethodRouter::from(routes![save, list]))
                .route("/enforced", MethodRouter::from(routes![enforced]))
                .route("/open", MethodRouter::from(routes![open]))
                .route("/tenants", MethodRouter::from(routes![tenants])),
        ),
    ]
}

#[tokio::test]
async fn a_policy_says_why_and_where_it_stands() {
    const EVIL: &str = "https://evil.test";
    let cases = [
        (
            EVIL,
            "PUT /",
            "preflight, origin: the page of `https://evil.test` got 403 Forbidden without `access-control-allow-origin`, since the origin `https://evil.test` is not allowed; allowed: https://app.test
             help: add `https://evil.test` to `origins`, if its pages may read the answers
             policy: $save
             > OPTIONS https://api.test/
             > access-control-request-method: PUT
             > origin: https://evil.test
             < 403 Forbidden",
        ),
        (
            PAGE,
            "PUT / | x-csrf: 1",
            "preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, since the request header `x-csrf` is not allowed; allowed: content-type
             help: add `x-csrf` to `headers`, or let the page leave it out
             policy: $save
             > OPTIONS https://api.test/
             > access-control-request-method: PUT
             > access-control-request-headers: x-csrf
             > origin: https://app.test
             < 403 Forbidden",
        ),
        (
            PAGE,
            "DELETE /",
            "preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, since no handler of this path has a policy for the method `DELETE`; allowed: GET, HEAD, PUT, PATCH
             help: add `DELETE` to the `methods` of a policy of this path
             policy: $list
             > OPTIONS https://api.test/
             > access-control-request-method: DELETE
             > origin: https://app.test
             < 403 Forbidden",
        ),
        (
            PAGE,
            "patch /",
            "preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, since no handler of this path has a policy for the method `patch`; allowed: GET, HEAD, PUT, PATCH
             help: methods have a case: let the page ask for `PATCH`
             policy: $list
             > OPTIONS https://api.test/
             > access-control-request-method: patch
             > origin: https://app.test
             < 403 Forbidden",
        ),
        (
            EVIL,
            "GET /",
            "response, origin: the page of `https://evil.test` got 200 OK without `access-control-allow-origin`, since the origin `https://evil.test` is not allowed; allowed: https://app.test, https://*.app.test
             help: add `https://evil.test` to `origins`, if its pages may read the answers
             policy: $list
             > GET https://api.test/
             > origin: https://evil.test
             < 200 OK",
        ),
        (
            EVIL,
            "POST /enforced",
            "response, origin: the page of `https://evil.test` got 403 Forbidden without `access-control-allow-origin`, since the origin `https://evil.test` is not allowed; allowed: https://app.test
             help: add `https://evil.test` to `origins`, if its pages may read the answers
             policy: $enforced
             > POST https://api.test/enforced
             > origin: https://evil.test
             < 403 Forbidden",
        ),
        (
            PAGE,
            "POST /enforced | credentials: include",
            "response, credentials: the page of `https://app.test` sends credentials, and there is no `access-control-allow-credentials`
             help: add `credentials`, or let the page send none
             policy: $enforced
             > POST https://api.test/enforced
             > origin: https://app.test
             < 200 OK
             < access-control-allow-origin: https://app.test",
        ),
        (
            "null",
            "GET /tenants",
            "response, origin: the page of `null` got 200 OK without `access-control-allow-origin`, since the origin `null` is not allowed; allowed: origins_from (a function)
             help: `null` stands for sandboxed frames, files and some redirects; serve the page from an origin of its own
             policy: $tenants
             > GET https://api.test/tenants
             > origin: null
             < 200 OK",
        ),
        (
            PAGE,
            "PUT / | credentials: include",
            "preflight, credentials: the page of `https://app.test` sends credentials, and there is no `access-control-allow-credentials`
             help: add `credentials`, or let the page send none
             policy: $save
             > OPTIONS https://api.test/
             > access-control-request-method: PUT
             > origin: https://app.test
             < 204 No Content
             < access-control-allow-origin: https://app.test
             < access-control-allow-methods: PUT",
        ),
        (
            PAGE,
            "GET /open | credentials: include",
            "response, origin: the page of `https://app.test` sends credentials, and the answer is `access-control-allow-origin: *`, which does not cover them
             help: name the origin in `origins` in place of `*`, and add `credentials`; or let the page send none
             policy: $open
             > GET https://api.test/open
             > origin: https://app.test
             < 200 OK
             < access-control-allow-origin: *",
        ),
    ];
    let mut rows = Rows::default();
    for (arrangement, app) in arrangements() {
        for (page, request, expected) in cases {
            let mut expected = text(expected);
            for handler in ["save", "list", "enforced", "open", "tenants"] {
                expected =
                    expected.replace(&format!("${handler}\n"), &format!("{}\n", place(handler)));
            }
            let found = refused(&app, page, request).await.to_string();
            rows.check(
                &format!("{arrangement}, {page}: {request}"),
                &found,
                &expected,
            );
        }
    }
    rows.finish();
}

/// Beside what is no handler there is a reason alone, and from others neither.
#[tokio::test]
async fn only_policies_give_a_reason() {
    static EMPTY: OriginSet = OriginSet::new();
    let plain = || Router::new().route("/", get(async || "plain"));
    let layer = Policy::new(&["https://app.test"]).methods(&["GET"]).layer();
    let set = Policy::new(&[])
        .origins_from(&EMPTY)
        .methods(&["GET"])
        .layer();
    let own = || CorsRouter::new().route("/", routes![list]).into_router();
    let mut rows = Rows::default();
    for (what, app, expected) in [
        (
            "a plain router",
            plain(),
            "got 200 OK without `access-control-allow-origin`\nhelp: send",
        ),
        (
            "tower-http",
            plain().layer(CorsLayer::new()),
            "got 200 OK without `access-control-allow-origin`\nhelp: send",
        ),
        (
            "a policy around a service",
            Router::new().fallback_service(layer.clone().expect("a policy").layer(plain())),
            "got `access-control-allow-origin: https://app.test`, which has another host (`app.test`), \
             since the origin `https://evil.test` is not allowed; allowed: https://app.test\nhelp: add",
        ),
        (
            "a set around a service",
            Router::new().fallback_service(set.expect("a policy").layer(plain())),
            "got 200 OK without `access-control-allow-origin`, since the origin `https://evil.test` is not allowed; \
             allowed: origins_from (a set)\nhelp: add",
        ),
        (
            "a policy around a handler with one: the outer decides",
            own().layer(layer.expect("a policy")),
            "got `access-control-allow-origin: https://app.test`, which has another host (`app.test`), \
             since the origin `https://evil.test` is not allowed; allowed: https://app.test\nhelp: add",
        ),
    ] {
        let error = refused(&app, "https://evil.test", "GET /")
            .await
            .to_string();
        let start = format!("response, origin: the page of `https://evil.test` {expected}");
        rows.check(what, &error[..error.len().min(start.len())], &start);
        assert!(!error.contains("policy:"), "{what}: {error}");
    }
    rows.finish();
}

/// What others did to an answer is no fault of the policy.
#[tokio::test]
async fn a_policy_that_grants_gives_no_reason() {
    let twice = async |mut response: Response| {
        let origin = http::HeaderValue::from_static("*");
        let name = "access-control-allow-origin";
        response.headers_mut().append(name, origin);
        response
    };
    let router = CorsRouter::new()
        .route("/", routes![list])
        .route("/account", routes![account])
        .into_router()
        .layer(map_response(twice));
    for (request, handler) in [
        ("GET /", "list"),
        ("GET /account | credentials: include", "account"),
    ] {
        let error = refused(&router, PAGE, request).await.to_string();
        for part in [
            "got `access-control-allow-origin` 2 times",
            "help: send `access-control-allow-origin: https://app.test`",
            &format!("policy: {}\n", place(handler)),
        ] {
            assert!(error.contains(part), "{request}: {error}");
        }
    }

    let layer = Policy::new(&["https://app.test"]).methods(&["GET"]).layer();
    let router = Router::new().route("/", post(async || "posted"));
    let router = router.layer(layer.expect("a policy"));
    let error = refused(&router, "https://evil.test", "POST /")
        .await
        .to_string();
    assert!(
        error.contains("got 200 OK without `access-control-allow-origin`\nhelp: send"),
        "{error}"
    );
}

/// The step that the browser's console would name, with the reason.
#[tokio::test]
async fn with_diagnostics() {
    let router = CorsRouter::new().route("/", routes![save]);
    let app = router.diagnostics(true).into_router();
    let error = refused(&app, PAGE, "PUT / | x-csrf: 1").await.to_string();
    let expected = "preflight, header: the page asked for the header `x-csrf`, and the answer names `content-type`, since the request header `x-csrf` is not allowed; allowed: content-type
                    help: add `x-csrf` to `headers`, or let the page leave it out
                    policy: $save
                    > OPTIONS https://api.test/
                    > access-control-request-method: PUT
                    > access-control-request-headers: x-csrf
                    > origin: https://app.test
                    < 200 OK
                    < access-control-allow-origin: https://app.test
                    < access-control-allow-methods: PUT
                    < access-control-allow-headers: content-type";
    assert_eq!(error, text(expected).replace("$save", &place("save")));
}
