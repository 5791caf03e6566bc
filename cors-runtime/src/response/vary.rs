//! `Vary`, which is added to and never replaced.

use http::header::{Entry, VARY};
use http::{HeaderMap, HeaderValue};

/// Names for `Vary`.
pub(super) struct Names {
    value: HeaderValue,
    names: &'static [&'static str],
}

#[allow(
    clippy::declare_interior_mutable_const,
    reason = "the bytes of a header's value never change"
)]
pub(super) const BY_ORIGIN: Names = Names {
    value: HeaderValue::from_static("Origin"),
    names: &["Origin"],
};

#[allow(
    clippy::declare_interior_mutable_const,
    reason = "the bytes of a header's value never change"
)]
pub(super) const BY_SITE: Names = Names {
    value: HeaderValue::from_static("Origin, Sec-Fetch-Site"),
    names: &["Origin", "Sec-Fetch-Site"],
};

/// Adds names to `Vary`, unless that has them already, or is `*`. All are on one line, because of several
/// nginx honours one before version 1.23.
pub(super) fn add(response: &mut HeaderMap, added: Names) {
    match response.entry(VARY) {
        Entry::Vacant(vary) => {
            vary.insert(added.value);
        }
        Entry::Occupied(mut vary) => {
            let mut list = Vec::new();
            for line in vary.iter().map(HeaderValue::as_bytes) {
                join(&mut list, line);
            }
            let length = list.len();
            for name in added.names {
                let is_there = list.split(|&byte| byte == b',').any(|present| {
                    let present = present.trim_ascii();
                    present == b"*" || present.eq_ignore_ascii_case(name.as_bytes())
                });
                if !is_there {
                    join(&mut list, name.as_bytes());
                }
            }
            // Made of valid values, so it is one.
            if list.len() > length
                && let Ok(value) = HeaderValue::from_bytes(&list)
            {
                vary.insert(value);
            }
        }
    }
}

fn join(list: &mut Vec<u8>, part: &[u8]) {
    if !list.is_empty() {
        list.extend(b", ");
    }
    list.extend(part);
}
