//! gRPC-Web: a service of tonic, called as a page calls it.

use axum::Router;
use cors_runtime::{CorsRouter, Policy};
use cors_testing::{Browser, Credentials, Step};
use http::Request;
use tonic::service::Routes;
use tonic_web::GrpcWebLayer;
use tower::ServiceBuilder;

// TODO(headers): `headers::GRPC_WEB`
const GRPC_WEB: Policy = Policy::new(&["https://app.example"])
    .methods(&["POST"])
    .headers(&["content-type", "x-grpc-web", "x-user-agent", "grpc-timeout"])
    .expose_headers(&["grpc-status", "grpc-message"])
    .checked();

/// A call of `grpc.health.v1.Health/Check`. The message is empty: the whole server.
fn check() -> http::Result<Request<Vec<u8>>> {
    Request::post("/grpc.health.v1.Health/Check")
        .header("content-type", "application/grpc-web+proto")
        .header("x-grpc-web", "1")
        .body(vec![0; 5])
}

fn app() -> Router {
    let (_, health) = tonic_health::server::health_reporter();
    let policy = GRPC_WEB.layer().expect("it was checked");
    let inside = ServiceBuilder::new()
        .layer(policy)
        .layer(GrpcWebLayer::new());
    let grpc = Routes::new(health).into_axum_router().layer(inside);
    CorsRouter::new().merge(grpc).into_router()
}

#[tokio::test]
async fn grpc_web_calls_of_a_page() {
    let app = app();
    let page = Browser::at("https://app.example");
    let response = page.fetch(&app, check(), Credentials::SameOrigin).await;
    let response = response.expect("allowed");
    assert_eq!((response.status(), response.preflights()), (200, 1));
    let body = response.bytes().await.expect("a whole body");
    // A message of two bytes, `status: SERVING`, and the trailers.
    assert_eq!(&body[..7], b"\0\0\0\0\x02\x08\x01");
    assert!(body.ends_with(b"grpc-status:0\r\n"), "{body:?}");

    let evil = Browser::at("https://evil.example");
    let error = evil.fetch(&app, check(), Credentials::SameOrigin).await;
    assert_eq!(
        error.expect_err("not allowed").step(),
        Step::PreflightOrigin
    );
}
