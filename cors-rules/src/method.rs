//! HTTP methods: those that a handler can serve, those that are registered, and those that browsers
//! refuse.

use crate::bytes::{equal_ignoring_case, is_one_of};

/// A method that axum routes and browsers send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`. The handler also serves HEAD, unless another handler does.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
    /// `OPTIONS`. Preflights never reach the handler.
    Options,
}

impl Method {
    /// Every method, in the order in which messages list them.
    pub const ALL: &'static [Self] = &[
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
        Self::Options,
    ];

    /// The method as it is sent in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        }
    }

    /// Finds the method of that name, or returns `None`. Methods are case-sensitive
    /// ([RFC 9110, section 9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1)).
    #[must_use]
    pub const fn parse(name: &[u8]) -> Option<Self> {
        match name {
            b"GET" => Some(Self::Get),
            b"HEAD" => Some(Self::Head),
            b"POST" => Some(Self::Post),
            b"PUT" => Some(Self::Put),
            b"PATCH" => Some(Self::Patch),
            b"DELETE" => Some(Self::Delete),
            b"OPTIONS" => Some(Self::Options),
            _ => None,
        }
    }

    /// A bit for sets of methods: 1 shifted by the position of the method in [`ALL`](Self::ALL).
    #[must_use]
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Whether `name` is a [forbidden method](https://fetch.spec.whatwg.org/#forbidden-method), which
/// browsers refuse to send: CONNECT, TRACE and TRACK, in any case.
#[must_use]
pub const fn is_forbidden_method(name: &str) -> bool {
    is_one_of(name, &["CONNECT", "TRACE", "TRACK"])
}

/// The [registered methods](https://www.iana.org/assignments/http-methods/http-methods.xhtml) that
/// browsers send, without `PRI`, which is the first line of HTTP/2.
const REGISTERED: &[&str] = &[
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "OPTIONS",
    "ORDERPATCH",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PUT",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
];

/// The registered method that `name` is in any case, as it is sent. All of them are in upper case
/// ([RFC 9110, section 9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1)).
pub(crate) const fn registered(name: &[u8]) -> Option<&'static str> {
    let mut i = 0;
    while i < REGISTERED.len() {
        if equal_ignoring_case(REGISTERED[i].as_bytes(), name) {
            return Some(REGISTERED[i]);
        }
        i += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Method, REGISTERED, is_forbidden_method, registered};

    #[test]
    fn parse_method() {
        for &method in Method::ALL {
            assert_eq!(Method::parse(method.as_str().as_bytes()), Some(method));
        }
        for name in ["", "get", "Patch", "GET ", " GET", "LINK", "CONNECT", "*"] {
            assert_eq!(Method::parse(name.as_bytes()), None, "{name:?}");
        }
    }

    #[test]
    fn method_bits_are_distinct() {
        let all = Method::ALL.iter().fold(0, |all, method| {
            assert_eq!(all & method.bit(), 0, "{method:?}");
            all | method.bit()
        });
        assert_eq!(all.count_ones() as usize, Method::ALL.len());
    }

    #[test]
    fn registered_methods() {
        for &name in REGISTERED {
            assert_eq!(registered(name.as_bytes()), Some(name));
            assert_eq!(registered(name.to_lowercase().as_bytes()), Some(name));
            assert!(!is_forbidden_method(name), "{name}");
        }
        for &method in Method::ALL {
            assert!(registered(method.as_str().as_bytes()).is_some());
        }
        for name in ["", "PROPFIN", "PROPFINDS", "TRACE", "PRI", "*"] {
            assert_eq!(registered(name.as_bytes()), None, "{name:?}");
        }
    }

    #[test]
    fn forbidden_methods() {
        for name in ["CONNECT", "TRACE", "TRACK", "connect", "Trace", "tRACK"] {
            assert!(is_forbidden_method(name), "{name}");
        }
        for name in ["", "GET", "OPTIONS", "TRAC", "TRACES"] {
            assert!(!is_forbidden_method(name), "{name}");
        }
    }
}
