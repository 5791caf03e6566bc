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

    /// The preflight that this is, if it is a
    /// [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request): OPTIONS with
    /// `Origin` and `Access-Control-Request-Method`. Any other OPTIONS belongs to the application.
    pub(crate) fn preflight(&self) -> Option<Preflight<'a>> {
        if self.method != Method::OPTIONS {
            return None;
        }
        let requested_method = Lines::of(self.headers, ACCESS_CONTROL_REQUEST_METHOD);
        let origin = Lines::of(self.headers, ORIGIN);
        if matches!(requested_method, Lines::None) || matches!(origin, Lines::None) {
            return None;
        }
        Some(Preflight {
            requested_method: requested_method.value(),
            origin: origin.value(),
            headers: self.headers,
        })
    }

    /// Whether there is any `Origin`, valid or not.
    pub(crate) fn has_origin(&self) -> bool {
        self.headers.contains_key(ORIGIN)
    }

    /// `Origin`; `None` where it is missing or has several lines.
    #[inline]
    pub(crate) fn origin(&self) -> Option<&'a HeaderValue> {
        Lines::of(self.headers, ORIGIN).value()
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

/// The head of a preflight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preflight<'a> {
    /// `Access-Control-Request-Method`; `None` where it has several lines.
    pub(crate) requested_method: Option<&'a HeaderValue>,
    /// `Origin`; `None` where it has several lines.
    pub(crate) origin: Option<&'a HeaderValue>,
    headers: &'a HeaderMap,
}

impl<'a> Preflight<'a> {
    /// The lines of `Access-Control-Request-Headers`.
    pub(crate) fn requested_headers(&self) -> GetAll<'a, HeaderValue> {
        self.headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS)
    }
}

/// The lines of a header that browsers send once.
enum Lines<'a> {
    None,
    One(&'a HeaderValue),
    Several,
}

impl<'a> Lines<'a> {
    #[inline]
    fn of(headers: &'a HeaderMap, name: HeaderName) -> Self {
        let mut lines = headers.get_all(name).iter();
        match (lines.next(), lines.next()) {
            (None, _) => Self::None,
            (Some(one), None) => Self::One(one),
            (Some(_), Some(_)) => Self::Several,
        }
    }

    /// The value of a single line. Several have none, because no browser sends them.
    #[inline]
    fn value(self) -> Option<&'a HeaderValue> {
        match self {
            Self::One(value) => Some(value),
            Self::None | Self::Several => None,
        }
    }
}
