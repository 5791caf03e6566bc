//! The problems that `cors-testing` finds in an exchange, as findings with evidence.

use cors_testing::{Credentials, Mode, Problem, Step, explain, explain_response};

use super::facts::Facts;
use super::finding::{Findings, Rank};
use super::heads::{assumed_preflight, first_line, is_same_origin, request_head, response_head};
use super::null;
use super::remedy::Want;
use crate::diagnosis::{Finding, Layer, Remedy};
use crate::exchange::{Exchange, Field, Purpose, Span};

/// Adds the problems of the preflight.
pub(super) fn check_preflight(facts: &Facts<'_>, found: &mut Findings) {
    let Some(exchange) = facts.preflight() else {
        return;
    };
    let Some(response) = &exchange.response else {
        return;
    };
    let request = match &exchange.request {
        Some(request) => request_head(facts, Some(request)),
        None => assumed_preflight(facts),
    };
    let head = response_head(response);
    let problems = |credentials| explain(&request, &head, credentials);
    add(facts, exchange, true, &problems, found);
}

/// Adds the problems of the request and of its redirects.
pub(super) fn check_responses(facts: &Facts<'_>, found: &mut Findings) {
    // No check of CORS applies to a response that the page gives up reading.
    if facts.mode() == Mode::NoCors {
        return;
    }
    for exchange in facts.hops() {
        let Some(response) = &exchange.response else {
            continue;
        };
        if is_same_origin(facts, exchange) {
            // Browsers send no `Origin` with them to the page's own origin, so it is a test.
            let is_test = exchange.request.as_ref().is_some_and(|request| {
                matches!(request.method.value.as_str(), "GET" | "HEAD")
                    && request.header("origin").is_some()
            });
            found.note([Finding::new(
                Step::Request.id(),
                "the origin of the page is the server's own, and for its pages no CORS check applies",
            )
            .at(&facts.origin.at, "the server's own origin")
            .remedy("test with the origin of another page, if the real one is of another")]);
            if !is_test {
                continue;
            }
        }
        // The one header that a message is about, as a pane shows it, is no whole head.
        let is_row = response.status.is_none()
            && response
                .headers
                .iter()
                .all(|field| field.name == "set-cookie");
        if is_row {
            continue;
        }
        let request = request_head(facts, exchange.request.as_ref());
        let head = response_head(response);
        let problems = |credentials| explain_response(&request, &head, credentials);
        add(facts, exchange, false, &problems, found);
    }
}

/// Whether a response has no header of CORS.
fn is_bare(exchange: &Exchange) -> bool {
    let response = exchange.response.as_ref();
    let is_of_cors = |field: &Field| field.name.starts_with("access-control-");
    response.is_some_and(|response| !response.headers.iter().any(is_of_cors))
}

/// Adds problems. A response that allows credentials is also checked for a page that sends them, if
/// nothing shows whether this one does.
fn add(
    facts: &Facts<'_>,
    exchange: &Exchange,
    is_preflight: bool,
    problems: &dyn Fn(Credentials) -> Vec<Problem>,
    found: &mut Findings,
) {
    let listed = problems(facts.credentials);
    let is_fatal = listed.iter().any(Problem::is_enforced);
    let allows = exchange.response.as_ref().and_then(|response| {
        let field = response.header("access-control-allow-credentials")?;
        (field.value != "false").then_some(field)
    });
    for problem in &listed {
        let step = problem.step();
        let has_failed = found.has_failed();
        // The status or the redirect explains them, and the first consequence stands for all.
        let is_of_list = matches!(step, Step::PreflightMethod | Step::PreflightHeader);
        if has_failed && (step == Step::PreflightStatus || (is_of_list && is_bare(exchange))) {
            continue;
        }
        let rank = match step {
            Step::PreflightStatus => Rank::Explains,
            Step::PreflightCredentials | Step::Credentials => Rank::Follows,
            _ => Rank::Alone,
        };
        let mut finding = of_problem(facts, exchange, problem, is_preflight);
        if found.is_explained() || (has_failed && rank == Rank::Follows) {
            finding.sentence = text_of(problem, exchange);
        }
        if problem.is_enforced() {
            found.fail(rank, finding);
        } else if !has_failed && step != Step::PreflightMethod {
            // Browsers let GET, HEAD and POST pass, so that nobody has to act.
            found.note([finding]);
        }
    }

    let (Some(allows), false, None) = (allows, is_fatal, &facts.credentials_at) else {
        return;
    };
    // A request without a cookie may be of a page that sends none. A preflight never has one.
    let name = &allows.name;
    let response = exchange
        .response
        .iter()
        .flat_map(|response| &response.headers);
    let is_twice = response.filter(|field| field.name == *name).count() > 1;
    // Without `--credentials` a conversation with a server has none. Others may have left them out.
    let is_pasted = exchange.purpose == Purpose::Pasted;
    let is_any = exchange
        .response
        .as_ref()
        .and_then(|response| response.header("access-control-allow-origin"))
        .is_some_and(|field| field.value == "*");
    let is_preflight_alone = is_preflight && facts.request().is_none() && !is_any;
    let is_invalid = is_twice || allows.value != "true";
    let is_sure = is_pasted && (is_preflight_alone || is_invalid);
    for problem in problems(Credentials::Include)
        .iter()
        .filter(|problem| problem.is_enforced())
    {
        let mut finding = of_problem(facts, exchange, problem, is_preflight);
        let label = "allows credentials, so the page probably sends them";
        finding = finding.at(&allows.at, label);
        if is_sure {
            found.assumes_credentials = true;
            found.fail(Rank::Alone, finding);
        } else {
            finding.sentence = format!(
                "if the page sends credentials, it fails: {}",
                finding.sentence
            );
            found.note([finding]);
        }
    }
}

