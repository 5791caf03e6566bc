//! Cookies that a browser does not store or send.

use cors_testing::{Credentials, Problem, explain_cookies, is_same_site};
use url::Url;

use super::facts::Facts;
use super::finding::{Findings, Rank};
use super::heads::{first_line, response_head};
use crate::diagnosis::Finding;
use crate::exchange::{Exchange, Response};
use crate::message::{Message, MessageKind};

/// Adds the reason why a login does not last: a cookie that the browser ignored, or did not send.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    if let Some(message) = facts.message(&[MessageKind::Cookie]) {
        let finding = of_message(facts, message).not_cors().at(&message.at, "");
        found.fail(Rank::Alone, finding);
        return;
    }
    let last = facts.hops().last();
    let refused = last.filter(|exchange| {
        let status = exchange
            .response
            .as_ref()
            .and_then(|response| response.status.as_ref());
        let has_cookie = exchange
            .request
            .as_ref()
            .is_some_and(|request| request.header("cookie").is_some());
        status.is_some_and(|status| matches!(status.value, 401 | 403)) && !has_cookie
    });
    if let Some(refused) = refused
        && let Some(finding) = earlier(facts, refused)
    {
        found.fail(Rank::Alone, finding);
        return;
    }
    for exchange in facts.hops() {
        if let Some(response) = &exchange.response {
            let ignored = problems(facts, exchange, response);
            found.promote(ignored.first().cloned());
            found.note(ignored);
            found.note(without_credentials(facts, response));
        }
    }
}

/// Returns the finding about a sentence of the console, by the reason that it has.
fn of_message(facts: &Facts<'_>, message: &Message) -> Finding {
    let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    let code = "set-cookie: ..; SameSite=None; Secure";
    if has(&[
        "user preferences",
        "hird-party cookie",
        "third-party phaseout",
    ]) {
        return Finding::new(
            "cookie",
            "not CORS: the browser blocks a cookie, because the page is of another site than the server, and this browser or its \
             user blocks all cookies of other sites; no attribute of the cookie helps",
        )
        .remedy("serve page and API from one site, such as app.example.com and api.example.com, or by one proxy")
        .remedy("or send a token in the header `authorization` in place of the cookie");
    }
    let is_without_secure = has(&[
        "did not have the \"Secure\"",
        "without `Secure`",
        "but is missing the",
        "does not have the \"secure\"",
        "but without the",
    ]);
    if is_without_secure {
        return Finding::new(
            "cookie",
            "not CORS: the browser blocks a cookie with `SameSite=None`, because it has no `Secure`",
        )
        .code("set the cookie so, over https:", code);
    }
    if has(&[
        "not received over a secure connection",
        "non-HTTPS cookie",
        "secure cookie over",
    ]) {
        return Finding::new(
            "cookie",
            "not CORS: the browser blocks a cookie with `Secure`, because the response came over `http:`",
        )
        .remedy("serve the API over https; browsers except for Safari take such cookies from `http://localhost`, too");
    }
    if has(&["Domain attribute was invalid", "invalid domain"]) {
        return Finding::new(
            "cookie",
            "not CORS: the browser blocks a cookie, because its `Domain` is not the host of the response or a parent of it",
        )
        .remedy("leave `Domain` out, so that the cookie is of the host that sets it");
    }
    Finding::new(
        "cookie",
        "not CORS: the browser blocks a cookie, because the page is of another site than the server, and \
         the cookie's `SameSite` does not allow that",
    )
    .code("set the cookie so, over https:", code)
    .remedy("or serve page and API from one site, such as app.example.com and api.example.com")
}

