//! The head of a request, as far as CORS reads it.

#[cfg(feature = "axum")]
use axum::extract::{MatchedPath, OriginalUri};
use cors_rules::Origin;
#[cfg(feature = "axum")]
use http::Extensions;
use http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, GetAll, HOST, ORIGIN, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

/// Method, target and headers of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    #[cfg(feature = "axum")]
    extensions: &'a Extensions,
}

impl<'a> Head<'a> {
    pub(crate) fn of<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
            #[cfg(feature = "axum")]
            extensions: request.extensions(),
        }
    }

    /// The head of a request whose body was taken off.
    pub(crate) fn of_parts(parts: &'a Parts) -> Self {
        Self {
            method: &parts.method,
            uri: &parts.uri,
            headers: &parts.headers,
            #[cfg(feature = "axum")]
            extensions: &parts.extensions,
        }
    }

    pub(crate) fn method(&self) -> &'a Method {
        self.method
    }

    /// The preflight that this is, if it is a
    /// [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request): OPTIONS with
    /// `Origin` and `Access-Control-Request-Method`. Any other OPTIONS belongs to the application.
    #[inline]
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

    /// The lines of `Origin`.
    pub(crate) fn origin_lines(&self) -> Lines<'a> {
        Lines::of(self.headers, ORIGIN)
    }

    /// The lines of [`Sec-Fetch-Site`](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header).
    pub(crate) fn site_lines(&self) -> Lines<'a> {
        Lines::of(self.headers, SEC_FETCH_SITE)
    }

    /// Whether the request may change something, or opens a web socket. Every method but GET, HEAD
    /// and OPTIONS may ([safe methods](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1), without
    /// TRACE, which browsers refuse to send).
    #[inline]
    pub(crate) fn writes_or_opens_socket(&self) -> bool {
        match *self.method {
            Method::GET => self.upgrades_to_socket(),
            Method::HEAD | Method::OPTIONS => false,
            _ => true,
        }
    }

    /// Whether the request opens a web socket: `Upgrade: websocket` over HTTP/1.1
    /// ([RFC 6455, section 4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1)), CONNECT over
    /// HTTP/2 ([RFC 8441](https://www.rfc-editor.org/rfc/rfc8441#section-5)).
    fn opens_socket(&self) -> bool {
        match *self.method {
            Method::GET => self.upgrades_to_socket(),
            ref method => method == Method::CONNECT,
        }
    }

    #[inline]
    fn upgrades_to_socket(&self) -> bool {
        // Comparing the few names costs less than hashing one.
        self.headers.keys().any(|name| name == UPGRADE) && self.names_websocket()
    }

    #[cold]
    fn names_websocket(&self) -> bool {
        let lines = self.headers.get_all(UPGRADE);
        lines.iter().any(|line| {
            let mut protocols = line.as_bytes().split(|&byte| byte == b',');
            protocols.any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"websocket"))
        })
    }

    /// Whether a person followed a link or typed an address: a navigation of the whole tab, which
    /// reads nothing for the page that it comes from.
    pub(crate) fn is_link(&self) -> bool {
        let has = |name: &str, value: &str| {
            let mut lines = self.headers.get_all(name).iter();
            lines.next().is_some_and(|line| line == value) && lines.next().is_none()
        };
        matches!(*self.method, Method::GET | Method::HEAD)
            && !self.opens_socket()
            && has("sec-fetch-mode", "navigate")
            && has("sec-fetch-dest", "document")
    }

    /// Whether a page of the server's own origin sent the request.
    ///
    /// `Sec-Fetch-Site` decides, because pages cannot set it. Older browsers, and all of them over
    /// plain http, leave it out: then host and port of `Origin` are compared with those of the
    /// target. The scheme is not, because a server behind a proxy cannot tell its own.
    pub(crate) fn is_same_origin(&self) -> bool {
        match self.site_lines() {
            Lines::None => self
                .origin()
                .is_some_and(|origin| self.is_origin_of_target(origin)),
            Lines::One(site) => site == "same-origin",
            Lines::Several => false,
        }
    }

    /// Whether an origin has the host and the port of the request's target. A missing port is that
    /// of the origin's scheme.
    pub(crate) fn is_origin_of_target(&self, origin: &HeaderValue) -> bool {
        let Some(target) = self.target() else {
            return false;
        };
        Origin::parse(origin.as_bytes()).is_some_and(|origin| target.is_of(&origin))
    }

    /// Host and port of the target: of its authority, or else of the one `Host` line.
    pub(crate) fn target(&self) -> Option<Target<'a>> {
        match self.uri.authority() {
            Some(authority) => Target::parse(authority.as_str().as_bytes()),
            None => Lines::of(self.headers, HOST)
                .value()
                .and_then(|host| Target::parse(host.as_bytes())),
        }
    }

    /// The host of the target as it was sent, valid or not.
    pub(crate) fn host(&self) -> Option<&'a [u8]> {
        match self.uri.authority() {
            Some(authority) => Some(authority.as_str().as_bytes()),
            None => self.headers.get(HOST).map(HeaderValue::as_bytes),
        }
    }

    /// Whether a route of axum's router serves the path.
    #[cfg(feature = "axum")]
    pub(crate) fn is_routed(&self) -> bool {
        self.extensions.get::<MatchedPath>().is_some()
    }

    /// The path of the target, without its query.
    pub(crate) fn path(&self) -> &'a str {
        // A router of axum cuts off the prefix below which it is nested.
        #[cfg(feature = "axum")]
        if let Some(OriginalUri(uri)) = self.extensions.get() {
            return uri.path();
        }
        self.uri.path()
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The length of the longest host of an origin in bytes.
const MAX_HOST_BYTES: usize = 254;

