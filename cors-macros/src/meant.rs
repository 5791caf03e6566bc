//! The key that the user meant with another name, or with a value.

use cors_rules::{Key, Method, meant};

/// The key that is meant with `name`, if it is near enough.
pub(crate) fn key(name: &str) -> Option<Key> {
    meant::key(name, strsim::damerau_levenshtein)
}

/// The key that is meant with a value without a key.
pub(crate) fn key_of_value(text: &str) -> Option<Key> {
    if text == "*" || text.contains("://") {
        return Some(Key::Origins);
    }
    let method = Method::parse(text.as_bytes());
    method.map(|_| Key::Methods).or_else(|| key(text))
}
