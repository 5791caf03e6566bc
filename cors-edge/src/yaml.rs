//! Texts in YAML.

/// A text in single quotes, where only these have a meaning. No text of a table that passes its rules has
/// ends of lines.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
