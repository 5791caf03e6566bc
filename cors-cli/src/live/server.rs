//! The wire as the server of a test browser.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderValue, ORIGIN,
};
use http::{HeaderMap, Method, Request, Response, Uri, request};
use http_body_util::Full;
use tower_service::Service;

use super::connection::{Body, Versions};
use super::wire::Wire;
use crate::exchange::Purpose;

/// A service that a test browser sends its requests to.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) wire: Arc<Wire>,
    /// Whether only preflights are sent.
    pub(super) withholds: bool,
    /// Whether a request is sent although its preflight is refused.
    pub(super) forces: bool,
}

/// The error of a request that was not sent, or got no response. The wire has recorded the reason.
#[derive(Debug)]
pub(super) struct NoResponse;

impl fmt::Display for NoResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no response")
    }
}

impl Error for NoResponse {}

impl Service<Request<Body>> for Server {
    type Response = Response<Full<Bytes>>;
    type Error = NoResponse;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, NoResponse>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NoResponse>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            // The target is a path. The whole URL is an extension.
            head.uri = head.extensions.get::<Uri>().cloned().ok_or(NoResponse)?;
            let preflight = is_preflight(&head);
            let purpose = match server.wire.first().request {
                _ if preflight => Purpose::Preflight,
                Some(_) => Purpose::Redirect,
                None => Purpose::Request,
            };
            if server.withholds && !preflight {
                server.wire.remark(format!(
                    "{} was not sent, because it may change something; `--send` sends it",
                    head.method
                ));
                return Err(NoResponse);
            }
            let allowed = (server.forces && preflight).then(|| allowed(&head));
            let sent = server.wire.send(purpose, head, body, Versions::All).await;
            let (response, body) = sent.ok_or(NoResponse)?;
            Ok(allowed.unwrap_or_else(|| Response::from_parts(response, body.into())))
        })
    }
}

fn is_preflight(head: &request::Parts) -> bool {
    head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Returns a response that allows everything that a preflight requests.
fn allowed(preflight: &request::Parts) -> Response<Full<Bytes>> {
    let mut headers = HeaderMap::new();
    for (name, of) in [
        (ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN),
        (ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_METHOD),
        (ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS),
    ] {
        let requested = preflight.headers.get(of);
        headers.extend(requested.map(|value| (name, value.clone())));
    }
    let yes = HeaderValue::from_static("true");
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    let mut response = Response::new(Full::default());
    *response.headers_mut() = headers;
    response
}
