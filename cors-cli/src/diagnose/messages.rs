//! Sentences of consoles without the exchange that they are about.

use cors_testing::{Credentials, explain_response};
use http::HeaderValue;

use super::command;
use super::facts::{Facts, short, without_query};
use super::finding::{Findings, Rank};
use super::heads::request_head;
use super::null;
use super::platform;
use super::redirect::is_login;
use super::remedy::Want;
use super::status;
use crate::diagnosis::{Finding, Remedy};
use crate::message::{Engine, Message, MessageKind};

/// The kinds from the most specific to the least. One request often has several messages.
const ORDER: [MessageKind; 19] = [
    MessageKind::NullOrigin,
    MessageKind::PreflightRedirect,
    MessageKind::Redirect,
    MessageKind::AllowOriginSeveral,
    MessageKind::AllowOriginWildcard,
    MessageKind::AllowCredentials,
    MessageKind::AllowOriginInvalid,
    MessageKind::AllowOriginMismatch,
    MessageKind::Method,
    MessageKind::Header,
    MessageKind::AllowOriginMissing,
    MessageKind::PreflightStatus,
    MessageKind::PreflightFailed,
    MessageKind::AccessControl,
    MessageKind::Status,
    MessageKind::Network,
    MessageKind::Opaque,
    MessageKind::Cookie,
    MessageKind::Blocked,
];

/// Adds the cause of the most specific message.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    let message = ORDER.iter().find_map(|kind| facts.message(&[*kind]));
    let Some(message) = message else {
        return;
    };
    if message.kind == MessageKind::Status && is_of_response(facts, message) {
        return;
    }
    let is_preflight = facts.messages().any(|message| message.is_preflight);
    let status = facts.messages().find_map(|message| {
        message
            .status
            .as_ref()
            .filter(|status| status.value >= 400 || status.value == 0)
    });
    if let Some(status) = status.filter(|status| status.value >= 400) {
        let finding = status::of_message(facts, status, is_preflight);
        let finding = finding.at(&message.at, "the browser's words");
        found.fail(Rank::Explains, with_commands(facts, finding, is_preflight));
        return;
    }
    let is_of_preflight = is_preflight
        || matches!(
            message.kind,
            MessageKind::Method
                | MessageKind::Header
                | MessageKind::PreflightStatus
                | MessageKind::PreflightRedirect
                | MessageKind::PreflightFailed
        );
    let finding = of_kind(facts, message, is_of_preflight);
    let finding = finding
        .at(&message.at, "")
        .at(&facts.origin.at, "the origin of the page");
    let is_shown_by_server = !matches!(finding.id, "null-origin" | "null-origin-redirect");
    let finding = if is_shown_by_server {
        with_commands(facts, finding, is_of_preflight)
    } else {
        finding
    };
    found.fail(Rank::Explains, finding);
}

/// Whether the response that a message has only the status of is in the text.
fn is_of_response(facts: &Facts<'_>, message: &Message) -> bool {
    let response = facts.last_response();
    let status = response.and_then(|response| response.status.as_ref());
    let own = message.status.as_ref();
    status.is_some_and(|status| own.is_some_and(|own| own.value == status.value))
}

/// Adds the commands that show more than the message.
fn with_commands(facts: &Facts<'_>, finding: Finding, is_preflight: bool) -> Finding {
    finding
        .code("see the response:", command::curl(facts, is_preflight))
        .code(
            "or let the command send and explain it:",
            command::cors_explain(facts),
        )
}

