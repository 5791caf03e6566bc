//! The headers of responses to actual requests.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, Entry, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use pin_project_lite::pin_project;

use super::write_origin;
use crate::decision::Grant;

impl Grant {
    /// Writes the headers in place of the handler's own ones. To be called once, because the origin
    /// is moved out.
    fn write(&mut self, response: &mut HeaderMap) {
        let policy = &*self.policy;
        remove_cors_headers(response);
        let fixed = policy.origins.fixed();
        // The response depends on the request's origin, so caches must keep one for each.
        // https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
        let varies = fixed.is_none() || policy.enforce;
        if let Some(origin) = fixed.cloned().or_else(|| self.origin.take()) {
            write_origin(policy, origin, response);
            if let Some(exposed) = &policy.expose_headers {
                response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
            }
        }
        if varies {
            vary_by_origin(response);
        }
    }
}

/// Removes the handler's CORS headers, because two allow-origin lines never match, and one of the
/// handler's could allow an origin that the policy does not.
fn remove_cors_headers(response: &mut HeaderMap) {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    while let Some(name) = response.keys().find(|name| is_cors(name)).cloned() {
        response.remove(name);
    }
}

/// Adds `Origin` to `Vary`, unless that has it already, or is `*`.
fn vary_by_origin(response: &mut HeaderMap) {
    const ORIGIN: HeaderValue = HeaderValue::from_static("Origin");
    match response.entry(VARY) {
        Entry::Vacant(vary) => {
            vary.insert(ORIGIN);
        }
        Entry::Occupied(mut vary) => {
            let names = vary
                .iter()
                .flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
            let mut names = names.map(<[u8]>::trim_ascii);
            if !names.any(|name| name == b"*" || name.eq_ignore_ascii_case(b"origin")) {
                vary.append(ORIGIN);
            }
        }
    }
}

pin_project! {
    /// A future that writes a grant on the response of another. It is generic over neither handler
    /// nor policy, because a thousand handlers would then make a thousand of them.
    #[derive(Debug)]
    pub struct WithGrant<F> {
        #[pin]
        response: F,
        grant: Option<Grant>,
    }
}

impl<F> WithGrant<F> {
    pub(crate) fn new(response: F, grant: Option<Grant>) -> Self {
        Self { response, grant }
    }
}

impl<F: Future<Output: HasHeaders>> Future for WithGrant<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.response.poll(cx));
        if let (Some(grant), Some(headers)) = (this.grant, response.headers_mut()) {
            grant.write(headers);
        }
        Poll::Ready(response)
    }
}

/// The output of handlers (a response) and of services (a result).
pub(crate) trait HasHeaders {
    /// The headers; `None` where there is an error instead of a response.
    fn headers_mut(&mut self) -> Option<&mut HeaderMap>;
}

impl<B> HasHeaders for Response<B> {
    fn headers_mut(&mut self) -> Option<&mut HeaderMap> {
        Some(Self::headers_mut(self))
    }
}

impl<B, E> HasHeaders for Result<Response<B>, E> {
    fn headers_mut(&mut self) -> Option<&mut HeaderMap> {
        self.as_mut().ok().map(Response::headers_mut)
    }
}
