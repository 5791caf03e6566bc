//! GET http://api.example.com/orders, from a page of https://shop.example.org.
//!
//! the page of `https://shop.example.org` got `access-control-allow-origin: https://shop.example.org/`, which has a path (`/`), and an origin ends with its host or port, so it would never match, so the browser hides the response from the page.
//!
//! It needs the crates cors-testing, http, tokio (features `macros` and `rt`) and tower (`util`).

use std::convert::Infallible;

use cors_testing::{Body, Browser, Credentials};
use http::{Request, Response};

/// Sends the responses of the paste. Replace it by your own service, such as an `axum::Router`.
async fn server(_request: Request<Body>) -> Result<Response<String>, Infallible> {
    let response = Response::builder()
        .status(200)
        .header("content-type", "application/json")
        .header("access-control-allow-origin", "https://shop.example.org/")
        .header("access-control-allow-credentials", "true");
    Ok(response.body(String::new()).unwrap())
}

#[tokio::test]
async fn the_page_can_read_the_response() {
    let server = tower::service_fn(server);
    let page = Browser::at("https://shop.example.org");

    let request = Request::get("https://api.example.com/orders");
    let response = page
        .fetch(&server, request, Credentials::SameOrigin)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.problems(), []);
}
