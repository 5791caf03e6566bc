//! Limits: the number of requests, time, bodies, and options that cannot be used.

use std::time::{Duration, Instant};

use axum::Router;
use cors_cli::live::{Options, ask};

use super::server::{Server, exchanges, options, response, tried};
use super::unreachable::responding;

#[tokio::test]
async fn twelve_requests_at_most() {
    let headers = [("access-control-allow-origin", "*"), ("location", "/")];
    let app = Router::new().fallback(async move || response(302, &headers));
    let server = Server::start(app).await;
    let audit = Options {
        audit: true,
        ..options(&server.url("/"))
    };
    let conversation = tried(&audit).await;
    assert_eq!(server.received().len(), 12);
    assert_eq!(conversation.paste.exchanges.len(), 12);
    let remark = "further requests were left out, because 12 were sent";
    assert_eq!(conversation.remarks, [remark]);
}

#[tokio::test]
async fn the_start_of_a_body_is_kept() {
    let app = Router::new().fallback(async || "x".repeat(100_000));
    let server = Server::start(app).await;
    let conversation = tried(&options(&server.url("/"))).await;
    for exchange in &conversation.paste.exchanges {
        let response = exchange.response.as_ref().expect("a response");
        assert_eq!(response.body.value.len(), 4096);
    }
}

#[tokio::test]
async fn a_stream_of_events_is_read_only_at_its_start() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n";
    let addr = responding(head.as_bytes(), Duration::from_secs(60)).await;
    let begin = Instant::now();
    let conversation = tried(&options(&format!("http://{addr}/"))).await;
    assert!(begin.elapsed() < Duration::from_secs(20));
    let response = conversation.paste.exchanges[0].response.as_ref();
    let response = response.expect("a response");
    assert_eq!(response.body.value, "data: 1\n\n");
}

#[tokio::test]
async fn nothing_is_tried_again_after_the_time_limit() {
    let addr = responding(b"", Duration::from_secs(60)).await;
    let impatient = Options {
        max_time: 0.2,
        ..options(&format!("http://{addr}/jobs"))
    };
    let conversation = tried(&impatient).await;
    assert_eq!(exchanges(&conversation), ["Request: GET /jobs -> Timeout"]);
    let text = &conversation.paste.text;
    assert!(text.contains("* no response within 0.2 s"), "{text}");
}

#[tokio::test]
async fn all_options_that_cannot_be_used_are_reported_at_once() {
    let wrong = Options {
        origin: Some("app.example".to_owned()),
        method: Some("A B".to_owned()),
        headers: vec![
            "no colon".to_owned(),
            "a b: 1".to_owned(),
            "x-key: se\ncret".to_owned(),
            "host: other.example".to_owned(),
        ],
        resolve: vec!["api.example:443".to_owned()],
        connect_to: vec!["api.example".to_owned()],
        max_time: f64::NAN,
        ..Options::new("ftp://api.example")
    };
    let error = ask(&wrong).await.expect_err("they cannot be used");
    let first_lines: Vec<&str> = error
        .problems()
        .iter()
        .map(|problem| {
            let (text, help) = problem.split_once("\nhelp: ").expect("a remedy");
            assert!(!help.is_empty());
            text
        })
        .collect();
    let expected = [
        "the header `no` has no colon",
        "`a b` is not the name of a header",
        "the value of `x-key` has a control character",
        "a page cannot set `host`, which is that of the URL",
        "`app.example` has no scheme, so it would never match",
        "`A B` is not a method",
        "`--resolve api.example:443` is not `host:port:address`",
        "`--connect-to api.example` is not `host:port:host:port`",
        "`--max-time NaN` is no time limit",
        "`ftp:` is no scheme of HTTP",
    ];
    assert_eq!(first_lines, expected);
}

#[tokio::test]
async fn texts_that_cannot_be_parsed() {
    for url in [
        "",
        "::",
        ":99999",
        ":x",
        "http://",
        "http://[",
        "http://a b/",
        "http://a:b/",
        "file:///x",
    ] {
        assert!(ask(&options(url)).await.is_err(), "{url}");
    }
    let long = format!("http://127.0.0.1/{}", "x".repeat(70_000));
    assert!(ask(&options(&long)).await.is_err());
    let with = |edit: fn(&mut Options, String), text: &str| {
        let mut options = options("http://127.0.0.1:1/");
        edit(&mut options, text.to_owned());
        options
    };
    for header in ["", ":", ": x", ";", "a", "a\u{e4}: x", "x: \0"] {
        let options = with(|options, header| options.headers.push(header), header);
        assert!(ask(&options).await.is_err(), "{header:?}");
    }
    for resolve in [
        "",
        "::",
        "a:b:c",
        "a:80",
        "a:80:b",
        "[::1:80:::1",
        "a:99999:127.0.0.1",
    ] {
        let options = with(|options, text| options.resolve.push(text), resolve);
        assert!(ask(&options).await.is_err(), "{resolve}");
    }
    for connect_to in ["", "::", "a:b:c:d", "a:80:b", "a:80:b:99999", "a:80:b:80:c"] {
        let options = with(|options, text| options.connect_to.push(text), connect_to);
        assert!(ask(&options).await.is_err(), "{connect_to}");
    }
    let many = Options {
        headers: (0..40_000).map(|number| format!("x-{number}: 1")).collect(),
        ..options("http://127.0.0.1:1/")
    };
    assert!(ask(&many).await.is_err());
}
