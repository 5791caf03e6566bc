//! A scanner that finds the secrets of a text.

use crate::exchange::Span;
use crate::secrets::names::{
    is_secret_name, is_secret_option, is_secret_parameter, secrets_of_value,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scan {
    /// Everything that may be in a paste.
    Paste,
    /// Only URLs and tokens, because the words of a remedy resemble secrets: `SESSION_COOKIE_SECURE = True`.
    Words,
}

/// A scanner of a text. It goes over each byte once, apart from the bytes of a line around a secret.
pub(super) struct Secrets<'a> {
    text: &'a str,
    scan: Scan,
    found: Vec<Span>,
}

impl<'a> Secrets<'a> {
    pub(super) fn of(text: &'a str, scan: Scan) -> Vec<Span> {
        let found = Vec::new();
        let mut secrets = Self { text, scan, found };
        let mut at = 0;
        while at < text.len() {
            let word = secrets.end(at, |byte| !is_of_word(byte));
            at = if word > at {
                secrets.word(at..word).max(word)
            } else if secrets.rest(at).starts_with(b"://") {
                secrets.user_info(at + 3);
                at + 3
            } else {
                at + 1
            };
        }
        secrets.found
    }

    fn rest(&self, at: usize) -> &'a [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> u8 {
        self.rest(at).first().copied().unwrap_or(b'\n')
    }

    fn byte_before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b'\n', |at| self.byte(at))
    }

    /// Returns the first place from `at` on with a certain byte, or the end of the text.
    fn end(&self, at: usize, is_end: impl Fn(u8) -> bool) -> usize {
        let length = self.rest(at).iter().position(|&byte| is_end(byte));
        length.map_or(self.text.len(), |length| at + length)
    }

    fn skip(&self, at: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
        self.end(at, |byte| !is_skipped(byte))
    }

    /// Adds the name and the password of a URL.
    fn user_info(&mut self, at: usize) {
        let end = self.end(at, |byte| is_blank(byte) || b"/?#@\"'`<>".contains(&byte));
        if self.byte(end) == b'@' {
            self.found.push(at..end);
        }
    }

    /// Adds the secret that begins with or behind a word, and returns its end.
    fn word(&mut self, word: Span) -> usize {
        let text = &self.text[word.clone()];
        if text.starts_with("eyJ") && self.byte(word.end) == b'.' {
            let end = self.skip(word.end, |byte| is_of_word(byte) || b".=".contains(&byte));
            self.found.push(word.start..end);
            return end;
        }
        if word.len() > 64 {
            return word.end;
        }
        let name = text.trim_start_matches('-').to_ascii_lowercase();
        let is_parameter = b"?&#".contains(&self.byte_before(word.start));
        if is_parameter && self.byte(word.end) == b'=' && is_secret_parameter(&name) {
            let end = self.end(word.end, |byte| {
                is_blank(byte) || b"&#\"'`<>".contains(&byte)
            });
            self.found.push(word.end + 1..end);
            return end;
        }
        if self.scan == Scan::Words {
            return word.end;
        }
        let is_of_path = self.byte_before(word.start) == b'/';
        let value = if is_secret_option(text) && is_blank(self.byte_before(word.start)) {
            self.argument(word.end)
        } else if is_secret_name(&name) && !is_of_path {
            self.value(&word)
        } else {
            None
        };
        let Some(value) = value else { return word.end };
        let secrets = secrets_of_value(&name, &self.text[value.clone()]);
        let moved = |at: Span| value.start + at.start..value.start + at.end;
        self.found.extend(secrets.into_iter().map(moved));
        value.end
    }

    /// Returns the argument of an option.
    fn argument(&self, at: usize) -> Option<Span> {
        let start = self.skip(at, |byte| byte == b' ' || byte == b'=');
        (start > at).then(|| self.quoted_or(start, is_blank))
    }

    /// Returns the value behind a name: of a header, a property, a parameter, an argument of a function.
    fn value(&self, name: &Span) -> Option<Span> {
        let before = self.byte_before(name.start);
        let after = self.skip(name.end, |byte| byte == b'\\');
        let closes = is_quote(before) && self.byte(after) == before;
        let at = self.skip(after + usize::from(closes), is_space);
        let separator = self.byte(at);
        let opens_arguments = closes && self.byte_before(name.start - 1) == b'(';
        if !(matches!(separator, b':' | b'=') || separator == b',' && opens_arguments) {
            return None;
        }
        let start = self.skip(at + 1, |byte| is_space(byte) || b">\\".contains(&byte));
        let value = if is_quote(before) && !closes {
            start..self.end(start, |byte| byte == before || is_line_end(byte))
        } else if self.byte(start) == b'[' {
            start + 1..self.end(start, |byte| byte == b']' || is_line_end(byte))
        } else if separator == b'=' || closes {
            self.quoted_or(start, |byte| {
                is_blank(byte) || b"&;,\"'`)]}".contains(&byte)
            })
        } else {
            self.quoted_or(start, is_line_end)
        };
        let length = self.text[value.clone()]
            .trim_end_matches(['\\', ' ', '\t'])
            .len();
        (length > 0).then_some(value.start..value.start + length)
    }

    /// Returns the inside of the quotes that begin at a place, or everything up to an end.
    fn quoted_or(&self, start: usize, is_end: impl Fn(u8) -> bool) -> Span {
        let quote = self.byte(start);
        if is_quote(quote) {
            let inside = start + 1;
            inside..self.end(inside, |byte| byte == quote || is_line_end(byte))
        } else {
            start..self.end(start, is_end)
        }
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_blank(byte: u8) -> bool {
    is_space(byte) || is_line_end(byte)
}
