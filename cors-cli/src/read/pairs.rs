//! Headers as objects on a line: `map[Vary:[Origin]]`, `{"vary": "Origin"}`, `{Vary=Origin}`; and the
//! options of `fetch`.

use std::borrow::Cow;

use super::field::{place, unquoted};
use super::head::{Head, Source, located};
use super::names::{Side, is_known, is_token, side};
use crate::exchange::{Field, Located, Span};

/// The bytes in which an object must end. It bounds the cost of one that does not end.
const MAX: usize = 64 * 1024;

/// A name and a value in an object. The name is empty for a value alone.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) value: Cow<'a, str>,
    /// The place of the name and the value, in the text that was given.
    pub(super) at: Span,
    pub(super) value_at: Span,
    /// Whether it is in an object of headers.
    is_header: bool,
    /// The side that a name around it has, such as `req`.
    side: Option<Side>,
}

/// Reads the headers that a line has as objects. `at` is the offset of the line.
pub(super) fn read(line: &str, at: usize) -> Vec<Head> {
    if !line.contains(['{', '[']) {
        return Vec::new();
    }
    let mut scanner = Scanner::new(line, 0);
    // The line is an object itself, of which brackets without a beginning are no end.
    while scanner.at < line.len() {
        scanner.levels = vec![Level::default()];
        if scanner.run().is_none() {
            break;
        }
    }
    let members = scanner.members;
    let is_header = |member: &Member<'_>| member.is_header();
    if !members.iter().any(|member| is_distinct(member.name)) {
        return Vec::new();
    }
    let has_headers = members.iter().any(is_header);
    let mut heads: Vec<Head> = Vec::new();
    for member in &members {
        let is_header = is_header(member) || !has_headers && is_name(member.name);
        let is_of_head = is_header || is_known(member.name) || is_meta(member.name);
        if !is_of_head {
            continue;
        }
        // Pages set headers of responses in requests by mistake.
        let of_call = is_call(line).then_some(Side::Request);
        let side = member.side.or(of_call).or_else(|| side(member.name));
        let last = heads.last().map(|head| head.side);
        let side = side.or(last).unwrap_or(match member.name {
            "method" | "url" => Side::Request,
            _ => Side::Response,
        });
        if last != Some(side) {
            heads.push(Head::new(side, Source::Loose, at + member.at.start..at));
        }
        let Some(head) = heads.last_mut() else {
            continue;
        };
        head.at.end = at + member.at.end;
        let value_at = at + member.value_at.start;
        let is_read = match member.name {
            "method" => head.set_pseudo("method", &member.value, value_at),
            "url" => head.set_pseudo("path", &member.value, value_at),
            "status" | "statusCode" => head.set_status(&member.value, value_at),
            _ => false,
        };
        if !is_read {
            head.fields.push(member.field(at));
        }
    }
    heads
}

/// Whether a member is a header wherever it stands, unlike `host` and `server`, which many logs have.
fn is_distinct(name: &str) -> bool {
    let words = ["cookie", "etag", "location", "origin", "referer", "vary"];
    is_known(name) && (name.contains('-') || words.contains(&name.to_ascii_lowercase().as_str()))
}

/// Whether a member may be a header, unlike a part of a time.
fn is_name(name: &str) -> bool {
    is_token(name) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a line is code of a page that sends a request.
fn is_call(line: &str) -> bool {
    ["axios", "fetch(", "$.ajax", "$http"]
        .iter()
        .any(|call| line.contains(call))
}

fn is_meta(name: &str) -> bool {
    ["method", "url", "status", "statusCode"].contains(&name)
}

impl Member<'_> {
    /// Returns the header. `offset` is that of the text in which the member is.
    pub(super) fn field(&self, offset: usize) -> Field {
        Field {
            name: self.name.to_ascii_lowercase(),
            value: self.value.trim_ascii().to_owned(),
            at: offset + self.at.start..offset + self.at.end,
        }
    }

    /// Whether it is in an object of headers.
    pub(super) fn is_header(&self) -> bool {
        self.is_header && is_name(self.name)
    }

    /// Returns the value with its place.
    pub(super) fn located(&self, offset: usize) -> Located<String> {
        let mut value = located(&self.value, offset + self.value_at.start);
        value.at.end = offset + self.value_at.end;
        value
    }
}

/// The level of an object that is open.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    is_headers: bool,
    side: Option<Side>,
}

