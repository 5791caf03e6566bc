//! Another CORS middleware around a router, which replaces the decisions of its policies.

use axum::Router;
use axum::extract::Request;
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderValue, Method};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, put};
use cors_runtime::{CorsRouter, Policy, Protection, cors, routes};
use cors_testing::{Browser, Step};
use expect_test::{Expect, expect};
use tower::Layer;
use tower_http::cors::CorsLayer;

use super::server::{PAGE, parse};

const STRANGER: &str = "https://evil.test";

#[cors(origins = ["https://app.test"], methods = [GET, PUT], credentials)]
async fn account() {}

#[cors(origins = ["*"], methods = [GET])]
async fn public() {}

async fn plain() {}

fn router() -> CorsRouter {
    CorsRouter::new()
        .route("/account", routes![account])
        .route("/public", routes![public])
        .route("/plain", get(plain).put(plain))
}

/// The problem of a response that the page can read, or the whole error.
async fn found(app: &Router, page: &str, request: &str) -> String {
    let (fetch, credentials) = parse(request);
    match Browser::at(page).fetch(app, fetch, credentials).await {
        Ok(response) => response
            .problems()
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
        Err(error) => error.to_string(),
    }
}

/// The application leaves its headers to a gateway, which is not there.
#[tokio::test]
async fn router_at_the_edge() {
    let app = router().at_the_edge(true).into_router();
    let rows = [
        (
            "https://app.test",
            "GET /account",
            expect![[r#"
            response, origin: the page of `https://app.test` got 200 OK without `access-control-allow-origin`, because the router is `at_the_edge`, and leaves CORS to the gateway in front of it
            help: test the router without `at_the_edge`, or send the requests to the gateway
            > GET https://api.test/account
            > origin: https://app.test
            < 200 OK"#]],
        ),
        (
            "https://app.test",
            "PUT /account",
            expect![[r#"
            preflight, origin: the page of `https://app.test` got 405 Method Not Allowed without `access-control-allow-origin`, because the router is `at_the_edge`, and leaves CORS to the gateway in front of it
            help: test the router without `at_the_edge`, or send the requests to the gateway
            > OPTIONS https://api.test/account
            > access-control-request-method: PUT
            > origin: https://app.test
            < 405 Method Not Allowed"#]],
        ),
        (
            STRANGER,
            "PUT /account",
            expect![[r#"
            preflight, origin: the page of `https://evil.test` got 405 Method Not Allowed without `access-control-allow-origin`, because the router is `at_the_edge`, and leaves CORS to the gateway in front of it
            help: test the router without `at_the_edge`, or send the requests to the gateway
            > OPTIONS https://api.test/account
            > access-control-request-method: PUT
            > origin: https://evil.test
            < 405 Method Not Allowed"#]],
        ),
        (
            STRANGER,
            "GET /plain",
            expect![[r#"
            response, origin: the page of `https://evil.test` got 200 OK without `access-control-allow-origin`, because the route `/plain` has no policy
            help: give its handler `#[cors(..)]` and register it with `routes!`
            > GET https://api.test/plain
            > origin: https://evil.test
            < 200 OK"#]],
        ),
    ];
    check(&app, &rows).await;
}

async fn check(app: &Router, rows: &[(&str, &str, Expect)]) {
    for (page, request, expected) in rows {
        expected.assert_eq(&found(app, page, request).await);
    }
}

#[tokio::test]
async fn cors_layer_outside_is_named() {
    let app = router().into_router().layer(CorsLayer::very_permissive());
    check(
        &app,
        &[
            (
                STRANGER,
                "GET /account | credentials: include",
                expect![[r#"
                    middleware: another CORS middleware around the router allows `https://evil.test`, although the origin `https://evil.test` is not allowed; allowed: https://app.test
                    help: put that middleware inside, with `CorsRouter::layer`, or remove it"#]],
            ),
            (
                STRANGER,
                "PUT /account | credentials: include",
                expect![[r#"
                    middleware: another CORS middleware around the router allows `https://evil.test`, although the origin `https://evil.test` is not allowed; allowed: https://app.test
                    help: put that middleware inside, with `CorsRouter::layer`, or remove it"#]],
            ),
            (
                PAGE,
                "PUT /account | credentials: include",
                expect![[r#"
                    middleware: another CORS middleware around the router answered the preflight for PUT, although the path has a policy
                    help: put that middleware inside, with `CorsRouter::layer`, or remove it"#]],
            ),
        ],
    )
    .await;
    let (fetch, credentials) = parse("GET /account");
    let stranger = Browser::at(STRANGER);
    let response = stranger.fetch(&app, fetch, credentials).await;
    let response = response.expect("the layer allows every origin");
    let problem = response.problems().first().expect("the policy does not");
    assert_eq!(
        (problem.step(), problem.is_fatal()),
        (Step::Middleware, false)
    );
    // A test that expects an error prints this.
    let printed = format!("{response:?}");
    assert!(printed.contains("CorsRouter::layer"), "{printed}");
}

#[tokio::test]
async fn cors_layer_outside_with_another_origin_is_named() {
    let layer = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://old.test"))
        .allow_methods([Method::PUT]);
    let app = router().into_router().layer(layer);
    let rows = [
        (
            PAGE,
            "GET /account",
            expect![[r#"
            response, origin: the page of `https://app.test` got `access-control-allow-origin: https://old.test`, which has another host (`old.test`), because another middleware around the router has changed the headers of the policy, which allows this page
            help: put that middleware inside, with `CorsRouter::layer`, or remove it
            policy: testing::overrides::account, tests/testing/overrides.rs:21
            > GET https://api.test/account
            > origin: https://app.test
            < 200 OK
            < access-control-allow-origin: https://old.test
            < access-control-allow-credentials: true"#]],
        ),
        // The preflight reaches no policy, so nothing is known about the path.
        (
            PAGE,
            "PUT /account",
            expect![[r#"
            preflight, origin: the page of `https://app.test` got `access-control-allow-origin: https://old.test`, which has another host (`old.test`)
            help: send `access-control-allow-origin: https://app.test`
            > OPTIONS https://api.test/account
            > access-control-request-method: PUT
            > origin: https://app.test
            < 200 OK
            < access-control-allow-methods: PUT
            < access-control-allow-origin: https://old.test"#]],
        ),
        (
            "https://old.test",
            "PUT /account",
            expect![[r#"
            middleware: another CORS middleware around the router allows `https://old.test`, although the origin `https://old.test` is not allowed; allowed: https://app.test
            help: put that middleware inside, with `CorsRouter::layer`, or remove it"#]],
        ),
    ];
    check(&app, &rows).await;
}

#[tokio::test]
async fn middleware_that_removes_or_repeats_the_headers_is_named() {
    async fn remove(request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        response.headers_mut().remove(ACCESS_CONTROL_ALLOW_ORIGIN);
        response
    }
    async fn repeat(request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        let value = HeaderValue::from_static(PAGE);
        response
            .headers_mut()
            .append(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        response
    }
    let removing = router().into_router().layer(from_fn(remove));
    let repeating = router().into_router().layer(from_fn(repeat));
    let requests = ["GET /account", "PUT /account", "GET /public"];
    for app in [removing, repeating] {
        for request in requests {
            let found = found(&app, PAGE, request).await;
            assert!(
                found.contains("another middleware around the router"),
                "{found}"
            );
        }
    }
}

/// Where every decision is carried out, there is nothing to name.
#[tokio::test]
async fn apps_in_the_right_order_have_no_problem() {
    const LAYER: Policy = Policy::new(&["https://app.test"])
        .methods(&["GET", "PUT"])
        .credentials();
    let by_tower_http = Router::new()
        .route("/account", put(plain).get(plain))
        .layer(CorsLayer::very_permissive());
    let service = LAYER
        .layer()
        .expect("a valid policy")
        .layer(put(plain).get(plain));
    let apps = [
        ("a router", router().into_router()),
        (
            "`CorsLayer` inside",
            router().layer(CorsLayer::very_permissive()).into_router(),
        ),
        (
            "protected",
            router().protect(Protection::new()).into_router(),
        ),
        (
            "reported",
            router()
                .protect(Protection::new().report_only())
                .into_router(),
        ),
        ("only tower-http", by_tower_http.clone()),
        (
            "nested",
            Router::new().nest(
                "/account",
                Router::new().route_service("/", service.clone()),
            ),
        ),
        (
            "a service",
            CorsRouter::new()
                .route_service("/account", service)
                .into_router(),
        ),
        (
            "default",
            CorsRouter::from(by_tower_http)
                .default_policy(LAYER)
                .into_router(),
        ),
        (
            "a fallback for methods beside a plain handler",
            CorsRouter::new()
                .route("/account", get(plain))
                .method_not_allowed_fallback(LAYER.routes(put(plain)).expect("a valid policy"))
                .layer(CorsLayer::very_permissive())
                .into_router(),
        ),
    ];
    for (name, app) in apps {
        for (page, request) in [
            (PAGE, "GET /account | credentials: include"),
            (PAGE, "PUT /account | credentials: include"),
            (PAGE, "PUT /plain"),
            (STRANGER, "GET /account"),
            (STRANGER, "PUT /account"),
            (STRANGER, "GET /public"),
            (STRANGER, "GET /public | credentials: include"),
            (STRANGER, "PUT /plain"),
            ("https://api.test", "PUT /account | credentials: include"),
        ] {
            let found = found(&app, page, request).await;
            assert!(
                !found.contains("around the router"),
                "{name}, {page}, {request}: {found}"
            );
        }
    }
}
