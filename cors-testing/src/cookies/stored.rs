//! A stored cookie.

use cookie::SameSite;
use cookie::time::{Duration, OffsetDateTime};
use cors_rules::is_public_suffix;
use url::Url;

use super::context::CookieContext;
use super::set_cookie::SetCookie;

/// [The longest life](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.5)
/// of a cookie.
const MAX_AGE: Duration = Duration::days(400);

/// A cookie by the
/// [storage model](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7).
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) domain: String,
    /// Whether subdomains do not get it.
    pub(super) is_host_only: bool,
    pub(super) path: String,
    pub(super) is_secure: bool,
    pub(super) same_site: Option<SameSite>,
    /// `None` if it does not expire.
    expiry: Option<OffsetDateTime>,
    /// The site of the pages that it belongs to, or `None` if it belongs to all.
    pub(super) partition: Option<String>,
}

impl Stored {
    /// Creates the cookie of a response. An invalid `Domain` is ignored.
    pub(super) fn new(
        set: &SetCookie,
        context: &CookieContext<'_>,
        partition: Option<String>,
        now: OffsetDateTime,
    ) -> Self {
        let host = context.host();
        let domain = set.domain.as_deref();
        let domain =
            domain.filter(|domain| domain_matches(host, domain) && !is_public_suffix(domain));
        let expiry = set.expiry(now);
        Self {
            name: set.name.clone(),
            value: set.value.clone(),
            domain: domain.unwrap_or(host).to_owned(),
            is_host_only: domain.is_none(),
            path: set
                .path
                .clone()
                .unwrap_or_else(|| default_path(context.url)),
            is_secure: set.is_secure,
            same_site: set.same_site,
            expiry: expiry.map(|expiry| expiry.min(now.saturating_add(MAX_AGE))),
            partition,
        }
    }

    /// Creates a cookie that is sent with every request to a host.
    pub(super) fn unrestricted(host: &str, name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: host.to_ascii_lowercase(),
            is_host_only: true,
            path: "/".to_owned(),
            is_secure: false,
            same_site: Some(SameSite::None),
            expiry: None,
            partition: None,
        }
    }

    /// Whether both have the same place in a jar.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.is_host_only == other.is_host_only
            && self.path == other.path
            && self.partition == other.partition
    }

    pub(super) fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.expiry.is_some_and(|expiry| expiry <= now)
    }

    /// Whether domain and path cover a URL.
    pub(super) fn covers(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let covers_host = if self.is_host_only {
            host == self.domain
        } else {
            domain_matches(host, &self.domain)
        };
        covers_host && path_matches(url.path(), &self.path)
    }

    /// Returns `name=value`, or the value of a cookie without a name.
    pub(super) fn pair(&self) -> String {
        match self.name.as_str() {
            "" => self.value.clone(),
            name => format!("{name}={}", self.value),
        }
    }
}

/// The [default path](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.4).
fn default_path(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        Some(("", _)) | None => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
    }
}

/// Whether a host
/// [domain-matches](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.3).
pub(super) fn domain_matches(host: &str, domain: &str) -> bool {
    if host == domain {
        return true;
    }
    let is_below = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    // No domain contains an IP address.
    is_below && matches!(url::Host::parse(host), Ok(url::Host::Domain(_)))
}

/// Whether a path
/// [path-matches](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.1.4).
pub(super) fn path_matches(path: &str, of_cookie: &str) -> bool {
    path.strip_prefix(of_cookie)
        .is_some_and(|rest| of_cookie.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_match() {
        for (host, domain, matches) in [
            ("example.com", "example.com", true),
            ("api.example.com", "example.com", true),
            ("a.api.example.com", "example.com", true),
            ("example.com", "api.example.com", false),
            ("badexample.com", "example.com", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "0.0.1", false),
            ("127.0.0.1", "1", false),
            ("[::1]", "[::1]", true),
        ] {
            assert_eq!(
                domain_matches(host, domain),
                matches,
                "5.1.3: {host} {domain}"
            );
        }
    }

    #[test]
    fn path_match() {
        for (path, of_cookie, matches) in [
            ("/", "/", true),
            ("/a", "/", true),
            ("/a", "/a", true),
            ("/a/b", "/a", true),
            ("/a/b", "/a/", true),
            ("/a", "/a/", false),
            ("/ab", "/a", false),
            ("/A", "/a", false),
            ("/", "/a", false),
        ] {
            assert_eq!(
                path_matches(path, of_cookie),
                matches,
                "5.1.4: {path} {of_cookie}"
            );
        }
    }

    #[test]
    fn default_paths() {
        for (url, path) in [
            ("https://a.test", "/"),
            ("https://a.test/login", "/"),
            ("https://a.test/api/login", "/api"),
            ("https://a.test/api/v1/?a=/b", "/api/v1"),
        ] {
            let url = Url::parse(url).expect("a URL");
            assert_eq!(default_path(&url), path, "5.1.4: {url}");
        }
    }
}
