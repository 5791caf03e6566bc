//! The origin and the site of a URL.

use cors_rules::{is_loopback, is_public_suffix};
use url::Url;

pub(crate) fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

pub(crate) fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether the origin of a URL is
/// [potentially trustworthy](https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy): `https`,
/// or a loopback host.
pub(crate) fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https" || url.host_str().is_some_and(is_loopback)
}

/// The value of [`Sec-Fetch-Site`](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header). The
/// value of a request is the greatest of all its URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::enum_variant_names, reason = "the values of the header")]
pub(crate) enum Site {
    SameOrigin,
    SameSite,
    CrossSite,
    /// Not from a page, but from a person: a typed address, or a bookmark. Redirects do not change it.
    None,
}

impl Site {
    /// Compares a URL with the origin of a page; `None` is `null`.
    pub(crate) fn of(page: Option<&str>, url: &Url) -> Self {
        let target = origin_of(url);
        match page {
            Some(page) if page == target => Self::SameOrigin,
            Some(page) if is_same_site(page, &target) => Self::SameSite,
            _ => Self::CrossSite,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::SameSite => "same-site",
            Self::CrossSite => "cross-site",
            Self::None => "none",
        }
    }
}

/// Returns the [site](https://html.spec.whatwg.org/#site) of an origin or a URL, such as
/// `https://example.com`.
pub(crate) fn site_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let host = match url.domain() {
        Some(domain) => registrable_domain(domain),
        None => host,
    };
    Some(format!("{}://{host}", url.scheme()))
}

/// Whether two origins are [same site](https://html.spec.whatwg.org/#same-site), by the public suffix
/// list. Schemes count.
#[must_use]
pub fn is_same_site(a: &str, b: &str) -> bool {
    site_of(a).is_some_and(|a| Some(a) == site_of(b))
}

/// Whether two origins are
/// [schemelessly same site](https://html.spec.whatwg.org/#schemelessly-same-site).
pub(crate) fn is_schemelessly_same_site(a: &str, b: &str) -> bool {
    let host = |origin| Some(site_of(origin)?.split_once("://")?.1.to_owned());
    host(a).is_some_and(|a| Some(a) == host(b))
}

/// Returns the [registrable domain](https://url.spec.whatwg.org/#host-registrable-domain): the public
/// suffix and the label before it. A host that is a public suffix is returned as it is.
fn registrable_domain(host: &str) -> &str {
    let mut domain = host;
    while let Some((_, parent)) = domain.split_once('.') {
        if is_public_suffix(parent) {
            return domain;
        }
        domain = parent;
    }
    host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn sites() {
        let page = Some("https://app.example.com");
        for (page, target, site) in [
            (page, "https://app.example.com/a", Site::SameOrigin),
            (page, "https://app.example.com:443", Site::SameOrigin),
            (page, "https://app.example.com:8443", Site::SameSite),
            (page, "https://example.com", Site::SameSite),
            (page, "https://api.example.com", Site::SameSite),
            (page, "http://app.example.com", Site::CrossSite),
            (page, "https://example.org", Site::CrossSite),
            (
                Some("https://a.github.io"),
                "https://b.github.io",
                Site::CrossSite,
            ),
            (Some("https://a.co.uk"), "https://b.co.uk", Site::CrossSite),
            (
                Some("http://127.0.0.1:1"),
                "http://127.0.0.1:2",
                Site::SameSite,
            ),
            (
                Some("http://127.0.0.1"),
                "http://127.0.0.2",
                Site::CrossSite,
            ),
            (
                Some("http://localhost:1"),
                "http://localhost:2",
                Site::SameSite,
            ),
            (None, "https://app.example.com", Site::CrossSite),
        ] {
            assert_eq!(Site::of(page, &url(target)), site, "{page:?} {target}");
        }
    }

    #[test]
    fn registrable_domains() {
        for (host, domain) in [
            ("example.com", "example.com"),
            ("a.b.example.com", "example.com"),
            ("a.example.co.uk", "example.co.uk"),
            ("a.b.github.io", "b.github.io"),
            ("github.io", "github.io"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(registrable_domain(host), domain);
        }
    }

    #[test]
    fn trustworthy_origins() {
        for (target, is_secure) in [
            ("https://example.com", true),
            ("http://example.com", false),
            ("http://localhost:3000", true),
            ("http://app.localhost", true),
            ("http://localhost.", true),
            ("http://notlocalhost", false),
            ("http://127.0.0.1", true),
            ("http://127.1.2.3", true),
            ("http://128.0.0.1", false),
            ("http://[::1]", true),
            ("http://[::2]", false),
        ] {
            assert_eq!(is_trustworthy(&url(target)), is_secure, "{target}");
        }
    }
}
