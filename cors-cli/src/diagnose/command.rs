//! Commands to paste, which show more than the text does.

use super::facts::Facts;
use crate::exchange::{Field, Request};

/// Returns the `curl` command that sends the preflight, or the request, as a browser would.
pub(super) fn curl(facts: &Facts<'_>, is_preflight: bool) -> String {
    let url = url(facts);
    let origin = quotable(&facts.origin.value);
    let method = quotable(&facts.method());
    if !is_preflight {
        let method = match method.as_str() {
            "GET" => String::new(),
            method => format!(" -X {method}"),
        };
        return format!("curl -i{method} -H 'Origin: {origin}' '{url}'");
    }
    preflight(facts, &method, &facts.requested_headers().join(","))
}

/// Returns the `curl` command that sends the preflight for a method and headers with commas in between.
pub(super) fn preflight(facts: &Facts<'_>, method: &str, headers: &str) -> String {
    let headers = match headers {
        "" => String::new(),
        headers => format!(
            " -H 'Access-Control-Request-Headers: {}'",
            quotable(headers)
        ),
    };
    format!(
        "curl -i -X OPTIONS -H 'Origin: {}' -H 'Access-Control-Request-Method: {}'{headers} '{}'",
        quotable(&facts.origin.value),
        quotable(method),
        url(facts)
    )
}

/// Returns the command for a test that was meant as a preflight.
pub(super) fn curl_of_test(facts: &Facts<'_>, request: &Request) -> String {
    let value = |name| {
        request
            .header(name)
            .map(|field: &Field| field.value.clone())
    };
    let method = value("access-control-request-method");
    let method = method.unwrap_or_else(|| match request.method.value.as_str() {
        "OPTIONS" | "HEAD" => "GET".to_owned(),
        method => method.to_owned(),
    });
    let headers = value("access-control-request-headers").unwrap_or_default();
    preflight(facts, &method, &headers.to_ascii_lowercase())
}

/// Returns the command that sends preflight and request, and explains the responses.
pub(super) fn cors_explain(facts: &Facts<'_>) -> String {
    // OPTIONS and HEAD are methods of tests, not of pages.
    let asked = facts
        .requests()
        .find_map(|request| request.header("access-control-request-method"));
    let method = asked.map_or_else(|| facts.method(), |field| field.value.clone());
    let method = match method.as_str() {
        "GET" | "HEAD" | "OPTIONS" => String::new(),
        method => format!(" -X '{}'", quotable(method)),
    };
    format!(
        "cors explain '{}' --origin '{}'{method}",
        url(facts),
        quotable(&facts.origin.value)
    )
}

/// The URL that the page called, without characters that end a quoted word of a shell.
fn url(facts: &Facts<'_>) -> String {
    let called = facts
        .messages()
        .find_map(|message| message.redirected_from.as_ref());
    let called = called.map(|url| url.value.clone());
    let url = called.or_else(|| facts.url.as_ref().map(ToString::to_string));
    quotable(&url.unwrap_or_else(|| "https://api.example/path".to_owned()))
}

/// Removes the characters that end a quoted word of a shell, because the text may be from anybody.
fn quotable(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\'' && !c.is_control())
        .collect()
}
