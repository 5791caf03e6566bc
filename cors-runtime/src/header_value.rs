//! Header values, made once for each policy so that requests only copy them.

use std::sync::{Mutex, PoisonError};

use cors_rules::Method;
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

/// A set of methods as one comma-separated value. Each set is made once in the life of the program, so
/// that requests copy a static value, and paths that come and go leak nothing.
pub(crate) fn method_list(methods: impl IntoIterator<Item = Method>) -> &'static HeaderValue {
    const SETS: usize = 1 << Method::ALL.len();
    static VALUES: Mutex<[Option<&HeaderValue>; SETS]> = Mutex::new([None; SETS]);

    let methods = methods.into_iter();
    let set = methods.fold(0, |set, method| set | method.bit());
    let mut values = VALUES.lock().unwrap_or_else(PoisonError::into_inner);
    values[usize::from(set)].get_or_insert_with(|| {
        let all = Method::ALL.iter();
        let names = all.filter(|method| set & method.bit() != 0);
        let names: Vec<&str> = names.map(|method| method.as_str()).collect();
        let value = HeaderValue::from_static(names.join(", ").leak());
        Box::leak(Box::new(value))
    })
}
