//! What a page may send, and read, without asking.

use http::{HeaderMap, HeaderName, Method};

/// [CORS-safelisted method](https://fetch.spec.whatwg.org/#cors-safelisted-method).
pub(crate) fn is_safelisted_method(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::POST)
}

/// [Forbidden method](https://fetch.spec.whatwg.org/#forbidden-method).
pub(crate) fn is_forbidden_method(method: &Method) -> bool {
    let forbidden = ["CONNECT", "TRACE", "TRACK"];
    let is_one = |name: &&str| method.as_str().eq_ignore_ascii_case(name);
    forbidden.iter().any(is_one)
}

/// [Normalize](https://fetch.spec.whatwg.org/#concept-method-normalize): six methods in any case
/// are upper-cased; `patch` is not among them.
pub(crate) fn normalized(method: &Method) -> Method {
    let methods = [
        Method::DELETE,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::POST,
        Method::PUT,
    ];
    methods
        .into_iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(method.as_str()))
        .unwrap_or_else(|| method.clone())
}

/// [CORS non-wildcard request-header name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name):
/// `*` doesn't cover it.
pub(crate) const NON_WILDCARD: &str = "authorization";

/// [CORS-unsafe request-header names](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names),
/// in lower case, sorted, each once: what a preflight asks for. `with_control_bytes` are names whose
/// values never pass.
pub(crate) fn unsafe_names(
    headers: &HeaderMap,
    with_control_bytes: &[HeaderName],
) -> Vec<HeaderName> {
    const MOST_BYTES: usize = 1024;
    let mut names = with_control_bytes.to_vec();
    let mut safe: Vec<HeaderName> = Vec::new();
    let mut size = 0;
    for name in headers.keys() {
        // A page's headers of one name are one value.
        let value = combined(headers, name);
        if is_safelisted(name, &value) {
            safe.push(name.clone());
            size += value.len();
        } else {
            names.push(name.clone());
        }
    }
    if size > MOST_BYTES {
        names.append(&mut safe);
    }
    names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    names.dedup();
    names
}

/// [CORS-safelisted request-header](https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
pub(crate) fn is_safelisted(name: &HeaderName, value: &[u8]) -> bool {
    const LONGEST: usize = 128;
    if value.len() > LONGEST {
        return false;
    }
    match name.as_str() {
        "accept" => !value.iter().any(|&byte| is_unsafe(byte)),
        "accept-language" | "content-language" => value.iter().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b' ' | b'*' | b',' | b'-' | b'.' | b';' | b'=')
        }),
        "content-type" => !value.iter().any(|&byte| is_unsafe(byte)) && is_form(value),
        "range" => is_simple_range(value),
        _ => false,
    }
}

/// [CORS-unsafe request-header byte](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte).
fn is_unsafe(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t')
        || matches!(
            byte,
            b'"' | b'('
                | b')'
                | b':'
                | b'<'
                | b'>'
                | b'?'
                | b'@'
                | b'['
                | b'\\'
                | b']'
                | b'{'
                | b'}'
                | 0x7f
        )
}

/// The MIME types that a form has always been able to send.
fn is_form(value: &[u8]) -> bool {
    let essence = value.split(|&byte| byte == b';').next().unwrap_or(value);
    let essence = essence.trim_ascii();
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ]
    .iter()
    .any(|form| essence.eq_ignore_ascii_case(form.as_bytes()))
}

/// [Simple range header value](https://fetch.spec.whatwg.org/#simple-range-header-value) with a
/// start: `bytes=0-`, `bytes=0-255`.
fn is_simple_range(value: &[u8]) -> bool {
    let Some(range) = value.strip_prefix(b"bytes=") else {
        return false;
    };
    let mut ends = range.splitn(2, |&byte| byte == b'-');
    let (Some(start), Some(end)) = (ends.next(), ends.next()) else {
        return false;
    };
    let number = |digits: &[u8]| {
        digits.iter().all(u8::is_ascii_digit).then_some(())?;
        std::str::from_utf8(digits).ok()?.parse::<u128>().ok()
    };
    match (number(start), end.is_empty(), number(end)) {
        (Some(_), true, _) => true,
        (Some(start), false, Some(end)) => start <= end,
        _ => false,
    }
}

/// [No-CORS-safelisted request-header](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header).
pub(crate) fn is_no_cors_safelisted(name: &HeaderName, value: &[u8]) -> bool {
    name != http::header::RANGE && is_safelisted(name, value)
}

/// [Forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header): the browser
/// drops it without a word.
pub(crate) fn is_forbidden(name: &HeaderName, value: &[u8]) -> bool {
    const OVERRIDES: [&str; 3] = [
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
    ];
    if cors_rules::is_forbidden_in_requests(name.as_str()) {
        return true;
    }
    OVERRIDES.contains(&name.as_str())
        && value.split(|&byte| byte == b',').any(|method| {
            Method::from_bytes(method.trim_ascii()).is_ok_and(|method| is_forbidden_method(&method))
        })
}

/// [CORS-safelisted response-header name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name),
/// without the exposed ones.
pub(crate) fn is_safelisted_in_responses(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}

/// [Forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name).
pub(crate) fn is_forbidden_in_responses(name: &HeaderName) -> bool {
    cors_rules::is_forbidden_in_responses(name.as_str())
}

/// The values of a name [as one](https://fetch.spec.whatwg.org/#concept-header-list-get).
pub(crate) fn combined(headers: &HeaderMap, name: &HeaderName) -> Vec<u8> {
    let values: Vec<&[u8]> = headers
        .get_all(name)
        .iter()
        .map(|value| value.as_bytes().trim_ascii())
        .collect();
    values.join(&b", "[..])
}
