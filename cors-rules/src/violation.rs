//! A broken rule with its message.

use core::fmt;

use crate::bytes::find_any;
use crate::canonical::Spelling;
use crate::rule::Rule;
use crate::text::Text;

/// A broken rule, the text that breaks it, and a fix.
///
/// `Display` prints two lines: the problem, and the remedy after `help:`. [`message`](Self::message)
/// is the same during const evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation<'a> {
    rule: Rule,
    text: &'a str,
    /// Replaces the text if the user wrote a number.
    number: Option<u32>,
    part: &'a str,
    fix: Spelling,
}

impl<'a> Violation<'a> {
    /// A violation of `rule` by `text`, as the user wrote it.
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

    /// Sets the slice of the text that breaks the rule, or the second of two names.
    #[must_use]
    pub const fn part(mut self, part: &'a str) -> Self {
        self.part = part;
        self
    }

    /// Sets the number that breaks the rule, in place of the text.
    #[must_use]
    pub(crate) const fn number(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }

    /// Sets the text that the remedy proposes.
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

    /// The text that breaks the rule. Empty if it is not text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The message. The user's text is cut if it is long, so that the remedy always fits.
    #[must_use]
    pub const fn message(&self) -> Text<2048> {
        let (with_part, without_part) = self.rule.problem();
        let has_part = !self.part.is_empty();
        let (with_fix, without_fix) = self.rule.help();
        let has_fix = !self.fix.is_empty();
        let mut message = Text::EMPTY;
        self.fill(
            &mut message,
            if has_part { with_part } else { without_part },
        );
        message.push("\nhelp: ");
        self.fill(&mut message, if has_fix { with_fix } else { without_fix });
        message
    }

    /// Appends `template` with its placeholders replaced.
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
