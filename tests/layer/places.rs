//! The places of the layer: around services, fallbacks, routes and routers of axum, and around or
//! inside other layers.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{any_service, get, post};
use cors_runtime::{CorsRouter, Policy, PolicyLayer, cors, routes};
use cors_test_support::{
    App, actual, approved, case, check, forbidden, preflight, refused, response,
};
use tower::{Layer, ServiceBuilder};

const SITE: Policy = Policy::new(&["https://app.example.com", "https://admin.example.com"])
    .methods(&["GET", "PUT"])
    .headers(&["x-a"])
    .credentials()
    .checked();

fn layer() -> PolicyLayer {
    SITE.layer().expect("it was checked")
}

const ALLOWED: &str = "access-control-allow-origin: https://app.example.com
                       access-control-allow-credentials: true
                       vary: Origin";

#[tokio::test]
async fn layer_in_every_place() {
    let service = || layer().layer(get(async || "x"));
    let apps = [
        App::new(
            "around a service",
            Router::new().route_service("/x", service()),
        ),
        App::new(
            "around a service beside policies",
            CorsRouter::new().route_service("/x", service()),
        ),
        App::new(
            "around a fallback",
            Router::new().fallback_service(service()),
        ),
        App::new(
            "around a fallback beside policies",
            CorsRouter::new()
                .route("/y", routes![other])
                .fallback(any_service(service())),
        ),
        App::nested(
            "around a nested service",
            "/api",
            Router::new().nest_service("/api", service()),
        ),
        App::nested(
            "around a nested service beside policies",
            "/api",
            CorsRouter::new().nest_service("/api", service()),
        ),
        App::new(
            "around a path",
            Router::new().route("/x", get(async || "x").layer(layer())),
        ),
        App::new(
            "around a router",
            Router::new().route("/x", get(async || "x")).layer(layer()),
        ),
        App::new(
            "around a router's routes",
            Router::new()
                .route("/x", get(async || "x"))
                .route_layer(layer()),
        ),
        App::new(
            "around a router's fallback",
            Router::new().fallback(get(async || "x")).layer(layer()),
        ),
        App::new(
            "around handlers with other policies",
            CorsRouter::new()
                .route("/x", routes![other])
                .into_router()
                .layer(layer()),
        ),
        App::new(
            "in a stack of layers",
            Router::new().route_service(
                "/x",
                ServiceBuilder::new()
                    .layer(layer())
                    .layer(from_fn(async |request: Request, next: Next| {
                        next.run(request).await
                    }))
                    .service(get(async || "x")),
            ),
        ),
        App::new(
            "twice",
            Router::new().route_service("/x", layer().layer(service())),
        ),
    ];
    let cases = [
        case(
            "an allowed origin",
            actual("GET /x", "https://app.example.com"),
            response(200, ALLOWED),
        ),
        case(
            "to HEAD",
            actual("HEAD /x", "https://app.example.com"),
            response(200, ALLOWED),
        ),
        case(
            "a foreign origin",
            actual("GET /x", "https://evil.example"),
            response(200, "vary: Origin"),
        ),
        case(
            "a method that the policy lists, and no handler serves",
            actual("PUT /x", "https://app.example.com"),
            response(405, ALLOWED),
        ),
        case(
            "neither lists it nor serves it",
            actual("POST /x", "https://app.example.com"),
            response(405, ""),
        ),
        case(
            "a write of a foreign origin",
            actual("PUT /x", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a write of a foreign origin, with a method that is not listed",
            actual("POST /x", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a preflight",
            preflight("PUT /x", "https://app.example.com").request_headers("x-a"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET, PUT
                 access-control-allow-headers: x-a",
            ),
        ),
        case(
            "a preflight of a foreign origin",
            preflight("GET /x", "https://evil.example"),
            refused(),
        ),
        case(
            "a preflight for a method that the policy does not list",
            preflight("POST /x", "https://app.example.com"),
            refused(),
        ),
        case(
            "OPTIONS that is no preflight",
            actual("OPTIONS /x", "https://app.example.com"),
            response(405, ""),
        ),
    ];
    check(&apps, &cases).await;
}

#[cors(origins = ["https://other.example"], methods = [GET], expose_headers = ["x-other"], max_age = 7)]
async fn other() {}

/// Around a router the layer covers paths without a handler, and overrides the policies inside.
/// Around the routes of a router it covers these only.
#[tokio::test]
async fn layer_around_a_router() {
    let inside = || {
        CorsRouter::new()
            .route("/x", routes![other])
            .route("/x", post(async || "plain"))
            .into_router()
    };
    let app = App::new("around a router", inside().layer(layer()));
    let cases = [
        case(
            "an origin of the policy inside",
            actual("GET /x", "https://other.example"),
            response(200, "vary: Origin"),
        ),
        case(
            "its preflight",
            preflight("GET /x", "https://other.example"),
            refused(),
        ),
        case(
            "a method that neither names",
            actual("POST /x", "https://app.example.com"),
            response(200, ""),
        ),
        case(
            "a method that neither names, of a foreign origin",
            actual("POST /x", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a path that no handler serves",
            actual("GET /none", "https://app.example.com"),
            response(404, ALLOWED),
        ),
        case(
            "the preflight for a path that no handler serves",
            preflight("GET /none", "https://app.example.com"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET, PUT",
            ),
        ),
    ];
    check(&[app], &cases).await;

    let app = App::new("around its routes", inside().route_layer(layer()));
    let cases = [
        case(
            "a path that no handler serves",
            actual("GET /none", "https://app.example.com"),
            response(404, ""),
        ),
        case(
            "the preflight for it",
            preflight("GET /none", "https://app.example.com"),
            response(404, ""),
        ),
    ];
    check(&[app], &cases).await;
}

/// axum routes OPTIONS to the fallback of the path, which is outside of `MethodRouter::route_layer`.
#[tokio::test]
async fn layer_around_handlers_without_their_fallback() {
    let app = App::new(
        "around handlers alone",
        Router::new().route("/x", get(async || "x").route_layer(layer())),
    );
    let cases = [
        case(
            "an allowed origin",
            actual("GET /x", "https://app.example.com"),
            response(200, ALLOWED),
        ),
        case(
            "a preflight",
            preflight("GET /x", "https://app.example.com"),
            response(405, ""),
        ),
    ];
    check(&[app], &cases).await;
}

/// The layer has to be around a login, because responses from outside of it lack the headers.
#[tokio::test]
async fn layer_401_has_headers() {
    async fn login(_: Request, _: Next) -> StatusCode {
        StatusCode::UNAUTHORIZED
    }
    async fn layer_that_sets_cors(request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        let any = HeaderValue::from_static("*");
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", any);
        response
    }
    let service = || get(async || "x");
    let stack = ServiceBuilder::new();
    let rows = [
        (
            App::new(
                "around a login",
                Router::new().route_service(
                    "/x",
                    stack
                        .clone()
                        .layer(layer())
                        .layer(from_fn(layer_that_sets_cors))
                        .layer(from_fn(login))
                        .service(service()),
                ),
            ),
            response(401, ALLOWED),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET, PUT",
            ),
        ),
        (
            App::new(
                "inside a login",
                Router::new().route_service(
                    "/x",
                    stack
                        .layer(from_fn(login))
                        .layer(layer())
                        .service(service()),
                ),
            ),
            response(401, ""),
            response(401, ""),
        ),
    ];
    for (app, to_request, to_preflight) in rows {
        let cases = [
            case(
                "a request",
                actual("GET /x", "https://app.example.com"),
                to_request,
            ),
            case(
                "its preflight",
                preflight("GET /x", "https://app.example.com"),
                to_preflight,
            ),
        ];
        check(&[app], &cases).await;
    }
}
