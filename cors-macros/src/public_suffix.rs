//! Which domains are open to everyone who registers a name below them.

/// Whether `domain` is on the [public suffix list](https://publicsuffix.org).
#[cfg(feature = "public-suffix-list")]
pub(crate) fn is_public_suffix(domain: &str) -> bool {
    psl::suffix_str(domain) == Some(domain)
}

/// Without the list only top-level domains are known, and `cors-policy` knows those.
#[cfg(not(feature = "public-suffix-list"))]
pub(crate) fn is_public_suffix(_domain: &str) -> bool {
    false
}
