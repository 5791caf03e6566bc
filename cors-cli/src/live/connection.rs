//! A request over a connection of its own.

use std::error::Error as _;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response, Uri, Version, response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig};

use super::route::{Route, addresses, destination};
use super::tls::{self, Verifier};
use crate::exchange::{Failure, FailureKind};

/// The body of a request.
pub(super) type Body = cors_testing::Body;

/// A response with the start of its body.
pub(super) type Received = (response::Parts, Bytes);

/// Opens a connection for each request.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) routes: Vec<Route>,
    /// The time limit until the head of a response is there.
    pub(super) max_time: Duration,
    pub(super) insecure: bool,
    tls: OnceLock<Result<(Arc<Verifier>, ClientConfig), rustls::Error>>,
}

/// The versions of HTTP that are offered. Without TLS it is always HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Versions {
    /// HTTP/2 before HTTP/1.1.
    All,
    /// Only HTTP/1.1.
    Http1,
}

/// The most bytes that are read of a body.
const MAX_BODY: usize = 4 * 1024;

/// The time limit for the start of a body. A stream of events may never have one.
const MAX_BODY_TIME: Duration = Duration::from_millis(500);

impl Connector {
    pub(super) fn new(routes: Vec<Route>, max_time: Duration, insecure: bool) -> Self {
        Self {
            routes,
            max_time,
            insecure,
            tls: OnceLock::new(),
        }
    }

    /// Sends a request to the host of its absolute URI.
    ///
    /// # Errors
    ///
    /// Returns the reason why there is no response.
    pub(super) async fn send(
        &self,
        request: Request<Body>,
        versions: Versions,
    ) -> Result<Received, Failure> {
        match timeout(self.max_time, self.exchange(request, versions)).await {
            Ok(Ok(response)) => Ok(with_body(response).await),
            Ok(Err(failure)) => Err(failure),
            Err(_) => {
                let text = format!("no response within {} s", self.max_time.as_secs_f64());
                Err(failure(FailureKind::Timeout, text))
            }
        }
    }

    /// Returns the reason why the certificate of the last connection is not trusted, if it was accepted
    /// all the same.
    pub(super) fn take_distrust(&self) -> Option<String> {
        let (verifier, _) = self.tls.get()?.as_ref().ok()?;
        verifier.take_distrust()
    }

    async fn exchange(
        &self,
        request: Request<Body>,
        versions: Versions,
    ) -> Result<Response<Incoming>, Failure> {
        let uri = request.uri().clone();
        let is_tls = uri.scheme_str() == Some("https");
        let stream = self.connect(&uri, is_tls).await?;
        if !is_tls {
            return over_http1(stream, request, false).await;
        }
        let stream = self.secure(stream, &uri, versions).await?;
        if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
            over_http2(stream, request).await
        } else {
            over_http1(stream, request, true).await
        }
    }

    async fn connect(&self, uri: &Uri, is_tls: bool) -> Result<TcpStream, Failure> {
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let (host, port) = destination(&self.routes, bare_host(uri), port);
        let found = match addresses(&self.routes, &host, port) {
            Some(addresses) => addresses.to_vec(),
            None => lookup_host((&*host, port))
                .await
                .map_err(|_| {
                    failure(
                        FailureKind::Dns,
                        format!("the host `{host}` has no address"),
                    )
                })?
                .collect(),
        };
        let connected = TcpStream::connect(&found[..]).await;
        connected.map_err(|error| match error.kind() {
            io::ErrorKind::ConnectionRefused => failure(
                FailureKind::Refused,
                format!("nothing listens on port {port} of `{host}`"),
            ),
            io::ErrorKind::TimedOut => failure(
                FailureKind::Timeout,
                format!("`{host}` does not respond on port {port}"),
            ),
            _ => failure(
                FailureKind::Other,
                format!("`{host}` cannot be reached on port {port}: {error}"),
            ),
        })
    }

    async fn secure(
        &self,
        stream: TcpStream,
        uri: &Uri,
        versions: Versions,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
        let name = ServerName::try_from(bare_host(uri).to_owned());
        let name = name.map_err(|error| failure(FailureKind::Tls, error.to_string()))?;
        let tls = self.tls.get_or_init(|| {
            let verifier = Arc::new(Verifier::new(self.insecure));
            let config = tls::config(&verifier)?;
            Ok((verifier, config))
        });
        let (verifier, config) = tls
            .as_ref()
            .map_err(|error| failure(FailureKind::Tls, error.to_string()))?;
        let mut config = config.clone();
        config.alpn_protocols = match versions {
            Versions::All => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            Versions::Http1 => vec![b"http/1.1".to_vec()],
        };
        let connector = TlsConnector::from(Arc::new(config));
        let connected = connector.connect(name, stream).await;
        connected.map_err(|error| match verifier.take_distrust() {
            Some(distrust) => failure(FailureKind::Certificate, distrust),
            None => failure_of_tls(&error),
        })
    }
}

