//! A line as a header: as it is sent, as header panes copy it, and as programs log it.

use super::names::{is_known, is_of_cors, is_token};
use crate::exchange::Span;

/// The name and the value of a header, in a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    /// Whether the line can be nothing else in prose: `Name: value`, `"name": "value"`.
    pub(super) is_header: bool,
}

impl<'a> Pair<'a> {
    /// Reads `Name: value`, or what logs make of it: `Name: [value]`, `"name": "value",`, `Name=value`,
    /// `name⇥value`, and each of them in a list of points.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let point = ["- ", "• ", "· ", "– "];
        if let Some(item) = point.iter().find_map(|point| line.strip_prefix(point)) {
            return Self::without_point(item.trim_start()).filter(|pair| is_known(pair.name));
        }
        Self::without_point(line)
    }

    fn without_point(line: &'a str) -> Option<Self> {
        if let Some(quote) = line
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\'' | '`'))
        {
            return Self::quoted(&line[1..], quote);
        }
        let colon = line.find([':', '\t', '=']).unwrap_or(line.len());
        let (name, rest) = line.split_at(colon);
        let name = name.trim_ascii_end();
        let separator = rest.chars().next()?;
        let value = rest[1..].trim_ascii();
        match separator {
            ':' if is_token(name) && !value.starts_with("//") => Some(Self {
                name,
                value: unwrapped(name, value),
                is_header: true,
            }),
            '\t' if is_token(name) => Some(Self {
                name,
                value,
                is_header: is_known(name),
            }),
            '=' if is_known(name) => {
                let value = value.strip_prefix('>').unwrap_or(value).trim_ascii_start();
                let value = unquoted(value.trim_end_matches(','));
                Some(Self {
                    name,
                    value: unwrapped(name, value),
                    is_header: true,
                })
            }
            _ => None,
        }
    }

    /// Reads a member of an object: `"name": "value",` behind its first quote.
    fn quoted(line: &'a str, quote: char) -> Option<Self> {
        let (name, rest) = line.split_once(quote)?;
        let rest = rest.trim_ascii_start();
        let separators = ["=>", ":", "="];
        let value = separators
            .iter()
            .find_map(|separator| rest.strip_prefix(separator))?;
        let value = value.trim_ascii().trim_end_matches(',').trim_ascii_end();
        is_token(name).then_some(Self {
            name,
            value: unwrapped(name, unquoted(value)),
            is_header: true,
        })
    }

    /// Whether the line is a header wherever it stands.
    pub(super) fn is_known(&self) -> bool {
        self.is_header && (is_of_cors(self.name) || is_known(self.name))
    }
}

/// Returns the place of a part of a text in this text.
pub(super) fn place(text: &str, part: &str) -> Span {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start + part.len()
}

/// Returns the content of a value in quotes.
pub(super) fn unquoted(value: &str) -> &str {
    for quote in ['"', '\'', '`'] {
        let inner = value.strip_prefix(quote);
        if let Some(inner) = inner.and_then(|inner| inner.strip_suffix(quote)) {
            return inner;
        }
    }
    value
}

/// Returns the content of a value in brackets, as Go and Java log it. A host in brackets is an address.
fn unwrapped<'a>(name: &str, value: &'a str) -> &'a str {
    let inner = value
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'));
    match inner {
        Some(inner) if !name.eq_ignore_ascii_case("host") => unquoted(inner.trim_ascii()),
        _ => value,
    }
}
