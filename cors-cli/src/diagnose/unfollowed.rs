//! Redirects whose target is not requested: by no browser, or not by this command.

use cors_testing::is_mixed_content;
use url::Url;

use super::command;
use super::facts::{Facts, without_query};
use super::finding::{Findings, Rank};
use crate::diagnosis::Finding;
use crate::exchange::{Exchange, Field, Purpose};

/// The number of redirects of which nobody has more, except for a circle.
const MANY: usize = 8;

/// Adds a redirect in a circle, one to a URL that the page cannot request, and one to another host, which
/// `cors explain` sends nothing to.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    let answered = facts.hops().filter(|hop| hop.response.is_some());
    let Some((last, location)) = answered.last().and_then(redirect) else {
        return;
    };
    let from = last
        .request
        .as_ref()
        .and_then(|request| request.url.as_ref());
    let Some(target) = from.and_then(|from| from.value.join(&location.value).ok()) else {
        return;
    };
    let at = |finding: Finding| finding.at(&location.at, "the target");
    let to = without_query(&target);
    let visits = facts.hops().filter(|hop| is_at(hop, &target)).count();
    if visits > 1 || facts.hops().count() > MANY {
        let sentence = format!(
            "the server redirects again and again, most likely in a circle, here to `{to}`: browsers give up \
             after 20 redirects"
        );
        let finding = Finding::new("redirect-circle", sentence).not_cors();
        let finding = finding.remedy(
            "look for two rules that redirect to each other, such as of the proxy and of the application: \
             http to https behind a proxy that ends TLS, or a slash that one adds and the other removes",
        );
        found.fail(Rank::Explains, at(finding));
    } else if !matches!(target.scheme(), "http" | "https") {
        let sentence = format!(
            "the server redirects to `{to}`, and a page can only be redirected to http and https"
        );
        let finding = Finding::new("redirect", sentence).not_cors();
        let finding = finding.remedy("redirect to a URL with `https:`");
        found.fail(Rank::Explains, at(finding));
    } else if is_mixed_content(&facts.origin.value, &target) {
        let sentence = format!(
            "not CORS: mixed content. The server redirects to `{to}`, and browsers block `http:` in a page that was \
             loaded over https"
        );
        let finding = Finding::new("mixed-content", sentence).not_cors();
        let finding = finding.remedy(
            "redirect to `https:`: behind a proxy that ends TLS the application has to take the scheme from \
             `x-forwarded-proto`, or send only a path in `location`",
        );
        found.fail(Rank::Explains, at(finding));
    } else if let Some(unsent) = facts.hops().find(|hop| is_unsent(hop)) {
        let request = unsent.request.as_ref();
        let origin = request.and_then(|request| request.header("origin"));
        let origin = origin.map_or("null", |field| &field.value);
        let sentence = format!(
            "the server redirects to `{to}`, and the response of that URL decides: this command sends no request \
             to it, but a browser does, with `origin: {origin}`"
        );
        let finding = Finding::new("redirect-not-followed", sentence)
            .code("try that URL, too:", command::cors_explain_url(&to, origin));
        let finding = finding.remedy(format!("or call `{to}` directly in the page"));
        found.fail(Rank::Alone, at(finding));
    }
}

/// Returns a redirect with its target.
fn redirect(hop: &Exchange) -> Option<(&Exchange, &Field)> {
    let response = hop.response.as_ref()?;
    let status = response.status.as_ref()?.value;
    let is_redirect = matches!(status, 301 | 302 | 303 | 307 | 308);
    let location = response.header("location").filter(|_| is_redirect)?;
    Some((hop, location))
}

fn is_at(hop: &Exchange, url: &Url) -> bool {
    let request = hop.request.as_ref();
    let at = request.and_then(|request| request.url.as_ref());
    at.is_some_and(|at| at.value == *url)
}

fn is_unsent(hop: &Exchange) -> bool {
    hop.purpose == Purpose::Redirect && hop.response.is_none() && hop.failure.is_none()
}