/// Returns the host without the brackets of IPv6.
fn bare_host(uri: &Uri) -> &str {
    let host = uri.host().unwrap_or_default();
    host.trim_start_matches('[').trim_end_matches(']')
}

async fn over_http1(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    mut request: Request<Body>,
    is_tls: bool,
) -> Result<Response<Incoming>, Failure> {
    let failed = |error: hyper::Error| failure_of_http(&error, is_tls);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(failed)?;
    tokio::spawn(connection);
    if let Some(target) = request.uri().path_and_query() {
        *request.uri_mut() = target.clone().into();
    }
    sender.send_request(request).await.map_err(failed)
}

async fn over_http2(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    mut request: Request<Body>,
) -> Result<Response<Incoming>, Failure> {
    let failed = |error: hyper::Error| failure_of_http(&error, true);
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
        .await
        .map_err(failed)?;
    tokio::spawn(connection);
    *request.version_mut() = Version::HTTP_2;
    // The pseudo header `:authority` has it.
    request.headers_mut().remove(HOST);
    sender.send_request(request).await.map_err(failed)
}

/// Reads the start of the body. An error ends it.
async fn with_body(response: Response<Incoming>) -> Received {
    let (head, mut body) = response.into_parts();
    let mut start = Vec::new();
    let read = async {
        while start.len() < MAX_BODY
            && let Some(Ok(frame)) = body.frame().await
        {
            if let Some(data) = frame.data_ref() {
                let room = MAX_BODY - start.len();
                start.extend_from_slice(&data[..data.len().min(room)]);
            }
        }
    };
    let _ = timeout(MAX_BODY_TIME, read).await;
    (head, start.into())
}

/// Creates a failure, whose place is set by the transcript.
fn failure(kind: FailureKind, text: String) -> Failure {
    Failure {
        kind,
        text,
        at: 0..0,
    }
}

fn failure_of_tls(error: &io::Error) -> Failure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match (inner, error.kind()) {
        (Some(rustls::Error::InvalidMessage(_)), _) => failure(
            FailureKind::Tls,
            "the server does not use TLS on this port".to_owned(),
        ),
        (Some(error), _) => failure(
            FailureKind::Tls,
            format!("the server and this client agree on no version of TLS: {error}"),
        ),
        (None, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => failure(
            FailureKind::Closed,
            "the server closed the connection while TLS was set up".to_owned(),
        ),
        (None, _) => failure(FailureKind::Tls, error.to_string()),
    }
}

fn failure_of_http(error: &hyper::Error, is_tls: bool) -> Failure {
    // The method that finds it is only of hyper's servers.
    if error.is_parse() && error.to_string().contains("too large") {
        let text = "the head of the response has too many or too long headers";
        return failure(FailureKind::Other, text.to_owned());
    }
    if error.is_parse() {
        let text = if is_tls {
            "the server's response is not HTTP"
        } else {
            "the server's response is not HTTP; it may expect TLS on this port"
        };
        return failure(FailureKind::Tls, text.to_owned());
    }
    let is_closed = error.is_incomplete_message() || error.is_closed() || error.is_canceled();
    let is_reset = error
        .source()
        .and_then(|source| source.downcast_ref())
        .is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::ConnectionReset);
    if is_closed || is_reset {
        let text = "the server closed the connection without a response";
        return failure(FailureKind::Closed, text.to_owned());
    }
    failure(FailureKind::Other, error.to_string())
}
