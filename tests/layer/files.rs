//! Files: `ServeDir` answers in every way that it can.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use cors_runtime::{Policy, PolicyService};
use tower::{Layer, ServiceExt};
use tower_http::services::{ServeDir, ServeFile};

use crate::exchange::{App, Case, Whole, answer, check, granted, refused};

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
async fn every_answer_has_the_headers() {
    let head = head_of_the_file().await;
    assert_eq!(
        head["access-control-allow-origin"],
        "https://app.example.com"
    );
    let value = |name| head[name].to_str().expect("visible ASCII").to_owned();
    let not_modified = [
        format!("if-none-match: {}", value("etag")),
        format!("if-modified-since: {}", value("last-modified")),
    ];
    let own = |status| {
        let lines = "allow-origin: https://app.example.com | expose-headers: etag, content-range \
                     | vary: Origin";
        answer(status, lines)
    };
    let mut cases: Vec<Case<String>> = Vec::new();
    for (name, status, request) in [
        ("a file", 200, format!("GET /{FILE}")),
        ("its head", 200, format!("HEAD /{FILE}")),
        (
            "what the browser has already",
            304,
            format!("GET /{FILE} | {}", not_modified[0]),
        ),
        (
            "what hasn't changed since",
            304,
            format!("GET /{FILE} | {}", not_modified[1]),
        ),
        (
            "a head that the browser has already",
            304,
            format!("HEAD /{FILE} | {}", not_modified[0]),
        ),
        ("a range", 206, format!("GET /{FILE} | range: bytes=2-5")),
        (
            "a range beyond the end",
            416,
            format!("GET /{FILE} | range: bytes=9999999-"),
        ),
        ("no such file", 404, "GET /salaries/none.json".to_owned()),
        ("a folder", 307, "GET /salaries".to_owned()),
    ] {
        let allowed = format!("{request} | origin: https://app.example.com");
        let foreign = format!("{request} | origin: https://evil.example");
        cases.push((name, allowed, own(status)));
        cases.push((name, foreign, answer(status, "vary: Origin")));
        cases.push((name, request, answer(status, "vary: Origin")));
    }
    let preflight = |lines: &str| format!("OPTIONS /{FILE} | {lines}");
    cases.extend([
        (
            "a preflight for a range",
            preflight(
                "origin: https://a.example.net | request-method: GET | request-headers: range",
            ),
            granted(
                "allow-origin: https://a.example.net | allow-methods: GET \
                 | allow-headers: range, if-none-match",
            ),
        ),
        (
            "a preflight for what isn't there",
            "OPTIONS /none | origin: https://a.example.net | request-method: HEAD".to_owned(),
            granted("allow-origin: https://a.example.net | allow-methods: HEAD"),
        ),
        (
            "a preflight of a foreign origin",
            preflight("origin: https://evil.example | request-method: GET"),
            refused(),
        ),
        (
            "a preflight for a method that the policy doesn't name",
            preflight("origin: https://a.example.net | request-method: PUT"),
            refused(),
        ),
        (
            "a method that the policy doesn't name, nor the folder",
            format!("PUT /{FILE} | origin: https://a.example.net"),
            answer(405, ""),
        ),
        (
            "OPTIONS that is no preflight",
            preflight("origin: https://a.example.net"),
            answer(405, ""),
        ),
    ]);
    let layer = FILES.layer().expect("it was checked");
    let apps = [
        App::new("alone", Router::new().fallback_service(files())),
        App {
            prefix: "/files",
            ..App::new("nested", Router::new().nest_service("/files", files()))
        },
        App {
            prefix: "/files",
            ..App::new(
                "in a router of its own",
                Router::new().nest(
                    "/files",
                    Router::new()
                        .fallback_service(ServeDir::new(FOLDER))
                        .layer(layer),
                ),
            )
        },
    ];
    check(&apps, &cases).await;
}

#[tokio::test]
async fn what_the_folder_says_stays() {
    async fn whole<B>(response: Response<B>) -> Whole
    where
        B: axum::body::HttpBody<Data = axum::body::Bytes, Error: Into<axum::BoxError>>
            + Send
            + 'static,
    {
        Whole::of(response.map(Body::new)).await
    }
    let folder = || ServeDir::new(FOLDER).not_found_service(ServeFile::new("Cargo.toml"));
    let layer = FILES.layer().expect("it was checked");
    for (path, range) in [
        (FILE, None),
        (FILE, Some("bytes=2-5")),
        ("salaries/none.json", None),
    ] {
        let request = || {
            let request = Request::get(format!("/{path}"));
            match range {
                Some(range) => request.header("range", range),
                None => request,
            }
            .body(Body::empty())
            .expect("a request")
        };
        let Ok(plain) = folder().oneshot(request()).await;
        let Ok(layered) = layer.layer(folder()).oneshot(request()).await;
        let mut expected = whole(plain).await;
        expected.headers.push("vary: Origin".to_owned());
        assert!(!expected.body.is_empty(), "{path}");
        assert_eq!(whole(layered).await, expected, "{path}");
    }
}
