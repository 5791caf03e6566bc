//! [Mixed content](https://www.w3.org/TR/mixed-content/): `http:` in a page of `https:`.

use url::{Host, Url};

use crate::destination::Destination;
use crate::page_request::{PageRequest, RequestMode};
use crate::problem::{Problem, Step};
use crate::site::is_trustworthy;

/// Whether browsers block a request of a page, unless it is an image: `http:` in a page of `https:`,
/// except to a loopback host. `page` is an origin.
#[must_use]
pub fn is_mixed_content(page: &str, url: &Url) -> bool {
    page.starts_with("https:") && !is_trustworthy(url)
}

/// Returns the reason why a page cannot send a request. An image is
/// [upgraded](https://www.w3.org/TR/mixed-content/#upgrade-algorithm) to `https:` instead.
pub(crate) fn check(request: &mut PageRequest) -> Result<(), Problem> {
    let page = request.page.as_deref().unwrap_or_default();
    if request.is_top_level() || !is_mixed_content(page, &request.url) {
        return Ok(());
    }
    let is_image = request.destination == Destination::Image && request.mode == RequestMode::NoCors;
    let has_name = matches!(request.url.host(), Some(Host::Domain(_)));
    if is_image && has_name && request.url.set_scheme("https").is_ok() {
        return Ok(());
    }
    Err(Problem::new(
        Step::MixedContent,
        format!(
            "the page of `{page}` cannot send a request to `{}`, because browsers block `http:` in \
             a page of `https:`",
            request.url
        ),
        "serve the URL over `https:`; while developing, serve both over `http:` or call `localhost`",
    ))
}
