//! A broken rule, with the words for it.

use core::fmt;

use crate::bytes::find_any;
use crate::canonical::Spelling;
use crate::rule::Rule;
use crate::text::Text;

/// A broken rule: which one, by what, and what to write instead.
///
/// `Display` (and [`message`](Self::message), which the compiler can run) says it in two lines:
/// the problem, and the remedy after `help:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation<'a> {
    rule: Rule,
    text: &'a str,
    /// Stands for the text where that was a number.
    number: Option<u32>,
    part: &'a str,
    fix: Spelling,
}

impl<'a> Violation<'a> {
    /// `text` is what the user wrote.
    #[must_use]
    pub const fn new(rule: Rule, text: &'a str) -> Self {
        Self {
            rule,
            text,
            number: None,
            part: "",
            fix: Spelling::EMPTY,
        }
    }

    /// The slice of the text that is meant, or the second of two names.
    #[must_use]
    pub const fn part(mut self, part: &'a str) -> Self {
        self.part = part;
        self
    }

    /// What the user wrote, where that is a number.
    #[must_use]
    pub(crate) const fn number(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }

    /// What to write instead.
    #[must_use]
    pub const fn fix(mut self, fix: &str) -> Self {
        self.fix = Spelling::of(fix);
        self
    }

    pub(crate) const fn spelling(self, fix: &Spelling) -> Self {
        self.fix(fix.as_str())
    }

    /// The broken rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What the user wrote; empty where it isn't text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The words. What the user wrote is cut where it is long, so that the remedy is always there.
    #[must_use]
    pub const fn message(&self) -> Text<2048> {
        let (with_fix, without_fix) = self.rule.help();
        let mut message = Text::EMPTY;
        self.fill(&mut message, self.rule.problem());
        message.push("\nhelp: ");
        self.fill(
            &mut message,
            if self.fix.is_empty() {
                without_fix
            } else {
                with_fix
            },
        );
        message
    }

    const fn fill(&self, message: &mut Text<2048>, template: &str) {
        const LONGEST: usize = 280;
        let mut rest = template;
        while let Some(open) = find_any(rest.as_bytes(), b"{") {
            message.push(rest.split_at(open).0);
            rest = rest.split_at(open).1;
            let end = match find_any(rest.as_bytes(), b"}") {
                Some(close) => close + 1,
                None => rest.len(),
            };
            let (place, tail) = rest.split_at(end);
            rest = tail;
            if let (b"{text}", Some(number)) = (place.as_bytes(), self.number) {
                message.push_number(number, 10);
                continue;
            }
            let value = match place.as_bytes() {
                b"{text}" => self.text,
                b"{part}" => self.part,
                b"{fix}" => self.fix.as_str(),
                _ => place,
            };
            if value.is_empty() {
                message.push("\"\"");
            } else {
                message.push_visible(value, LONGEST);
            }
        }
        message.push(rest);
    }
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message().as_str())
    }
}

impl core::error::Error for Violation<'_> {}
