//! Responses that are not the API's own: a page in its place, or a copy from a cache.

use super::facts::Facts;
use super::heads::{first_line, is_unreadable, place};
use crate::diagnosis::Finding;
use crate::exchange::{Field, Response};

/// Returns the cause of a page of HTML in place of the API's response.
pub(super) fn of_interstitial(facts: &Facts<'_>, response: &Response) -> Option<Finding> {
    if !is_unreadable(response) {
        return None;
    }
    let at = first_line(facts, &place(response));
    let body = response.body.value.to_ascii_lowercase();
    let code = response.header("ngrok-error-code");
    let html = response
        .header("content-type")
        .filter(|field| field.value.contains("text/html"));
    if code.is_some() || (html.is_some() && body.contains("ngrok")) {
        let sentence = "ngrok sends its own page of warning in place of the response of the server behind the tunnel";
        let mut finding = Finding::new("interstitial", sentence)
            .not_cors()
            .at(&at, "");
        if let Some(code) = code {
            finding = finding.at(&code.at, "of ngrok itself");
        }
        return Some(
            finding
                .code(
                    "send this header with each request of the page, and allow it in the server's \
                     `access-control-allow-headers`:",
                    "ngrok-skip-browser-warning: true",
                )
                .remedy("or use a tunnel without that page, such as a paid domain"),
        );
    }
    if body.contains("headers already sent") {
        return Some(
            Finding::new(
                "server-error",
                "PHP sent a part of the page before the line that sets the headers of CORS, so that they are missing",
            )
            .at(&first_line(facts, &response.body.at), "the body")
            .remedy(
                "call `header(..)` before any output: the message names the file and the line that has some, such as an empty \
                 line or a byte order mark in front of `<?php`, or a warning",
            )
            .remedy("or set the headers in the configuration of the web server"),
        );
    }
    let is_login = ["<input type=\"password\"", "sign in", "log in", "login"]
        .iter()
        .any(|part| body.contains(part));
    let html = html.filter(|_| is_login)?;
    Some(
        Finding::new(
            "login-page",
            "the response is a page of HTML with a login, not the API's response: the session has expired, or \
             something in front requires a login",
        )
        .not_cors()
        .at(&html.at, "HTML")
        .at(&first_line(facts, &response.body.at), "the body")
        .remedy("log in again, and let the API respond with 401 in place of the page"),
    )
}

/// Returns the finding about a copy from a cache that was made for the page of another origin.
pub(super) fn copy_of_another_page(facts: &Facts<'_>, response: &Response) -> Option<Finding> {
    let allowed = response.header("access-control-allow-origin")?;
    let is_of_other = allowed.value.contains("://") && allowed.value != facts.origin.value;
    let sign = cached(response).filter(|_| is_of_other)?;
    let sentence = format!(
        "a cache gave the page of `{}` the response for `{}`, because the response has no `Vary: Origin`",
        facts.origin.value, allowed.value
    );
    Some(
        Finding::new("cached-response", sentence)
            .at(&sign.at, "from a cache")
            .at(&allowed.at, "another page")
            .at(&facts.origin.at, "the origin of the page")
            .code(
                "send with every response of this URL, also to requests without `Origin`:",
                "vary: origin",
            )
            .remedy(
                "then purge the cache; a CDN also has to make `Origin` a part of its cache key",
            ),
    )
}

/// Returns the sign that a response came from a cache that does not keep pages apart.
fn cached(response: &Response) -> Option<&Field> {
    let vary = response
        .header("vary")
        .map(|field| field.value.to_ascii_lowercase());
    if vary.is_some_and(|vary| vary.contains("origin") || vary.contains('*')) {
        return None;
    }
    let is_hit = |name| {
        let field = response.header(name)?;
        let is_hit = field.value.to_ascii_lowercase().contains("hit");
        is_hit.then_some(field)
    };
    is_hit("x-cache")
        .or_else(|| is_hit("cf-cache-status"))
        .or_else(|| response.header("age").filter(|field| field.value != "0"))
}

/// Returns remarks on a response without the headers of CORS that is not the API's own: from a cache, or a page of
/// HTML.
pub(super) fn remarks(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let response = facts
        .hops()
        .last()
        .and_then(|exchange| exchange.response.as_ref());
    let Some(response) = response.filter(|response| is_unreadable(response)) else {
        return findings;
    };
    if let Some(field) = cached(response) {
        findings.push(
            Finding::new(
                "cached-response",
                "the response came from a cache, which may have stored it for a request without `Origin`: without \
                 `Vary: Origin` it gives that one to every page",
            )
            .at(&field.at, "from a cache")
            .code("send with every response of this URL, also to requests without `Origin`:", "vary: origin")
            .remedy("then purge the cache"),
        );
    }
    let html = response
        .header("content-type")
        .filter(|field| field.value.contains("text/html"));
    let body = response.body.value.trim_start().to_ascii_lowercase();
    let is_page = body.starts_with("<!doctype html") || body.starts_with("<html");
    let status = response.status.as_ref().map_or(200, |status| status.value);
    if let Some(field) = html.filter(|_| is_page && status < 300) {
        findings.push(
            Finding::new(
                "html-page",
                "the response is a page of HTML: perhaps the path is not one of the API, and the server sends the \
                 page of an application for every unknown path",
            )
            .at(&field.at, "HTML")
            .remedy("compare host, port and path of the URL with those of the API"),
        );
    }
    findings
}