/// Host and port of a request's target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    host: &'a [u8],
    port: Option<u16>,
}

impl<'a> Target<'a> {
    /// Reads `uri-host [":" port]` ([RFC 9110, section 7.2](https://www.rfc-editor.org/rfc/rfc9110#section-7.2))
    /// with a port from 1 to 65535; `None` for anything else. The host is not checked, because it is
    /// only compared with valid ones.
    fn parse(text: &'a [u8]) -> Option<Self> {
        let end_of_address = text.iter().rposition(|&byte| byte == b']');
        let after_address = end_of_address.map_or(0, |end| end + 1);
        let colon = text[after_address..].iter().position(|&byte| byte == b':');
        let Some(colon) = colon.map(|colon| after_address + colon) else {
            return Some(Self {
                host: text,
                port: None,
            });
        };
        let port = &text[colon + 1..];
        let is_number = matches!(port, [b'1'..=b'9', ..]) && port.iter().all(u8::is_ascii_digit);
        let port = str::from_utf8(port).ok().filter(|_| is_number)?;
        Some(Self {
            host: &text[..colon],
            port: Some(port.parse().ok()?),
        })
    }

    /// Whether this is host and port of an origin.
    pub(crate) fn is_of(&self, origin: &Origin<'_>) -> bool {
        let default = match origin.scheme() {
            "https" => Some(443),
            "http" => Some(80),
            _ => return false,
        };
        let host = origin.host();
        self.host.eq_ignore_ascii_case(host.as_str().as_bytes())
            && self.port.or(default) == origin.port().or(default)
    }

    /// The origins with this host and port, over https and http; `None` for hosts that are too long.
    pub(crate) fn web_origins(&self) -> Option<[String; 2]> {
        let host = str::from_utf8(self.host).ok();
        let host = host.filter(|host| host.len() <= MAX_HOST_BYTES)?;
        let host = host.to_ascii_lowercase();
        Some(
            [("https", 443), ("http", 80)].map(|(scheme, default)| match self.port {
                Some(port) if port != default => format!("{scheme}://{host}:{port}"),
                _ => format!("{scheme}://{host}"),
            }),
        )
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
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lines<'a> {
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
    pub(crate) fn value(self) -> Option<&'a HeaderValue> {
        match self {
            Self::One(value) => Some(value),
            Self::None | Self::Several => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use cors_rules::Origin;

    use super::Target;

    fn is_of(target: &str, origin: &str) -> bool {
        let origin = Origin::parse(origin.as_bytes()).unwrap();
        Target::parse(target.as_bytes()).is_some_and(|target| target.is_of(&origin))
    }

    #[test]
    fn host_of_the_target_is_read_strictly() {
        for (target, origin, expected) in [
            ("api.example", "https://api.example", true),
            ("api.example", "http://api.example", true),
            ("API.example", "https://api.example", true),
            ("api.example:443", "https://api.example", true),
            ("api.example:80", "https://api.example", false),
            ("api.example:8443", "https://api.example:8443", true),
            ("[::1]", "http://[::1]", true),
            ("[::1]:3000", "http://[::1]:3000", true),
            ("127.0.0.1:3000", "http://127.0.0.1:3000", true),
            ("api.example", "app://api.example", false),
            ("api.example@evil.example", "https://evil.example", false),
            ("api.example:80A", "https://api.example", false),
            ("api.example:65536", "http://api.example", false),
            ("api.example:0", "http://api.example", false),
            ("api.example:", "http://api.example", false),
            ("api.example:080", "http://api.example", false),
            ("api.example:80:80", "http://api.example", false),
            ("[::1]x", "http://[::1]", false),
            ("", "http://api.example", false),
        ] {
            assert_eq!(is_of(target, origin), expected, "{target} and {origin}");
        }
    }
}
