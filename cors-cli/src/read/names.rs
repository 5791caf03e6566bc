//! The headers that are known by name: the side that sends them.

/// The side that sends a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
}

/// Headers that only requests have.
const OF_REQUESTS: [&str; 29] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cookie",
    "dnt",
    "expect",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "origin",
    "priority",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "sec-gpc",
    "te",
    "upgrade-insecure-requests",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-requested-with",
];

/// Headers that only responses have.
const OF_RESPONSES: [&str; 35] = [
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "clear-site-data",
    "content-disposition",
    "content-range",
    "content-security-policy",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "etag",
    "expires",
    "last-modified",
    "location",
    "nel",
    "permissions-policy",
    "proxy-authenticate",
    "referrer-policy",
    "report-to",
    "retry-after",
    "server",
    "server-timing",
    "set-cookie",
    "strict-transport-security",
    "timing-allow-origin",
    "vary",
    "via",
    "www-authenticate",
    "x-cache",
    "x-content-type-options",
    "x-frame-options",
    "x-powered-by",
    "x-xss-protection",
];

/// Headers of both sides.
const OF_BOTH: [&str; 10] = [
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-type",
    "keep-alive",
    "pragma",
    "transfer-encoding",
    "upgrade",
];

/// Returns the side that sends a header. `None` for headers of both sides and for unknown ones.
pub(super) fn side(name: &str) -> Option<Side> {
    let name = name.to_ascii_lowercase();
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if begins(&[
        "access-control-request-",
        "sec-fetch-",
        "sec-ch-",
        "sec-websocket-key",
    ]) || OF_REQUESTS.contains(&name.as_str())
    {
        Some(Side::Request)
    } else if begins(&[
        "access-control-",
        "cf-",
        "x-amz-",
        "x-amzn-",
        "ngrok-",
        "x-ratelimit-",
    ]) || OF_RESPONSES.contains(&name.as_str())
    {
        Some(Side::Response)
    } else {
        None
    }
}

/// Whether a word is the name of a header that is widely used.
pub(super) fn is_known(name: &str) -> bool {
    side(name).is_some() || OF_BOTH.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a text may be the name of a header.
pub(super) fn is_token(text: &str) -> bool {
    const MAX: usize = 100;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    (1..=MAX).contains(&text.len()) && text.chars().all(is_allowed)
}
