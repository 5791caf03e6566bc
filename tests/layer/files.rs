//! The layer around `ServeDir`: files, ranges, redirects and errors.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use cors_runtime::{Policy, PolicyService};
use cors_test_support::{
    App, Case, WireRequest, WireResponse, approved, case, check, preflight, refused, response,
};
use tower::{Layer, ServiceExt};
use tower_http::services::{ServeDir, ServeFile};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
const FILE: &str = "salaries/salaries.json";

const FILES: Policy = Policy::new(&["https://app.example.com", "https://*.example.net"])
    .methods(&["GET"])
    .headers(&["range", "if-none-match"])
    .expose_headers(&["etag", "content-range"])
    .checked();

fn files() -> PolicyService<ServeDir> {
    let layer = FILES.layer().expect("it was checked");
    layer.layer(ServeDir::new(FOLDER))
}

/// Without axum in between.
async fn head_of_the_file() -> HeaderMap {
    let request = Request::get(format!("/{FILE}"))
        .header("origin", "https://app.example.com")
        .body(Body::empty())
        .expect("a request");
    let Ok(response) = files().oneshot(request).await;
    response.into_parts().0.headers
}

#[tokio::test]
async fn file_responses_have_headers() {
    let head = head_of_the_file().await;
    assert_eq!(
        head["access-control-allow-origin"],
        "https://app.example.com"
    );
    let value = |name| head[name].to_str().expect("visible ASCII").to_owned();
    let own = |status| {
        let lines = "access-control-allow-origin: https://app.example.com
                     access-control-expose-headers: etag, content-range
                     vary: Origin";
        response(status, lines)
    };
    let file = |method: &str| WireRequest::from(format!("{method} /{FILE}"));
    let mut cases: Vec<Case> = Vec::new();
    for (name, status, request) in [
        ("a file", 200, file("GET")),
        ("its head", 200, file("HEAD")),
        (
            "the browser has the file already",
            304,
            file("GET").header("if-none-match", &value("etag")),
        ),
        (
            "the file has not changed since",
            304,
            file("GET").header("if-modified-since", &value("last-modified")),
        ),
        (
            "the browser has the head already",
            304,
            file("HEAD").header("if-none-match", &value("etag")),
        ),
        ("a range", 206, file("GET").header("range", "bytes=2-5")),
        (
            "a range beyond the end",
            416,
            file("GET").header("range", "bytes=9999999-"),
        ),
        ("no such file", 404, "GET /salaries/none.json".into()),
        ("a folder", 307, "GET /salaries".into()),
    ] {
        let with_origin = |origin| request.clone().header("origin", origin);
        let allowed = with_origin("https://app.example.com");
        let foreign = with_origin("https://evil.example");
        cases.push(case(name, allowed, own(status)));
        cases.push(case(name, foreign, response(status, "vary: Origin")));
        cases.push(case(name, request, response(status, "vary: Origin")));
    }
    let preflight_for = |method: &str, origin| preflight(&format!("{method} /{FILE}"), origin);
    cases.extend([
        case(
            "a preflight for a range",
            preflight_for("GET", "https://a.example.net").request_headers("range"),
            approved(
                "access-control-allow-origin: https://a.example.net
                 access-control-allow-methods: GET
                 access-control-allow-headers: range, if-none-match",
            ),
        ),
        case(
            "a preflight for a file that does not exist",
            preflight("HEAD /none", "https://a.example.net"),
            approved(
                "access-control-allow-origin: https://a.example.net
                 access-control-allow-methods: GET, HEAD",
            ),
        ),
        case(
            "a preflight of a foreign origin",
            preflight_for("GET", "https://evil.example"),
            refused(),
        ),
        case(
            "a preflight for a method that the policy does not list",
            preflight_for("PUT", "https://a.example.net"),
            refused(),
        ),
        case(
            "a method that neither the policy nor the folder has",
            file("PUT").header("origin", "https://a.example.net"),
            response(405, "allow: GET,HEAD"),
        ),
        case(
            "OPTIONS that is no preflight",
            file("OPTIONS").header("origin", "https://a.example.net"),
            response(405, "allow: GET,HEAD"),
        ),
    ]);
    let layer = FILES.layer().expect("it was checked");
    let apps = [
        App::new("alone", Router::new().fallback_service(files())),
        App::nested(
            "nested",
            "/files",
            Router::new().nest_service("/files", files()),
        ),
        App::nested(
            "in a router of its own",
            "/files",
            Router::new().nest(
                "/files",
                Router::new()
                    .fallback_service(ServeDir::new(FOLDER))
                    .layer(layer),
            ),
        ),
    ];
    check(&apps, &cases).await;
}

#[tokio::test]
async fn other_headers_and_bodies_of_files_are_unchanged() {
    let folder = || ServeDir::new(FOLDER).not_found_service(ServeFile::new("Cargo.toml"));
    let layer = FILES.layer().expect("it was checked");
    for (path, range) in [
        (FILE, None),
        (FILE, Some("bytes=2-5")),
        ("salaries/none.json", None),
    ] {
        let request = WireRequest::from(format!("GET /{path}"));
        let request = match range {
            Some(range) => request.header("range", range),
            None => request,
        };
        let request = || request.to_http().map(Body::from);
        let Ok(plain) = folder().oneshot(request()).await;
        let Ok(layered) = layer.layer(folder()).oneshot(request()).await;
        let expected = WireResponse::complete(plain.map(Body::new)).await;
        let expected = expected.with("vary", "Origin");
        let found = WireResponse::complete(layered.map(Body::new)).await;
        assert!(!expected.body().is_empty(), "{path}");
        assert_eq!(found, expected, "{path}");
    }
}
