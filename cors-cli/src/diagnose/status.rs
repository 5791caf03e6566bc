//! Statuses of which the missing headers of CORS are only a symptom.

use super::answerer::{answered_by, is_in_front};
use super::facts::{Facts, short};
use super::finding::{Findings, Rank};
use super::heads::{first_line, is_same_origin, is_unreadable, place, status_line};
use super::remedy::Want;
use super::symptom::Symptom;
use super::{error_page, foreign, gateway, redirect};
use crate::diagnosis::{Finding, Layer};
use crate::exchange::{Exchange, Located, Request, Response};
use crate::message::{Message, MessageKind};

/// Adds the status of the preflight, if it is not from 200 to 299.
pub(super) fn check_preflight(facts: &Facts<'_>, found: &mut Findings) {
    let Some(exchange) = facts.preflight() else {
        return;
    };
    let Some(response) = &exchange.response else {
        return;
    };
    let status = response.status.as_ref().map_or(200, |status| status.value);
    let finding = match status {
        200..=299 => foreign::of_interstitial(facts, response),
        301 | 302 | 303 | 307 | 308 => Some(redirect::of_response(facts, exchange, response, true)),
        _ => Some(of_status(facts, exchange, response, status, true)),
    };
    found.fail(Rank::Explains, finding);
}

/// Adds the statuses of the responses, if they explain why a response has no headers of CORS.
pub(super) fn check_responses(facts: &Facts<'_>, found: &mut Findings) {
    for exchange in facts.hops() {
        let Some(response) = &exchange.response else {
            continue;
        };
        if !is_unreadable(response) {
            found.fail(
                Rank::Explains,
                foreign::copy_of_another_page(facts, response),
            );
            continue;
        }
        let status = response.status.as_ref().map_or(200, |status| status.value);
        let finding = match status {
            301 | 302 | 303 | 307 | 308 => {
                let finding = redirect::of_response(facts, exchange, response, false);
                // Browsers follow a redirect of the page's own origin, but a login is of another.
                let is_followed = is_same_origin(facts, exchange) && finding.id != "login-redirect";
                Some(finding).filter(|_| !is_followed)
            }
            400..=599 => Some(of_status(facts, exchange, response, status, false)),
            _ => foreign::of_interstitial(facts, response),
        };
        found.fail(Rank::Explains, finding);
    }
}

/// Notes an error that the page can read.
pub(super) fn readable_error(facts: &Facts<'_>) -> Option<Finding> {
    let exchange = facts.hops().last()?;
    let response = exchange.response.as_ref()?;
    let status = response.status.as_ref()?.value;
    if status < 400 || is_unreadable(response) {
        return None;
    }
    let line = status_line(response);
    let symptom = error_page::symptom(response, false);
    let why = symptom
        .as_ref()
        .map(|symptom| format!(": {}", symptom.why))
        .unwrap_or_default();
    let finding = Finding::new(
        "status",
        format!("the request itself fails with {line}, which the page can read{why}"),
    );
    let finding = finding
        .not_cors()
        .at(&first_line(facts, &place(response)), "");
    if let Some(symptom) = symptom {
        return Some(symptom.remedies(finding));
    }
    let remedy = match status {
        401 | 403 => {
            "check the login: whether the token or the cookie is in the request, and valid"
        }
        404 => "check the path and the method in the page",
        405 => "check the method in the page, and the routes of the server",
        400..=499 => "read the body: it most likely has the reason",
        _ => "look at the log of the server",
    };
    Some(finding.remedy(remedy))
}

/// Returns the name of the layer that most likely wrote an error page.
pub(super) fn who(facts: &Facts<'_>, response: &Response) -> String {
    let own = answered_by(response);
    let layer = own
        .iter()
        .find(|own| is_in_front(own.layer))
        .or(own.first());
    match layer {
        Some(own) => own.layer.name().to_owned(),
        // Only the status is known, and the host.
        None if response.headers.is_empty() && !facts.answered_by.is_empty() => {
            facts.answered_by[0].layer.name().to_owned()
        }
        None if is_of_cloudflare(response) => Layer::Cloudflare.name().to_owned(),
        None if response.header("server").is_some() => {
            let name = response.header("server").map(|field| field.value.as_str());
            format!("the server (`{}`)", short(name.unwrap_or_default()))
        }
        None if facts.answered_by.is_empty() => "the server".to_owned(),
        None => "the server or something in front of it".to_owned(),
    }
}

