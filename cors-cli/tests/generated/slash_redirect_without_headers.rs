//! GET http://localhost:8080/api/tags/, from a page of http://localhost:4000.
//!
//! the server redirects the request to the same URL with or without a slash at the end (301 Moved Permanently to `http://localhost:8080/api/tags`) before CORS is handled, and the redirect has no `access-control-allow-origin`.
//!
//! It needs the crates cors-testing, http, tokio (features `macros` and `rt`) and tower (`util`).

use std::convert::Infallible;

use cors_testing::{Body, Browser, Credentials};
use http::{Request, Response};

/// Sends the responses of the paste. Replace it by your own service, such as an `axum::Router`.
async fn server(_request: Request<Body>) -> Result<Response<String>, Infallible> {
    let response = Response::builder()
        .status(301)
        .header("location", "http://localhost:8080/api/tags")
        .header("content-type", "text/html");
    Ok(response.body(String::new()).unwrap())
}

#[tokio::test]
async fn the_page_can_read_the_response() {
    let server = tower::service_fn(server);
    let page = Browser::at("http://localhost:4000");

    let request = Request::get("http://localhost:8080/api/tags/");
    let response = page
        .fetch(&server, request, Credentials::SameOrigin)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.problems(), []);
}
