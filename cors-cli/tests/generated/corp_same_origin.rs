//! GET https://images.example.com/a.jpg, from a page of https://app.example.
//!
//! not CORS: `Cross-Origin-Resource-Policy` of the response forbids pages of other sites to use the resource.
//!
//! It needs the crates cors-testing, http, tokio (features `macros` and `rt`) and tower (`util`).

use std::convert::Infallible;

use cors_testing::{Body, Browser, Credentials, Fetch, Mode};
use http::{Request, Response};

/// Sends the responses of the paste. Replace it by your own service, such as an `axum::Router`.
async fn server(_request: Request<Body>) -> Result<Response<String>, Infallible> {
    let response = Response::builder()
        .status(200)
        .header("content-type", "image/jpeg")
        .header("cross-origin-resource-policy", "same-origin")
        .header("access-control-allow-origin", "*");
    Ok(response.body(String::new()).unwrap())
}

#[tokio::test]
async fn the_page_can_read_the_response() {
    let server = tower::service_fn(server);
    let page = Browser::at("https://app.example");

    let request = Request::get("https://images.example.com/a.jpg");
    let request = Fetch::new(request).mode(Mode::NoCors);
    let response = page
        .fetch(&server, request, Credentials::SameOrigin)
        .await
        .unwrap();
    assert_eq!(response.sent_status(), 200);
    assert_eq!(response.problems(), []);
}
