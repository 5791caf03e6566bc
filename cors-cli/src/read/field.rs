//! A line as a header: as it is sent, as header panes copy it, and as programs log it.

use super::names::{is_known, is_token};
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
    /// `name⇥value`, and a row of a table.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        if let Some(row) = line.strip_prefix('|') {
            return Self::of_table(row).filter(|pair| is_known(pair.name));
        }
        Self::of_line(line)
    }

    /// Reads a row of a table: `| Vary | Origin |` behind its first line.
    fn of_table(row: &'a str) -> Option<Self> {
        let (name, value) = row.split_once('|')?;
        Some(Self {
            name: unquoted(name.trim_ascii()),
            value: unquoted(value.trim_end_matches('|').trim_ascii()),
            is_header: true,
        })
    }

    fn of_line(line: &'a str) -> Option<Self> {
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
                value: unwrapped(name, of_member(value)),
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
        self.is_header && is_known(self.name)
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

/// Returns the content of a value that is in quotes with a comma behind it, as JavaScript logs it. Other
/// quotes are a part of the value, and a mistake.
fn of_member(value: &str) -> &str {
    let member = value.strip_suffix(',').map(unquoted);
    match member {
        Some(content) if content.len() + 1 < value.len() => content,
        _ => value,
    }
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