/// Whether the status is one that only Cloudflare sends.
fn is_of_cloudflare(response: &Response) -> bool {
    let status = response.status.as_ref().map(|status| status.value);
    matches!(status, Some(520..=526 | 530))
}

fn of_status(
    facts: &Facts<'_>,
    exchange: &Exchange,
    response: &Response,
    status: u16,
    is_preflight: bool,
) -> Finding {
    let own = if response.headers.is_empty() {
        facts.answered_by.clone()
    } else {
        answered_by(response)
    };
    let has = |layer| own.iter().any(|own| own.layer == layer);
    let who = who(facts, response);
    let line = status_line(response);
    let is_hidden = is_hidden(facts, exchange);
    let symptom = error_page::symptom(response, is_preflight)
        .or_else(|| around(facts, response, is_preflight))
        .or_else(|| gateway::symptom(status, is_preflight, &has))
        .unwrap_or_else(|| {
            if is_preflight {
                of_preflight(facts, status, exchange.request.as_ref())
            } else {
                of_request(facts, status, is_hidden)
            }
        });
    let request = if is_preflight {
        let asked = if facts.has_method() {
            format!("the request for permission to send {}", facts.method())
        } else {
            "the request for permission".to_owned()
        };
        format!(
            "the preflight (OPTIONS {}, {asked})",
            target(facts, exchange)
        )
    } else if exchange.request.is_none() {
        facts.title()
    } else {
        format!("{} {}", facts.method(), target(facts, exchange))
    };
    let mut finding = Finding::new(
        symptom.id,
        format!("{who} responds to {request} with {line}: {}", symptom.why),
    );
    finding.is_not_cors = symptom.is_not_cors;
    finding = finding.at(&first_line(facts, &place(response)), "");
    if let Some(answerer) = own.first() {
        finding = finding.at(&answerer.at, "the server");
    }
    finding = finding.at(&first_line(facts, &response.body.at), "the body");
    let is_not_cors = symptom.is_not_cors;
    finding = symptom.remedies(finding);
    if !is_not_cors {
        let want = Want::of(facts);
        finding = finding.code(
            "send these headers with the response:",
            want.wire(is_preflight),
        );
        finding = finding.with_remedies(want.layers(facts, Some(response)));
    } else if !is_hidden {
        finding = finding.remedy(
            "if the console has no CORS error beside this line, the page can read the response: see its body in DevTools \
             (Network)",
        );
    } else if is_unreadable(response) {
        if has(Layer::Nginx) {
            finding = finding.code(
                "in nginx, errors have a header only with `always`:",
                format!(
                    "add_header Access-Control-Allow-Origin \"{}\" always;",
                    facts.origin.value
                ),
            );
        }
        finding = finding.remedy(
            "the missing `access-control-allow-origin` follows from it; add it to error responses as well, so that \
             the page can read the status",
        );
    }
    finding
}

/// Whether the text shows that the page cannot read the error: by its headers, or by a message about CORS. A line
/// of the console with a status is no sign of that.
fn is_hidden(facts: &Facts<'_>, exchange: &Exchange) -> bool {
    let is_of_cors = |message: &Message| {
        let text = facts.paste.text.get(message.at.clone());
        message.kind != MessageKind::Status || text.is_some_and(|text| text.contains("net::ERR_"))
    };
    exchange.response.is_some() || facts.messages().any(is_of_cors)
}

