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
        Self {
            place: format!("{}: ", source(handler)),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }

    /// A refusal of a policy that breaks a rule.
    pub(crate) fn of_rule(handler: &Handler, violation: &Violation<'_>) -> Self {
        let message = violation.to_string();
        let parts = message.split_once("\nhelp: ");
        let (reason, remedy) = parts.unwrap_or((&message, "change the policy"));
        Self::of(handler, reason, remedy)
    }

    /// A refusal of the table or of an option.
    pub(crate) fn of_table(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }

    /// The remedy, without `help:`.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}\nhelp: {}", self.place, self.reason, self.remedy)
    }
}

impl std::error::Error for Refusal {}

/// The place of a handler, as messages and the comments of rules print it: path of the function, file and
/// line, as far as the table has them. A control character would end a comment.
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
    text.replace(char::is_control, "?")
}