/// Returns the problem of a cookie that an earlier response has set, and that a refused request lacks.
fn earlier(facts: &Facts<'_>, refused: &Exchange) -> Option<Finding> {
    // A bound, because a HAR file may have many exchanges, each with such a response.
    const MAX: usize = 50;
    let host = facts.url.as_ref()?.host_str()?.to_owned();
    let first = *facts.story.hops.first()?;
    let earlier = facts.paste.exchanges.get(..first)?.iter().rev().take(MAX);
    let mut of_host = earlier.filter(|exchange| {
        let url = exchange
            .request
            .as_ref()
            .and_then(|request| request.url.as_ref());
        url.is_some_and(|url| url.value.host_str() == Some(&host))
    });
    let finding = of_host.find_map(|exchange| {
        let response = exchange.response.as_ref()?;
        problems(facts, exchange, response).into_iter().next()
    })?;
    let status = refused.response.as_ref()?.status.as_ref()?;
    let request = refused.request.as_ref()?;
    Some(
        finding
            .at(&status.at, "so the server sees no login")
            .at(&first_line(facts, &request.at), "no cookie"),
    )
}

/// Returns the cookies of a response that the browser ignores.
fn problems(facts: &Facts<'_>, exchange: &Exchange, response: &Response) -> Vec<Finding> {
    let fields = response
        .headers
        .iter()
        .filter(|field| field.name == "set-cookie");
    let Some(first) = fields.clone().next() else {
        return Vec::new();
    };
    let Some(url) = url(facts, exchange) else {
        return Vec::new();
    };
    let listed = explain_cookies(&facts.origin.value, &url, &response_head(response));
    let finding = |problem: Problem| {
        let text = problem.text();
        let name = text.split('`').nth(1).unwrap_or_default();
        let field = fields
            .clone()
            .find(|field| field.value.starts_with(name))
            .unwrap_or(first);
        let is_of_site = text.contains("SameSite");
        let finding = Finding::new("cookie", format!("not CORS, but a cookie: {text}"))
            .not_cors()
            .at(&field.at, "ignored by the browser");
        if !is_of_site {
            return finding.remedy(problem.help());
        }
        let is_of_other_site = text.contains("another site");
        let attributes = field.value.split(';').skip(1).map(str::trim_ascii);
        let kept = attributes.filter(|attribute| {
            let name = attribute
                .split('=')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            !matches!(name.as_str(), "samesite" | "secure" | "")
        });
        let pair = format!("{name}=..");
        let parts = std::iter::once(pair.as_str())
            .chain(kept)
            .chain(["SameSite=None", "Secure"]);
        let cookie = format!("set-cookie: {}", parts.collect::<Vec<_>>().join("; "));
        let finding = finding.code(problem.help(), cookie);
        if !is_of_other_site {
            return finding;
        }
        finding
            .remedy(
                "one site means app.example.com and api.example.com, or the proxy of a development server; it works \
                 in browsers, too, that block all cookies of other sites",
            )
    };

    listed.into_iter().map(finding).collect()
}

/// Returns the remark that a cookie is ignored, because the page sends no credentials.
fn without_credentials(facts: &Facts<'_>, response: &Response) -> Option<Finding> {
    let cookie = response.header("set-cookie")?;
    let is_known = facts.credentials_at.is_some() && facts.credentials != Credentials::Include;
    let allows = response
        .header("access-control-allow-credentials")
        .is_some();
    let origin = facts.url.as_ref()?.origin().ascii_serialization();
    if !facts.has_origin || origin == facts.origin.value || (allows && !is_known) {
        return None;
    }
    Some(
        Finding::new(
            "cookie",
            "the browser ignores the cookie of this response, unless the page sends credentials",
        )
        .at(&cookie.at, "")
        .code(
            "if the page needs the cookie, write in the page:",
            "fetch(url, { credentials: \"include\" })",
        )
        .code(
            "and send with every response:",
            "access-control-allow-credentials: true",
        ),
    )
}

/// Returns the URL, with the scheme of the page if the text has none.
fn url(facts: &Facts<'_>, exchange: &Exchange) -> Option<Url> {
    let url = exchange.request.as_ref()?.url.as_ref()?.value.clone();
    if facts.has_scheme() {
        return Some(url);
    }
    let mut url = url;
    let page = facts.origin.value.split("://").next().unwrap_or_default();
    let _ = url.set_scheme(page);
    let target = url.origin().ascii_serialization();
    let _ = (!is_same_site(&facts.origin.value, &target)).then(|| url.set_scheme("https"));
    Some(url)
}
