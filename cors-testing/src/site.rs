//! How far a URL is from a page.

use cors_rules::is_public_suffix;
use url::{Host, Url};

pub(crate) fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

pub(crate) fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether its origin is [potentially trustworthy](https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy):
/// encrypted, or on this machine.
pub(crate) fn is_trustworthy(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || is_loopback
}

/// [`Sec-Fetch-Site`](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header), from near to
/// far: a request counts as the farthest of all its URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Distance {
    SameOrigin,
    SameSite,
    CrossSite,
}

impl Distance {
    /// What a URL is to a page.
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
        }
    }
}

/// [Schemelessly same site](https://html.spec.whatwg.org/#schemelessly-same-site), and the scheme.
fn is_same_site(a: &str, b: &str) -> bool {
    let parts = |origin: &str| {
        let origin = Url::parse(origin).ok()?;
        let host = origin.host_str()?.to_owned();
        let is_domain = origin.domain().is_some();
        let registrable = if is_domain {
            registrable_domain(&host).to_owned()
        } else {
            host
        };
        Some((origin.scheme().to_owned(), registrable))
    };
    parts(a).is_some_and(|a| Some(a) == parts(b))
}

/// A public suffix and the label before it.
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
