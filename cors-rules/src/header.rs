//! Names of headers: what they are made of, and which ones CORS leaves to the browser.

use crate::bytes::{is_one_of, starts_with_ignoring_case};

/// [Token](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2), what a header's name is.
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

/// [Forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header), as far as
/// the name decides.
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
    ) || starts_with_ignoring_case(name.as_bytes(), b"proxy-")
        || starts_with_ignoring_case(name.as_bytes(), b"sec-")
}

/// [Forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name).
#[must_use]
pub const fn is_forbidden_in_responses(name: &str) -> bool {
    is_one_of(name, &["set-cookie", "set-cookie2"])
}

/// The headers with which a server answers CORS requests.
pub(crate) const fn is_cors_response_header(name: &str) -> bool {
    starts_with_ignoring_case(name.as_bytes(), b"access-control-allow-")
        || is_one_of(
            name,
            &["access-control-expose-headers", "access-control-max-age"],
        )
}

/// The headers with which a browser makes CORS requests.
pub(crate) const fn is_cors_request_header(name: &str) -> bool {
    starts_with_ignoring_case(name.as_bytes(), b"access-control-request-")
        || is_one_of(name, &["origin"])
}