/// Returns a problem as a finding: with its effect, its evidence, and lines for the layers.
pub(super) fn of_problem(
    facts: &Facts<'_>,
    exchange: &Exchange,
    problem: &Problem,
    is_preflight: bool,
) -> Finding {
    let step = problem.step();
    let response = exchange.response.as_ref();
    let is_of_origin = matches!(step, Step::Origin | Step::PreflightOrigin);
    if is_of_origin
        && problem.is_enforced()
        && let Some(finding) = null::check(facts, exchange, step.id())
    {
        return finding;
    }
    let text = text_of(problem, exchange);
    let sentence = match step {
        _ if !problem.is_enforced() => text,
        Step::Origin | Step::Credentials => {
            format!(
                "the server does not allow this page: {text}; that is why the browser hides the response from it"
            )
        }
        Step::PreflightOrigin
        | Step::PreflightCredentials
        | Step::PreflightMethod
        | Step::PreflightHeader => {
            let refused = match step {
                Step::PreflightMethod => "the server does not allow the method",
                Step::PreflightHeader => "the server does not allow what the page wants to send",
                _ => "the server does not allow this page",
            };
            let request = facts.request_noun();
            format!("{refused}: {text}; that is why the browser does not send {request}")
        }
        _ => text,
    };

    let mut finding = Finding::new(step.id(), sentence);
    for (at, label) in evidence(facts, exchange, problem) {
        finding = finding.at(&at, label);
    }
    if is_of_origin && text_has(problem, "sends credentials") {
        finding = finding.remedy(
            "leave credentials out (`withCredentials`, `credentials: \"include\"`), if the API needs no \
             cookies: then `*` is enough; otherwise:",
        );
    }
    let is_configured = is_of_origin
        || matches!(
            step,
            Step::Credentials
                | Step::PreflightCredentials
                | Step::PreflightHeader
                | Step::PreflightMethod
                | Step::PreflightList
                | Step::PreflightStatus
        );
    let has_several = is_of_origin
        && response.is_some_and(|response| {
            let name = "access-control-allow-origin";
            response
                .headers
                .iter()
                .filter(|field| field.name == name)
                .count()
                > 1
        });
    if has_several {
        return finding
            .remedy(problem.help())
            .with_remedies(vec![once(facts)]);
    }
    let want = Want::of(facts);
    finding = if is_of_origin && problem.is_enforced() {
        finding.code(problem.help(), want.wire(is_preflight))
    } else {
        finding.remedy(problem.help())
    };
    if is_of_origin && problem.is_enforced() {
        finding = finding.with_remedies(of_application(&facts.origin.value));
    }
    if is_configured && problem.is_enforced() {
        finding = finding.with_remedies(want.layers(facts, response));
    }
    finding
}

