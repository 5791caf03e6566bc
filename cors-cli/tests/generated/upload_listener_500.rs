// POST files.example.com/upload, from a page of https://app.example.org.
//
// the server responds to the preflight (OPTIONS /upload, the request for permission to send POST) with 500 Internal Server Error: the server fails on it, most often because it runs the handler of the request itself, without a body or a login. The preflight is most likely due to a listener on `xhr.upload` (upload progress), because the POST has no header that needs one.
//
// It needs the crates cors-testing, http, tokio (features `macros` and `rt`) and tower (`util`).

use std::convert::Infallible;

use cors_testing::{Body, Browser, Credentials, Fetch};
use http::{Request, Response};

/// Sends the responses of the paste. Replace it by your own service, such as an `axum::Router`.
async fn server(request: Request<Body>) -> Result<Response<String>, Infallible> {
    let response = match request.method().as_str() {
        "OPTIONS" => Response::builder()
            .status(500)
            .header("content-type", "text/plain")
            .header("access-control-allow-origin", "*"),
        // The paste has no response to it.
        _ => Response::builder()
            .status(200)
            .header("access-control-allow-origin", "https://app.example.org")
            .header("access-control-allow-credentials", "true")
            .header("access-control-allow-methods", "POST"),
    };
    Ok(response.body(String::new()).unwrap())
}

#[tokio::test]
async fn the_page_can_read_the_response() {
    let server = tower::service_fn(server);
    let page = Browser::at("https://app.example.org");

    let request = Request::post("https://files.example.com/upload");
    let request = Fetch::new(request).upload_listener();
    let response = page
        .fetch(&server, request, Credentials::SameOrigin)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.problems(), []);
}
