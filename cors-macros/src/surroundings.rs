//! Finds out whether a function is in an `impl` or a `trait`.
//!
//! A macro sees only the function. In an `impl` the companion, a type, cannot be declared, and the errors
//! of the compiler do not name the reason. So the source file of an indented function is scanned, once for each
//! file. In doubt, such as where another macro may move the function, the answer is no, and the errors
//! are those of the compiler.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};

use proc_macro2::{Ident, Span};

/// Line and column of the name of a function, from 1, in characters.
type Position = (usize, usize);

/// The associated functions of the files that have been scanned.
static SCANNED: LazyLock<Mutex<HashMap<PathBuf, HashSet<Position>>>> =
    LazyLock::new(Mutex::default);

/// Whether the function of this name, with the span of its definition, is an associated function.
pub(crate) fn is_associated(name: &Ident) -> bool {
    // In unit tests there is no compiler.
    if !proc_macro::is_available() {
        return false;
    }
    // An attribute at the start of a line is on a free function.
    if Span::call_site().unwrap().start().column() == 1 {
        return false;
    }
    let place = name.span().unwrap();
    let Some(file) = place.local_file() else {
        return false;
    };
    let start = place.start();
    let position = (start.line(), start.column());
    let mut scanned = SCANNED.lock().unwrap_or_else(PoisonError::into_inner);
    let functions = scanned.entry(file).or_insert_with_key(|file| {
        let source = fs::read_to_string(file).unwrap_or_default();
        let functions = associated_functions(&source).into_iter();
        functions.map(|(_, position)| position).collect()
    });
    functions.contains(&position)
}

/// The functions that are directly in an `impl` or a `trait`.
fn associated_functions(source: &str) -> Vec<(&str, Position)> {
    let mut functions = Vec::new();
    let mut lexer = Lexer::new(source);
    let mut blocks = vec![Block::default()];
    let (mut earlier, mut before) = (Token::Other, Token::Other);
    while let Some((token, position)) = lexer.next_token() {
        let Some(block) = blocks.last_mut() else {
            // More brackets are closed than opened, so this is no Rust.
            return Vec::new();
        };
        match token {
            Token::Word(word) => {
                if block.kind == Kind::Impl && before == Token::Word("fn") {
                    functions.push((word, position));
                }
                block.read_word(word);
            }
            Token::Open(bracket) => {
                let is_attribute = matches!((earlier, before), (_, Token::Sign('#')))
                    || matches!((earlier, before), (Token::Sign('#'), Token::Sign('!')));
                let is_macro = before == Token::Sign('!')
                    || (earlier == Token::Sign('!') && matches!(before, Token::Word(_)));
                let may_move = block.may_move || block.has_macro || is_macro;
                let is_impl = bracket == '{' && matches!(block.first_word, Some("impl" | "trait"));
                let kind = if is_attribute {
                    Kind::Attribute
                } else if is_impl && !may_move {
                    Kind::Impl
                } else {
                    Kind::Other
                };
                let inner = Block {
                    kind,
                    may_move,
                    ..Block::default()
                };
                blocks.push(inner);
            }
            Token::Close(bracket) => {
                let inner = blocks.pop();
                if let (Some(inner), Some(outer)) = (inner, blocks.last_mut()) {
                    if inner.kind == Kind::Attribute {
                        outer.has_macro |= !inner.is_plain_attribute();
                    } else if bracket == '}' {
                        outer.end_item();
                    }
                }
            }
            Token::Sign(';') => block.end_item(),
            Token::Sign(_) | Token::Other => {}
        }
        (earlier, before) = (before, token);
    }
    functions
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    Attribute,
    /// The body of an `impl` or a `trait`.
    Impl,
    #[default]
    Other,
}

/// A pair of brackets, and the item in it that is being read.
#[derive(Default)]
struct Block<'a> {
    kind: Kind,
    /// Whether a macro may move the functions in it.
    may_move: bool,
    /// The first word of the item, after its attributes and modifiers.
    first_word: Option<&'a str>,
    /// Whether an attribute of the item may be a macro.
    has_macro: bool,
}

impl<'a> Block<'a> {
    fn read_word(&mut self, word: &'a str) {
        let is_modifier = matches!(word, "pub" | "unsafe" | "default" | "auto" | "const");
        if self.first_word.is_none() && !is_modifier {
            self.first_word = Some(word);
        }
    }

    fn is_plain_attribute(&self) -> bool {
        matches!(
            self.first_word,
            Some("allow" | "cfg" | "deny" | "derive" | "doc" | "expect" | "rustfmt" | "warn")
        )
    }

