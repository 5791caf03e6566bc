//! Certificates and HTTP/2.
//!
//! `certificate.pem` is of `localhost`, `127.0.0.1` and `api.example`, self-signed, and valid until 2124.
//! `authority.pem` is as well, but with `CA:TRUE`, as `openssl req -x509` makes certificates.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::serve::Listener;
use cors_cli::live::Options;
use cors_cli::{Asked, diagnose};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use super::server::{Server, exchanges, options, response, tried};

struct Tls {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            const HANDSHAKE: u8 = 22;
            let (stream, addr) = self.listener.accept().await.expect("a connection");
            let mut first = [0];
            let _ = stream.peek(&mut first).await;
            // Servers of Node and Python close a connection without TLS, and send nothing.
            if first != [HANDSHAKE] {
                continue;
            }
            // Clients that do not trust the certificate end the handshake.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, addr);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

pub(crate) async fn start(app: Router, alpn: &[&str]) -> Server {
    start_with(include_bytes!("certificate.pem"), app, alpn).await
}

async fn start_with(certificate: &[u8], app: Router, alpn: &[&str]) -> Server {
    let certificate = CertificateDer::from_pem_slice(certificate);
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("key.pem"));
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.expect("a certificate")],
            key.expect("a key"),
        )
        .expect("a pair");
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Server::serve(app, addr, Tls { listener, acceptor })
}

pub(crate) fn app() -> Router {
    let headers = [("access-control-allow-origin", "https://app.example")];
    Router::new().fallback(async move || response(200, &headers))
}

#[tokio::test]
async fn an_untrusted_certificate_ends_the_try() {
    for (certificate, expected) in [
        (
            &include_bytes!("certificate.pem")[..],
            "* the certificate is self-signed, or of an authority",
        ),
        (
            include_bytes!("authority.pem"),
            "* the certificate is self-signed, and that of an authority",
        ),
    ] {
        let server = start_with(certificate, app(), &["h2"]).await;
        let url = format!("https://{}/", server.addr);
        let conversation = tried(&options(&url)).await;
        assert_eq!(exchanges(&conversation), ["Request: GET / -> Certificate"]);
        let text = &conversation.paste.text;
        assert!(text.contains(expected), "{text}");
        let remark = conversation.remarks.join("\n");
        assert!(remark.contains("`-k` continues"), "{remark}");
        assert_eq!(server.received().len(), 0);
    }
}

#[tokio::test]
async fn an_untrusted_certificate_can_be_accepted() {
    let server = start(app(), &["h2", "http/1.1"]).await;
    let insecure = Options {
        insecure: true,
        ..options(&format!("https://{}/", server.addr))
    };
    let conversation = tried(&insecure).await;
    let expected = [
        "Request: GET / -> 200",
        "OtherOrigin: GET / -> 200",
        "NullOrigin: GET / -> 200",
        "WithoutOrigin: GET / -> 200",
        "ErrorPath: GET /no-such-path -> 200",
        "OtherVersion: GET / -> 200",
    ];
    assert_eq!(exchanges(&conversation), expected);
    let versions: Vec<&str> = conversation
        .paste
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("< HTTP/")?.split(' ').next())
        .collect();
    assert_eq!(versions, ["2", "2", "2", "2", "2", "1.1"]);
    let remark = &conversation.remarks[0];
    assert!(
        remark.ends_with("browsers send no request until a person accepts it"),
        "{remark}"
    );
}

#[tokio::test]
async fn a_server_of_https_is_found_by_a_url_of_http() {
    let server = start(app(), &["http/1.1"]).await;
    for (insecure, outcome) in [(true, "200"), (false, "Certificate")] {
        let options = Options {
            insecure,
            ..options(&format!("http://{}/", server.addr))
        };
        let conversation = tried(&options).await;
        let other = format!("OtherScheme: GET / -> {outcome}");
        assert_eq!(
            exchanges(&conversation),
            ["Request: GET / -> Closed", &other]
        );
        let diagnosis = diagnose(&conversation.paste, &Asked::default());
        let cause = diagnosis.cases[0].cause.as_ref().expect("a cause");
        assert!(
            cause.sentence.ends_with("responds only to `https:`"),
            "{cause:?}"
        );
    }
}

