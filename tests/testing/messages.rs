//! Errors of the browser, whole, because they are what a failed test prints.
//!
//! `UPDATE_EXPECT=1 cargo test --test testing` writes them.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get};
use cors_runtime::{CorsRouter, OriginSet, Policy, cors, routes};
use cors_testing::{Browser, FetchError};
use expect_test::{Expect, expect};
use tower::Layer;
use tower_http::cors::CorsLayer;

use super::server::{Answers, PAGE, Scene, parse};

#[tokio::test]
async fn errors_of_each_step_show_the_exchange_and_a_remedy() {
    let cases: [(Answers<'_>, &str, Expect); 15] = [
        (
            &[],
            "TRACE /",
            expect![[r#"
            request: browsers refuse to send TRACE
            help: use another method"#]],
        ),
        (
            &[],
            "PUT / | mode: no-cors",
            expect![[r#"
            request: in mode `no-cors` a page cannot send PUT
            help: use mode `cors`"#]],
        ),
        (
            &[],
            "GET ftp://api.test/",
            expect![[r#"
                request: `ftp://api.test/` is not a URL that a page can send a request to
                help: write a path such as `/jobs`, or a URL with `http:` or `https:`"#]],
        ),
        (
            &[],
            "GET https://",
            expect![[r#"
            request: the request cannot be built: empty string
            help: see `http::request::Builder`"#]],
        ),
        (
            &[("OPTIONS", "404")],
            "PUT /a?b=c | x-a: 1 | content-type: application/json",
            expect![[r#"
                preflight, origin: the page of `https://app.test` got 404 Not Found without `access-control-allow-origin`
                help: send `access-control-allow-origin: https://app.test`
                > OPTIONS https://api.test/a?b=c
                > access-control-request-method: PUT
                > access-control-request-headers: content-type,x-a
                > origin: https://app.test
                < 404 Not Found"#]],
        ),
        (
            &[("OPTIONS", "204 | access-control-allow-origin: $ORIGIN")],
            "PUT / | credentials: include",
            expect![[r#"
                preflight, credentials: the page of `https://app.test` sends credentials, and there is no `access-control-allow-credentials`
                help: send `access-control-allow-credentials: true`
                > OPTIONS https://api.test/
                > access-control-request-method: PUT
                > origin: https://app.test
                < 204 No Content
                < access-control-allow-origin: https://app.test"#]],
        ),
        (
            &[("OPTIONS", "418 | access-control-allow-origin: *")],
            "PUT /",
            expect![[r#"
                preflight, status: the preflight from `https://app.test` for PUT got 418 I'm a teapot, and browsers require a status from 200 to 299
                help: respond to OPTIONS with 204
                > OPTIONS https://api.test/
                > access-control-request-method: PUT
                > origin: https://app.test
                < 418 I'm a teapot
                < access-control-allow-origin: *"#]],
        ),
        (
            &[(
                "OPTIONS",
                "200 | access-control-allow-origin: * | access-control-allow-methods: PUT DELETE",
            )],
            "PUT /",
            expect![[r#"
                preflight, list: `access-control-allow-methods: PUT DELETE` is not a list of names (a comma is missing in `PUT DELETE`), so browsers refuse all of it
                help: send names with commas in between, such as `access-control-allow-methods: PUT`
                > OPTIONS https://api.test/
                > access-control-request-method: PUT
                > origin: https://app.test
                < 200 OK
                < access-control-allow-methods: PUT DELETE
                < access-control-allow-origin: *"#]],
        ),
        (
            &[(
                "OPTIONS",
                "200 | access-control-allow-origin: * | access-control-allow-methods: GET",
            )],
            "PUT /",
            expect![[r#"
                preflight, method: the preflight requests PUT, and the response names `GET`
                help: send `access-control-allow-methods: PUT`
                > OPTIONS https://api.test/
                > access-control-request-method: PUT
                > origin: https://app.test
                < 200 OK
                < access-control-allow-methods: GET
                < access-control-allow-origin: *"#]],
        ),
        (
            &[(
                "OPTIONS",
                "200 | access-control-allow-origin: * | access-control-allow-headers: x-b",
            )],
            "GET / | x-a: 1",
            expect![[r#"
                preflight, header: the preflight requests the header `x-a`, and the response names `x-b`
                help: send `access-control-allow-headers: x-a`
                > OPTIONS https://api.test/
                > access-control-request-method: GET
                > access-control-request-headers: x-a
                > origin: https://app.test
                < 200 OK
                < access-control-allow-headers: x-b
                < access-control-allow-origin: *"#]],
        ),
        (
            &[("GET", "500 | content-type: text/plain")],
            "GET /",
            expect![[r#"
                response, origin: the page of `https://app.test` got 500 Internal Server Error without `access-control-allow-origin`
                help: send `access-control-allow-origin: https://app.test`
                > GET https://api.test/
                > origin: https://app.test
                < 500 Internal Server Error"#]],
        ),
        (
            &[(
                "GET",
                "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: TRUE",
            )],
            "GET / | credentials: include",
            expect![[r#"
                response, credentials: the page of `https://app.test` sends credentials, and the response has `access-control-allow-credentials: TRUE`, not `true`
                help: send `access-control-allow-credentials: true`
                > GET https://api.test/
                > origin: https://app.test
                > cookie: s=1
                < 200 OK
                < access-control-allow-credentials: TRUE
                < access-control-allow-origin: https://app.test"#]],
        ),
        (
            &[(
                "GET",
                "302 | access-control-allow-origin: * | location: data:,a",
            )],
            "GET /",
            expect![[r#"
                redirect: `data:,a` is not a URL that a page can be redirected to
                help: redirect to a URL with `http:` or `https:`
                > GET https://api.test/
                > origin: https://app.test
                < 302 Found
                < access-control-allow-origin: *
                < location: data:,a"#]],
        ),
        (
            &[("GET", "302 | access-control-allow-origin: * | location: /")],
            "GET /",
            expect![[r#"
                redirect: there were more than 20 redirects
                help: respond without a redirect
                > GET https://api.test/
                > origin: https://app.test
                < 302 Found
                < access-control-allow-origin: *
                < location: /"#]],
        ),
        (
            &[],
            "GET / | accept: a\u{1}",
            expect![[r#"
                network: the server responds with 400, because the value of `accept` has a control byte
                help: send a value without control bytes"#]],
        ),
    ];
    for (answers, request, expected) in cases {
        let mut scene = Scene::new(PAGE, answers);
        scene.browser = scene.browser.cookie("api.test", "s", "1");
        let error = scene.ask(request).await.seen.expect_err(request);
        expected.assert_eq(&error.to_string());
        // `unwrap` and tests that return `Result` print it with `Debug`.
        assert_eq!(format!("{error:?}"), error.to_string());
    }
}

#[tokio::test]
async fn errors_of_services_are_passed_on() {
    let service = tower::service_fn(async |_: http::Request<_>| {
        Err::<http::Response<String>, _>("the database is gone")
    });
    let (fetch, credentials) = parse("PUT /a");
    let error = Browser::at(PAGE).fetch(&service, fetch, credentials).await;
    let expected = expect![[r#"
        network: the server did not respond: the database is gone
        help: let the service respond instead of failing
        > OPTIONS https://api.test/a
        > access-control-request-method: PUT
        > origin: https://app.test"#]];
    expected.assert_eq(&error.expect_err("no response").to_string());
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

/// An error as text, with `$save` for the module, file and line of the handler `save`.
fn message(error: &FetchError) -> String {
    let handlers = ["save", "list", "enforced", "open", "account", "tenants"];
    let text = handlers.iter().fold(error.to_string(), |text, handler| {
        let location = format!("policy: {}\n", location(handler));
        text.replace(&location, &format!("policy: ${handler}\n"))
    });
    // The place of a call: `tests/layer/events.rs` compares its line.
    match text.split_once("policy: Policy::layer, tests/testing/messages.rs:") {
        Some((before, rest)) => {
            let rest = rest.trim_start_matches(|char: char| char.is_ascii_digit());
            format!("{before}policy: $layer{rest}")
        }
        None => text,
    }
}

/// The module, file and line of a handler in this file.
fn location(handler: &str) -> String {
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

/// The same routes with the CORS decision in different places.
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
async fn errors_name_a_wrong_path_or_method_and_the_policy_of_a_layer() {
    const LISTS: Policy<'_> = Policy::new(&["https://other.test"]).methods(&["GET"]);
    let layer = LISTS.layer().expect("a policy");
    let router = CorsRouter::new()
        .route("/enforced", routes![enforced])
        .route("/list", get(async || "list").layer(layer))
        .into_router();
    for (request, expected) in [
        (
            "GET /nothing",
            expect![[r#"
            response, origin: the page of `https://app.test` got 404 Not Found without `access-control-allow-origin`, because no route of the router serves `/nothing`
            help: correct the path; the page can read a 404 of a fallback with a policy, `fallback(routes![..])`, or of a router with a `default_policy`
            > GET https://api.test/nothing
            > origin: https://app.test
            < 404 Not Found"#]],
        ),
        (
            "PUT /nothing",
            expect![[r#"
            preflight, origin: the page of `https://app.test` got 404 Not Found without `access-control-allow-origin`, because no route of the router serves `/nothing`
            help: correct the path; the page can read a 404 of a fallback with a policy, `fallback(routes![..])`, or of a router with a `default_policy`
            > OPTIONS https://api.test/nothing
            > access-control-request-method: PUT
            > origin: https://app.test
            < 404 Not Found"#]],
        ),
        (
            "HEAD /enforced",
            expect![[r#"
            response, origin: the page of `https://app.test` got 405 Method Not Allowed without `access-control-allow-origin`, because the path does not serve HEAD
            help: correct the method; for a page to read a 405, errors need the CORS headers, too: `CorsRouter::default_policy` adds them
            > HEAD https://api.test/enforced
            > origin: https://app.test
            < 405 Method Not Allowed"#]],
        ),
        (
            "GET /list",
            expect![[r#"
            response, origin: the page of `https://app.test` got `access-control-allow-origin: https://other.test`, which has another host (`other.test`), because the origin `https://app.test` is not allowed; allowed: https://other.test
            help: add `https://app.test` to `origins`, if its pages may read the responses
            > GET https://api.test/list
            > origin: https://app.test
            < 200 OK
            < access-control-allow-origin: https://other.test"#]],
        ),
    ] {
        let (request, credentials) = parse(request);
        let page = Browser::at(PAGE);
        let error = page.fetch(&router, request, credentials).await;
        let error = error.expect_err("a response without headers").to_string();
        let is_place = |line: &&str| line.starts_with("policy: Policy::layer, ");
        let lines = error.lines().filter(|line| !is_place(line));
        let lines = lines.collect::<Vec<_>>().join("\n");
        let has_place = error.lines().any(|line| is_place(&line));
        assert_eq!(has_place, error.contains("other.test"), "{error}");
        expected.assert_eq(&lines);
    }
}

#[tokio::test]
async fn errors_give_the_reason_and_location_of_the_policy() {
    const EVIL: &str = "https://evil.test";
    let cases = [
        (
            EVIL,
            "PUT /",
            expect![[r#"
                preflight, origin: the page of `https://evil.test` got 403 Forbidden without `access-control-allow-origin`, because the origin `https://evil.test` is not allowed; allowed: https://app.test
                help: add `https://evil.test` to `origins`, if its pages may read the responses
                policy: $save
                > OPTIONS https://api.test/
                > access-control-request-method: PUT
                > origin: https://evil.test
                < 403 Forbidden"#]],
        ),
        (
            PAGE,
            "PUT / | x-csrf: 1",
            expect![[r#"
                preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, because the request header `x-csrf` is not allowed; allowed: content-type
                help: add `x-csrf` to `headers`, or let the page leave it out
                policy: $save
                > OPTIONS https://api.test/
                > access-control-request-method: PUT
                > access-control-request-headers: x-csrf
                > origin: https://app.test
                < 403 Forbidden"#]],
        ),
        (
            PAGE,
            "DELETE /",
            expect![[r#"
                preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, because no handler of this path has a policy for the method `DELETE`; allowed: GET, HEAD, PUT, PATCH
                help: add `DELETE` to the `methods` of a policy of this path; a plain handler gets a policy of its own by `Policy::routes`, not by a layer
                policy: $list
                > OPTIONS https://api.test/
                > access-control-request-method: DELETE
                > origin: https://app.test
                < 403 Forbidden"#]],
        ),
        (
            PAGE,
            "patch /",
            expect![[r#"
                preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, because no handler of this path has a policy for the method `patch`; allowed: GET, HEAD, PUT, PATCH
                help: methods have a case: let the page ask for `PATCH`
                policy: $list
                > OPTIONS https://api.test/
                > access-control-request-method: patch
                > origin: https://app.test
                < 403 Forbidden"#]],
        ),
        (
            EVIL,
            "GET /",
            expect![[r#"
                response, origin: the page of `https://evil.test` got 200 OK without `access-control-allow-origin`, because the origin `https://evil.test` is not allowed; allowed: https://app.test, https://*.app.test
                help: add `https://evil.test` to `origins`, if its pages may read the responses
                policy: $list
                > GET https://api.test/
                > origin: https://evil.test
                < 200 OK"#]],
        ),
        (
            EVIL,
            "POST /enforced",
            expect![[r#"
                response, origin: the page of `https://evil.test` got 403 Forbidden without `access-control-allow-origin`, because the origin `https://evil.test` is not allowed; allowed: https://app.test
                help: add `https://evil.test` to `origins`, if its pages may use this handler
                policy: $enforced
                > POST https://api.test/enforced
                > origin: https://evil.test
                < 403 Forbidden"#]],
        ),
        (
            PAGE,
            "POST /enforced | credentials: include",
            expect![[r#"
            response, credentials: the page of `https://app.test` sends credentials, and there is no `access-control-allow-credentials`
            help: add `credentials`, or let the page send none
            policy: $enforced
            > POST https://api.test/enforced
            > origin: https://app.test
            < 200 OK
            < access-control-allow-origin: https://app.test"#]],
        ),
        (
            "null",
            "GET /tenants",
            expect![[r#"
                response, origin: the page of `null` got 200 OK without `access-control-allow-origin`, because the origin `null` is not allowed; allowed: origins_from (a function)
                help: `null` stands for sandboxed frames, files and some redirects; serve the page from an origin of its own
                policy: $tenants
                > GET https://api.test/tenants
                > origin: null
                < 200 OK"#]],
        ),
        (
            PAGE,
            "PUT / | credentials: include",
            expect![[r#"
            preflight, credentials: the page of `https://app.test` sends credentials, and there is no `access-control-allow-credentials`
            help: add `credentials`, or let the page send none
            policy: $save
            > OPTIONS https://api.test/
            > access-control-request-method: PUT
            > origin: https://app.test
            < 204 No Content
            < access-control-allow-origin: https://app.test
            < access-control-allow-methods: PUT"#]],
        ),
        (
            PAGE,
            "GET /open | credentials: include",
            expect![[r#"
                response, origin: the page of `https://app.test` sends credentials, and the response has `access-control-allow-origin: *`, which does not cover them
                help: name the origin in `origins` in place of `*`, and add `credentials`; or let the page send none
                policy: $open
                > GET https://api.test/open
                > origin: https://app.test
                < 200 OK
                < access-control-allow-origin: *"#]],
        ),
    ];
    let apps = arrangements();
    for (page, request, expected) in cases {
        let mut messages = Vec::new();
        for (_, app) in &apps {
            messages.push(message(&refused(app, page, request).await));
        }
        expected.assert_eq(&messages[0]);
        for ((arrangement, _), message) in apps.iter().zip(&messages) {
            assert_eq!(*message, messages[0], "{arrangement}, {page}: {request}");
        }
    }
}

/// A policy around a service has a reason and the place where its layer is made; other CORS layers have
/// neither.
#[tokio::test]
async fn errors_of_services_have_the_place_of_the_layer() {
    static EMPTY: OriginSet = OriginSet::new();
    let plain = || Router::new().route("/", get(async || "plain"));
    let layer = Policy::new(&["https://app.test"]).methods(&["GET"]).layer();
    let set = Policy::new(&[])
        .origins_from(&EMPTY)
        .methods(&["GET"])
        .layer();
    let own = || CorsRouter::new().route("/", routes![list]).into_router();
    for (app, expected) in [
        (
            plain(),
            expect![[r#"
            response, origin: the page of `https://evil.test` got 200 OK without `access-control-allow-origin`
            help: send `access-control-allow-origin: https://evil.test`
            > GET https://api.test/
            > origin: https://evil.test
            < 200 OK"#]],
        ),
        (
            plain().layer(CorsLayer::new()),
            expect![[r#"
            response, origin: the page of `https://evil.test` got 200 OK without `access-control-allow-origin`
            help: send `access-control-allow-origin: https://evil.test`
            > GET https://api.test/
            > origin: https://evil.test
            < 200 OK"#]],
        ),
        (
            Router::new().fallback_service(layer.clone().expect("a policy").layer(plain())),
            expect![[r#"
                response, origin: the page of `https://evil.test` got `access-control-allow-origin: https://app.test`, which has another host (`app.test`), because the origin `https://evil.test` is not allowed; allowed: https://app.test
                help: add `https://evil.test` to `origins`, if its pages may read the responses
                policy: $layer
                > GET https://api.test/
                > origin: https://evil.test
                < 200 OK
                < access-control-allow-origin: https://app.test"#]],
        ),
        (
            Router::new().fallback_service(set.expect("a policy").layer(plain())),
            expect![[r#"
                response, origin: the page of `https://evil.test` got 200 OK without `access-control-allow-origin`, because the origin `https://evil.test` is not allowed; allowed: origins_from (a set)
                help: add `https://evil.test` to `origins`, if its pages may read the responses
                policy: $layer
                > GET https://api.test/
                > origin: https://evil.test
                < 200 OK"#]],
        ),
        (
            own().layer(layer.expect("a policy")),
            expect![[r#"
                response, origin: the page of `https://evil.test` got `access-control-allow-origin: https://app.test`, which has another host (`app.test`), because the origin `https://evil.test` is not allowed; allowed: https://app.test
                help: add `https://evil.test` to `origins`, if its pages may read the responses
                policy: $layer
                > GET https://api.test/
                > origin: https://evil.test
                < 200 OK
                < access-control-allow-origin: https://app.test"#]],
        ),
    ] {
        let error = message(&refused(&app, "https://evil.test", "GET /").await);
        expected.assert_eq(&error);
    }
}

/// Policies of one path that do not know of each other, and how they do.
#[tokio::test]
async fn errors_of_several_policies_of_a_path_name_the_way() {
    const READ: Policy = Policy::new(&["https://app.test"])
        .methods(&["GET"])
        .checked();
    const WRITE: Policy = READ.methods(&["DELETE"]).checked();
    let layer = |policy: &Policy<'_>| policy.layer().expect("a checked policy");
    let serve = async || "served";
    let layers = Router::new()
        .route("/", delete(serve).layer(layer(&WRITE)))
        .route("/", get(serve).layer(layer(&READ)));
    expect![[r#"
        preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, because the layer of a policy answers preflights for the methods of that policy only, which lacks `DELETE`; allowed: GET, HEAD
        help: add `DELETE` to the `methods` of the layer's policy; if another policy of the path has it, pass the handlers of both to `Policy::routes` in place of the layers
        policy: $layer
        > OPTIONS https://api.test/
        > access-control-request-method: DELETE
        > origin: https://app.test
        < 403 Forbidden"#]].assert_eq(&message(&refused(&layers, PAGE, "DELETE /").await));
    let mixed = CorsRouter::new()
        .route("/", routes![list])
        .route("/", delete(serve).layer(layer(&WRITE)))
        .into_router();
    expect![[r#"
        preflight, origin: the page of `https://app.test` got 403 Forbidden without `access-control-allow-origin`, because no handler of this path has a policy for the method `DELETE`; allowed: GET, HEAD, PATCH
        help: add `DELETE` to the `methods` of a policy of this path; a plain handler gets a policy of its own by `Policy::routes`, not by a layer
        policy: $list
        > OPTIONS https://api.test/
        > access-control-request-method: DELETE
        > origin: https://app.test
        < 403 Forbidden"#]].assert_eq(&message(&refused(&mixed, PAGE, "DELETE /").await));

    let known = CorsRouter::new()
        .route("/", READ.routes(get(serve)).expect("a checked policy"))
        .route("/", WRITE.routes(delete(serve)).expect("a checked policy"));
    let (fetch, credentials) = parse("DELETE /");
    let known = known.into_router();
    let response = Browser::at(PAGE).fetch(&known, fetch, credentials).await;
    assert!(response.is_ok(), "{response:?}");
}

/// A header that another layer breaks is explained by that layer, and not by the policy.
#[tokio::test]
async fn errors_name_a_layer_outside_of_a_policy_that_allows_the_request() {
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
    for (request, expected) in [
        (
            "GET /",
            expect![[r#"
                response, origin: the page of `https://app.test` got `access-control-allow-origin` 2 times (`https://app.test, *`), which never matches, because another middleware around the router has changed the headers of the policy, which allows this page
                help: put that middleware inside, with `CorsRouter::layer`, or remove it
                policy: $list
                > GET https://api.test/
                > origin: https://app.test
                < 200 OK
                < access-control-allow-origin: https://app.test
                < access-control-allow-origin: *"#]],
        ),
        (
            "GET /account | credentials: include",
            expect![[r#"
                response, origin: the page of `https://app.test` got `access-control-allow-origin` 2 times (`https://app.test, *`), which never matches, because another middleware around the router has changed the headers of the policy, which allows this page
                help: put that middleware inside, with `CorsRouter::layer`, or remove it
                policy: $account
                > GET https://api.test/account
                > origin: https://app.test
                < 200 OK
                < access-control-allow-origin: https://app.test
                < access-control-allow-origin: *
                < access-control-allow-credentials: true"#]],
        ),
    ] {
        expected.assert_eq(&message(&refused(&router, PAGE, request).await));
    }

    // The policy does not name the method of these reads, and covers writes of every method.
    let router = |methods: &[&str]| {
        let router = Router::new().route("/", get(async || "read").post(async || "posted"));
        let policy = Policy::new(&["https://app.test"]).methods(methods);
        router.layer(policy.layer().expect("a policy"))
    };
    let writes = router(&["PUT"]);
    let error = refused(&writes, "https://evil.test", "GET /").await;
    expect![[r#"
        response, origin: the page of `https://evil.test` got 200 OK without `access-control-allow-origin`
        help: send `access-control-allow-origin: https://evil.test`
        > GET https://api.test/
        > origin: https://evil.test
        < 200 OK"#]].assert_eq(&message(&error));
    let reads = router(&["GET"]);
    let error = refused(&reads, "https://evil.test", "POST /").await;
    expect![[r#"
        response, origin: the page of `https://evil.test` got 403 Forbidden without `access-control-allow-origin`, because the origin `https://evil.test` is not allowed; allowed: https://app.test
        help: add `https://evil.test` to `origins`, if its pages may use this handler
        policy: $layer
        > POST https://api.test/
        > origin: https://evil.test
        < 403 Forbidden"#]].assert_eq(&message(&error));
}

/// The step is the one in the browser's console, and the reason is there as well.
#[tokio::test]
async fn errors_with_diagnostics_have_the_step_of_the_console() {
    let router = CorsRouter::new().route("/", routes![save]);
    let app = router.diagnostics(true).into_router();
    let error = refused(&app, PAGE, "PUT / | x-csrf: 1").await;
    expect![[r#"
        preflight, header: the preflight requests the header `x-csrf`, and the response names `content-type`, because the request header `x-csrf` is not allowed; allowed: content-type
        help: add `x-csrf` to `headers`, or let the page leave it out
        policy: $save
        > OPTIONS https://api.test/
        > access-control-request-method: PUT
        > access-control-request-headers: x-csrf
        > origin: https://app.test
        < 200 OK
        < access-control-allow-origin: https://app.test
        < access-control-allow-methods: PUT
        < access-control-allow-headers: content-type"#]].assert_eq(&message(&error));
}
