//! Tokens as text, spaced as the user wrote them.

use proc_macro2::{Delimiter, Group, Spacing, Span, TokenTree};

/// The bytes after which a text is cut. Messages cut it further.
const LONGEST: usize = 512;

/// The text of the tokens: with one space where the user wrote white space or a comment, and with none
/// where the tokens touch. Long text is cut at a token.
pub(crate) fn spelled(tokens: &[TokenTree]) -> String {
    let mut text = Spelled::default();
    text.push_all(tokens.iter().cloned());
    text.text
}

#[derive(Default)]
struct Spelled {
    text: String,
    last: Option<Last>,
}

/// The last token that is written.
#[derive(Clone, Copy)]
struct Last {
    end: Option<Position>,
    /// Whether the next token is a part of the same operator.
    joint: bool,
}

/// Line and column. `None` where the compiler has no positions, such as in unit tests.
type Position = (usize, usize);

fn position(span: Span, of: fn(proc_macro::Span) -> proc_macro::Span) -> Option<Position> {
    proc_macro::is_available().then(|| {
        let at = of(span.unwrap());
        (at.line(), at.column())
    })
}

impl Spelled {
    fn push_all(&mut self, tokens: impl IntoIterator<Item = TokenTree>) {
        for token in tokens {
            if self.text.len() > LONGEST {
                return;
            }
            match token {
                TokenTree::Group(group) => self.push_group(&group),
                TokenTree::Punct(punct) => {
                    let joint = punct.spacing() == Spacing::Joint;
                    self.push(&punct.as_char().to_string(), punct.span(), joint);
                }
                token => self.push(&token.to_string(), token.span(), false),
            }
        }
    }

    fn push_group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::None => return self.push_all(group.stream()),
        };
        self.push(open, group.span_open(), false);
        self.push_all(group.stream());
        self.push(close, group.span_close(), false);
    }

    fn push(&mut self, token: &str, span: Span, joint: bool) {
        let start = position(span, |span| span.start());
        if self
            .last
            .is_some_and(|last| self.is_apart(last, token, start))
        {
            self.text.push(' ');
        }
        self.text.push_str(token);
        self.last = Some(Last {
            end: position(span, |span| span.end()),
            joint,
        });
    }

    /// Whether a space is due before the next token.
    fn is_apart(&self, last: Last, next: &str, start: Option<Position>) -> bool {
        let is_word = |end: Option<char>| {
            end.is_some_and(|end| end.is_alphanumeric() || matches!(end, '_' | '"' | '\''))
        };
        if is_word(self.text.chars().next_back()) && is_word(next.chars().next()) {
            return true;
        }
        match (last.end, start) {
            // Tokens of two places, such as an argument of a `macro_rules!` macro, are not in order.
            (Some(end), Some(start)) if end <= start => end < start,
            _ => !last.joint && is_usually_apart(&self.text, next),
        }
    }
}

/// Whether rustfmt would write a space between `text` and the token `next`.
fn is_usually_apart(text: &str, next: &str) -> bool {
    let after = |ends: &[char]| text.ends_with(ends);
    let opens = matches!(next, "(" | "[");
    !(after(&['(', '[', '.', '&', '!', '<', '#'])
        || text.ends_with("::")
        || matches!(
            next,
            ")" | "]" | "," | ";" | "." | "?" | "!" | ":" | "<" | ">"
        )
        || (opens && !after(&['=', ',', '+', '|', '{'])))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, spelled};

    fn text(source: &str) -> String {
        let tokens: proc_macro2::TokenStream = source.parse().expect("tokens");
        spelled(&tokens.into_iter().collect::<Vec<_>>())
    }

    /// Without positions, as in rust-analyzer. `tests/ui` has those of the compiler.
    #[test]
    fn tokens_are_spaced_as_by_rustfmt() {
        for source in [
            "http::Method::GET",
            "vec![\"a\", \"b\"]",
            "&[SITE, DEV]",
            "\"a\".parse().unwrap()",
            "SITE + DEV",
            "Policy::new(&[\"a\"]).methods(&[\"GET\"])",
            "GET POST",
            "env!(\"X\")",
        ] {
            assert_eq!(text(source), source);
        }
    }

    #[test]
    fn long_tokens_are_cut() {
        assert!(text(&"word ".repeat(10_000)).len() < LONGEST + 10);
        assert!(text(&format!("[{}]", "(a), ".repeat(10_000))).len() < LONGEST + 20);
    }
}