fn of_kind(facts: &Facts<'_>, message: &Message, is_preflight: bool) -> Finding {
    let origin = &facts.origin.value;
    let page = if facts.has_origin {
        format!("the page of `{origin}`")
    } else {
        "the page".to_owned()
    };
    let url = facts.target();
    let what = if is_preflight {
        "the preflight (OPTIONS)"
    } else {
        "the request"
    };
    let subject = message
        .subject
        .as_ref()
        .map(|subject| short(&subject.value));
    let request = facts.title();
    let want = Want::of(facts);
    if let Some(finding) = platform::without_cors(facts, message) {
        return finding;
    }
    match message.kind {
        MessageKind::NullOrigin => null::of_page(facts),
        MessageKind::AllowOriginMissing
        | MessageKind::AllowOriginMismatch
        | MessageKind::AccessControl
        | MessageKind::Redirect
            if origin == "null" =>
        {
            null::of_page(facts)
        }
        MessageKind::AllowOriginMissing | MessageKind::Redirect
            if message.redirected_from.is_some() || message.kind == MessageKind::Redirect =>
        {
            redirected(facts, message)
        }
        MessageKind::PreflightRedirect
        | MessageKind::PreflightStatus
        | MessageKind::PreflightFailed
        | MessageKind::Method
        | MessageKind::Header => of_preflight(facts, message),
        MessageKind::AllowOriginMissing => Finding::new(
            if is_preflight { "preflight-origin" } else { "origin" },
            format!(
                "{url} responds to {what} without `access-control-allow-origin`, so the browser does not let {page} have it"
            ),
        )
        .with_remedies(platform::of_function(facts))
        .with_remedies(platform::of_application(facts))
        .code("the server has to send:", want.wire(is_preflight))
        .with_remedies(platform::layers(facts, &want))
        .with_remedies(platform::of_others(facts))
        .remedy(
            "if it does so already: look at the status in DevTools (Network), because an error or a redirect \
             often lacks the header",
        ),
        MessageKind::AllowOriginSeveral => Finding::new(
            if is_preflight { "preflight-origin" } else { "origin" },
            format!(
                "{url} sends `access-control-allow-origin` two times or with several values{}, and browsers \
                 accept exactly one",
                subject.map(|values| format!(" (`{values}`)")).unwrap_or_default()
            ),
        )
        .remedy(
            "send it once: search for two places that set it (the web server or proxy, a middleware, the handler), \
             and keep one",
        )
        .code("the one value is:", format!("access-control-allow-origin: {origin}\nvary: origin")),
        MessageKind::AllowOriginMismatch
        | MessageKind::AllowOriginInvalid
        | MessageKind::AllowOriginWildcard
        | MessageKind::AllowCredentials => by_rules(facts, message, is_preflight),
        MessageKind::Network => network(&request, message),
        MessageKind::Status => Finding::new("status", format!("{url} responds to {what} with a status that is no error")),
        _ => Finding::new(
            if is_preflight { "preflight-origin" } else { "origin" },
            format!(
                "the browser does not let {page} have the response of {url}: most likely it has no \
                 `access-control-allow-origin` for this origin, or another one"
            ),
        )
        .with_remedies(unnamed(message))
        .code("the server has to send:", want.wire(is_preflight)),
    }
}

/// Returns the remedy for a sentence of Safari, which has no reason.
fn unnamed(message: &Message) -> Option<Remedy> {
    (message.engine == Some(Engine::WebKit)).then(|| Remedy {
        layer: None,
        text: "Safari does not name the check that failed; Chrome and Firefox do".to_owned(),
        code: None,
    })
}

/// Returns the finding about a request that failed without a reason.
fn network(request: &str, message: &Message) -> Finding {
    if message.engine == Some(Engine::Firefox) {
        return Finding::new(
            "network",
            format!(
                "{request} got no HTTP response, so it is most likely not CORS: the server is not reachable, its certificate is \
                 not trusted, or an extension blocks the request; Firefox has one sentence for all of them"
            ),
        )
        .remedy("open the URL itself in a tab: a warning about the certificate, or an error of the connection, is the cause");
    }
    Finding::new(
        "network",
        format!(
            "{request} failed before the browser could read a response, and the message has no reason: the server is not \
             reachable, its certificate is not trusted, an extension blocks it, or CORS forbids it"
        ),
    )
    .remedy("look at the console and at DevTools (Network) for the first error of this request, and paste it")
}

/// Returns the finding about a message that is only of preflights.
fn of_preflight(facts: &Facts<'_>, message: &Message) -> Finding {
    let url = facts.target();
    let subject = message
        .subject
        .as_ref()
        .map(|subject| short(&subject.value));
    match message.kind {
        MessageKind::Method => {
            let method = subject.unwrap_or_else(|| facts.method());
            let upper = method.to_ascii_uppercase();
            let finding = Finding::new(
                "preflight-method",
                format!("the server's response to the preflight does not allow the method {method} for {url}"),
            );
            let finding = if upper == method {
                finding
            } else {
                finding.remedy(format!("write `{upper}` in the page: browsers leave `{method}` as it is"))
            };
            finding.code("the response to OPTIONS needs:", format!("access-control-allow-methods: {upper}"))
        }
        MessageKind::Header => {
            let name = subject.unwrap_or_else(|| "the header".to_owned());
            Finding::new(
                "preflight-header",
                format!("the server's response to the preflight does not allow the request header `{name}` for {url}"),
            )
            .code("the response to OPTIONS needs:", format!("access-control-allow-headers: {name}"))
            .remedy("or leave the header out in the page, if the server does not need it")
        }
        MessageKind::PreflightRedirect => Finding::new(
            "preflight-redirect",
            format!("the server redirects the preflight (OPTIONS {url}), and browsers follow no redirect of a preflight"),
        )
        .remedy(
            "call the URL to which it redirects: usually with `https:`, with or without a slash at the end, or on \
             another host",
        )
        .remedy("or respond to OPTIONS with 204 before anything redirects, such as a login"),
        MessageKind::PreflightStatus => Finding::new(
            "preflight-status",
            format!(
                "the server responds to the preflight (OPTIONS {url}) with an error or a redirect, not with a status from \
                 200 to 299"
            ),
        )
        .code("respond to OPTIONS with 204 before routes, login and body parsing, with:", Want::of(facts).wire(true)),
        _ => Finding::new(
            "preflight-status",
            format!("the preflight (OPTIONS {url}) failed: the server sent no response to it that a browser accepts"),
        )
        .remedy("respond to OPTIONS with 204 before routes, login and redirects; check the certificate, too"),
    }
}