/// Reads the members of an object, of a list, or of arguments, from their bracket on. Returns the offset
/// behind the last bracket. If it is missing, the error is the offset up to which it was looked for.
pub(super) fn members(text: &str, start: usize) -> (Vec<Member<'_>>, Result<usize, usize>) {
    let mut scanner = Scanner::new(text, start);
    let end = scanner.run().ok_or(scanner.text.len());
    (scanner.members, end)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    levels: Vec<Level>,
    members: Vec<Member<'a>>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        let mut end = text.len().min(start + MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            text: &text[..end],
            at: start,
            levels: Vec::new(),
            members: Vec::new(),
        }
    }

    fn run(&mut self) -> Option<usize> {
        const DEPTH: usize = 64;
        while let Some(c) = self.skip_to(|c| !c.is_whitespace() && c != ',' && c != ';') {
            match c {
                '{' | '[' | '(' => self.open(""),
                '}' | ']' | ')' => {
                    self.at += 1;
                    self.levels.pop();
                    if self.levels.is_empty() {
                        return Some(self.at);
                    }
                }
                _ => self.member()?,
            }
            if self.levels.len() > DEPTH {
                return None;
            }
        }
        None
    }

    fn open(&mut self, name: &str) {
        let outer = self.levels.last().copied().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let side = if name.starts_with("req") {
            Some(Side::Request)
        } else if name.starts_with("res") {
            Some(Side::Response)
        } else {
            outer.side
        };
        self.levels.push(Level {
            is_headers: name.contains("header") || outer.is_headers,
            side,
        });
        self.at += 1;
    }

    /// Reads a member, or a value alone.
    fn member(&mut self) -> Option<()> {
        let start = self.at;
        let (name, name_at) = self.word()?;
        self.skip_to(|c| !matches!(c, ' ' | '\t'));
        let rest = self.rest();
        let separators = ["=>", ":", "="];
        let separator = separators
            .iter()
            .find(|separator| rest.starts_with(**separator));
        let Some(separator) = separator else {
            // `Headers {`: a name in front of a bracket.
            if rest.starts_with(['{', '(', '[']) {
                self.open(&name);
            } else {
                self.push("", name, start..name_at.end, name_at);
            }
            return Some(());
        };
        self.at += separator.len();
        let name = &self.text[name_at.clone()];
        match self.skip_to(|c| !c.is_whitespace())? {
            '{' | '(' => self.open(name),
            '[' => {
                let rest = &self.rest()[1..];
                let end = rest.find(['[', '{', ']'])?;
                if !rest[end..].starts_with(']') {
                    self.open(name);
                    return Some(());
                }
                let value = unquoted(rest[..end].trim_ascii());
                let at = place(self.text, value);
                self.at += end + 2;
                self.push(name, Cow::Borrowed(value), name_at.start..at.end, at);
            }
            quote if is_quote(quote) => {
                let (value, at) = self.word()?;
                self.push(name, value, name_at.start..at.end, at);
            }
            _ => {
                let rest = self.rest();
                let end = rest
                    .find([',', '{', '}', '[', ']', '(', ')', '\n'])
                    .unwrap_or(rest.len());
                if rest[end..].starts_with(['{', '(', '[']) {
                    // `new Headers({`, `map[`.
                    self.at += end;
                    self.open(name);
                    return Some(());
                }
                let value = rest[..end].trim();
                let at = place(self.text, value);
                self.at += end;
                self.push(name, Cow::Borrowed(value), name_at.start..at.end, at);
            }
        }
        Some(())
    }

    /// Reads a string, or a word without quotes.
    fn word(&mut self) -> Option<(Cow<'a, str>, Span)> {
        let rest = self.rest();
        let quote = rest.chars().next()?;
        if !is_quote(quote) {
            let end = rest.find(|c: char| c.is_whitespace() || ",;:={}[]()\"'`".contains(c));
            // A separator without a name is skipped, so that the scanner always moves on.
            let end = end.unwrap_or(rest.len()).max(quote.len_utf8());
            let at = self.at..self.at + end;
            self.at += end;
            return Some((Cow::Borrowed(&rest[..end]), at));
        }
        let mut value = String::new();
        let mut is_escaped = false;
        let content = &rest[1..];
        for (end, c) in content.char_indices() {
            if is_escaped {
                value.push(if c == 'n' { '\n' } else { c });
                is_escaped = false;
            } else if c == '\\' {
                is_escaped = true;
            } else if c == quote {
                let at = self.at + 1..self.at + 1 + end;
                self.at = at.end + 1;
                let raw = &content[..end];
                let value = if raw.contains('\\') {
                    Cow::Owned(value)
                } else {
                    Cow::Borrowed(raw)
                };
                return Some((value, at));
            } else {
                value.push(c);
            }
        }
        None
    }

    fn push(&mut self, name: &'a str, value: Cow<'a, str>, at: Span, value_at: Span) {
        let level = self.levels.last().copied().unwrap_or_default();
        self.members.push(Member {
            name,
            value,
            at,
            value_at,
            is_header: level.is_headers,
            side: level.side,
        });
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_to(&mut self, is_wanted: impl Fn(char) -> bool) -> Option<char> {
        let rest = self.rest();
        let start = rest.find(&is_wanted).unwrap_or(rest.len());
        self.at += start;
        self.rest().chars().next()
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`')
}