    fn end_item(&mut self) {
        self.first_word = None;
        self.has_macro = false;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// A name, a keyword, a number.
    Word(&'a str),
    Open(char),
    Close(char),
    Sign(char),
    /// A literal or a lifetime.
    Other,
}

/// Splits a source into tokens, as far as brackets and names need it. Comments are skipped.
struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Lexer<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            rest: source,
            line: 1,
            column: 1,
        }
    }

    /// The next `len` bytes, which are whole characters.
    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, ""));
        for char in taken.chars() {
            if char == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.rest = rest;
        taken
    }

    /// Skips up to the end of the first `end`.
    fn skip_past(&mut self, end: &str) {
        let found = self.rest.find(end);
        self.take(found.map_or(self.rest.len(), |at| at + end.len()));
    }

    fn next_token(&mut self) -> Option<(Token<'a>, Position)> {
        self.skip_space();
        let position = (self.line, self.column);
        let first = self.rest.chars().next()?;
        let token = match first {
            '"' => self.string(),
            '\'' => self.char_or_lifetime(),
            '(' | '[' | '{' => Token::Open(first),
            ')' | ']' | '}' => Token::Close(first),
            _ if is_word(first) => self.word(),
            _ => Token::Sign(first),
        };
        if !matches!(token, Token::Word(_) | Token::Other) {
            self.take(first.len_utf8());
        }
        Some((token, position))
    }

    fn skip_space(&mut self) {
        loop {
            let space = self.rest.len() - self.rest.trim_start().len();
            self.take(space);
            if self.rest.starts_with("//") {
                self.skip_past("\n");
            } else if self.rest.starts_with("/*") {
                self.skip_block_comment();
            } else if space == 0 {
                return;
            }
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0;
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.take(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.take(2);
            } else {
                let next = self.rest.chars().next().map_or(1, char::len_utf8);
                self.take(next);
            }
            if depth == 0 || self.rest.is_empty() {
                return;
            }
        }
    }

    /// A name, or the string after a prefix such as `b` or `r#`.
    fn word(&mut self) -> Token<'a> {
        let end = self.rest.find(|char| !is_word(char));
        let end = end.unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at(end);
        let is_raw = matches!(word, "r" | "br" | "cr");
        let marks = after.len() - after.trim_start_matches('#').len();
        let is_string = after.trim_start_matches('#').starts_with('"');
        if is_raw && is_string {
            self.take(end + marks + 1);
            self.skip_past(&format!("\"{}", "#".repeat(marks)));
            return Token::Other;
        }
        if word == "r" && marks == 1 {
            let name = after.trim_start_matches('#');
            let name = name.find(|char| !is_word(char)).unwrap_or(name.len());
            return Token::Word(self.take(end + marks + name));
        }
        self.take(end);
        match word {
            "b" | "c" if after.starts_with('"') => self.string(),
            "b" if after.starts_with('\'') => self.char_or_lifetime(),
            word => Token::Word(word),
        }
    }

    fn string(&mut self) -> Token<'a> {
        self.take(1);
        self.quoted('"')
    }

    /// Skips to the end of a string or a character, after its first quote.
    fn quoted(&mut self, quote: char) -> Token<'a> {
        while let Some(end) = self.rest.find([quote, '\\']) {
            let is_quote = self
                .rest
                .get(end..)
                .is_some_and(|rest| rest.starts_with(quote));
            self.take(end + 1);
            if is_quote {
                return Token::Other;
            }
            let escaped = self.rest.chars().next().map_or(1, char::len_utf8);
            self.take(escaped);
        }
        self.rest = "";
        Token::Other
    }

    fn char_or_lifetime(&mut self) -> Token<'a> {
        let mut chars = self.rest.chars().skip(1);
        let (first, second) = (chars.next(), chars.next());
        self.take(1);
        if first == Some('\\') || second == Some('\'') {
            return self.quoted('\'');
        }
        let end = self.rest.find(|char| !is_word(char));
        self.take(end.unwrap_or(self.rest.len()));
        Token::Other
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::associated_functions;

    fn names(source: &str) -> Vec<&str> {
        let functions = associated_functions(source).into_iter();
        functions.map(|(name, _)| name).collect()
    }

    #[test]
    fn functions_of_impls_and_traits() {
        for source in [
            "impl Api { #[cors(x)] async fn yes() {} }",
            "struct Api; use a::b; impl<T: Fn() -> u8> Api<T> where T: Clone { pub fn yes(x: T) {} }",
            "#[allow(unused)] /// Docs.\nunsafe impl Trait for Api { fn yes() { fn no() {} } }",
            "#![allow(dead_code)] pub(crate) trait Api { fn yes(); }",
            "mod inner { fn no() { struct Local; impl Local { fn yes() {} } } }",
            "fn no() {} impl Api { const X: u8 = { 1 }; fn yes() {} } fn no_more() {}",
            "const X: &str = r##\"impl { \"# \"##; const Y: &str = \"{ \\\" {\"; impl A { fn yes() {} }",
            "/* impl { /* { */ */ const Q: [char; 3] = ['{', '\\'', '\"']; impl A<'a> { fn yes() {} }",
            "const B: &[u8] = b\"{\"; const C: u8 = b'{'; // {\n impl A { fn yes() {} }",
        ] {
            assert_eq!(names(source), ["yes"], "{source}");
        }
        assert_eq!(names("impl A { fn r#match() {} }"), ["r#match"]);
    }

    #[test]
    fn other_functions() {
        for source in [
            "fn no() {} mod inner { fn no() {} }",
            "fn no() -> impl Clone { fn no() {} }",
            "const X: () = { fn no() {} };",
            "fn no(x: impl Clone) { fn no() {} }",
            "extern \"C\" { fn no(); }",
            "// impl Api {\nfn no() {}",
            "const X: &str = \"impl Api {\"; fn no() {}",
            // Another macro may move them.
            "framework! { impl Api { fn no() {} } }",
            "macro_rules! handlers { () => { impl Api { fn no() {} } } }",
            "#[framework::controller] impl Api { fn no() {} }",
            "#[framework] mod inner { impl Api { fn no() {} } }",
            // No Rust.
            "} impl Api { fn no() {} }",
            "\"impl Api { fn no() {} }",
            "'",
            "r#",
            "/*",
            "",
        ] {
            assert_eq!(names(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn positions_are_those_of_the_compiler() {
        let source = "/* ä */ const X: &str = \"\n\"; impl Ä {\n    /* ä */ fn yes() {}\n}";
        assert_eq!(associated_functions(source), [("yes", (3, 16))]);
    }
}
