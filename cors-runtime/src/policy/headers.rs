//! The request headers that a policy allows, compared with `Access-Control-Request-Headers`.

use std::cmp::Ordering;
use std::slice;

use cors_rules::{is_covered_by_wildcard, is_token};
use http::HeaderValue;
use http::header::GetAll;

use crate::header_value::{MakeValue, comma_separated, shared_value};

/// The highest number of bytes in all lines together.
const MAX_BYTES: usize = 4096;
/// The highest number of names.
const MAX_NAMES: usize = 128;
/// The highest number of empty elements. Gateways add one or two.
const MAX_EMPTY: usize = 16;

/// The request headers that a policy allows.
#[derive(Debug)]
pub(crate) struct AllowedHeaders {
    /// In lower case, sorted.
    names: Box<[Box<str>]>,
    /// Whether `*` is listed.
    any: bool,
    /// The value of `Access-Control-Allow-Headers`; `None` where no header is allowed.
    value: Option<HeaderValue>,
    /// The line by which a browser requests all of them, which is the common case: pages that a
    /// policy is written for send all of its headers. `None` past the bounds.
    all: Option<HeaderValue>,
}

/// The result of comparing the headers of a preflight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requested<'a> {
    Nothing,
    Allowed,
    /// The first name that isn't allowed, or `None` past the bounds.
    Refused(Option<&'a [u8]>),
}

impl AllowedHeaders {
    pub(crate) fn new(list: &[&str], make: MakeValue) -> Self {
        let mut names: Vec<Box<str>> = list
            .iter()
            .map(|name| name.to_ascii_lowercase().into())
            .collect();
        let value = comma_separated(&names, make);
        names.sort_unstable();
        let all = shared_value(&names.join(","));
        let is_bounded = (1..=MAX_NAMES).contains(&names.len());
        Self {
            names: names.into(),
            any: list.contains(&"*"),
            value,
            all: all.filter(|all| is_bounded && all.len() <= MAX_BYTES),
        }
    }

    pub(crate) fn value(&self) -> Option<&HeaderValue> {
        self.value.as_ref()
    }

    /// Compares the lines as one list, in any case, order and spacing: browsers send lower case,
    /// sorted, without spaces, but gateways and people do not. A list past the bounds of this module
    /// is refused.
    pub(crate) fn check<'a>(&self, lines: GetAll<'a, HeaderValue>) -> Requested<'a> {
        if self.all.as_ref().is_some_and(|all| lines.iter().eq([all])) {
            return Requested::Allowed;
        }
        let mut bytes = 0;
        let mut names = 0;
        let mut empty = 0;
        let mut ahead = self.names.iter();
        for line in lines {
            bytes += line.len();
            if bytes > MAX_BYTES {
                return Requested::Refused(None);
            }
            for element in line.as_bytes().split(|&byte| byte == b',') {
                let name = trim(element);
                if name.is_empty() {
                    empty += 1;
                } else {
                    names += 1;
                    if !is_next(&mut ahead, name) && !self.allows(name) {
                        return Requested::Refused(Some(name));
                    }
                }
                if names > MAX_NAMES || empty > MAX_EMPTY {
                    return Requested::Refused(None);
                }
            }
        }
        match names {
            0 => Requested::Nothing,
            _ => Requested::Allowed,
        }
    }

    fn allows(&self, name: &[u8]) -> bool {
        self.names
            .binary_search_by(|allowed| compare_lowercased(allowed.as_bytes(), name))
            .is_ok()
            || (self.any && is_token(name) && is_covered_by_wildcard(name))
    }
}

/// Whether `name` is in `ahead`. Moves `ahead` behind `name`: each name is compared only once, because
/// browsers send the names in the same order (lower case, sorted).
fn is_next(ahead: &mut slice::Iter<'_, Box<str>>, name: &[u8]) -> bool {
    while let [allowed, rest @ ..] = ahead.as_slice() {
        let order = allowed.as_bytes().cmp(name);
        if order != Ordering::Greater {
            *ahead = rest.iter();
        }
        if order != Ordering::Less {
            return order == Ordering::Equal;
        }
    }
    false
}

/// Compares `allowed`, which is in lower case, with `name` in any case.
fn compare_lowercased(allowed: &[u8], name: &[u8]) -> Ordering {
    let name = name.iter().map(u8::to_ascii_lowercase);
    allowed.iter().copied().cmp(name)
}

/// Removes [optional white space](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3).
fn trim(mut element: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = element {
        element = rest;
    }
    element
}

#[cfg(test)]
mod tests {
    use http::header::ACCESS_CONTROL_REQUEST_HEADERS;
    use http::{HeaderMap, HeaderValue};

    use super::{AllowedHeaders, MAX_BYTES, MAX_EMPTY, MAX_NAMES, Requested};
    use crate::header_value::shared_value;

    fn check(allowed: &[&str], lines: &[&str]) -> String {
        let mut request = HeaderMap::new();
        for line in lines {
            let line = HeaderValue::from_str(line).unwrap();
            request.append(ACCESS_CONTROL_REQUEST_HEADERS, line);
        }
        let lines = request.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
        match AllowedHeaders::new(allowed, shared_value).check(lines) {
            Requested::Nothing => "nothing".to_owned(),
            Requested::Allowed => "allowed".to_owned(),
            Requested::Refused(None) => "too many".to_owned(),
            Requested::Refused(Some(name)) => String::from_utf8_lossy(name).into_owned(),
        }
    }

    #[test]
    fn requested_headers() {
        let allowed = &["X-A", "content-type"];
        for (lines, expected) in [
            (&[][..], "nothing"),
            (&[""], "nothing"),
            (&["content-type,x-a"], "allowed"),
            (&["x-a,content-type"], "allowed"),
            (&["X-A , Content-Type"], "allowed"),
            (&["x-a", "content-type"], "allowed"),
            (&["x-a,,"], "allowed"),
            (&["x-a,x-a"], "allowed"),
            (&["x-a,x-b"], "x-b"),
            (&["x-a content-type"], "x-a content-type"),
            (&["x"], "x"),
            (&["x-ab"], "x-ab"),
            (&["*"], "*"),
        ] {
            assert_eq!(check(allowed, lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn requested_headers_of_any() {
        for (line, expected) in [
            ("x-anything", "allowed"),
            ("authorization", "authorization"),
            ("Authorization", "Authorization"),
            ("not a token", "not a token"),
        ] {
            assert_eq!(check(&["*"], &[line]), expected, "{line}");
        }
        assert_eq!(
            check(&["*", "authorization"], &["authorization"]),
            "allowed"
        );
    }

    #[test]
    fn requested_headers_past_the_bounds() {
        let names = |count: usize| vec!["x"; count].join(",");
        let empty = |count: usize| ",".repeat(count - 1);
        for (line, expected) in [
            (names(MAX_NAMES), "allowed"),
            (names(MAX_NAMES + 1), "too many"),
            (empty(MAX_EMPTY), "nothing"),
            (empty(MAX_EMPTY + 1), "too many"),
            (format!("x{}", " ".repeat(MAX_BYTES - 1)), "allowed"),
            (format!("x{}", " ".repeat(MAX_BYTES)), "too many"),
        ] {
            assert_eq!(check(&["x"], &[&line]), expected, "{} bytes", line.len());
        }
    }
}
