//! The words of a command line, with their places.
//!
//! A crate such as `shlex` splits a line as a POSIX shell does, but it has no places, no `$'..'`, and does
//! not read what browsers copy for `cmd` and PowerShell.

use crate::exchange::Span;

/// A word of a command.
#[derive(Debug)]
pub(super) struct Word {
    /// The word without its quotes and escapes.
    pub(super) value: String,
    /// The place, without the quotes around a whole word.
    pub(super) at: Span,
}

impl Word {
    /// The place of the end of the value, or of the whole word if it has quotes or escapes.
    pub(super) fn tail(&self, end: &str) -> Span {
        if self.at.len() == self.value.len() {
            self.at.end - end.len()..self.at.end
        } else {
            self.at.clone()
        }
    }
}

/// The syntax of a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Posix,
    Cmd,
    PowerShell,
}

impl Syntax {
    /// Concludes the syntax from the first line of a command.
    pub(super) fn of(text: &str) -> Self {
        let line = text.lines().next().unwrap_or_default();
        if line.contains("^\"") || line.trim_end().ends_with('^') {
            Self::Cmd
        } else if line.trim_end().ends_with(" `") {
            Self::PowerShell
        } else {
            Self::Posix
        }
    }

    /// The character that takes the meaning from the next one.
    fn escape(self) -> char {
        match self {
            Self::Posix => '\\',
            Self::Cmd => '^',
            Self::PowerShell => '`',
        }
    }
}

/// Splits a command into words. Returns the offset behind the command.
///
/// A quote that does not end is a character like any other, so that no text is lost behind it.
pub(super) fn words(
    text: &str,
    start: usize,
    syntax: Syntax,
    is_quoted: bool,
) -> (Vec<Word>, usize) {
    let mut reader = Reader {
        text,
        at: start,
        syntax,
        is_quoted,
        braces: 0,
    };
    let mut words = Vec::new();
    while let Some(word) = reader.word() {
        let is_end = matches!(word.value.as_str(), "|" | "||" | "&&" | ";" | "&");
        if is_end && !reader.text[word.at.clone()].is_empty() {
            reader.skip_line();
            break;
        }
        words.push(word);
    }
    (words, reader.at)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    syntax: Syntax,
    /// Whether the command is between backticks, as code in a sentence.
    is_quoted: bool,
    /// The open braces of a table of PowerShell, in which lines do not end.
    braces: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip_line(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
    }

    /// Skips white space in front of a word. Returns `false` at the end of the command.
    fn skip_space(&mut self) -> bool {
        loop {
            let Some(c) = self.peek() else { return false };
            if c == '\n' {
                self.take();
                if self.braces == 0 {
                    return false;
                }
            } else if c.is_whitespace() {
                self.take();
            } else if !self.continues() {
                return !(c == '`' && self.is_quoted);
            }
        }
    }

    /// Skips an escaped end of a line, and the prompt that a shell prints below it.
    fn continues(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(after) = rest.strip_prefix(self.syntax.escape()) else {
            return false;
        };
        let after = after.trim_start_matches([' ', '\t', '\r']);
        let Some(below) = after.strip_prefix('\n') else {
            return false;
        };
        let below = below.trim_start_matches([' ', '\t']);
        let below = below.strip_prefix("> ").unwrap_or(below);
        self.at = self.text.len() - below.len();
        true
    }

    fn word(&mut self) -> Option<Word> {
        if !self.skip_space() {
            return None;
        }
        let start = self.at;
        let mut value = String::new();
        let mut content = None;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || c == '`' && self.is_quoted || self.continues() {
                break;
            }
            let begin = self.at;
            self.take();
            let is_quote = match c {
                '"' | '\'' => true,
                '^' if self.syntax == Syntax::Cmd => {
                    let next = self.take();
                    match next {
                        Some('"') => {
                            content = self.quoted(&mut value, '"').or(content);
                        }
                        next => value.extend(next),
                    }
                    continue;
                }
                '\\' if self.syntax == Syntax::Posix => {
                    value.extend(self.take());
                    continue;
                }
                '$' if self.syntax == Syntax::Posix && self.peek() == Some('\'') => {
                    self.take();
                    content = self.quoted(&mut value, '$').or(content);
                    continue;
                }
                _ => false,
            };
            let place = is_quote.then(|| self.quoted(&mut value, c)).flatten();
            match place {
                Some(place) => content = (begin == start).then_some(place),
                None => value.push(c),
            }
        }
        match value.as_str() {
            "@{" => self.braces += 1,
            "}" => self.braces = self.braces.saturating_sub(1),
            _ => {}
        }
        // The quotes around a whole word are no part of its place.
        let whole = start..self.at;
        let at =
            content.filter(|content| content.end + 1 == whole.end && content.start <= start + 2);
        Some(Word {
            value,
            at: at.unwrap_or(whole),
        })
    }

    /// Reads behind a quote up to the next one, and returns the place between them. `None` if there is no
    /// other. The quote `$` is that of `$'..'`.
    fn quoted(&mut self, value: &mut String, quote: char) -> Option<Span> {
        let start = self.at;
        let end = if quote == '$' { '\'' } else { quote };
        let escape = match (self.syntax, quote) {
            (_, '\'') => None,
            (Syntax::PowerShell, _) => Some('`'),
            _ => Some('\\'),
        };
        // Without this look, each quote of a text with many would be searched for up to its end.
        let length = value.len();
        while let Some(c) = self.take() {
            if c == end {
                return Some(start..self.at - 1);
            }
            if c == '^' && self.syntax == Syntax::Cmd {
                match self.take() {
                    Some('"') if end == '"' => return Some(start..self.at - 2),
                    Some('\\') => {
                        // `^\^"` is a quote in the value.
                        let rest = &self.text[self.at..];
                        let skipped = rest.len() - rest.trim_start_matches('^').len();
                        self.at += skipped.min(1);
                        value.extend(self.take());
                    }
                    other => value.extend(other),
                }
            } else if Some(c) == escape {
                match self.take() {
                    Some('n') if quote == '$' => value.push('\n'),
                    Some('\n') => {}
                    other => value.extend(other),
                }
            } else {
                value.push(c);
            }
            if self.at - start > MAX_WORD {
                break;
            }
        }
        value.truncate(length);
        self.at = start;
        None
    }
}

/// The most bytes between two quotes. It bounds the cost of a quote that does not end.
const MAX_WORD: usize = 1024 * 1024;
