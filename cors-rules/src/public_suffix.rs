//! The [Public Suffix List](https://publicsuffix.org): domains below which anybody can register a
//! name.

use core::cmp::Ordering;

/// The rules, one on each line, sorted by bytes, hosts in punycode.
///
/// A test keeps the file equal to the list of the crate `psl`, which has a release for every change
/// of the list. The crate itself is not used because its lookup is not a `const fn`.
///
/// The file is under the Mozilla Public License 2.0: `NOTICE.md`, `LICENSE-MPL-2.0`.
#[cfg(feature = "public-suffix-list")]
const RULES: &str = include_str!("public_suffixes.txt");
/// Without the feature only top-level domains are known.
#[cfg(not(feature = "public-suffix-list"))]
const RULES: &str = "";

/// Whether anybody can register a name directly below `domain`.
///
/// That is so if `domain` is a public suffix, if every name below it is one (`*.kawasaki.jp`), or
/// if it is a top-level domain, listed or not. `domain` must be in lower-case ASCII without a
/// trailing dot.
#[must_use]
pub const fn is_public_suffix(domain: &str) -> bool {
    match after_first_label(domain) {
        None => true,
        Some(parent) => {
            is_rule("", domain)
                || is_rule("*.", domain)
                || (is_rule("*.", parent) && !is_rule("!", domain))
        }
    }
}

const fn after_first_label(domain: &str) -> Option<&str> {
    match crate::bytes::find_any(domain.as_bytes(), b".") {
        Some(dot) => Some(crate::bytes::split_around(domain, dot).1),
        None => None,
    }
}

/// Whether the line `prefix` + `domain` is in the list, by binary search.
const fn is_rule(prefix: &str, domain: &str) -> bool {
    let rules = RULES.as_bytes();
    // Both are always at the start of a line.
    let mut low = 0;
    let mut high = rules.len();
    while low < high {
        let mut start = usize::midpoint(low, high);
        while start > low && rules[start - 1] != b'\n' {
            start -= 1;
        }
        let mut end = start;
        while rules[end] != b'\n' {
            end += 1;
        }
        let line = rules.split_at(end).0.split_at(start).1;
        match compare(line, prefix.as_bytes(), domain.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    false
}

/// Compares `line` with `prefix` + `domain`.
const fn compare(line: &[u8], prefix: &[u8], domain: &[u8]) -> Ordering {
    let len = prefix.len() + domain.len();
    let mut i = 0;
    while i < line.len() && i < len {
        let other = if i < prefix.len() {
            prefix[i]
        } else {
            domain[i - prefix.len()]
        };
        if line[i] < other {
            return Ordering::Less;
        }
        if line[i] > other {
            return Ordering::Greater;
        }
        i += 1;
    }
    if line.len() < len {
        Ordering::Less
    } else if line.len() > len {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}
