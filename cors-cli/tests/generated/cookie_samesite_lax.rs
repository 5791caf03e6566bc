// GET domain.example/protected, from a page of http://localhost:3000.
//
// not CORS, but a cookie: the browser ignores `jwt`, because it has no `SameSite`, so it is Lax, and the page of `http://localhost:3000` is on another site than `https://domain.example`.
//
// It needs the crates cors-testing, http, tokio (features `macros` and `rt`) and tower (`util`).

use std::convert::Infallible;

use cors_testing::{Body, Browser, Credentials};
use http::{Request, Response};

/// Sends the responses of the paste. Replace it by your own service, such as an `axum::Router`.
async fn server(request: Request<Body>) -> Result<Response<String>, Infallible> {
    let response = match request.method().as_str() {
        "POST" => Response::builder()
            .status(200)
            .header("access-control-allow-origin", "http://localhost:3000")
            .header("access-control-allow-credentials", "true")
            .header("set-cookie", "jwt=***; Path=/; HttpOnly")
            .header("vary", "Origin"),
        _ => Response::builder()
            .status(401)
            .header("access-control-allow-origin", "http://localhost:3000")
            .header("access-control-allow-credentials", "true")
            .header("vary", "Origin"),
    };
    Ok(response.body(String::new()).unwrap())
}

#[tokio::test]
async fn the_page_can_read_the_response() {
    let server = tower::service_fn(server);
    let page = Browser::at("http://localhost:3000");

    let request = Request::post("http://domain.example/login")
        .header("content-type", "application/x-www-form-urlencoded");
    let response = page
        .fetch(&server, request, Credentials::Include)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.problems(), []);

    let request = Request::get("http://domain.example/protected");
    let response = page
        .fetch(&server, request, Credentials::Include)
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.problems(), []);
}
