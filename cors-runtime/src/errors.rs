//! Errors of policies and of lists of origins, as data.

use std::fmt;

use cors_rules::{Key, Place, Rule, Violation};

/// Every error of a [`Policy`](crate::Policy) or a list of origins. `Display` and `Debug` print one
/// message after another, so that `?` in `main` and `unwrap` read well.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyErrors(Vec<PolicyError>);

impl PolicyErrors {
    pub(crate) fn unless_empty(errors: Vec<PolicyError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }

    /// The errors, in the order of the keys.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.0.iter()
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
        self.0.into_iter()
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
        Ok(())
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
    Entry {
        /// The key of the list in the attribute.
        key: &'static str,
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
    Value {
        /// The key in the attribute.
        key: &'static str,
        /// The rule that it breaks.
        rule: Rule,
        /// The problem, and after `help:` what to write instead.
        message: String,
    },
    /// An environment variable whose bytes are not Unicode.
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
                position,
                entry: violation.text().to_owned(),
                rule,
                message,
            },
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
                position,
                message,
                ..
            } => write!(f, "{key}[{position}]: {message}"),
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