/// Returns the cause that the text around the status of a message has in words, such as the body below it or the
/// log of the server above it.
fn around(facts: &Facts<'_>, response: &Response, is_preflight: bool) -> Option<Symptom> {
    const BEFORE: usize = 512;
    const AFTER: usize = 1024;
    let is_of_another = facts.paste.exchanges.len() > 1 && !response.headers.is_empty();
    if is_of_another || !response.body.value.is_empty() {
        return None;
    }
    let text = &facts.paste.text;
    let floor = |at: usize| {
        (0..=at.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
    };
    let start = floor(response.at.start.saturating_sub(BEFORE))?;
    let end = floor(response.at.end.saturating_add(AFTER))?;
    error_page::of_words(text.get(start..end)?, is_preflight)
}

fn target(facts: &Facts<'_>, exchange: &Exchange) -> String {
    match &exchange.request {
        Some(request) => short(request.target.split('?').next().unwrap_or_default()),
        None => facts.target(),
    }
}

/// Returns the cause of another status of a preflight.
fn of_preflight(facts: &Facts<'_>, status: u16, request: Option<&Request>) -> Symptom {
    const ID: &str = "preflight-status";
    let first = "handle CORS first: respond to OPTIONS with 204 and the headers below, before routes, login and \
                 body parsing";
    let has_headers =
        request.is_none_or(|request| request.header("access-control-request-headers").is_some());
    let is_of_listener = facts.method() == "POST" && !has_headers;
    let symptom = match status {
        304 => Symptom::new(
            ID,
            "it responds as if the browser had a copy of the response, which it never has of a preflight",
        ),
        401 | 407 => Symptom::new(
            ID,
            "it demands a login of it, but a preflight never carries cookies or `authorization`",
        ),
        403 => Symptom::new(
            ID,
            "something refuses OPTIONS before CORS is handled: a login, a firewall, or a CORS list without this origin, \
             method or header",
        ),
        404 => Symptom::new(ID, "no route responds to OPTIONS on this path, or the path is wrong"),
        405 | 501 => Symptom::new(ID, "no route responds to OPTIONS on this path, so the server does not handle CORS here"),
        500..=599 => Symptom::new(
            ID,
            "the server fails on it, most often because it runs the handler of the request itself, without a body \
             or a login",
        )
        .remedy("look at the log of the server: it has the error"),
        _ => Symptom::new(
            ID,
            "it takes the preflight for the request itself, which has no body and no token yet",
        ),
    };
    if !is_of_listener {
        return symptom.remedy(first);
    }
    let why = format!(
        "{}. The preflight is most likely due to a listener on `xhr.upload` (upload progress), because the POST has no \
         header that needs one",
        symptom.why
    );
    let symptom = symptom.remedy(first).remedy(
        "or do without the listener for upload progress (or the stream as a body): then there is no preflight",
    );
    Symptom { why, ..symptom }
}

/// Returns the cause of another status of a request.
fn of_request(facts: &Facts<'_>, status: u16, is_hidden: bool) -> Symptom {
    let hidden = if is_hidden {
        ", and its error has no CORS headers"
    } else {
        ""
    };
    let seen = if is_hidden {
        ", so that the page sees a CORS error in place of it"
    } else {
        ""
    };
    match status {
        401 | 407 => Symptom::new(
            "login-required",
            format!("it demands a login{hidden}{seen}"),
        )
        .not_cors()
        .remedy("send the token, or the cookie with `credentials: \"include\"`, if it is missing"),
        403 => Symptom::new(
            "refused-by-server",
            format!(
                "it refuses the request (rights, a CSRF token, a firewall, or the origin){hidden}"
            ),
        )
        .not_cors()
        .remedy("find the reason in the body and in the log of the server"),
        404 => Symptom::new(
            "not-found",
            format!("there is nothing at this path{hidden}"),
        )
        .not_cors()
        .remedy("correct the URL in the page: host, port, prefix and slash"),
        405 => Symptom::new(
            "method-not-allowed",
            format!("the path does not serve {}{hidden}", facts.method()),
        )
        .not_cors()
        .remedy("correct the method in the page, or add the route"),
        500..=599 => Symptom::new("server-error", format!("it fails{hidden}{seen}"))
            .not_cors()
            .remedy("look at the log of the server, and correct the error itself"),
        _ => Symptom::new("status", format!("it refuses the request{hidden}"))
            .not_cors()
            .remedy("read the body and the log of the server: they have the reason"),
    }
}

/// Returns the finding about a status that only a message has.
pub(super) fn of_message(facts: &Facts<'_>, status: &Located<u16>, is_preflight: bool) -> Finding {
    let response = Response {
        status: Some(status.clone()),
        reason: String::new(),
        headers: Vec::new(),
        body: Located {
            value: String::new(),
            at: 0..0,
        },
        at: status.at.clone(),
    };
    let exchange = Exchange::default();
    of_status(facts, &exchange, &response, status.value, is_preflight)
}
