//! Servers without a response.

use std::net::SocketAddr;
use std::time::Duration;

use cors_cli::FailureKind;
use cors_cli::live::Options;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::server::{exchanges, options, tried};

/// Starts a server that sends the same bytes on each connection, and closes it after a while.
pub(crate) async fn responding(bytes: &[u8], open_for: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    let bytes = bytes.to_vec();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(&bytes).await;
                sleep(open_for).await;
            });
        }
    });
    addr
}

/// Returns the address of a port that nothing listens on.
pub(crate) async fn closed_port() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("a bound address")
}

#[tokio::test]
async fn kinds_of_failures() {
    let closed = closed_port().await;
    let hanging_up = responding(b"", Duration::ZERO).await;
    let no_http = responding(b"220 mail.example ESMTP\r\n", Duration::ZERO).await;
    let plain = responding(b"HTTP/1.1 400 Bad Request\r\n\r\n", Duration::ZERO).await;
    for (url, kind, text) in [
        (
            "http://cors-explain.invalid/".to_owned(),
            FailureKind::Dns,
            "the host `cors-explain.invalid` has no address",
        ),
        (
            format!("http://{closed}/"),
            FailureKind::Refused,
            "nothing listens on port",
        ),
        (
            format!("http://{hanging_up}/"),
            FailureKind::Closed,
            "the server closed the connection without a response",
        ),
        (
            format!("http://{no_http}/"),
            FailureKind::Tls,
            "the server's response is not HTTP",
        ),
        (
            format!("https://{plain}/"),
            FailureKind::Tls,
            "the server does not use TLS on this port",
        ),
    ] {
        let options = Options {
            origin: Some("http://app.example".to_owned()),
            ..options(&url)
        };
        let conversation = tried(&options).await;
        let failure = conversation.paste.exchanges[0].failure.as_ref();
        let failure = failure.expect("no response");
        assert_eq!(failure.kind, kind, "{url}");
        assert!(failure.text.contains(text), "{url}: {}", failure.text);
        let place = &conversation.paste.text[failure.at.clone()];
        assert_eq!(place, failure.text, "{url}");
    }
}

#[tokio::test]
async fn the_other_scheme_is_tried_after_an_error_of_tls() {
    let plain = responding(b"HTTP/1.1 200 OK\r\n\r\n", Duration::ZERO).await;
    let conversation = tried(&options(&format!("https://{plain}/"))).await;
    let expected = ["Request: GET / -> Tls", "OtherScheme: GET / -> 200"];
    assert_eq!(exchanges(&conversation), expected);
}

#[tokio::test]
async fn strange_responses() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(500));
    let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20));
    let early = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(3);
    for (bytes, outcome) in [
        ("HTTP/1.1 200 OK\r\n\r\n\u{1b}[31m", "200"),
        ("HTTP/1.1 200 OK\r\nx: \u{1b}[31m\r\n\r\n", "Tls"),
        ("HTTP/1.1 999 \r\n\r\n", "999"),
        ("HTTP/1.1 12 OK\r\n\r\n", "Tls"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx", "200"),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz",
            "200",
        ),
        ("HTTP/1.1 302 Found\r\nlocation: http://[\r\n\r\n", "302"),
        (&format!("{early}HTTP/1.1 204 No Content\r\n\r\n"), "204"),
        (&early, "Closed"),
        (&many, "Other"),
        (&long, "Other"),
    ] {
        let addr = responding(bytes.as_bytes(), Duration::ZERO).await;
        let conversation = tried(&options(&format!("http://{addr}/"))).await;
        let first = &exchanges(&conversation)[0];
        assert_eq!(
            first,
            &format!("Request: GET / -> {outcome}"),
            "{bytes:.60?}"
        );
        let text = &conversation.paste.text;
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
