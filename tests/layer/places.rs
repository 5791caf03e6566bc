//! Where the layer stands: around services, fallbacks, routes and routers of axum, and around or
//! inside other layers.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{any_service, get, post};
use cors_runtime::{CorsRouter, Policy, PolicyLayer, cors, routes};
use tower::{Layer, ServiceBuilder};

use crate::exchange::{App, Case, answer, check, granted, refused};

const SITE: Policy = Policy::new(&["https://app.example.com", "https://admin.example.com"])
    .methods(&["GET", "PUT"])
    .headers(&["x-a"])
    .credentials()
    .checked();

fn layer() -> PolicyLayer {
    SITE.layer().expect("it was checked")
}

const ALLOWED: &str =
    "allow-origin: https://app.example.com | allow-credentials: true | vary: Origin";

#[tokio::test]
async fn wherever_it_stands() {
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
        App {
            prefix: "/api",
            ..App::new(
                "around a nested service",
                Router::new().nest_service("/api", service()),
            )
        },
        App {
            prefix: "/api",
            ..App::new(
                "around a nested service beside policies",
                CorsRouter::new().nest_service("/api", service()),
            )
        },
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
    let cases: &[Case] = &[
        (
            "an allowed origin",
            "GET /x | origin: https://app.example.com",
            answer(200, ALLOWED),
        ),
        (
            "to HEAD",
            "HEAD /x | origin: https://app.example.com",
            answer(200, ALLOWED),
        ),
        (
            "a foreign origin",
            "GET /x | origin: https://evil.example",
            answer(200, "vary: Origin"),
        ),
        (
            "a method that the policy names, and nobody serves",
            "PUT /x | origin: https://app.example.com",
            answer(405, ALLOWED),
        ),
        (
            "neither names it nor serves it",
            "POST /x | origin: https://app.example.com",
            answer(405, ""),
        ),
        (
            "a preflight",
            "OPTIONS /x | origin: https://app.example.com | request-method: PUT \
             | request-headers: x-a",
            granted(
                "allow-origin: https://app.example.com | allow-credentials: true \
                 | allow-methods: PUT | allow-headers: x-a",
            ),
        ),
        (
            "a preflight of a foreign origin",
            "OPTIONS /x | origin: https://evil.example | request-method: GET",
            refused(),
        ),
        (
            "a preflight for a method that the policy doesn't name",
            "OPTIONS /x | origin: https://app.example.com | request-method: POST",
            refused(),
        ),
        (
            "OPTIONS that is no preflight",
            "OPTIONS /x | origin: https://app.example.com",
            answer(405, ""),
        ),
    ];
    check(&apps, cases).await;
}

#[cors(origins = ["https://other.example"], methods = [GET], expose_headers = ["x-other"], max_age = 7)]
async fn other() {}

/// Around a router the layer answers for paths that nobody serves, and in the place of the
/// policies inside; around its routes for these alone.
#[tokio::test]
async fn around_a_whole_router() {
    let inside = || {
        CorsRouter::new()
            .route("/x", routes![other])
            .route("/x", post(async || "plain"))
            .into_router()
    };
    let app = App::new("around a router", inside().layer(layer()));
    let cases: &[Case] = &[
        (
            "an origin of the policy inside",
            "GET /x | origin: https://other.example",
            answer(200, "vary: Origin"),
        ),
        (
            "its preflight",
            "OPTIONS /x | origin: https://other.example | request-method: GET",
            refused(),
        ),
        (
            "a method that neither names",
            "POST /x | origin: https://app.example.com",
            answer(200, ""),
        ),
        (
            "a path that nobody serves",
            "GET /none | origin: https://app.example.com",
            answer(404, ALLOWED),
        ),
        (
            "the preflight for a path that nobody serves",
            "OPTIONS /none | origin: https://app.example.com | request-method: GET",
            granted(
                "allow-origin: https://app.example.com | allow-credentials: true \
                 | allow-methods: GET",
            ),
        ),
    ];
    check(&[app], cases).await;

    let app = App::new("around its routes", inside().route_layer(layer()));
    let cases: &[Case] = &[
        (
            "a path that nobody serves",
            "GET /none | origin: https://app.example.com",
            answer(404, ""),
        ),
        (
            "the preflight for it",
            "OPTIONS /none | origin: https://app.example.com | request-method: GET",
            answer(404, ""),
        ),
    ];
    check(&[app], cases).await;
}

/// axum gives OPTIONS to what `MethodRouter::route_layer` isn't around.
#[tokio::test]
async fn around_the_handlers_of_a_path_without_its_fallback() {
    let app = App::new(
        "around handlers alone",
        Router::new().route("/x", get(async || "x").route_layer(layer())),
    );
    let cases: &[Case] = &[
        (
            "an allowed origin",
            "GET /x | origin: https://app.example.com",
            answer(200, ALLOWED),
        ),
        (
            "a preflight",
            "OPTIONS /x | origin: https://app.example.com | request-method: GET",
            answer(405, ""),
        ),
    ];
    check(&[app], cases).await;
}

/// A login belongs inside.
#[tokio::test]
async fn around_and_inside_a_login() {
    async fn login(_: Request, _: Next) -> StatusCode {
        StatusCode::UNAUTHORIZED
    }
    async fn of_another_mind(request: Request, next: Next) -> Response {
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
                        .layer(from_fn(of_another_mind))
                        .layer(from_fn(login))
                        .service(service()),
                ),
            ),
            answer(401, ALLOWED),
            granted(
                "allow-origin: https://app.example.com | allow-credentials: true \
                 | allow-methods: GET",
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
            answer(401, ""),
            answer(401, ""),
        ),
    ];
    for (app, actual, preflight) in rows {
        let cases: &[Case] = &[
            (
                "a request",
                "GET /x | origin: https://app.example.com",
                actual,
            ),
            (
                "its preflight",
                "OPTIONS /x | origin: https://app.example.com | request-method: GET",
                preflight,
            ),
        ];
        check(&[app], cases).await;
    }
}
