//! Which domains are open to everyone who registers a name below them.

/// Whether names right below `domain` belong to whoever registers them: it is on the
/// [public suffix list](https://publicsuffix.org), or all that is below it is (`*.kawasaki.jp`).
#[cfg(feature = "public-suffix-list")]
pub(crate) fn is_public_suffix(domain: &str) -> bool {
    let is_listed = |domain: &str| psl::suffix_str(domain) == Some(domain);
    is_listed(domain) || is_listed(&format!("any.{domain}"))
}

/// Without the list only top-level domains are known, and `cors-policy` knows those.
#[cfg(not(feature = "public-suffix-list"))]
pub(crate) fn is_public_suffix(_domain: &str) -> bool {
    false
}
