//! Navigations: links, scripts that change the address, and typed addresses.

use crate::destination::Destination;
use crate::fetch::Credentials;
use crate::page_request::{PageRequest, RequestMode, url_of_page};
use crate::problem::Problem;
use crate::session::Session;
use crate::site::Site;

/// A [navigation](https://html.spec.whatwg.org/#navigate) of a window by GET. A URL converts into one
/// that a person causes by a click on a link of the page.
#[derive(Clone, Debug)]
pub struct Navigation {
    url: String,
    cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Link,
    Script,
    Address,
}

impl Navigation {
    /// Creates the navigation by a click on a link.
    pub fn link(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            cause: Cause::Link,
        }
    }

    /// Creates the navigation by a script of the page, such as `location.href = ..`. Without a click
    /// there is no `Sec-Fetch-User`.
    pub fn by_script(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            cause: Cause::Script,
        }
    }

    /// Creates the navigation by a typed address or a bookmark. No page causes it, so that
    /// `Sec-Fetch-Site` is `none`, and cookies with `SameSite=Strict` are sent.
    pub fn typed(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            cause: Cause::Address,
        }
    }

    pub(crate) fn request(self, session: &Session) -> Result<PageRequest, Problem> {
        let url = url_of_page(session, &self.url)?;
        let mut request = PageRequest::get(
            session,
            "navigation",
            url,
            RequestMode::Navigate,
            Credentials::Include,
        );
        request.destination = Destination::Document;
        request.is_of_user = self.cause != Cause::Script;
        if self.cause == Cause::Address {
            request.site = Site::None;
        }
        Ok(request)
    }
}

impl<U: Into<String>> From<U> for Navigation {
    fn from(url: U) -> Self {
        Self::link(url)
    }
}
