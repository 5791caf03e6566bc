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

/// Adds names to `Vary`, unless that has them already, or is `*`.
pub(super) fn add(response: &mut HeaderMap, added: Names) {
    match response.entry(VARY) {
        Entry::Vacant(vary) => {
            vary.insert(added.value);
        }
        Entry::Occupied(mut vary) => {
            for name in added.names {
                let lines = vary.iter();
                let mut present =
                    lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
                let is_there = present.any(|present| {
                    let present = present.trim_ascii();
                    present == b"*" || present.eq_ignore_ascii_case(name.as_bytes())
                });
                if !is_there {
                    vary.append(HeaderValue::from_static(name));
                }
            }
        }
    }
}