#[tokio::test]
async fn a_server_may_have_only_http2() {
    let server = start(app(), &["h2"]).await;
    let only_http2 = Options {
        insecure: true,
        audit: true,
        ..options(&format!("https://{}/", server.addr))
    };
    let conversation = tried(&only_http2).await;
    let after = &exchanges(&conversation)[5..];
    let similar = "SimilarOrigin: GET / -> 200";
    let expected = ["OtherVersion: GET / -> Tls", similar, similar, similar];
    assert_eq!(after, expected);
}

#[tokio::test]
async fn a_certificate_of_another_host() {
    let server = start(app(), &["http/1.1"]).await;
    let port = server.addr.port();
    let other = Options {
        insecure: true,
        resolve: vec![format!("other.example:{port}:127.0.0.1")],
        ..options(&format!("https://other.example:{port}/"))
    };
    let conversation = tried(&other).await;
    let host = format!("host: other.example:{port}");
    assert!(
        server.received()[0].contains(&host),
        "{:?}",
        server.received()
    );
    assert!(
        conversation.remarks[0].starts_with("the certificate is"),
        "{:?}",
        conversation.remarks
    );
}

#[tokio::test]
async fn ways_to_a_host() {
    let server = Server::start(app()).await;
    let port = server.addr.port();
    for (url, resolve, connect_to, host) in [
        ("http://api.test/", "api.test:80:127.0.0.1", "", "api.test"),
        ("http://API.test:90/#x", "", "::127.0.0.1:", "api.test:90"),
        (
            "http://b\u{fc}cher.test/",
            "",
            "xn--bcher-kva.test:80:127.0.0.1:",
            "xn--bcher-kva.test",
        ),
        ("http://[::1]/", "", ":80:127.0.0.1:", "[::1]"),
    ] {
        let to_port = format!("{port}");
        let resolve = resolve.replace(":80:", &format!(":{port}:"));
        let options = Options {
            origin: Some("http://app.example".to_owned()),
            // `--resolve` keeps the port of the URL.
            resolve: Vec::from_iter((!resolve.is_empty()).then_some(resolve.clone())),
            connect_to: Vec::from_iter(
                (!connect_to.is_empty()).then(|| format!("{connect_to}{to_port}")),
            ),
            ..options(&if resolve.is_empty() {
                url.to_owned()
            } else {
                url.replace(".test/", &format!(".test:{port}/"))
            })
        };
        tried(&options).await;
        let received = server.received().pop().expect("a request");
        let expected = if resolve.is_empty() {
            format!("host: {host}")
        } else {
            format!("host: {host}:{port}")
        };
        assert!(
            received.lines().any(|line| line == expected),
            "{url}: {received}"
        );
    }
}

#[tokio::test]
async fn nothing_secret_is_sent_over_http() {
    let over_https = start(app(), &["http/1.1"]).await;
    let over_http = Server::start(app()).await;
    let secret = Options {
        insecure: true,
        headers: ["authorization: Bearer 7", "cookie: id=7", "x-token: 7"]
            .map(str::to_owned)
            .to_vec(),
        send: true,
        connect_to: vec![
            format!("api.example:443:127.0.0.1:{}", over_https.addr.port()),
            format!("api.example:80:127.0.0.1:{}", over_http.addr.port()),
        ],
        ..options("https://api.example/jobs")
    };
    let conversation = tried(&secret).await;
    let last = exchanges(&conversation).pop();
    assert_eq!(last.as_deref(), Some("OtherScheme: GET /jobs -> 200"));
    let expected =
        "GET /jobs\naccept: */*\nhost: api.example\norigin: https://app.example\nuser-agent: ";
    let received = over_http.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].starts_with(expected), "{}", received[0]);
    let sent = over_https.received();
    let sent = sent.iter().find(|request| request.starts_with("GET"));
    assert!(sent.expect("a request").contains("x-token: 7"));
}
