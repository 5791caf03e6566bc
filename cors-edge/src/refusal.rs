//! Reasons for which an edge cannot have a policy.

use std::fmt;

use cors_rules::Violation;

use crate::table::Handler;

/// A part of the table that the edge cannot have exactly. `Display` prints the place, the reason and the
/// remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    place: String,
    reason: String,
    remedy: String,
}

impl Refusal {
    /// A refusal of the policy of one handler.
    pub(crate) fn of(
        handler: &Handler,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::at(&source(handler), reason, remedy)
    }

    /// A refusal at a place, which a message begins with.
    pub(crate) fn at(place: &str, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place: format!("{place}: "),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }

    /// A refusal of the table or of an option.
    pub(crate) fn of_table(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}\nhelp: {}", self.place, self.reason, self.remedy)
    }
}

impl std::error::Error for Refusal {}

/// A broken rule, with its own remedy.
pub(crate) fn broken(place: &str, violation: &Violation<'_>) -> Refusal {
    let message = violation.to_string();
    let (reason, remedy) = message
        .split_once("\nhelp: ")
        .unwrap_or((&message, "change the policy"));
    Refusal::at(place, reason, remedy)
}

/// The place of a handler, as messages and the comments of rules print it: path of the function, file and
/// line, as far as the table has them, on one line.
pub(crate) fn source(handler: &Handler) -> String {
    let mut text = handler.name.clone();
    if let Some(file) = &handler.file {
        text.push_str(", ");
        text.push_str(file);
        if let Some(line) = handler.line {
            text.push(':');
            text.push_str(&line.to_string());
        }
    }
    // A comment ends with its line, and to YAML 1.1 the last two are ends of lines as well.
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.replace(ends_line, "?")
}
