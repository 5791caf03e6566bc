//! Headers that a page can send without a preflight, headers that it cannot send, and headers that it
//! can read.

use cors_rules::is_forbidden_method;
use http::header::RANGE;
use http::{HeaderMap, HeaderName};

use crate::header_list::combined;

/// Returns the
/// [CORS-unsafe request-header names](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names),
/// which a preflight requests: in lower case, sorted, each once. `with_control_bytes` are names whose
/// values are never safelisted.
pub(crate) fn unsafe_names(
    headers: &HeaderMap,
    with_control_bytes: &[HeaderName],
) -> Vec<HeaderName> {
    const MAX_BYTES: usize = 1024;
    let mut names = with_control_bytes.to_vec();
    let mut safe: Vec<HeaderName> = Vec::new();
    let mut size = 0;
    for name in headers.keys() {
        // A page combines its headers of one name.
        let value = combined(headers, name);
        if is_safelisted(name, &value) {
            safe.push(name.clone());
            size += value.len();
        } else {
            names.push(name.clone());
        }
    }
    if size > MAX_BYTES {
        names.append(&mut safe);
    }
    names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    names.dedup();
    names
}

/// Whether a header is a
/// [CORS-safelisted request-header](https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
pub(crate) fn is_safelisted(name: &HeaderName, value: &[u8]) -> bool {
    const MAX_LENGTH: usize = 128;
    if value.len() > MAX_LENGTH {
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

/// Whether a byte is a
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

/// Whether a content type has one of the MIME types that a form can send.
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

/// Whether a value is a
/// [simple range header value](https://fetch.spec.whatwg.org/#simple-range-header-value) with a
/// start, such as `bytes=0-` or `bytes=0-255`.
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

/// Whether a header is a
/// [no-CORS-safelisted request-header](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header).
pub(crate) fn is_no_cors_safelisted(name: &HeaderName, value: &[u8]) -> bool {
    name != RANGE && is_safelisted(name, value)
}

/// Whether a header is a
/// [forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header), which browsers
/// drop without an error.
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
        && value
            .split(|&byte| byte == b',')
            .any(|method| str::from_utf8(method.trim_ascii()).is_ok_and(is_forbidden_method))
}

/// Whether a name is a
/// [CORS-safelisted response-header name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name)
/// in a response that exposes none.
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

/// Whether a name is a
/// [forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name).
pub(crate) fn is_forbidden_in_responses(name: &HeaderName) -> bool {
    cors_rules::is_forbidden_in_responses(name.as_str())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn name(text: &'static str) -> HeaderName {
        HeaderName::from_static(text)
    }

    #[test]
    fn safelisted_request_headers() {
        for (header, value) in [
            ("accept", "text/html, */*;q=0.8"),
            ("accept", "\u{e4}\t"),
            ("accept-language", "de-CH, fr;q=0.9, *"),
            ("content-language", "en"),
            ("content-type", "text/plain"),
            ("content-type", "Text/Plain; charset=utf-8"),
            ("content-type", " multipart/form-data;boundary=1"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("range", "bytes=0-"),
            ("range", "bytes=0-0"),
            ("range", "bytes=10-255"),
        ] {
            let is_safe = is_safelisted(&name(header), value.as_bytes());
            assert!(is_safe, "{header}: {value}");
        }
    }

    #[test]
    fn unsafe_request_headers() {
        let long = "a".repeat(129);
        for (header, value) in [
            ("accept", "text/html(1)"),
            ("accept", "a\u{7f}"),
            ("accept", long.as_str()),
            ("accept-language", "de_CH"),
            ("content-language", "en\t"),
            ("content-type", "application/json"),
            ("content-type", "text/plain; charset=\"utf-8\""),
            ("content-type", "text"),
            ("content-type", ""),
            ("range", "bytes=-5"),
            ("range", "bytes=5-4"),
            ("range", "bytes=0-1,2-3"),
            ("range", "bytes=0"),
            ("range", "bytes=a-"),
            ("authorization", "a"),
            ("x-a", ""),
        ] {
            let is_safe = is_safelisted(&name(header), value.as_bytes());
            assert!(!is_safe, "{header}: {value}");
        }
    }

    #[test]
    fn unsafe_names_are_sorted_and_include_safelisted_ones_above_1024_bytes() {
        let line = |header, value: &str| {
            let value = HeaderValue::from_str(value).expect("a value");
            (name(header), value)
        };
        let names = |lines: Vec<_>| {
            let names = unsafe_names(&HeaderMap::from_iter(lines), &[name("x-control")]);
            names.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let lines = vec![line("x-b", "1"), line("accept", "a"), line("x-a", "1")];
        assert_eq!(names(lines), ["x-a", "x-b", "x-control"]);
        // Combined with a comma and a space in between.
        let lines = [63, 64].map(|length| line("accept", &"a".repeat(length)));
        assert_eq!(names(lines.to_vec()), ["accept", "x-control"]);
        let lines = [63, 63].map(|length| line("accept", &"a".repeat(length)));
        assert_eq!(names(lines.to_vec()), ["x-control"]);
    }

    #[test]
    fn no_cors_safelisted_request_headers() {
        assert!(is_no_cors_safelisted(&name("accept"), b"a"));
        assert!(!is_no_cors_safelisted(&name("range"), b"bytes=0-"));
        assert!(!is_no_cors_safelisted(&name("x-a"), b"a"));
    }

    #[test]
    fn forbidden_request_headers() {
        for (header, value, is_dropped) in [
            ("cookie", "a=1", true),
            ("host", "a", true),
            ("origin", "null", true),
            ("sec-a", "", true),
            ("proxy-a", "", true),
            ("access-control-request-method", "PUT", true),
            ("x-http-method-override", "PUT", false),
            ("x-http-method-override", "PUT, trace", true),
            ("x-method-override", "CONNECT", true),
            ("x-http-method", " track ", true),
            ("authorization", "a", false),
            ("x-a", "TRACE", false),
        ] {
            let is_forbidden = is_forbidden(&name(header), value.as_bytes());
            assert_eq!(is_forbidden, is_dropped, "{header}: {value}");
        }
    }

    #[test]
    fn response_headers() {
        for (header, is_safelisted, is_forbidden) in [
            ("cache-control", true, false),
            ("content-length", true, false),
            ("content-type", true, false),
            ("etag", false, false),
            ("location", false, false),
            ("set-cookie", false, true),
            ("set-cookie2", false, true),
        ] {
            let name = name(header);
            assert_eq!(is_safelisted_in_responses(&name), is_safelisted, "{header}");
            assert_eq!(is_forbidden_in_responses(&name), is_forbidden, "{header}");
        }
    }
}
