//! gRPC-Web: a service of tonic, called as a page calls it.

use axum::Router;
use cors_runtime::{CorsRouter, Policy, headers};
use cors_testing::{Browser, Credentials, Step};
use http::{HeaderValue, Request};
use tonic::service::Routes;
use tonic_web::GrpcWebLayer;
use tower::ServiceBuilder;

const POLICY: Policy = Policy::new(&["https://app.example"])
    .methods(&["POST"])
    .headers(headers::GRPC_WEB)
    .expose_headers(headers::GRPC_WEB_EXPOSED)
    .checked();

/// A call of a method of `grpc.health.v1.Health`, with the headers of the clients. The message is empty:
/// the whole server.
fn call(method: &str) -> http::Result<Request<Vec<u8>>> {
    Request::post(format!("/grpc.health.v1.Health/{method}"))
        .header("content-type", "application/grpc-web+proto")
        .header("x-grpc-web", "1")
        .header("x-user-agent", "grpc-web-javascript/0.1")
        .header("grpc-timeout", "5S")
        .header("grpc-accept-encoding", "identity")
        .body(vec![0; 5])
}

fn app() -> Router {
    let (_, health) = tonic_health::server::health_reporter();
    let policy = POLICY.layer().expect("it was checked");
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
    let response = page
        .fetch(&app, call("Check"), Credentials::SameOrigin)
        .await;
    let response = response.expect("allowed");
    assert_eq!((response.status(), response.preflights()), (200, 1));
    let body = response.bytes().await.expect("a whole body");
    // A message of two bytes, `status: SERVING`, and the trailers.
    assert_eq!(&body[..7], b"\0\0\0\0\x02\x08\x01");
    assert!(body.ends_with(b"grpc-status:0\r\n"), "{body:?}");

    let evil = Browser::at("https://evil.example");
    let error = evil
        .fetch(&app, call("Check"), Credentials::SameOrigin)
        .await;
    assert_eq!(
        error.expect_err("not allowed").step(),
        Step::PreflightOrigin
    );
}

/// Such an error has no body: its status is in the headers, which a page reads only if they are exposed.
#[tokio::test]
async fn grpc_web_errors_have_a_status_that_the_page_can_read() {
    let page = Browser::at("https://app.example");
    let app = app();
    let response = page.fetch(&app, call("Unknown"), Credentials::SameOrigin);
    let response = response.await.expect("allowed");
    let status = response.headers().get("grpc-status");
    assert_eq!(status.map(HeaderValue::as_bytes), Some(&b"12"[..]));
}
