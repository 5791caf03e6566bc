//! Differences between a request and its variations, which one exchange cannot show.

use super::answerer::answered_by;
use super::facts::Facts;
use super::finding::Findings;
use super::heads::first_line;
use crate::diagnosis::{Finding, Layer, Remedy};
use crate::exchange::{Exchange, Field, Purpose, Response};

/// Adds remarks from the variations of a request, and from its preflight beside it.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    found.note(other_server(facts));
    let Some(base) = facts.last_response() else {
        found.note(other_scheme_works(facts));
        return;
    };
    for exchange in probes(facts) {
        let Some(response) = &exchange.response else {
            continue;
        };
        let finding = match exchange.purpose {
            Purpose::WithoutOrigin => without_origin(facts, base, response),
            Purpose::ErrorPath => error_path(facts, base, response),
            Purpose::OtherSlash => other_slash(facts, base, exchange, response),
            Purpose::OtherVersion => other_version(base, response),
            _ => None,
        };
        found.note(finding);
    }
}

/// The variations of the request.
pub(super) fn probes<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a Exchange> {
    let paste = facts.paste;
    facts
        .story
        .probes
        .clone()
        .into_iter()
        .map(move |index| &paste.exchanges[index])
}

pub(super) fn allowed(response: &Response) -> Option<&Field> {
    response.header("access-control-allow-origin")
}

fn status(response: &Response) -> u16 {
    response.status.as_ref().map_or(200, |status| status.value)
}

/// Notes that different servers respond to the preflight and to the request.
fn other_server(facts: &Facts<'_>) -> Option<Finding> {
    let preflight = facts.preflight()?.response.as_ref()?;
    let response = facts.hops().last()?.response.as_ref()?;
    let [first, second] = [preflight, response].map(|response| response.header("server"));
    let (first, second) = (first?, second?);
    // Versions of one server differ between machines.
    let name = |field: &Field| {
        let name = field
            .value
            .split(['/', ' ', '('])
            .next()
            .unwrap_or_default();
        name.to_ascii_lowercase()
    };
    if name(first) == name(second) {
        return None;
    }
    Some(
        Finding::new(
            "other-server",
            format!(
                "`{}` responds to the preflight and `{}` to the request, so CORS has to be configured in both",
                first.value, second.value
            ),
        )
        .at(&first.at, "responds to the preflight")
        .at(&second.at, "responds to the request")
        .remedy("configure CORS in one of them only, and let the other pass OPTIONS and the headers on"),
    )
}

fn other_scheme_works(facts: &Facts<'_>) -> Option<Finding> {
    let exchange = probes(facts).find(|exchange| exchange.purpose == Purpose::OtherScheme)?;
    let response = exchange.response.as_ref()?;
    let url = &exchange.request.as_ref()?.url.as_ref()?.value;
    Some(
        Finding::new("other-scheme", format!("the server responds at `{url}`"))
            .at(&first_line(facts, &response.at), "")
            .remedy(format!("call `{url}` in the page")),
    )
}

fn without_origin(facts: &Facts<'_>, base: &Response, probe: &Response) -> Option<Finding> {
    let own = allowed(base).filter(|field| field.value == facts.origin.value)?;
    let vary = probe
        .header("vary")
        .map(|field| field.value.to_ascii_lowercase());
    if vary.is_some_and(|vary| vary.contains("origin") || vary.contains('*')) {
        return None;
    }
    if allowed(probe).is_some_and(|field| field.value == own.value) {
        return None;
    }
    Some(
        Finding::new(
            "vary",
            "without `Origin` the response lacks `access-control-allow-origin` and `vary: origin`, so a cache can give \
             the page a response that it may not read (an image first, then `fetch`)",
        )
        .at(&first_line(facts, &probe.at), "the response without `Origin`")
        .code("send with every response, also to requests without `Origin`:", "vary: origin"),
    )
}

fn error_path(facts: &Facts<'_>, base: &Response, probe: &Response) -> Option<Finding> {
    if allowed(base).is_none() || allowed(probe).is_some() || status(probe) < 400 {
        return None;
    }
    let finding = Finding::new(
        "error-without-headers",
        format!(
            "errors have no CORS headers: a page gets a CORS error in place of the {}",
            status(probe)
        ),
    )
    .at(
        &first_line(facts, &probe.at),
        "without `access-control-allow-origin`",
    );
    let mut answered = facts.answered_by.iter();
    Some(if answered.any(|own| own.layer == Layer::CorsRuntime) {
        finding.with_remedy(Remedy {
            layer: Some(Layer::CorsRuntime),
            text: "give the router a default policy, which its 404 has, too".to_owned(),
            code: Some("CorsRouter::new()..default_policy(POLICY)".to_owned()),
        })
    } else {
        finding.remedy(
            "put the CORS layer outside of routes, login and error handling, so that every response has the headers",
        )
    })
}

fn other_slash(
    facts: &Facts<'_>,
    base: &Response,
    exchange: &Exchange,
    probe: &Response,
) -> Option<Finding> {
    let is_redirect = (300..400).contains(&status(probe));
    if !is_redirect
        || (allowed(probe).is_some() && facts.preflight().is_none())
        || status(base) >= 300
    {
        return None;
    }
    let url = exchange.request.as_ref()?.url.as_ref()?;
    Some(
        Finding::new(
            "slash-redirect",
            format!(
                "a page that calls `{}` fails, because the server redirects it",
                url.value
            ),
        )
        .at(&first_line(facts, &probe.at), "")
        .remedy("use the URL exactly as it is here in every page"),
    )
}

fn other_version(base: &Response, probe: &Response) -> Option<Finding> {
    let [own, other] = [base, probe].map(|response| allowed(response).map(|field| &field.value));
    if own == other {
        return None;
    }
    let at = allowed(probe).map_or_else(|| probe.at.clone(), |field| field.at.clone());
    let who = answered_by(probe).first().map(|own| own.layer.name());
    Some(
        Finding::new(
            "other-version",
            format!(
                "over another version of HTTP {} responds with another `access-control-allow-origin`",
                who.unwrap_or("the server")
            ),
        )
        .at(&at, "")
        .remedy("configure CORS alike in the servers for both versions"),
    )
}
