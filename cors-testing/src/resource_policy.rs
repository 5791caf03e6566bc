//! The [cross-origin resource policy
//! check](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check) of opaque responses,
//! without `Cross-Origin-Embedder-Policy`.

use http::{HeaderMap, HeaderName};
use url::Url;

use crate::head::ResponseHead;
use crate::header_list::combined_text;
use crate::page_request::{PageRequest, Tainting};
use crate::problem::{Problem, Step};
use crate::site::{is_schemelessly_same_site, origin_of};

/// Returns the reason why a page cannot use a response.
pub(crate) fn check(request: &PageRequest, response: &HeaderMap) -> Result<(), Problem> {
    if request.tainting != Tainting::Opaque {
        return Ok(());
    }
    match problem(request.serialized_origin(), &request.url, response) {
        Some(problem) => Err(problem),
        None => Ok(()),
    }
}

/// Returns the problem of `Cross-Origin-Resource-Policy` in a response to a request with mode
/// `no-cors`, such as that of an image or a script. `origin` is that of the page.
#[must_use]
pub fn explain_resource_policy(
    origin: &str,
    url: &Url,
    response: &ResponseHead,
) -> Option<Problem> {
    problem(origin, url, &response.headers)
}

fn problem(origin: &str, url: &Url, response: &HeaderMap) -> Option<Problem> {
    let name = HeaderName::from_static("cross-origin-resource-policy");
    let policy = combined_text(response, &name);
    let target = origin_of(url);
    let is_same_site = || {
        let is_downgrade = !origin.starts_with("https:") && target.starts_with("https:");
        is_schemelessly_same_site(origin, &target) && !is_downgrade
    };
    let is_allowed = match policy.as_str() {
        "same-origin" => origin == target,
        "same-site" => origin == target || is_same_site(),
        _ => true,
    };
    if is_allowed {
        return None;
    }
    Some(Problem::new(
        Step::ResourcePolicy,
        format!(
            "the page of `{origin}` cannot use the response of `{target}`, because it has \
             `{name}: {policy}`"
        ),
        format!("send `{name}: cross-origin`, if every site may embed the resource"),
    ))
}
