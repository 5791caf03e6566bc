//! Values of headers: combined lines, lists of names, and seconds.

use std::collections::BTreeSet;

use http::header::ACCESS_CONTROL_EXPOSE_HEADERS;
use http::{HeaderMap, HeaderName};

/// The value of a header that is a list of names, such as `access-control-allow-methods`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderList {
    /// The names as they are written. Empty if the header is absent.
    Names(Vec<String>),
    /// The whole value, because one element is not a token. Browsers reject all of it.
    Invalid(String),
}

impl HeaderList {
    /// [Extracts header list values](https://fetch.spec.whatwg.org/#extract-header-list-values).
    pub(crate) fn read(headers: &HeaderMap, name: &HeaderName) -> Self {
        let value = combined_text(headers, name);
        let mut names = Vec::new();
        for element in value.split(',') {
            let element = element.trim_matches([' ', '\t']);
            if element.is_empty() {
                continue;
            }
            if !cors_rules::is_token(element.as_bytes()) {
                return Self::Invalid(value);
            }
            names.push(element.to_owned());
        }
        Self::Names(names)
    }

    /// Returns the names, none if the value is invalid.
    pub(crate) fn into_names(self) -> Vec<String> {
        match self {
            Self::Names(names) => names,
            Self::Invalid(_) => Vec::new(),
        }
    }
}

/// Returns the
/// [exposed names](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list) of
/// a response in lower case. `*` among them exposes all.
pub(crate) fn exposed(headers: &HeaderMap) -> BTreeSet<String> {
    let names = HeaderList::read(headers, &ACCESS_CONTROL_EXPOSE_HEADERS).into_names();
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// [Gets](https://fetch.spec.whatwg.org/#concept-header-list-get) the values of a name as one, with
/// commas in between.
pub(crate) fn combined(headers: &HeaderMap, name: &HeaderName) -> Vec<u8> {
    let values: Vec<&[u8]> = headers
        .get_all(name)
        .iter()
        .map(|value| value.as_bytes().trim_ascii())
        .collect();
    values.join(&b", "[..])
}

/// Returns the [`combined`] values, with U+FFFD in place of bytes that are not UTF-8.
pub(crate) fn combined_text(headers: &HeaderMap, name: &HeaderName) -> String {
    String::from_utf8_lossy(&combined(headers, name)).into_owned()
}

/// Reads [delta seconds](https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2), which are digits
/// without a sign.
pub(crate) fn delta_seconds(value: &str) -> Option<u64> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::ACCESS_CONTROL_ALLOW_HEADERS;

    use super::*;

    fn headers(name: &HeaderName, lines: &[&str]) -> HeaderMap {
        let value = |line: &&str| HeaderValue::from_bytes(line.as_bytes()).expect("a value");
        let lines = lines.iter().map(value);
        lines.map(|value| (name.clone(), value)).collect()
    }

    #[test]
    fn lists_of_names() {
        let name = &ACCESS_CONTROL_ALLOW_HEADERS;
        for (lines, names) in [
            (&[][..], &[][..]),
            (&[""], &[]),
            (&[" , ,"], &[]),
            (&["x-a"], &["x-a"]),
            (&["X-A,x-b"], &["X-A", "x-b"]),
            (&[" x-a\t, \tx-b "], &["x-a", "x-b"]),
            (&["x-a,,x-b,"], &["x-a", "x-b"]),
            (&["x-a", "x-b, x-c"], &["x-a", "x-b", "x-c"]),
            (&["*"], &["*"]),
        ] {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            let list = HeaderList::read(&headers(name, lines), name);
            assert_eq!(list, HeaderList::Names(names), "{lines:?}");
        }
    }

    #[test]
    fn lists_with_an_element_that_is_not_a_token_are_invalid() {
        let name = &ACCESS_CONTROL_ALLOW_HEADERS;
        for (lines, value) in [
            (&["x a"][..], "x a"),
            (&["x-a; x-b"], "x-a; x-b"),
            (&["x-a", "(x-b)"], "x-a, (x-b)"),
            (&["x-\u{e4}"], "x-\u{e4}"),
            (&["\"x-a\""], "\"x-a\""),
        ] {
            let list = HeaderList::read(&headers(name, lines), name);
            assert_eq!(list, HeaderList::Invalid(value.to_owned()), "{lines:?}");
        }
    }

    #[test]
    fn exposed_names_are_in_lower_case() {
        let name = &ACCESS_CONTROL_EXPOSE_HEADERS;
        let of = |lines: &[&str]| Vec::from_iter(exposed(&headers(name, lines)));
        assert_eq!(of(&["X-B, x-a", "x-A"]), ["x-a", "x-b"]);
        assert_eq!(of(&["*"]), ["*"]);
        assert_eq!(of(&["x a"]), [""; 0]);
    }

    #[test]
    fn max_age_is_in_delta_seconds() {
        for (value, seconds) in [
            ("0", Some(0)),
            ("600", Some(600)),
            ("007", Some(7)),
            ("", None),
            ("+5", None),
            ("-5", None),
            ("5.0", None),
            ("5, 6", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(delta_seconds(value), seconds, "{value}");
        }
    }
}
