//! A reverse proxy by a client of hyper, in front of a server with CORS headers of its own.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::VARY;
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cors_runtime::{CorsRouter, cors, routes};
use cors_test_support::serve;
use cors_testing::{Browser, Credentials, Step};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tower::ServiceExt;
use tower_http::cors::CorsLayer;

#[derive(Clone, Debug)]
struct Upstream {
    authority: String,
    client: Client<HttpConnector, Body>,
}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn proxy(
    State(upstream): State<Upstream>,
    mut request: Request,
) -> Result<Response, StatusCode> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", PathAndQuery::as_str);
    let uri = format!("http://{}{path}", upstream.authority);
    *request.uri_mut() = uri.parse::<Uri>().map_err(|_| StatusCode::BAD_REQUEST)?;
    let response = upstream.client.request(request).await;
    Ok(response
        .map_err(|_| StatusCode::BAD_GATEWAY)?
        .into_response())
}

async fn app() -> Router {
    let upstream = Router::new()
        .route(
            "/report",
            get(async || ([("vary", "accept"), ("x-total-count", "1")], "all is well")),
        )
        .layer(CorsLayer::permissive());
    let upstream = Upstream {
        authority: serve(upstream).await.to_string(),
        client: Client::builder(TokioExecutor::new()).build_http(),
    };
    let router = CorsRouter::new().route("/report", routes![proxy]);
    router.with_state(upstream).into_router()
}

#[tokio::test]
async fn cors_headers_of_an_upstream_are_replaced() {
    let app = app().await;
    let request = || Request::get("https://api.test/report");
    let page = Browser::at("https://app.example");
    let response = page.fetch(&app, request(), Credentials::SameOrigin).await;
    let response = response.expect("allowed");
    // The upstream exposes every header, and the policy none.
    assert_eq!(response.headers().get("x-total-count"), None);
    assert_eq!(response.text().await.expect("a whole body"), "all is well");

    // The upstream allows every origin, and the policy one.
    let evil = Browser::at("https://evil.example");
    let error = evil.fetch(&app, request(), Credentials::SameOrigin).await;
    assert_eq!(error.expect_err("not allowed").step(), Step::Origin);

    let request = request().header("origin", "https://app.example");
    let request = request.body(Body::empty()).expect("a request");
    let Ok(response) = app.oneshot(request).await;
    let names = response.headers().keys().map(HeaderName::as_str);
    let cors: Vec<&str> = names
        .filter(|name| name.starts_with("access-control-"))
        .collect();
    assert_eq!(cors, ["access-control-allow-origin"]);
    let mut vary = response.headers().get_all(VARY).iter();
    assert!(vary.any(|line| line.to_str().is_ok_and(|line| line.contains("accept"))));
}
