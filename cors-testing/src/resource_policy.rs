//! The [cross-origin resource policy
//! check](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check) of opaque responses,
//! without `Cross-Origin-Embedder-Policy`.

use http::{HeaderMap, HeaderName};

use crate::header_list::combined_text;
use crate::page_request::{PageRequest, Tainting};
use crate::problem::{Problem, Step};
use crate::site::{is_schemelessly_same_site, origin_of};

/// Returns the reason why a page cannot use a response.
pub(crate) fn check(request: &PageRequest, response: &HeaderMap) -> Result<(), Problem> {
    if request.tainting != Tainting::Opaque {
        return Ok(());
    }
    let name = HeaderName::from_static("cross-origin-resource-policy");
    let policy = combined_text(response, &name);
    let origin = request.serialized_origin();
    let target = origin_of(&request.url);
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
        return Ok(());
    }
    Err(Problem::new(
        Step::ResourcePolicy,
        format!(
            "the page of `{origin}` cannot use the response of `{target}`, because it has \
             `{name}: {policy}`"
        ),
        format!("send `{name}: cross-origin`, if every site may embed the resource"),
    ))
}
