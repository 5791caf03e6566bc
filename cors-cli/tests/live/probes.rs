//! Variations of a request.

use axum::Router;
use cors_cli::live::Options;

use super::server::{Server, exchanges, options, response, tried};

fn app() -> Router {
    let headers = [("access-control-allow-origin", "https://app.example")];
    Router::new().fallback(async move || response(200, &headers))
}

#[tokio::test]
async fn variations_of_a_request() {
    let server = Server::start(app()).await;
    let conversation = tried(&options(&server.url("/jobs"))).await;
    let expected = [
        "Request: GET /jobs -> 200",
        "OtherOrigin: GET /jobs -> 200",
        "NullOrigin: GET /jobs -> 200",
        "WithoutOrigin: GET /jobs -> 200",
        "ErrorPath: GET /jobs/no-such-path -> 200",
        "OtherSlash: GET /jobs/ -> 200",
    ];
    assert_eq!(exchanges(&conversation), expected);
    let received = server.received();
    let origins: Vec<Option<&str>> = received
        .iter()
        .map(|request| {
            let mut lines = request.lines();
            lines.find_map(|line| line.strip_prefix("origin: "))
        })
        .collect();
    let page = Some("https://app.example");
    let other = Some("https://cors-explain.invalid");
    assert_eq!(origins, [page, other, Some("null"), None, page, page]);
}

#[tokio::test]
async fn variations_of_a_request_that_writes_are_of_its_preflight() {
    let server = Server::start(app()).await;
    let put = Options {
        method: Some("PUT".to_owned()),
        ..options(&server.url("/jobs/"))
    };
    let conversation = tried(&put).await;
    let expected = [
        "Preflight: OPTIONS /jobs/ -> 200",
        "OtherOrigin: OPTIONS /jobs/ -> 200",
        "NullOrigin: OPTIONS /jobs/ -> 200",
        "ErrorPath: GET /jobs/no-such-path -> 200",
        "OtherSlash: OPTIONS /jobs -> 200",
    ];
    assert_eq!(exchanges(&conversation), expected);
}

#[tokio::test]
async fn an_audit_tries_origins_that_resemble_the_allowed_one() {
    let server = Server::start(app()).await;
    let audit = Options {
        audit: true,
        ..options(&server.url("/"))
    };
    tried(&audit).await;
    let received = server.received();
    for origin in [
        "https://app.example.cors-explain.invalid",
        "https://xapp.example",
        "http://app.example",
    ] {
        let line = format!("origin: {origin}");
        let sent = received.iter().any(|request| request.contains(&line));
        assert!(sent, "{origin}: {received:?}");
    }
}

#[tokio::test]
async fn requests_without_cors_have_no_variations() {
    let server = Server::start(app()).await;
    let url = server.url("/jobs");
    let own = Options {
        origin: Some(server.url("")),
        ..options(&url)
    };
    let opaque = Options {
        no_cors: true,
        ..options(&url)
    };
    for options in [own, opaque] {
        let conversation = tried(&options).await;
        assert_eq!(exchanges(&conversation), ["Request: GET /jobs -> 200"]);
    }
}
