//! The headers of an actual response: decided when the request comes, written when the answer goes.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, Entry, ORIGIN, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, Response, Uri};
use pin_project_lite::pin_project;

use crate::head::is_same_origin;
use crate::origins::Vouched;
use crate::policy::compiled::{CompiledPolicy, PolicyRef};
use crate::response::preflight::{only, write_origin};

/// What the response to one request will carry.
#[derive(Debug)]
pub(crate) struct Grant {
    policy: PolicyRef,
    /// The origin that asks, where it is allowed and the answer depends on it.
    asking: Option<HeaderValue>,
}

impl PolicyRef {
    /// Whether the page behind an actual request may read the response. Never an error: CORS
    /// doesn't keep requests out.
    #[inline]
    pub(crate) fn grant(self, request: &HeaderMap, vouched: Vouched) -> Grant {
        let asking = match self.origins.fixed() {
            Some(_) => None,
            None => only(request, ORIGIN).and_then(|origin| self.origins.grant(origin, vouched)),
        };
        Grant {
            policy: self,
            asking,
        }
    }
}

impl Grant {
    /// Whether a page of another origin sent the request that may not read the response: the
    /// browser's comparison ([CORS check](https://fetch.spec.whatwg.org/#concept-cors-check)).
    pub(crate) fn is_foreign(&self, uri: &Uri, request: &HeaderMap) -> bool {
        if !request.contains_key(ORIGIN) {
            return false;
        }
        let granted = self.policy.origins.fixed().or(self.asking.as_ref());
        let is_allowed =
            granted.is_some_and(|granted| granted == "*" || only(request, ORIGIN) == Some(granted));
        !is_allowed && !is_same_origin(uri, request)
    }

    /// Writes the headers; whatever the handler said of CORS itself gives way. Once: what it writes
    /// is moved out.
    pub(crate) fn write(&mut self, response: &mut HeaderMap) {
        let policy: &CompiledPolicy = &self.policy;
        remove_cors_headers(response);
        let fixed = policy.origins.fixed();
        // The answer depends on the request's origin, so caches must keep the answers apart.
        let varies = fixed.is_none() || policy.enforce;
        if let Some(origin) = fixed.cloned().or_else(|| self.asking.take()) {
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

/// Two allow-origin lines never match, and one of the handler's would let in whom the policy
/// doesn't.
fn remove_cors_headers(response: &mut HeaderMap) {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    while let Some(name) = response.keys().find(|name| is_cors(name)).cloned() {
        response.remove(name);
    }
}

/// Adds `Origin` to `Vary`, unless that names it already, or everything.
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
    /// A future of a response, with the headers written at its end. It is generic over neither
    /// handler nor policy, so that a thousand handlers share one.
    #[derive(Debug)]
    pub struct WithHeaders<F> {
        #[pin]
        response: F,
        grant: Option<Grant>,
    }
}

impl<F> WithHeaders<F> {
    pub(crate) fn new(response: F, grant: Option<Grant>) -> Self {
        Self { response, grant }
    }
}

impl<F: Future<Output: HasHeaders>> Future for WithHeaders<F> {
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

/// What handlers and services answer with.
pub(crate) trait HasHeaders {
    /// `None` where there is an error instead of a response.
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
