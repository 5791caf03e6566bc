//! `PolicyLayer::diagnostics`: the console of the browser names the step that failed, around any service
//! whose bodies are made of text.

use std::convert::Infallible;
use std::future::ready;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use cors_runtime::{CorsRouter, DiagnosticsLayer, DiagnosticsService, Policy, cors, routes};
use cors_test_support::{
    App, Failures, WireRequest, actual, approved, case, check, forbidden, preflight, refused,
    response,
};
use cors_testing::{Browser, Credentials, Fetch};
use expect_test::expect;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Bytes;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::services::ServeDir;

const SITE: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET", "PROPFIND"])
    .headers(&["depth"])
    .checked();

fn layer(are_wanted: bool) -> DiagnosticsLayer {
    SITE.layer() // its place is in the reason
        .expect("a checked policy")
        .diagnostics(are_wanted)
}

/// The response, with `[layer]` for the place of the layer.
async fn explained(request: impl Into<WireRequest>) -> String {
    let service = layer(true).layer(get(async || "x"));
    let app = App::new("on", Router::new().route_service("/", service));
    let response = app.complete(request).await.to_string();
    let mut lines = include_str!("diagnostics.rs").lines();
    let line = lines.position(|line| line.contains("// its place is in the reason"));
    let line = line.expect("the call") + 1;
    let place = format!("Policy::layer, tests/layer/diagnostics.rs:{line}");
    response.replace(&place, "[layer]")
}

#[tokio::test]
async fn diagnostics_of_a_layer() {
    expect![[r#"
        200
        access-control-allow-methods: GET, HEAD, PROPFIND
        access-control-allow-origin: https://app.example
        content-type: text/plain; charset=utf-8
        vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

        the layer of a policy answers preflights for the methods of that policy only, which lacks `PUT`; allowed: GET, HEAD, PROPFIND (policy of [layer])"#]].assert_eq(&explained(preflight("PUT /", "https://app.example")).await);
    expect![[r#"
        200
        content-type: text/plain; charset=utf-8
        vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

        the origin `https://evil.example` is not allowed; allowed: https://app.example (policy of [layer])"#]].assert_eq(&explained(preflight("GET /", "https://evil.example")).await);
    let header = preflight("PROPFIND /", "https://app.example").request_headers("depth, x-a");
    expect![[r#"
        200
        access-control-allow-headers: depth
        access-control-allow-methods: PROPFIND
        access-control-allow-origin: https://app.example
        content-type: text/plain; charset=utf-8
        vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers

        the request header `x-a` is not allowed; allowed: depth (policy of [layer])"#]]
    .assert_eq(&explained(header).await);
}

#[tokio::test]
async fn diagnostics_of_a_layer_change_only_refused_preflights() {
    let app = |name, are_wanted| {
        let service = layer(are_wanted).layer(get(async || "x"));
        App::new(name, Router::new().route_service("/", service))
    };
    let cases = [
        case(
            "an approved preflight",
            preflight("GET /", "https://app.example"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET, PROPFIND",
            ),
        ),
        case(
            "a read",
            actual("GET /", "https://evil.example"),
            response(200, "access-control-allow-origin: https://app.example"),
        ),
        case(
            "a write",
            actual("POST /", "https://evil.example"),
            forbidden(),
        ),
    ];
    check(&[app("on", true), app("off", false)], &cases).await;
    let cases = [case(
        "a refused preflight",
        preflight("PUT /", "https://app.example"),
        refused(),
    )];
    check(&[app("off", false)], &cases).await;
}

/// The browser fails at the step that the reason is about.
#[tokio::test]
async fn console_of_a_layer_with_diagnostics() {
    #[cors(origins = ["https://app.example"], methods = [GET], headers = ["depth"])]
    async fn read() {}

    let handlers = CorsRouter::new()
        .route("/", routes![read])
        .diagnostics(true);
    let page = Browser::at("https://app.example");
    let mut failures = Failures::default();
    for (request, step) in [
        (Request::put("/"), "preflight, method"),
        (Request::get("/").header("x-a", "1"), "preflight, header"),
    ] {
        let fetch = Fetch::from(request);
        let app: Router = Router::new().route_service("/", layer(true).layer(get(async || "x")));
        let error = page.fetch(&app, fetch, Credentials::Omit).await;
        let found = error.expect_err("refused").step();
        failures.compare(|| step, &step, &found.as_str());
    }
    let error = page
        .fetch(
            &handlers.into_router(),
            Request::put("/"),
            Credentials::Omit,
        )
        .await;
    let step = error.expect_err("refused").step();
    failures.compare(|| "a handler", &"preflight, method", &step.as_str());
    failures.finish();
}

/// The types can be named, and the bodies need not be those of axum.
#[tokio::test]
async fn bodies_of_a_layer_with_diagnostics() {
    let hyper = service_fn(|_: Request<()>| {
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    });
    let service: DiagnosticsService<_> = layer(true).layer(hyper);
    let request = preflight("PUT /", "https://app.example")
        .to_http()
        .map(drop);
    let response = service.oneshot(request).await.expect("a response");
    assert_eq!(response.status(), 200);

    let files = ServiceBuilder::new()
        .layer(layer(true))
        .layer(MapResponseBodyLayer::new(Body::new))
        .service(ServeDir::new("docs"));
    let app = App::new("files", Router::new().nest_service("/files", files));
    let response = app.complete(preflight("PUT /files/x", "https://app.example"));
    let response = response.await;
    assert_eq!(response.status(), 200);
    assert!(response.body().contains("`PUT`"), "{response}");
}
