//! Mistakes of the page and of the test, and requests that were not sent yet.

use cors_rules::is_forbidden_method;
use cors_testing::{Credentials, Problem, RequestHead, RequestedPermission, explain};

use super::command;
use super::embed;
use super::facts::Facts;
use super::finding::{Findings, Rank};
use super::heads::{first_line, request_head, response_head};
use super::redirect;
use crate::diagnosis::Finding;
use crate::exchange::{Field, Request};
use crate::message::MessageKind;

/// Headers that browsers or their tools add to a copied request, so that the page did not set them.
const OF_BROWSERS: [&str; 12] = [
    "accept",
    "accept-language",
    "cache-control",
    "dnt",
    "if-modified-since",
    "if-none-match",
    "origin",
    "pragma",
    "priority",
    "referer",
    "upgrade-insecure-requests",
    "user-agent",
];

/// Adds a method that no browser sends.
pub(super) fn check_method(facts: &Facts<'_>, found: &mut Findings) {
    let Some(request) = facts.request() else {
        return;
    };
    let method = &request.method.value;
    if is_forbidden_method(method) {
        let finding = Finding::new(
            "request",
            format!("browsers never send {method}, whatever the server allows"),
        )
        .at(&request.method.at, "forbidden in pages")
        .remedy("use another method in the page, such as GET or POST");
        found.fail(Rank::Explains, finding);
    }
}

/// Headers of responses that pages set in requests by mistake.
fn is_of_responses(name: &str) -> bool {
    name.starts_with("access-control-allow-")
        || name == "access-control-expose-headers"
        || name == "access-control-max-age"
}

/// Adds headers of responses in the request, because they cause a preflight that no server allows.
pub(super) fn check_request_headers(facts: &Facts<'_>, found: &mut Findings) {
    let wrong: Vec<String> = facts
        .requested_headers()
        .into_iter()
        .filter(|name| is_of_responses(name))
        .collect();
    let find = |is: &dyn Fn(&str) -> bool| {
        let mut fields = facts.requests().flat_map(|request| &request.headers);
        fields.find(|field| is(&field.name))
    };
    let set = find(&is_of_responses);
    let asked = find(&|name| name == "access-control-request-headers");
    let message = facts
        .message(&[MessageKind::Header])
        .filter(|_| !wrong.is_empty());
    let Some(name) = wrong
        .first()
        .cloned()
        .or_else(|| set.map(|field| field.name.clone()))
    else {
        return;
    };
    let field = set.or(asked.filter(|_| !wrong.is_empty()));
    let finding = Finding::new(
        "response-header-in-request",
        format!(
            "the page sets `{name}` in its request, but that is a header of responses: there it has no effect but a \
             preflight that the server refuses"
        ),
    )
    .at(&field.map_or(0..0, |field| field.at.clone()), "set by the page")
    .at(&message.map_or(0..0, |message| message.at.clone()), "")
    .remedy(format!("delete `{name}` from the headers of the request in the page"))
    .code("the server has to send it, with its response:", {
        let want = super::remedy::Want::of(facts);
        want.wire(false)
    });
    let is_not_sent = facts.last_response().is_none();
    if is_refused(facts) || is_not_sent || facts.messages().next().is_some() {
        found.fail(Rank::Explains, finding);
    } else {
        found.note([finding]);
    }
}

/// Whether the response to the preflight refuses the request.
fn is_refused(facts: &Facts<'_>) -> bool {
    let Some(exchange) = facts.preflight() else {
        return false;
    };
    let (Some(request), Some(response)) = (&exchange.request, &exchange.response) else {
        return false;
    };
    let request = request_head(facts, Some(request));
    let problems = explain(&request, &response_head(response), facts.credentials);
    problems.iter().any(Problem::is_enforced)
}

