//! `Access-Control-Request-Headers` against the headers that a policy allows.

use std::cmp::Ordering;
use std::slice;

use cors_rules::is_token;
use http::header::ACCESS_CONTROL_REQUEST_HEADERS;
use http::{HeaderMap, HeaderValue};

use crate::header_value::{Make, counted, joined};

/// The most bytes that all lines may have together.
const MAX_BYTES: usize = 4096;
/// The most names.
const MAX_NAMES: usize = 128;
/// The most empty elements: some gateways add one or two, and nobody needs a thousand.
const MAX_EMPTY: usize = 16;

/// The request headers that a policy allows.
#[derive(Debug)]
pub(crate) struct AllowedHeaders {
    /// In lower case, sorted.
    names: Box<[Box<str>]>,
    /// `*`: every name but `authorization`, which the standard keeps out of it.
    any: bool,
    /// What a preflight is answered with; `None` where no header is allowed.
    value: Option<HeaderValue>,
    /// How a browser asks for all of them, which is what a page does that the policy was written
    /// for; `None` past the bounds.
    all: Option<HeaderValue>,
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
    pub(crate) fn new(list: &[&str], make: Make) -> Self {
        let mut names: Vec<Box<str>> = list
            .iter()
            .map(|name| name.to_ascii_lowercase().into())
            .collect();
        let value = joined(&names, make);
        names.sort_unstable();
        let all = counted(&names.join(","));
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

    /// Reads the lines as a list, in any case, order and spacing (browsers send lower case, sorted,
    /// without spaces; gateways and people don't). Past the bounds of this module it is refused.
    pub(crate) fn check<'a>(&self, request: &'a HeaderMap) -> Requested<'a> {
        let lines = request.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
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
                    if !is_next(&mut ahead, name) && !self.allow(name) {
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

/// Whether `name` is among the names `ahead`, and none before it has to be looked at again:
/// browsers send theirs in lower case and sorted, as these are.
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

/// `allowed`, which is in lower case, beside `name` in any case.
fn compare_lowercased(allowed: &[u8], name: &[u8]) -> Ordering {
    let name = name.iter().map(u8::to_ascii_lowercase);
    allowed.iter().copied().cmp(name)
}

/// [Optional white space](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3) is part of no name.
fn trim(mut element: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = element {
        element = rest;
    }
    element
}
