//! The problems of the cookies that one response sets.

use http::Method;
use url::Url;

use crate::cookies::{CookieContext, CookieJar};
use crate::head::ResponseHead;
use crate::problem::Problem;
use crate::site::{is_same_site, origin_of};

/// Lists the cookies of a response that the browser ignores, because the page that called the URL is of
/// another site, or because the cookie is invalid. The request has credentials. `page` is an origin.
///
/// They are judged as in Chromium, with third-party cookies allowed.
#[must_use]
pub fn explain_cookies(page: &str, url: &Url, response: &ResponseHead) -> Vec<Problem> {
    let context = CookieContext {
        url,
        page: (page != "null").then_some(page),
        same_site: is_same_site(page, &origin_of(url)),
        is_top_level: false,
        method: &Method::POST,
    };
    CookieJar::default().store(&context, &response.headers)
}
