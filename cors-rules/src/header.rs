//! Header names: their syntax, and those that are reserved for the browser.

use crate::bytes::{contains, equal_ignoring_case, is_one_of, starts_with_ignoring_case};

/// Whether `name` has the syntax of a header name, a
/// [token](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
#[must_use]
pub const fn is_token(name: &[u8]) -> bool {
    let mut i = 0;
    while i < name.len() {
        if !matches!(name[i],
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\''
            | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
        {
            return false;
        }
        i += 1;
    }
    !name.is_empty()
}

/// Whether pages cannot set the header `name`, whatever its value: a
/// [forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header).
#[must_use]
pub const fn is_forbidden_in_requests(name: &str) -> bool {
    is_one_of(
        name,
        &[
            "accept-charset",
            "accept-encoding",
            "access-control-request-headers",
            "access-control-request-method",
            "access-control-request-private-network",
            "connection",
            "content-length",
            "cookie",
            "cookie2",
            "date",
            "dnt",
            "expect",
            "host",
            "keep-alive",
            "origin",
            "referer",
            "set-cookie",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
        ],
    ) || has_forbidden_prefix(name)
}

const fn has_forbidden_prefix(name: &str) -> bool {
    starts_with_ignoring_case(name.as_bytes(), b"proxy-")
        || starts_with_ignoring_case(name.as_bytes(), b"sec-")
}

/// Whether `name` is that of a header for cookies in requests.
pub(crate) const fn is_cookie(name: &str) -> bool {
    is_one_of(name, &["cookie", "cookie2"])
}

/// Whether pages can set no header that begins with `prefix`: every such name is forbidden, or is one
/// of the CORS protocol.
pub(crate) const fn is_forbidden_prefix(prefix: &str) -> bool {
    has_forbidden_prefix(prefix)
        || starts_with_ignoring_case(prefix.as_bytes(), b"access-control-request-")
}

/// Whether pages cannot read the header `name`: a
/// [forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name).
#[must_use]
pub const fn is_forbidden_in_responses(name: &str) -> bool {
    is_one_of(name, &["set-cookie", "set-cookie2"])
}

/// Whether `name` is a header of the CORS protocol in responses.
pub(crate) const fn is_cors_response_header(name: &str) -> bool {
    starts_with_ignoring_case(name.as_bytes(), b"access-control-allow-")
        || is_one_of(
            name,
            &["access-control-expose-headers", "access-control-max-age"],
        )
}

/// Whether `name` is a header of the CORS protocol that only responses to preflights have.
pub(crate) const fn is_preflight_response_header(name: &str) -> bool {
    is_one_of(
        name,
        &[
            "access-control-allow-headers",
            "access-control-allow-methods",
            "access-control-max-age",
        ],
    )
}

/// Whether `name` is a header of the CORS protocol in requests.
pub(crate) const fn is_cors_request_header(name: &str) -> bool {
    starts_with_ignoring_case(name.as_bytes(), b"access-control-request-")
        || is_one_of(name, &["origin"])
}

/// Whether `*` in a list of request headers covers `name`, if there are no credentials. It covers every
/// name but a
/// [CORS non-wildcard request-header name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name).
#[must_use]
pub const fn is_covered_by_wildcard(name: &[u8]) -> bool {
    !equal_ignoring_case(name, b"authorization")
}

/// The prefix of an entry such as `x-*` in a list of request headers: the text before the `*`, which
/// is at least one character. `None` for every other entry, valid or not.
#[must_use]
pub const fn header_prefix(entry: &str) -> Option<&str> {
    match entry.as_bytes() {
        [prefix @ .., b'*'] if !prefix.is_empty() && !contains(prefix, b'*') => {
            Some(entry.split_at(prefix.len()).0)
        }
        _ => None,
    }
}

/// Whether `name` begins with `prefix`, in any case, and has at least one character more.
#[must_use]
pub const fn is_covered_by_prefix(name: &[u8], prefix: &str) -> bool {
    name.len() > prefix.len() && starts_with_ignoring_case(name, prefix.as_bytes())
}

/// Whether `prefix` is one of headers of the CORS protocol.
pub(crate) const fn is_cors_prefix(prefix: &str) -> bool {
    starts_with_ignoring_case(prefix.as_bytes(), b"access-control-")
}

/// Whether `prefix` covers `authorization`, or is the whole of it.
pub(crate) const fn is_prefix_of_authorization(prefix: &str) -> bool {
    starts_with_ignoring_case(b"authorization", prefix.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{
        header_prefix, is_cors_prefix, is_cors_request_header, is_cors_response_header,
        is_covered_by_prefix, is_covered_by_wildcard, is_forbidden_in_requests,
        is_forbidden_in_responses, is_forbidden_prefix, is_prefix_of_authorization,
        is_preflight_response_header, is_token,
    };

    #[test]
    fn prefix_of_an_entry() {
        for (entry, prefix) in [("x-*", "x-"), ("X*", "X"), ("mcp-param-*", "mcp-param-")] {
            assert_eq!(header_prefix(entry), Some(prefix));
        }
        for entry in ["", "*", "**", "x-**", "*-x", "x-*-y", "x", "x-*-*"] {
            assert_eq!(header_prefix(entry), None, "{entry:?}");
        }
    }

    #[test]
    fn names_covered_by_a_prefix() {
        for name in ["x-a", "X-A", "x-*"] {
            assert!(is_covered_by_prefix(name.as_bytes(), "X-"), "{name}");
        }
        for name in ["", "x", "x-", "xa", "y-a", "ax-a"] {
            assert!(!is_covered_by_prefix(name.as_bytes(), "X-"), "{name}");
        }
    }

    #[test]
    fn prefixes_of_reserved_names() {
        for prefix in ["sec-", "Sec-Fetch-", "proxy-", "access-control-request-"] {
            assert!(is_forbidden_prefix(prefix), "{prefix}");
        }
        for prefix in ["sec", "s", "cookie", "host", "access-control-", "x-sec-"] {
            assert!(!is_forbidden_prefix(prefix), "{prefix}");
        }
        assert!(is_cors_prefix("Access-Control-Allow-"));
        assert!(is_cors_prefix("access-control-"));
        assert!(!is_cors_prefix("access-"));
        assert!(is_prefix_of_authorization("A"));
        assert!(is_prefix_of_authorization("Authorization"));
        assert!(!is_prefix_of_authorization("auth-"));
        assert!(!is_prefix_of_authorization("authorization-"));
    }

    #[test]
    fn token() {
        for name in ["a", "content-type", "X-Total-Count", "!#$%&'*+-.^_`|~09"] {
            assert!(is_token(name.as_bytes()), "{name}");
        }
        for name in [
            "", " ", "a b", "a:", "a\r\n", "(a)", "a,b", "é", "a\u{7f}", "[a]", "a=b",
        ] {
            assert!(!is_token(name.as_bytes()), "{name:?}");
        }
    }

    #[test]
    fn forbidden_request_headers() {
        for name in [
            "cookie",
            "Host",
            "ORIGIN",
            "Proxy-",
            "proxy-x",
            "Sec-Fetch-Site",
            "te",
        ] {
            assert!(is_forbidden_in_requests(name), "{name}");
        }
        for name in [
            "",
            "authorization",
            "content-type",
            "proxy",
            "sec",
            "x-sec-a",
            "user-agent",
        ] {
            assert!(!is_forbidden_in_requests(name), "{name}");
        }
    }

    #[test]
    fn forbidden_response_headers() {
        for name in ["set-cookie", "Set-Cookie2"] {
            assert!(is_forbidden_in_responses(name), "{name}");
        }
        for name in ["", "cookie", "etag", "set-cookie3"] {
            assert!(!is_forbidden_in_responses(name), "{name}");
        }
    }

    #[test]
    fn headers_covered_by_a_wildcard() {
        for name in ["a", "content-type", "proxy-authorization"] {
            assert!(is_covered_by_wildcard(name.as_bytes()), "{name}");
        }
        for name in ["authorization", "Authorization"] {
            assert!(!is_covered_by_wildcard(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn headers_of_the_cors_protocol() {
        // Name, in requests, in responses, only in those to preflights.
        let table = [
            ("origin", true, false, false),
            ("Access-Control-Request-Method", true, false, false),
            ("access-control-request-headers", true, false, false),
            ("Access-Control-Allow-Origin", false, true, false),
            ("access-control-allow-credentials", false, true, false),
            ("access-control-expose-headers", false, true, false),
            ("Access-Control-Allow-Methods", false, true, true),
            ("access-control-allow-headers", false, true, true),
            ("access-control-max-age", false, true, true),
            ("access-control", false, false, false),
            ("vary", false, false, false),
        ];
        for (name, in_requests, in_responses, only_preflights) in table {
            assert_eq!(is_cors_request_header(name), in_requests, "{name}");
            assert_eq!(is_cors_response_header(name), in_responses, "{name}");
            assert_eq!(
                is_preflight_response_header(name),
                only_preflights,
                "{name}"
            );
        }
    }
}