/// Adds the remark on a test that is no preflight, although it is meant as one.
pub(super) fn check_test(facts: &Facts<'_>, found: &mut Findings) {
    let Some(request) = facts.request() else {
        return;
    };
    // The browser itself has made this response, so that nobody has tested anything.
    if facts.last_response().is_some_and(redirect::is_internal) {
        return;
    }
    let asks = [
        "access-control-request-method",
        "access-control-request-headers",
    ];
    let asked = asks.iter().find_map(|name| request.header(name));
    let is_options = request.method.value == "OPTIONS";
    if !is_options && asked.is_none() {
        return;
    }
    let has = |name| request.header(name).is_some();
    let missing: Vec<&str> = ["origin", asks[0]]
        .into_iter()
        .filter(|name| !has(name))
        .map(|name| {
            if name == "origin" {
                "`Origin`"
            } else {
                "`Access-Control-Request-Method`"
            }
        })
        .collect();
    let text = if is_options {
        format!(
            "the test is no preflight, because it has no {}: servers do not treat it as one",
            missing.join(" and no ")
        )
    } else {
        format!(
            "the test is no preflight, because its method is {}, not OPTIONS; browsers never send `{}` with it",
            request.method.value,
            asked.map(|field| field.name.as_str()).unwrap_or_default(),
        )
    };
    let mut finding = Finding::new("not-a-preflight", text).at(&request.method.at, "the method");
    if let Some(asked) = asked {
        finding = finding.at(&asked.at, "of preflights only");
    }
    let finding = finding
        .code(
            "test the preflight as a browser sends it:",
            command::curl_of_test(facts, request),
        )
        .code("or let the command do it:", command::cors_explain(facts));
    // A page may send OPTIONS itself.
    let is_of_browser = has("sec-fetch-mode") || has("referer");
    if is_options && !is_of_browser {
        found.fail(Rank::Explains, finding);
    } else {
        found.note([finding]);
    }
}

/// Adds the remark on a test without `Origin`, to which many servers send no headers of CORS.
pub(super) fn check_origin_of_test(facts: &Facts<'_>, found: &mut Findings) {
    let (Some(request), Some(response)) = (facts.request(), facts.last_response()) else {
        return;
    };
    let is_of_browser = [
        "origin",
        "referer",
        "sec-fetch-site",
        "sec-fetch-mode",
        "cookie",
    ]
    .iter()
    .any(|name| request.header(name).is_some());
    let has_answer = response.header("access-control-allow-origin").is_some();
    let is_fine = response
        .status
        .as_ref()
        .is_none_or(|status| (200..300).contains(&status.value));
    if is_of_browser || has_answer || !is_fine || facts.messages().next().is_some() {
        return;
    }
    let finding = Finding::new(
        "test-without-origin",
        "the test shows nothing, because its request has no `Origin`: many servers send headers of CORS only to requests \
         with one",
    )
    .at(&first_line(facts, &request.at), "a request as of a program, not of a page")
    .code("send it as a page would:", command::curl(facts, false))
    .code("or let the command do it:", command::cors_explain(facts));
    found.fail(Rank::Explains, finding);
}

/// Adds remarks on preflights and credentials that the page could do without.
pub(super) fn check_needless(facts: &Facts<'_>, found: &mut Findings) {
    let Some(request) = facts
        .preflight()
        .and_then(|exchange| exchange.request.as_ref())
    else {
        return;
    };
    let method = facts.method();
    let asked = request.header("access-control-request-method");
    if let (Some(asked), "OPTIONS") = (asked, method.as_str()) {
        found.note([Finding::new(
            "needless-options",
            "the page itself sends OPTIONS, which nobody needs: the browser sends the preflight on its own",
        )
        .at(&asked.at, "the page's own request")
        .remedy("delete the OPTIONS request from the page, and send only the real one")]);
    }
    let field = request.header("access-control-request-headers");
    let Some(field) = field else {
        return;
    };
    let names = facts.requested_headers();
    let is_needless = |name: &&String| {
        matches!(
            name.as_str(),
            "cache-control" | "pragma" | "x-requested-with" | "expires" | "if-modified-since"
        ) || (*name == "content-type" && matches!(method.as_str(), "GET" | "HEAD"))
    };
    let needless: Vec<&str> = names
        .iter()
        .filter(is_needless)
        .map(String::as_str)
        .collect();
    let is_simple = matches!(method.as_str(), "GET" | "HEAD" | "POST");
    if needless.len() == names.len() && !needless.is_empty() && is_simple {
        found.note([Finding::new(
            "needless-preflight",
            format!(
                "the preflight is only for `{}`, which the page most likely does not need",
                needless.join("`, `")
            ),
        )
        .at(&field.at, "set by the page or its library")
        .remedy("leave it out in the page: then there is no preflight at all")]);
    }
}

