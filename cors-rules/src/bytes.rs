//! Slice operations that the standard library does not offer as `const fn` yet.

/// Whether `a == b`.
pub(crate) const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether `a` is `b`, in any case of its ASCII letters. `eq_ignore_ascii_case` is a `const fn` only
/// from Rust 1.89.
pub(crate) const fn equal_ignoring_case(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if !a[i].eq_ignore_ascii_case(&b[i]) {
            return false;
        }
        i += 1;
    }
    true
}

/// The position of the first byte of `text` that is in `set`.
pub(crate) const fn find_any(text: &[u8], set: &[u8]) -> Option<usize> {
    let mut i = 0;
    while i < text.len() {
        if contains(set, text[i]) {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// The position of the last `byte` in `text`.
pub(crate) const fn find_last(text: &[u8], byte: u8) -> Option<usize> {
    let mut i = text.len();
    while i > 0 {
        i -= 1;
        if text[i] == byte {
            return Some(i);
        }
    }
    None
}

/// Whether `byte` is in `set`.
pub(crate) const fn contains(set: &[u8], byte: u8) -> bool {
    let mut i = 0;
    while i < set.len() {
        if set[i] == byte {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether `text` begins with `prefix`, in any case of its ASCII letters.
pub(crate) const fn starts_with_ignoring_case(text: &[u8], prefix: &[u8]) -> bool {
    text.len() >= prefix.len() && equal_ignoring_case(text.split_at(prefix.len()).0, prefix)
}

/// Whether `text` is one of `list`, in any case of its ASCII letters.
pub(crate) const fn is_one_of(text: &str, list: &[&str]) -> bool {
    let mut i = 0;
    while i < list.len() {
        if equal_ignoring_case(text.as_bytes(), list[i].as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

/// Splits `text` at byte `at`, which must be the position of an ASCII byte, and drops that byte.
pub(crate) const fn split_around(text: &str, at: usize) -> (&str, &str) {
    let (head, tail) = text.split_at(at);
    (head, tail.split_at(1).1)
}
