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

/// Adds names to `Vary`, unless that has them already, or is `*`. If a name is missing, all are put on
/// one line, because nginx before version 1.23 honours only one of several.
pub(super) fn add(response: &mut HeaderMap, added: Names) {
    match response.entry(VARY) {
        Entry::Vacant(vary) => {
            vary.insert(added.value);
        }
        Entry::Occupied(mut vary) => {
            let is_present = |name: &str| {
                let lines = vary.iter();
                let mut present =
                    lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
                present.any(|present| {
                    let present = present.trim_ascii();
                    present == b"*" || present.eq_ignore_ascii_case(name.as_bytes())
                })
            };
            let missing = added.names.iter().filter(|name| !is_present(name));
            let missing: Vec<&[u8]> = missing.map(|name| name.as_bytes()).collect();
            if missing.is_empty() {
                return;
            }
            let lines = vary.iter().map(|line| line.as_bytes().trim_ascii());
            let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
            let joined = [lines, missing].concat().join(&b", "[..]);
            if let Ok(joined) = HeaderValue::from_bytes(&joined) {
                vary.insert(joined);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::header::VARY;
    use http::{HeaderMap, HeaderValue};

    use super::{BY_SITE, add};

    #[test]
    fn vary_is_one_line() {
        for (lines, expected) in [
            (&[][..], "Origin, Sec-Fetch-Site"),
            (&[""], "Origin, Sec-Fetch-Site"),
            (&["Accept"], "Accept, Origin, Sec-Fetch-Site"),
            (&["accept,origin"], "accept,origin, Sec-Fetch-Site"),
            (
                &["Accept", "Cookie"],
                "Accept, Cookie, Origin, Sec-Fetch-Site",
            ),
            (&["sec-fetch-site , ORIGIN"], "sec-fetch-site , ORIGIN"),
            (&["*"], "*"),
        ] {
            let mut response = HeaderMap::new();
            for line in lines {
                response.append(VARY, HeaderValue::from_static(line));
            }
            add(&mut response, BY_SITE);
            let lines: Vec<&HeaderValue> = response.get_all(VARY).iter().collect();
            assert_eq!(lines, [expected], "{lines:?}");
        }
    }

    #[test]
    fn vary_that_has_the_names_is_unchanged() {
        let mut response = HeaderMap::new();
        response.append(VARY, HeaderValue::from_static("Accept"));
        response.append(VARY, HeaderValue::from_static("Origin, Sec-Fetch-Site"));
        add(&mut response, BY_SITE);
        let lines: Vec<&HeaderValue> = response.get_all(VARY).iter().collect();
        assert_eq!(lines, ["Accept", "Origin, Sec-Fetch-Site"]);
    }
}
