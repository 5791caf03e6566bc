//! A request, as far as cookies depend on it.

use cookie::SameSite;
use http::Method;
use url::Url;

use crate::site::{is_trustworthy, origin_of, site_of};

/// The treatment of third-party cookies: those of another site than the page in the window.
///
/// Partitioned cookies of the attribute `Partitioned` are kept in each case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ThirdParty {
    /// They are stored and sent, as Chromium does by default.
    #[default]
    Allowed,
    /// Each site of pages has cookies of its own, as in Firefox by default. A cookie that a visit of
    /// the API has set is not sent from pages of other sites.
    Partitioned,
    /// They are neither stored nor sent, as in Safari by default, and in Chromium if the user or the
    /// distribution says so.
    Blocked,
}

/// A request, as far as cookies depend on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CookieContext<'a> {
    pub(crate) url: &'a Url,
    /// The origin of the page in the window. `None` is the opaque origin.
    pub(crate) page: Option<&'a str>,
    /// Whether the request is
    /// [same-site](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.2).
    pub(crate) same_site: bool,
    /// Whether the request navigates the window.
    pub(crate) is_top_level: bool,
    pub(crate) method: &'a Method,
}

impl CookieContext<'_> {
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(super) fn origin(&self) -> String {
        origin_of(self.url)
    }

    pub(super) fn page(&self) -> &str {
        self.page.unwrap_or("null")
    }

    /// Whether `Secure` cookies are stored and sent. Chromium and Firefox include `http` on loopback.
    pub(super) fn is_secure(&self) -> bool {
        is_trustworthy(self.url)
    }

    /// Returns the site of the window, which is the key of partitioned cookies.
    pub(super) fn window(&self) -> String {
        let site = if self.is_top_level {
            site_of(self.url.as_str())
        } else {
            self.page.and_then(site_of)
        };
        site.unwrap_or_else(|| "null".to_owned())
    }

    pub(super) fn is_third_party(&self) -> bool {
        Some(self.window()) != site_of(self.url.as_str())
    }

    /// Whether `SameSite` lets the request have a cookie, by
    /// [section 5.8.3](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.8.3).
    /// Without the attribute it is Lax.
    pub(super) fn sends(&self, same_site: Option<SameSite>) -> bool {
        match same_site {
            _ if self.same_site => true,
            Some(SameSite::None) => true,
            Some(SameSite::Strict) => false,
            Some(SameSite::Lax) | None => self.is_top_level && self.method.is_safe(),
        }
    }

    /// Whether `SameSite` lets the response set a cookie, by
    /// [section 5.7](https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7),
    /// step 18.
    pub(super) fn stores(&self, same_site: Option<SameSite>) -> bool {
        same_site == Some(SameSite::None) || self.same_site || self.is_top_level
    }
}
