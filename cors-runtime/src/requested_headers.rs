//! `Access-Control-Request-Headers` against the headers that a policy allows.

use std::cmp::Ordering;

use cors_policy::is_token;
use http::HeaderValue;

/// The most bytes that all lines may have together.
const MAX_BYTES: usize = 4096;
/// The most names.
const MAX_NAMES: usize = 128;
/// The most empty elements: some gateways add one or two, and nobody needs a thousand.
const MAX_EMPTY: usize = 16;

/// The request headers that a policy allows.
#[derive(Debug)]
pub(crate) struct AllowedHeaders {
    /// In lower case, sorted by length and then by bytes.
    names: Box<[Box<str>]>,
    /// `*`: every name but `authorization`, which the standard keeps out of it.
    any: bool,
    /// What a preflight is answered with; `None` where no header is allowed.
    value: Option<HeaderValue>,
}

/// What a preflight asks of the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requested<'a> {
    Nothing,
    Allowed,
    /// The first name that isn't allowed, or `None` past the bounds.
    Refused(Option<&'a [u8]>),
}

impl AllowedHeaders {
    pub(crate) fn new(list: &[&str]) -> Self {
        let mut names: Vec<Box<str>> = list
            .iter()
            .map(|name| name.to_ascii_lowercase().into())
            .collect();
        let value = joined(&names);
        names.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        Self {
            names: names.into(),
            any: list.contains(&"*"),
            value,
        }
    }

    pub(crate) fn value(&self) -> Option<&HeaderValue> {
        self.value.as_ref()
    }

    /// Reads the lines as a list, in any case, order and spacing (browsers send lower case, sorted,
    /// without spaces; gateways and people don't). Past the bounds of this module it is refused.
    pub(crate) fn check<'a>(&self, lines: impl Iterator<Item = &'a HeaderValue>) -> Requested<'a> {
        let mut bytes = 0;
        let mut names = 0;
        let mut empty = 0;
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
                    if !self.allow(name) {
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

    fn allow(&self, name: &[u8]) -> bool {
        self.names
            .binary_search_by(|allowed| compare_lowercased(allowed.as_bytes(), name))
            .is_ok()
            || (self.any && is_token(name) && !name.eq_ignore_ascii_case(b"authorization"))
    }
}

/// `allowed`, which is in lower case, beside `name` in any case.
fn compare_lowercased(allowed: &[u8], name: &[u8]) -> Ordering {
    allowed.len().cmp(&name.len()).then_with(|| {
        let name = name.iter().map(u8::to_ascii_lowercase);
        allowed.iter().copied().cmp(name)
    })
}

/// [Optional white space](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3) is part of no name.
fn trim(mut element: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = element {
        element = rest;
    }
    element
}

/// Names as one header value. They are tokens, so it is one; a name that isn't allows nothing.
pub(crate) fn joined(names: &[impl AsRef<str>]) -> Option<HeaderValue> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => None,
        names => HeaderValue::try_from(names.join(", ")).ok(),
    }
}
