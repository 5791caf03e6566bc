//! Header values, made once for each policy so that requests only copy them.

use http::HeaderValue;

/// Makes a value of text; `None` where the text is not a valid value.
pub(crate) type MakeValue = fn(&str) -> Option<HeaderValue>;

/// A reference-counted value: freed with its last clone.
pub(crate) fn shared_value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

/// A leaked value: the policies of handlers live as long as the program, and a clone of a static
/// value counts no references.
#[cfg(feature = "axum")]
pub(crate) fn static_value(text: &str) -> Option<HeaderValue> {
    shared_value(text)?;
    Some(HeaderValue::from_static(text.to_owned().leak()))
}

/// Names as one comma-separated value; `None` where there are none, or where one of them is not a
/// valid value.
pub(crate) fn comma_separated(names: &[impl AsRef<str>], make: MakeValue) -> Option<HeaderValue> {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => None,
        names => make(&names.join(", ")),
    }
}
