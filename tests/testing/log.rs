//! The log of a browser: everything that was sent and received, in order.

use axum::Router;
use axum::routing::get;
use cors_runtime::{CorsRouter, Protection, cors, routes};
use cors_testing::{Browser, Credentials, Form, Load};
use expect_test::expect;
use http::Request;

#[cors(origins = ["https://app.test"], methods = [PUT], headers = ["x-a"], credentials)]
async fn save() -> &'static str {
    "saved"
}

#[tokio::test]
async fn log_has_every_request_and_what_the_page_sees() {
    let picture = async || ([("cache-control", "max-age=60")], "picture");
    let app: Router = CorsRouter::new()
        .route("/save", routes![save])
        .route("/picture", get(picture))
        .protect(Protection::new())
        .into_router();
    let page = Browser::at("https://app.test").cookie("api.test", "s", "1");
    for _ in 0..2 {
        let request = Request::put("/save").header("x-a", "1");
        let seen = page.fetch(&app, request, Credentials::Include).await;
        assert_eq!(seen.expect("a response").status(), 200);
    }
    let form = Form::post("/picture").by_script();
    let evil = page.open("https://evil.test");
    evil.submit(&app, form).await.expect("a page with 403");
    for _ in 0..2 {
        page.load(&app, Load::Image, "/picture")
            .await
            .expect("an image");
    }
    let fetched = page
        .fetch(&app, Request::get("/picture"), Credentials::Omit)
        .await;
    fetched.expect_err("no allow-origin in the cached response");
    let request = page.fetch(&app, Request::builder().method("TRACE"), Credentials::Omit);
    request.await.expect_err("a forbidden method");
    let expected = expect![[r#"
        1. fetch, page of https://app.test
        > OPTIONS https://api.test/save
        > access-control-request-method: PUT
        > access-control-request-headers: x-a
        > origin: https://app.test
        > sec-fetch-dest: empty
        > sec-fetch-mode: cors
        > sec-fetch-site: cross-site
        < 204 No Content
        < access-control-allow-origin: https://app.test
        < access-control-allow-credentials: true
        < access-control-allow-methods: PUT
        < access-control-allow-headers: x-a
        < vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers
        > PUT https://api.test/save
        > x-a: 1
        > origin: https://app.test
        > sec-fetch-dest: empty
        > sec-fetch-mode: cors
        > sec-fetch-site: cross-site
        > cookie: s=1
        < 200 OK
        < content-type: text/plain; charset=utf-8
        < access-control-allow-origin: https://app.test
        < access-control-allow-credentials: true
        = 200 with content-type, content-length

        2. fetch, page of https://app.test
        - the preflight is cached
        > PUT https://api.test/save
        > x-a: 1
        > origin: https://app.test
        > sec-fetch-dest: empty
        > sec-fetch-mode: cors
        > sec-fetch-site: cross-site
        > cookie: s=1
        < 200 OK
        < content-type: text/plain; charset=utf-8
        < access-control-allow-origin: https://app.test
        < access-control-allow-credentials: true
        = 200 with content-type, content-length

        3. form, page of https://evil.test
        > POST https://api.test/picture
        > content-type: application/x-www-form-urlencoded
        > origin: https://evil.test
        > sec-fetch-dest: document
        > sec-fetch-mode: navigate
        > sec-fetch-site: cross-site
        > cookie: s=1
        < 403 Forbidden
        < vary: Origin, Sec-Fetch-Site
        < cache-control: no-store
        - refused by the policy: the origin `https://evil.test` is neither trusted nor the server's own
        = 403 with vary, cache-control, allow, content-length

        4. image, page of https://app.test
        > GET https://api.test/picture
        > sec-fetch-dest: image
        > sec-fetch-mode: no-cors
        > sec-fetch-site: cross-site
        > cookie: s=1
        < 200 OK
        < content-type: text/plain; charset=utf-8
        < cache-control: max-age=60
        = an opaque response

        5. image, page of https://app.test
        > GET https://api.test/picture
        > sec-fetch-dest: image
        > sec-fetch-mode: no-cors
        > sec-fetch-site: cross-site
        > cookie: s=1
        < 200 OK (from the cache, nothing was sent)
        < content-type: text/plain; charset=utf-8
        < cache-control: max-age=60
        = an opaque response

        6. fetch, page of https://app.test
        > GET https://api.test/picture
        > origin: https://app.test
        > sec-fetch-dest: empty
        > sec-fetch-mode: cors
        > sec-fetch-site: cross-site
        < 200 OK (from the cache, nothing was sent)
        < content-type: text/plain; charset=utf-8
        < cache-control: max-age=60
        = network error: response, origin: the page of `https://app.test` got 200 OK without `access-control-allow-origin`, because the response is the cached one to a request without `origin`, such as an image, and it has no `vary`
        help: send `vary: origin` with every response of this URL, also to requests without `origin`

        7. request, page of https://app.test
        = network error: request: browsers refuse to send TRACE
        help: use another method"#]];
    expected.assert_eq(&page.log().to_string());
    assert_eq!(format!("{:?}", page.log()), page.log().to_string());
}
