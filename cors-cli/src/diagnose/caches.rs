//! Responses that browsers and caches remember.

use super::facts::Facts;
use super::finding::{Findings, Rank};
use crate::diagnosis::Finding;
use crate::exchange::Response;
use crate::message::{Message, MessageKind};

/// Adds the reason why a message is about a problem that the exchange does not have.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    let is_of_cors = |message: &&Message| {
        matches!(
            message.kind,
            MessageKind::AllowOriginMissing
                | MessageKind::AllowOriginMismatch
                | MessageKind::AllowOriginSeveral
                | MessageKind::AllowOriginInvalid
                | MessageKind::AllowOriginWildcard
                | MessageKind::AllowCredentials
                | MessageKind::PreflightStatus
                | MessageKind::PreflightRedirect
                | MessageKind::PreflightFailed
                | MessageKind::Method
                | MessageKind::Header
                | MessageKind::AccessControl
        )
    };
    let Some(message) = facts.messages().find(is_of_cors) else {
        return;
    };
    let preflight = facts
        .preflight()
        .and_then(|exchange| exchange.response.as_ref());
    let is_of_preflight = message.is_preflight
        || matches!(
            message.kind,
            MessageKind::PreflightStatus
                | MessageKind::PreflightRedirect
                | MessageKind::PreflightFailed
                | MessageKind::Method
                | MessageKind::Header
        );
    let finding = match (preflight, facts.last_response()) {
        (Some(preflight), _) if is_of_preflight => remembered_preflight(preflight),
        (_, Some(response)) if !is_of_preflight => other_response(facts, response),
        _ => return,
    };
    found.fail(
        Rank::Alone,
        finding.at(&message.at, "from another response than the one below"),
    );
}

fn remembered_preflight(preflight: &Response) -> Finding {
    let age = preflight.header("access-control-max-age");
    let seconds = age.and_then(|field| field.value.parse::<u64>().ok());
    let time = match seconds {
        Some(seconds @ 7201..) => {
            format!(
                "for up to {} hours (Chrome for 2)",
                seconds.min(86_400) / 3600
            )
        }
        Some(seconds) => format!("for up to {seconds} seconds"),
        None => "for a few seconds, and a CDN perhaps for longer".to_owned(),
    };
    let finding = Finding::new(
        "remembered-preflight",
        format!(
            "the server's answer is right by now, and the browser goes by an older answer that it remembers: \
             `access-control-max-age` lets it cache a preflight {time}"
        ),
    )
    .remedy("close the browser's tabs of the page and try a private window, or tick Disable cache in DevTools")
    .code(
        "shorten the time while you change the policy, because nothing can take an answer back:",
        "access-control-max-age: 60",
    )
    .remedy("if it fails in a new browser, too: purge the cache of the CDN, and compare all servers behind the load balancer");
    match age {
        Some(age) => finding.at(&age.at, "the time that browsers remember it"),
        None => finding.at(&preflight.at, ""),
    }
}

fn other_response(facts: &Facts<'_>, response: &Response) -> Finding {
    let vary = response
        .header("vary")
        .map(|field| field.value.to_ascii_lowercase());
    let varies = vary.is_some_and(|vary| vary.contains("origin") || vary.trim() == "*");
    let allowed = response.header("access-control-allow-origin");
    let is_fixed = allowed.is_some_and(|field| field.value == "*");
    let cached = [
        "age",
        "x-cache",
        "cf-cache-status",
        "etag",
        "last-modified",
        "cache-control",
    ];
    let field = cached.iter().find_map(|name| response.header(name));
    if !varies
        && !is_fixed
        && let Some(field) = field
    {
        return Finding::new(
            "cached-response",
            "this response is right, but a cache gave the browser another one: it was stored for a request without \
             `Origin`, or of another page, because the response has no `Vary: Origin`",
        )
        .at(&field.at, "caches keep it")
        .code("send with every response of this URL, also to requests without `Origin`:", "vary: origin")
        .remedy("then purge the cache of the CDN, and reload the page without the cache")
        .remedy(
            "if an `<img>` or `<script>` of the page loads the same URL, add `crossorigin=\"anonymous\"` to it",
        );
    }
    let target = facts.target();
    Finding::new(
        "other-response",
        format!(
            "this response to {target} is right, so the browser got another one: an error, a cached one, or one \
             of another server"
        ),
    )
    .remedy(
        "compare with the failed request in DevTools (Network): its status, its `Server`, its headers; then paste that \
         one",
    )
    .code(
        "or let the command send what the browser sends:",
        super::command::cors_explain(facts),
    )
}
