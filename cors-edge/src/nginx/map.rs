//! Maps of nginx, and the parameters on their lines.

use std::fmt;

use crate::refusal::Refusal;

/// `map SOURCE $NAME { LINES }`.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) source: String,
    pub(super) name: String,
    pub(super) lines: Vec<Line>,
}

/// A line of a map.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) comment: Option<String>,
    pub(super) key: String,
    pub(super) value: String,
}

/// The longest parameter in bytes. nginx reads each into a buffer of 4096, with its quotes.
const MAX_PARAMETER: usize = 4000;

/// The length of joined expressions in bytes. On a line each `\` is written twice.
pub(super) const MAX_EXPRESSION: usize = MAX_PARAMETER / 2;

impl Line {
    /// The line of every value that no other line has.
    pub(super) fn default(value: impl Into<String>) -> Self {
        Self::new("default", value)
    }

    /// The line of an empty value, which nginx compares with no regular expression.
    pub(super) fn empty(value: impl Into<String>) -> Self {
        Self::new("\"\"", value)
    }

    /// The line of the values that an expression matches as a whole.
    pub(super) fn whole(expression: &str, value: impl Into<String>) -> Self {
        Self::new(quoted(&format!(r"~^(?:{expression})\z")), value)
    }

    pub(super) fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            comment: None,
            key: key.into(),
            value: value.into(),
        }
    }

    pub(super) fn with_comment(self, comment: &str) -> Self {
        Self {
            comment: Some(comment.to_owned()),
            ..self
        }
    }
}

impl Map {
    /// The lines that nginx does not read.
    pub(super) fn refusals(&self) -> impl Iterator<Item = Refusal> {
        let parameters = self.lines.iter().flat_map(|line| [&line.key, &line.value]);
        let long = parameters.filter(|parameter| parameter.len() > MAX_PARAMETER);
        long.map(|parameter| {
            let reason = format!(
                "nginx reads no more than {MAX_PARAMETER} bytes for a list, and one that `{}` is compared \
                 with has {}",
                self.source,
                parameter.len()
            );
            Refusal::of_table(reason, "shorten the list, such as with a wildcard")
        })
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    map {} ${} {{", self.source, self.name)?;
        for line in &self.lines {
            if let Some(comment) = &line.comment {
                writeln!(f, "        # {comment}")?;
            }
            writeln!(f, "        {} {};", line.key, line.value)?;
        }
        writeln!(f, "    }}")
    }
}

/// A parameter in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}
