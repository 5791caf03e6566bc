// GET node.example.com/, from a page of http://app.example.org.
//
// the server responds to the preflight (OPTIONS /, the request for permission to send GET) with 405 Method Not Allowed: no route responds to OPTIONS on this path, so the server does not handle CORS here.
//
// It needs the crates cors-testing, http, tokio (features `macros` and `rt`) and tower (`util`).

use std::convert::Infallible;

use cors_testing::{Body, Browser, Credentials};
use http::{Request, Response};

/// Sends the responses of the paste. Replace it by your own service, such as an `axum::Router`.
async fn server(request: Request<Body>) -> Result<Response<String>, Infallible> {
    let response = match request.method().as_str() {
        "OPTIONS" => Response::builder().status(405),
        // The paste has no response to it.
        _ => Response::builder()
            .status(200)
            .header("access-control-allow-origin", "http://app.example.org")
            .header("access-control-allow-credentials", "true")
            .header("access-control-allow-methods", "GET")
            .header("access-control-allow-headers", "x-requested-with"),
    };
    Ok(response.body(String::new()).unwrap())
}

#[tokio::test]
async fn the_page_can_read_the_response() {
    let server = tower::service_fn(server);
    let page = Browser::at("http://app.example.org");

    let request = Request::get("https://node.example.com/").header("x-requested-with", "x");
    let response = page
        .fetch(&server, request, Credentials::SameOrigin)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.problems(), []);
}