/// Returns the remedy for pages that no web server has delivered: of extensions and of applications.
fn of_application(origin: &str) -> Option<Remedy> {
    let scheme = origin.split("://").next().unwrap_or_default();
    let text = match scheme {
        "http" | "https" | "null" => return None,
        scheme if scheme.ends_with("-extension") => {
            "or add the host to `host_permissions` in the extension's manifest, and send the request from its \
             background script or service worker: then no header is needed"
        }
        _ => {
            "this is the origin of an application's web view (Capacitor, Tauri, Electron ..): add exactly it to the \
             server's list, or send the request by the native part of the application"
        }
    };
    Some(Remedy {
        layer: None,
        text: text.to_owned(),
        code: None,
    })
}

/// Returns the words of a problem, without the status that was assumed in place of one.
fn text_of(problem: &Problem, exchange: &Exchange) -> String {
    let text = problem.text();
    let has_status = exchange
        .response
        .as_ref()
        .is_none_or(|response| response.status.is_some());
    if has_status {
        text
    } else {
        text.replace("got 200 OK without", "got a response without")
    }
}

fn text_has(problem: &Problem, part: &str) -> bool {
    problem.text().contains(part)
}

/// Returns the remedy for a header that several servers send.
fn once(facts: &Facts<'_>) -> Remedy {
    let layer = facts
        .answered_by
        .iter()
        .map(|own| own.layer)
        .find(|layer| super::answerer::is_in_front(*layer));
    let (text, code) = match layer {
        Some(Layer::Nginx) => (
            "remove the header either in nginx or in the application; this keeps nginx's only:",
            Some("proxy_hide_header Access-Control-Allow-Origin;".to_owned()),
        ),
        Some(Layer::Apache) => (
            "use `set`, not `add`, and only one of Apache and the application:",
            Some("Header always unset Access-Control-Allow-Origin".to_owned()),
        ),
        _ => (
            "search for two places that set it: the web server or proxy, a middleware, the handler; \
             keep one",
            None,
        ),
    };
    Remedy {
        layer,
        text: text.to_owned(),
        code,
    }
}

/// Returns the places that show a problem, the most important first.
fn evidence(
    facts: &Facts<'_>,
    exchange: &Exchange,
    problem: &Problem,
) -> Vec<(Span, &'static str)> {
    let step = problem.step();
    if step == Step::Request {
        return Vec::new();
    }
    let text = problem.text();
    let mut places: Vec<(Span, &'static str)> = Vec::new();
    let response = exchange.response.as_ref();
    let name = match step {
        Step::Origin | Step::PreflightOrigin => "access-control-allow-origin",
        Step::Credentials | Step::PreflightCredentials => "access-control-allow-credentials",
        Step::PreflightMethod => "access-control-allow-methods",
        Step::PreflightHeader => "access-control-allow-headers",
        Step::PreflightMaxAge => "access-control-max-age",
        Step::Exposed => "access-control-expose-headers",
        Step::Vary => "cache-control",
        Step::PreflightList => "",
        _ => "no such header",
    };
    if let Some(response) = response {
        let fields = response.headers.iter();

        places.extend(
            fields
                .filter(|field| match name {
                    "" => field.name.starts_with("access-control-") && text.contains(&field.name),
                    name => field.name == name,
                })
                .map(|field| (field.at.clone(), "")),
        );
        if places.is_empty() {
            let label = match step {
                Step::PreflightStatus => "not from 200 to 299",
                _ => "no such header in this response",
            };
            let at = response
                .status
                .as_ref()
                .map_or(&response.at, |status| &status.at);
            places.push((first_line(facts, at), label));
        }
    }
    let asked = exchange.request.as_ref().and_then(|request| match step {
        Step::PreflightMethod => request.header("access-control-request-method"),
        Step::PreflightHeader => request.header("access-control-request-headers"),
        _ => None,
    });
    if let Some(field) = asked {
        places.push((field.at.clone(), "requested"));
    }
    if matches!(step, Step::Origin | Step::PreflightOrigin) {
        places.push((facts.origin.at.clone(), "the origin of the page"));
    }
    let is_of_credentials = matches!(
        step,
        Step::Origin | Step::PreflightOrigin | Step::Credentials | Step::PreflightCredentials
    );
    if let Some((at, label)) = facts.credentials_at.clone().filter(|_| is_of_credentials) {
        places.push((at, label));
    }
    places
}
