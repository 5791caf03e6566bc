//! Errors of policies and of lists of origins, as data.

use std::fmt;

use cors_rules::{Key, Place, Rule, Violation};

/// The errors of a [`Policy`](crate::Policy) or a list of origins. `Display` and `Debug` print one
/// message after another, so that `?` in `main` and `unwrap` read well.
///
/// The first [`KEPT`](Self::KEPT) errors are kept. Of more there is only the number, which is printed
/// as "and 7 more", because a list from a database may have as many errors as entries.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyErrors {
    kept: Vec<PolicyError>,
    total: usize,
}

impl PolicyErrors {
    /// The largest number of errors that are kept and printed.
    pub const KEPT: usize = 100;

    pub(crate) const fn none() -> Self {
        Self {
            kept: Vec::new(),
            total: 0,
        }
    }

    /// Adds an error, which is made only if it is kept.
    pub(crate) fn push(&mut self, error: impl FnOnce() -> PolicyError) {
        self.total += 1;
        if self.kept.len() < Self::KEPT {
            self.kept.push(error());
        }
    }

    /// Returns the errors, if there are any.
    pub(crate) fn into_result(self) -> Result<(), Self> {
        if self.total == 0 { Ok(()) } else { Err(self) }
    }

    pub(crate) fn unless_empty(errors: Vec<PolicyError>) -> Result<(), Self> {
        let mut all = Self::none();
        for error in errors {
            all.push(|| error);
        }
        all.into_result()
    }

    /// Adds the name of the environment variable that had the list.
    pub(crate) fn of_variable(mut self, name: &str) -> Self {
        for error in &mut self.kept {
            error.set_variable(name);
        }
        self
    }

    /// The errors that are kept, in the order of the keys and entries: at most
    /// [`KEPT`](Self::KEPT).
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.kept.iter()
    }

    /// The number of all errors, with those that are not kept.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }
}

impl<'a> IntoIterator for &'a PolicyErrors {
    type Item = &'a PolicyError;
    type IntoIter = std::slice::Iter<'a, PolicyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for PolicyErrors {
    type Item = PolicyError;
    type IntoIter = std::vec::IntoIter<PolicyError>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        match self.total - self.kept.len() {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl fmt::Debug for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for PolicyErrors {}

/// One error of a [`Policy`](crate::Policy) or a list of origins.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyError {
    /// An entry of a list.
    #[non_exhaustive]
    Entry {
        /// The key of the list in the attribute.
        key: &'static str,
        /// The environment variable that has the list; `None` for any other list.
        variable: Option<String>,
        /// The position of the entry, from 0.
        position: usize,
        /// The entry.
        entry: String,
        /// The rule that it breaks.
        rule: Rule,
        /// The problem, and after `help:` what to write instead.
        message: String,
    },
    /// The value of a key as a whole.
    #[non_exhaustive]
    Value {
        /// The key in the attribute.
        key: &'static str,
        /// The rule that it breaks.
        rule: Rule,
        /// The problem, and after `help:` what to write instead.
        message: String,
    },
    /// An environment variable whose bytes are not Unicode.
    #[non_exhaustive]
    NotUnicode {
        /// The name of the variable.
        variable: String,
    },
}

impl PolicyError {
    pub(crate) fn new(key: Key, place: Place, violation: &Violation<'_>) -> Self {
        Self::of_list(key.as_str(), place, violation)
    }

    /// An error of a list that is no key of the attribute.
    pub(crate) fn of_list(key: &'static str, place: Place, violation: &Violation<'_>) -> Self {
        let rule = violation.rule();
        let message = violation.to_string();
        match place {
            Place::Whole => Self::Value { key, rule, message },
            Place::Entry(position) => Self::Entry {
                key,
                variable: None,
                position,
                entry: violation.text().to_owned(),
                rule,
                message,
            },
        }
    }

    fn set_variable(&mut self, name: &str) {
        if let Self::Entry { variable, .. } = self {
            *variable = Some(name.to_owned());
        }
    }

    /// The broken rule; `None` where no value could be read.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        match self {
            Self::Entry { rule, .. } | Self::Value { rule, .. } => Some(*rule),
            Self::NotUnicode { .. } => None,
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry {
                key,
                variable,
                position,
                message,
                ..
            } => {
                let list = variable.as_deref().unwrap_or(key);
                write!(f, "{list}[{position}]: {message}")
            }
            Self::Value { key, message, .. } => write!(f, "{key}: {message}"),
            Self::NotUnicode { variable } => write!(
                f,
                "the environment variable `{variable}` is not Unicode\nhelp: write origins, with \
                 commas or spaces in between"
            ),
        }
    }
}

impl std::error::Error for PolicyError {}
