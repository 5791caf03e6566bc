//! The request headers that a policy allows, compared with `Access-Control-Request-Headers`.

use std::cmp::Ordering;
use std::slice;

use cors_rules::requested_headers::{MAX_BYTES, MAX_EMPTY, MAX_NAMES};
use cors_rules::{header_prefix, is_covered_by_prefix, is_covered_by_wildcard, is_token};
use http::HeaderValue;
use http::header::GetAll;

use crate::head::Head;
use crate::header_value::{MakeValue, comma_separated, shared_value};

/// The request headers that a policy allows.
#[derive(Debug)]
pub(crate) struct AllowedHeaders {
    /// In lower case, sorted.
    names: Box<[Box<str>]>,
    /// The prefixes, in lower case and without `*`.
    prefixes: Box<[Box<str>]>,
    /// Whether `*` is listed.
    any: bool,
    /// The value of `Access-Control-Allow-Headers` if there are no prefixes; `None` where no header is
    /// allowed.
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
        let lowercase = |text: &str| text.to_ascii_lowercase().into_boxed_str();
        let prefixes = list.iter().copied().filter_map(header_prefix);
        let prefixes: Box<[Box<str>]> = prefixes.map(lowercase).collect();
        let names = list.iter().filter(|entry| header_prefix(entry).is_none());
        let mut names: Vec<Box<str>> = names.map(|name| lowercase(name)).collect();
        let value = comma_separated(&names, make);
        names.sort_unstable();
        let all = shared_value(&names.join(","));
        let is_bounded = (1..=MAX_NAMES).contains(&names.len());
        Self {
            names: names.into(),
            prefixes,
            any: list.contains(&"*"),
            value,
            all: all.filter(|all| is_bounded && all.len() <= MAX_BYTES),
        }
    }

    /// The value of `Access-Control-Allow-Headers` in the response to a preflight.
    pub(crate) fn value(&self, head: &Head<'_>) -> Option<HeaderValue> {
        if self.prefixes.is_empty() {
            return self.value.clone();
        }
        self.with_requested(&head.preflight()?.requested_headers())
    }

    /// The names of the list, and the requested ones that a prefix covers, because browsers compare
    /// whole names. The names after one that is refused are left out: a browser stops there, and
    /// [`check`](Self::check) has held only those before it to its bounds.
    fn with_requested(&self, lines: &GetAll<'_, HeaderValue>) -> Option<HeaderValue> {
        let requested = lines.iter().flat_map(elements);
        let allowed = requested.take_while(|name| name.is_empty() || self.allows(name));
        let covered = allowed.filter(|name| self.has_prefix_of(name));
        let listed = self.names.iter().map(|name| name.as_bytes());
        let mut names: Vec<&[u8]> = listed.chain(covered).collect();
        names.sort_unstable_by(|a, b| lowercase(a).cmp(lowercase(b)));
        names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        if names.is_empty() {
            return None;
        }
        let mut value = names.join(&b", "[..]);
        value.make_ascii_lowercase();
        HeaderValue::try_from(value).ok()
    }

    /// Compares the lines as one list, in any case, order and spacing: browsers send lower case,
    /// sorted, without spaces, but gateways and people do not. A list past the bounds of
    /// [`requested_headers`](cors_rules::requested_headers) is refused.
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
            for name in elements(line) {
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
            || self.has_prefix_of(name)
            || (self.any && is_token(name) && is_covered_by_wildcard(name))
    }

    fn has_prefix_of(&self, name: &[u8]) -> bool {
        let mut prefixes = self.prefixes.iter();
        prefixes.any(|prefix| is_covered_by_prefix(name, prefix)) && is_token(name)
    }
}

/// The elements of a comma-separated line, which may be empty.
fn elements(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes().split(|&byte| byte == b',').map(trim)
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
    allowed.iter().copied().cmp(lowercase(name))
}

fn lowercase(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(u8::to_ascii_lowercase)
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

    #[test]
    fn requested_headers_with_a_prefix() {
        let allowed = &["content-type", "X-*", "mcp-param-*"];
        for (lines, expected) in [
            (&["content-type,mcp-param-a,x-a"][..], "allowed"),
            (&["X-A"], "allowed"),
            (&["MCP-Param-Region", "x-b"], "allowed"),
            (&["x-*"], "allowed"),
            // At least one character after the prefix.
            (&["x-"], "x-"),
            (&["mcp-param"], "mcp-param"),
            (&["ax-a"], "ax-a"),
            (&["x-a b"], "x-a b"),
            (&["x-a,mcp-session-id"], "mcp-session-id"),
        ] {
            assert_eq!(check(allowed, lines), expected, "{lines:?}");
        }
        let names: Vec<String> = (0..=MAX_NAMES)
            .map(|number| format!("x-{number}"))
            .collect();
        assert_eq!(check(&["x-*"], &[&names[1..].join(",")]), "allowed");
        assert_eq!(check(&["x-*"], &[&names.join(",")]), "too many");
    }
}