/// Adds what a browser would do with a request that has no response.
pub(super) fn check_planned(facts: &Facts<'_>, found: &mut Findings) {
    let Some(request) = facts.request() else {
        return;
    };
    if facts.last_response().is_some() || facts.messages().next().is_some() {
        return;
    }
    if embed::is_no_cors(facts) {
        return;
    }
    let head = head_of_page(facts, request);
    let target = facts
        .url
        .as_ref()
        .map(|url| url.origin().ascii_serialization());
    let finding = if facts.has_origin && target.as_ref() == Some(&facts.origin.value) {
        Finding::new(
            "same-origin",
            "the page calls its own origin, so no CORS check applies; the text has no response to judge",
        )
    } else {
        match head.requested_permission() {
            Some(permission) => with_preflight(facts, request, &permission),
            None => Finding::new(
                "no-preflight-needed",
                format!(
                    "a browser sends this {} at once, without a preflight, and the response needs \
                     `access-control-allow-origin`; the text has no response to judge",
                    request.method.value
                ),
            )
            .code("see the response:", command::curl(facts, false)),
        }
    };
    let finding = finding.at(&first_line(facts, &request.at), "not sent yet");
    let mut finding = finding.code(
        "or let the command send and explain both:",
        command::cors_explain(facts),
    );
    if facts.credentials == Credentials::Include {
        finding = finding.remedy(
            "the request has credentials, so the response also needs `access-control-allow-credentials: true`, and \
             `*` is not enough",
        );
    }
    found.fail(Rank::Alone, finding);
}

/// Returns the head with those headers only that the page has set.
fn head_of_page(facts: &Facts<'_>, request: &Request) -> RequestHead {
    let mut own = request.clone();
    let is_of_page = |field: &Field| {
        !OF_BROWSERS.contains(&field.name.as_str()) && !field.name.starts_with("sec-")
    };
    own.headers.retain(is_of_page);
    request_head(facts, Some(&own))
}

fn with_preflight(
    facts: &Facts<'_>,
    request: &Request,
    permission: &RequestedPermission,
) -> Finding {
    let method = &permission.method;
    let headers = permission.headers.join(", ");
    let noun = if permission.headers.len() == 1 {
        "the header"
    } else {
        "the headers"
    };
    let why = match (permission.is_for_method, headers.is_empty()) {
        (true, true) => format!("because of the method {method}"),
        (true, false) => format!("because of the method {method} and of {noun} `{headers}`"),
        (false, _) => format!("because of {noun} `{headers}`"),
    };
    let mut finding = Finding::new(
        "preflight-needed",
        format!(
            "a browser first sends a preflight (OPTIONS), {why}, and the {method} only if the server allows that; the \
             text has no response to judge"
        ),
    );
    for name in permission.headers.iter().take(2) {
        if let Some(field) = request.header(name) {
            finding = finding.at(&field.at, "needs permission");
        }
    }
    let credentials = match facts.credentials {
        Credentials::Include => "\naccess-control-allow-credentials: true",
        _ => "",
    };
    let mut wire = format!(
        "HTTP/1.1 204 No Content\naccess-control-allow-origin: {}{credentials}\naccess-control-allow-methods: {method}",
        facts.origin.value
    );
    if !headers.is_empty() {
        wire.push_str("\naccess-control-allow-headers: ");
        wire.push_str(&headers);
    }
    let asked = permission.headers.join(",");
    finding
        .code("the server has to respond to the preflight so:", wire)
        .code(
            "see the response:",
            command::preflight(facts, method, &asked),
        )
}
