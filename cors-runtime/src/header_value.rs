//! Making header values: once for each policy, so that requests only copy them.

use http::HeaderValue;

/// How a value is made of text; `None` where it can't be one.
pub(crate) type Make = fn(&str) -> Option<HeaderValue>;

/// Counted, and freed with the last copy.
pub(crate) fn counted(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

/// Kept for as long as the program runs, as the policies of handlers are: nothing is counted where
/// a request copies it.
pub(crate) fn kept(text: &str) -> Option<HeaderValue> {
    counted(text)?;
    Some(HeaderValue::from_static(text.to_owned().leak()))
}

/// Names as one value, as [`make`](Make) makes it; `None` where there are none. They are tokens, so
/// it is one; a name that isn't allows nothing.
pub(crate) fn joined(names: &[impl AsRef<str>], make: Make) -> Option<HeaderValue> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => None,
        names => make(&names.join(", ")),
    }
}
