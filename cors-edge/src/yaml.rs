//! Texts in YAML.

/// A text in quotes. Only `'` has a meaning in single quotes, and control characters cannot be there.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains(char::is_control) {
        // The escapes of JSON are among those of double quotes.
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}
