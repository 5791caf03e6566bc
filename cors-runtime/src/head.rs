//! The head of a request, as far as CORS reads it.

use cors_rules::Origin;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, GetAll, HOST, ORIGIN,
};
#[cfg(feature = "axum")]
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// Method, target and headers of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    pub(crate) fn of<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
        }
    }

    /// The head of a request whose body was taken off.
    #[cfg(feature = "axum")]
    pub(crate) fn of_parts(parts: &'a Parts) -> Self {
        Self {
            method: &parts.method,
            uri: &parts.uri,
            headers: &parts.headers,
        }
    }

    pub(crate) fn method(&self) -> &'a Method {
        self.method
    }

    /// Whether this is a [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request).
    /// Any other OPTIONS belongs to the application.
    pub(crate) fn is_preflight(&self) -> bool {
        self.method == Method::OPTIONS
            && self.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
            && self.headers.contains_key(ORIGIN)
    }

    /// Whether there is any `Origin`, valid or not.
    pub(crate) fn has_origin(&self) -> bool {
        self.headers.contains_key(ORIGIN)
    }

    /// `Origin`; `None` where it is missing or has several lines.
    #[inline]
    pub(crate) fn origin(&self) -> Option<&'a HeaderValue> {
        only(self.headers, ORIGIN)
    }

    /// `Access-Control-Request-Method`; `None` where it is missing or has several lines.
    pub(crate) fn requested_method(&self) -> Option<&'a HeaderValue> {
        only(self.headers, ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// The lines of `Access-Control-Request-Headers`.
    pub(crate) fn requested_headers(&self) -> GetAll<'a, HeaderValue> {
        self.headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS)
    }

    /// Whether a page of the server's own origin sent the request.
    ///
    /// `Sec-Fetch-Site` decides, because pages cannot set it
    /// ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header)). Older
    /// browsers, and all of them over plain http, leave it out: then host and port of `Origin` are
    /// compared with those of the target. The scheme is not, because a server behind a proxy cannot
    /// tell its own.
    pub(crate) fn is_same_origin(&self) -> bool {
        if let Some(site) = self.headers.get("sec-fetch-site") {
            return site == "same-origin";
        }
        let origin = self.origin();
        let Some(origin) = origin.and_then(|value| Origin::parse(value.as_bytes())) else {
            return false;
        };
        let default = match origin.scheme() {
            "https" => Some(443),
            "http" => Some(80),
            _ => return false,
        };
        self.authority().is_some_and(|target| {
            target.host().eq_ignore_ascii_case(origin.host().as_str())
                && target.port_u16().or(default) == origin.port().or(default)
        })
    }

    /// Host and port of the target, or else of `Host`.
    fn authority(&self) -> Option<Authority> {
        match self.uri.authority() {
            Some(authority) => Some(authority.clone()),
            None => self
                .headers
                .get(HOST)
                .and_then(|host| Authority::try_from(host.as_bytes()).ok()),
        }
    }
}

/// The value of a header that browsers send once. Two lines are taken for none, because no browser
/// sends them.
#[inline]
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}
