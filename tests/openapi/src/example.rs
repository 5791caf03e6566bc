//! The example: its page reads the document and uses every operation in it.

#[path = "../../../examples/openapi/src/api.rs"]
mod api;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use cors_testing::{Browser, Credentials, Step, VisibleResponse};
use serde_json::{Value, json};

const PAGE: &str = "http://127.0.0.1:8080";

fn app() -> Router {
    api::router().expect("valid policies").into_router()
}

async fn fetch(app: &Router, request: Request<&str>) -> VisibleResponse<Body> {
    let page = Browser::at(PAGE);
    let response = page.fetch(app, request, Credentials::SameOrigin).await;
    response.expect("a response that the page can read")
}

async fn document(app: &Router) -> Value {
    let request = Request::get(api::DOCUMENT).body("").expect("a request");
    let text = fetch(app, request).await.text().await.expect("text");
    serde_json::from_str(&text).expect("JSON")
}

/// The request of each operation, without a token.
fn requests(document: &Value) -> Vec<Request<&'static str>> {
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, operations)| {
        let operations = operations.as_object().expect("operations");
        operations.iter().map(move |(method, operation)| {
            let body = operation.get("requestBody");
            let request = Request::builder()
                .method(Method::try_from(method.to_uppercase().as_str()).expect("a method"))
                .uri(path.replace("{id}", "1"));
            match body {
                Some(_) => request
                    .header("content-type", "application/json")
                    .body(r#"{"title": "Data engineer", "city": "Basel"}"#),
                None => request.body(""),
            }
            .expect("a request")
        })
    });
    operations.collect()
}

#[tokio::test]
async fn the_page_reads_the_document() {
    let document = document(&app()).await;
    assert_eq!(document["info"]["title"], "Jobs");
    let found = requests(&document);
    let found: Vec<_> = found
        .iter()
        .map(|request| format!("{} {}", request.method(), request.uri()))
        .collect();
    assert_eq!(
        found,
        ["GET /v1/jobs", "POST /v1/jobs", "DELETE /v1/jobs/1"]
    );
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["token"]["scheme"], "bearer");
}

#[tokio::test]
async fn the_page_uses_every_operation_of_the_document() {
    let app = app();
    let document = document(&app).await;
    let mut found = Vec::new();
    for mut request in requests(&document) {
        request
            .headers_mut()
            .insert("authorization", api::TOKEN.parse().expect("a value"));
        // The policy of a GET allows no token, because it needs none.
        if request.method() == Method::GET {
            request.headers_mut().remove("authorization");
        }
        let line = format!("{} {}", request.method(), request.uri());
        let response = fetch(&app, request).await;
        found.push((line, response.status()));
    }
    let expected = [
        ("GET /v1/jobs", 200),
        ("POST /v1/jobs", 201),
        ("DELETE /v1/jobs/1", 204),
    ];
    assert_eq!(
        found,
        expected.map(|(line, status)| (line.to_owned(), status))
    );
    let request = Request::get("/v1/jobs").body("").expect("a request");
    let text = fetch(&app, request).await.text().await.expect("text");
    let jobs: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        jobs,
        json!([{ "id": 2, "title": "Data engineer", "city": "Basel" }])
    );
}

#[tokio::test]
async fn the_page_reads_the_401_of_the_login_layer() {
    let app = app();
    let document = document(&app).await;
    let secured = requests(&document).into_iter();
    let secured = secured.filter(|request| request.method() != Method::GET);
    for request in secured {
        let line = format!("{} {}", request.method(), request.uri());
        let response = fetch(&app, request).await;
        assert_eq!(response.status(), 401, "{line}");
        assert_eq!(response.preflights(), 1, "{line}");
        let text = response.text().await.expect("text");
        assert_eq!(text, "the token is missing or wrong", "{line}");
    }
}

#[tokio::test]
async fn a_stranger_reads_the_document_only() {
    let app = app();
    let stranger = Browser::at("https://evil.example");
    let request = Request::get(api::DOCUMENT).body("").expect("a request");
    let read = stranger.fetch(&app, request, Credentials::Omit).await;
    assert_eq!(read.expect("a public document").status(), 200);
    for request in requests(&document(&app).await) {
        let is_read = request.method() == Method::GET;
        let error = stranger.fetch(&app, request, Credentials::Omit).await;
        let step = error.expect_err("a refusal").step();
        let expected = if is_read {
            Step::Origin
        } else {
            Step::PreflightOrigin
        };
        assert_eq!(step, expected);
    }
}