/// Returns the finding about a redirect to another origin.
fn redirected(facts: &Facts<'_>, message: &Message) -> Finding {
    let url = facts.target();
    let from = message
        .redirected_from
        .as_ref()
        .map(|from| match url::Url::parse(&from.value) {
            Ok(from) => without_query(&from),
            Err(_) => short(&from.value),
        });
    let from = from.unwrap_or_else(|| facts.target());
    let target = message
        .url
        .as_ref()
        .map(|url| url.value.as_str())
        .unwrap_or_default();
    if is_login(target) {
        return Finding::new(
            "login-redirect",
            format!(
                "{from} redirects the request to a login page (`{}`), which a page cannot read: the session is missing \
                 or has expired",
                short(target)
            ),
        )
        .not_cors()
        .remedy(
            "respond to requests of the API with 401 in place of a redirect; the page then opens the login in the \
             window (`location.href = ..`), because `fetch` cannot show one",
        );
    }
    if let Some(finding) = platform::apps_script(&from, target) {
        return finding;
    }
    Finding::new(
        "redirect",
        format!("{from} redirects the request to {url}, and one of the two responses has no `access-control-allow-origin`"),
    )
    .remedy(format!("call {url} directly in the page, so that there is no redirect"))
    .remedy("or send the CORS headers with both: put the CORS layer outside of the one that redirects")
}

/// Lets the rules judge the value that a message has.
fn by_rules(facts: &Facts<'_>, message: &Message, is_preflight: bool) -> Finding {
    let mut response = http::Response::new(());
    let value = message
        .subject
        .as_ref()
        .map_or("", |subject| subject.value.as_str());
    let (origin, credentials) = match message.kind {
        MessageKind::AllowOriginWildcard => ("*", ""),
        MessageKind::AllowCredentials => (facts.origin.value.as_str(), value),
        _ => (value, ""),
    };
    for (name, value) in [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", credentials),
    ] {
        let value = HeaderValue::from_str(value)
            .ok()
            .filter(|value| !value.is_empty());
        if let Some(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    let mut request = http::Request::new(());
    if let Ok(origin) = HeaderValue::from_str(&facts.origin.value) {
        request.headers_mut().insert("origin", origin);
    }
    let credentials = match message.kind {
        MessageKind::AllowOriginWildcard | MessageKind::AllowCredentials => Credentials::Include,
        _ => Credentials::Omit,
    };
    let head = match facts.request() {
        Some(own) => request_head(facts, Some(own)),
        None => (&request).into(),
    };
    let problems = explain_response(&head, &(&response).into(), credentials);
    let problem = problems.iter().find(|problem| problem.is_fatal());
    let want = Want::of(facts);
    let is_of_credentials = message.kind == MessageKind::AllowCredentials;
    let id = match (is_preflight, is_of_credentials) {
        (true, true) => "preflight-credentials",
        (true, false) => "preflight-origin",
        (false, true) => "credentials",
        (false, false) => "origin",
    };
    let sentence = match problem {
        Some(problem) => {
            let assumed = format!("the page of `{}`", facts.origin.value);
            let text = if facts.has_origin {
                problem.text()
            } else {
                problem.text().replace(&assumed, "the page")
            };
            format!(
                "the server does not allow this page: {text}; that is why the browser hides the response of {}",
                facts.target()
            )
        }
        None => format!(
            "{} sends `{}: {value}`, which does not allow this page",
            facts.target(),
            if is_of_credentials {
                "access-control-allow-credentials"
            } else {
                "access-control-allow-origin"
            }
        ),
    };
    let mut finding = Finding::new(id, sentence).at_value(message.subject.as_ref(), "");
    if message.kind == MessageKind::AllowOriginWildcard {
        finding = finding.remedy(
            "leave credentials out in the page (`withCredentials`, `credentials: \"include\"`), if the API needs no \
             cookies: then `*` is enough",
        );
    }
    finding
        .with_remedies(platform::of_application(facts))
        .code("the server has to send:", want.wire(is_preflight))
        .with_remedies(want.layers(facts, None))
}
