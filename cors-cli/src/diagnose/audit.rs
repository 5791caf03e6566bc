//! Origins that a server allows, although it should not.

use super::facts::Facts;
use super::finding::Findings;
use super::probes::{allowed, probes};
use crate::diagnosis::Finding;
use crate::exchange::{Exchange, Field, Purpose, Response};

/// Adds what is allowed too much. Without `--audit` these are only origins that are allowed with
/// credentials, because any site can then act as the signed-in user.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    let is_reflected = probes(facts).any(|exchange| {
        let is_granted = |response| granted(exchange, response).is_some();
        exchange.purpose == Purpose::OtherOrigin
            && exchange.response.as_ref().is_some_and(is_granted)
    });
    for exchange in probes(facts) {
        // A server that copies every origin copies similar ones.
        if is_reflected && exchange.purpose == Purpose::SimilarOrigin {
            continue;
        }
        let Some(response) = &exchange.response else {
            continue;
        };
        let Some((origin, field)) = granted(exchange, response) else {
            continue;
        };
        let credentials = with_credentials(response);
        if !facts.asked.audit && credentials.is_none() && exchange.purpose != Purpose::OtherOrigin {
            continue;
        }
        let finding = match exchange.purpose {
            Purpose::OtherOrigin => reflection(credentials.is_some()),
            Purpose::NullOrigin => null(credentials.is_some()),
            Purpose::SimilarOrigin => similar(&facts.origin.value, origin),
            _ => continue,
        };
        let mut finding = finding.at(&field.at, "allowed");
        if let Some(credentials) = credentials {
            finding = finding.at(&credentials.at, "with credentials");
        }
        found.note([finding]);
    }
    if !facts.asked.audit {
        return;
    }
    if let Some(response) = facts.last_response() {
        found.note(any_with_credentials(response));
        found.note(insecure(facts, response));
    }
}

/// Returns the origin of a variation, if the response allows exactly that one.
fn granted<'a>(exchange: &'a Exchange, response: &'a Response) -> Option<(&'a str, &'a Field)> {
    let origin = exchange.request.as_ref()?.header("origin")?;
    let field = allowed(response)?;
    (field.value == origin.value).then_some((origin.value.as_str(), field))
}

fn with_credentials(response: &Response) -> Option<&Field> {
    let field = response.header("access-control-allow-credentials")?;
    (field.value == "true").then_some(field)
}

fn reflection(with_credentials: bool) -> Finding {
    let finding = if with_credentials {
        Finding::new(
            "reflected-origin",
            "the server allows every origin with credentials, because it copies `Origin` into \
             `access-control-allow-origin`: any site can read data of the signed-in user",
        )
    } else {
        Finding::new(
            "reflected-origin",
            "the server allows every origin, because it copies `Origin` into `access-control-allow-origin`",
        )
    };
    let finding = finding.remedy(
        "compare `Origin` with a list of whole origins, and send the header only if it is in it",
    );
    if with_credentials {
        finding
    } else {
        finding.code(
            "or, if the data is public, send the same to everybody:",
            "access-control-allow-origin: *",
        )
    }
}

fn null(with_credentials: bool) -> Finding {
    let effect = if with_credentials {
        ", with credentials"
    } else {
        ""
    };
    Finding::new(
        "null-allowed",
        format!(
            "the server allows the origin `null`{effect}, which every site can produce with a sandboxed frame"
        ),
    )
    .remedy("remove `null` from the list of origins; serve local files by an HTTP server instead")
}

fn similar(page: &str, origin: &str) -> Finding {
    let host = |origin: &str| {
        origin
            .split_once("://")
            .map_or(origin, |(_, host)| host)
            .to_owned()
    };
    let (own, other) = (host(page), host(origin));
    let how = if own == other {
        "without `https:`: who controls the network of a user controls that page"
    } else if other.starts_with(&own) {
        "because only the beginning is compared: anybody can register such a name"
    } else if other.ends_with(&own) && !other.ends_with(&format!(".{own}")) {
        "because only the end is compared: anybody can register such a name"
    } else if other.ends_with(&own) {
        "because every subdomain is allowed: a weak one is enough to attack"
    } else {
        "because the dot of a pattern stands for any character, or only a part is compared"
    };
    Finding::new(
        "similar-origin",
        format!("the server also allows `{origin}`, {how}"),
    )
    .remedy("compare whole origins: scheme, host and port, not parts of the text")
}

fn any_with_credentials(response: &Response) -> Option<Finding> {
    let any = allowed(response).filter(|field| field.value == "*")?;
    let credentials = with_credentials(response)?;
    Some(
        Finding::new(
            "any-with-credentials",
            "`*` together with `access-control-allow-credentials: true` never works: browsers refuse it, and it \
             shows that credentials were meant for every site",
        )
        .at(&any.at, "")
        .at(&credentials.at, "")
        .remedy("list the origins that need credentials, or remove `access-control-allow-credentials`"),
    )
}

fn insecure(facts: &Facts<'_>, response: &Response) -> Option<Finding> {
    let field = allowed(response).filter(|field| field.value.starts_with("http://"))?;
    let credentials = with_credentials(response)?;
    let host = field.value["http://".len()..]
        .split(':')
        .next()
        .unwrap_or_default();
    if cors_rules::is_loopback(host) || facts.url.as_ref().is_none_or(|url| url.scheme() != "https")
    {
        return None;
    }
    Some(
        Finding::new(
            "http-origin",
            format!(
                "the server allows `{}` with credentials, a page without https: who controls the network of a user \
                 can act as that user",
                field.value
            ),
        )
        .at(&field.at, "")
        .at(&credentials.at, "")
        .remedy("allow the page by https only"),
    )
}
