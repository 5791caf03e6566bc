//! Requests without a response: no address, no connection, no trust.

use super::facts::Facts;
use super::finding::{Findings, Rank};
use crate::diagnosis::Finding;
use crate::exchange::{Exchange, FailureKind, Purpose, Span};
use crate::message::MessageKind;

/// Adds the reason why there is no response. Returns whether there is one.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) -> bool {
    let mut exchanges = facts.preflight().into_iter().chain(facts.hops());
    let failure = exchanges.find_map(|exchange| exchange.failure.as_ref());
    if let Some(failure) = failure {
        found.fail(Rank::Explains, of_kind(facts, failure.kind, &failure.at));
        return true;
    }
    for (kind, failure) in [
        (MessageKind::Dns, FailureKind::Dns),
        (MessageKind::Certificate, FailureKind::Certificate),
        (MessageKind::Blocked, FailureKind::Blocked),
        (MessageKind::Refused, FailureKind::Refused),
        (MessageKind::Network, FailureKind::Other),
    ] {
        if let Some(message) = facts.message(&[kind]) {
            let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
            let failure = match failure {
                _ if text.contains("TIMED_OUT") => FailureKind::Timeout,
                _ if text.contains("UNSAFE_PORT") => FailureKind::Refused,
                _ if is_broken_off(text) => FailureKind::Closed,
                _ if text.contains("ERR_SSL_") => FailureKind::Tls,
                // Without a reason; `messages` lists the possible ones.
                FailureKind::Other => continue,
                failure => failure,
            };
            found.fail(Rank::Explains, of_kind(facts, failure, &message.at));
            return true;
        }
    }
    false
}

/// Whether a network error came after the connection was open.
fn is_broken_off(text: &str) -> bool {
    let errors = [
        "EMPTY_RESPONSE",
        "CONNECTION_RESET",
        "CONNECTION_CLOSED",
        "CONNECTION_ABORTED",
        "ERR_HTTP2_",
        "ERR_QUIC_",
        "INCOMPLETE_CHUNKED",
        "LENGTH_MISMATCH",
    ];
    errors.iter().any(|error| text.contains(error))
}

fn of_kind(facts: &Facts<'_>, kind: FailureKind, at: &Span) -> Finding {
    let text = facts.paste.text.get(at.clone()).unwrap_or_default();
    let of_url = facts
        .url
        .as_ref()
        .and_then(|url| Some((url.host_str()?, url.port_or_known_default())));
    let server = of_url.or_else(|| of_words(text));
    let host = server.map_or("api.example", |(host, _)| host);
    let place = match server {
        Some((host, Some(port))) => format!("`{host}`, port {port}"),
        Some((host, None)) => format!("`{host}`"),
        None => "the server".to_owned(),
    };
    let not_found = "not CORS: ";
    let finding = match kind {
        FailureKind::Dns => Finding::new(
            "dns",
            match server {
                Some(_) => format!(
                    "{not_found}the host name `{host}` has no address, so the request never reached a server"
                ),
                None => format!(
                    "{not_found}the name of the host has no address, so the request never reached a server"
                ),
            },
        )
        .remedy("check the spelling of the host in the page, and the DNS entry, VPN or hosts file"),
        FailureKind::Refused if text.contains("UNSAFE_PORT") => Finding::new(
            "unsafe-port",
            format!("{not_found}browsers refuse this port ({place}), whatever the server sends"),
        )
        .remedy("let the server listen on another port, such as 8080"),
        FailureKind::Refused => Finding::new(
            "connection-refused",
            format!("{not_found}nothing listens on {place}, so there is no response at all"),
        )
        .remedy("start the server, and compare its port and address with the URL in the page")
        .remedy(
            "if the name is `localhost`: it may be IPv6 (`::1`), and the server listens on `127.0.0.1` only, or in \
             a container; listen on all addresses (`0.0.0.0` or `::`), or call `127.0.0.1`",
        ),
        FailureKind::Timeout => Finding::new(
            "timeout",
            format!("{not_found}{place} did not respond in time"),
        )
        .remedy("check that the server runs and that no firewall is in between"),
        FailureKind::Certificate => Finding::new(
            "certificate",
            format!(
                "{not_found}the browser does not trust the certificate of {place}, so it sends no request and \
                 gets no headers"
            ),
        )
        .remedy(
            "open the URL itself in a tab: the browser shows the reason there (expired, another name, \
             self-signed)",
        )
        .code(
            "for development, make a certificate that your system trusts:",
            format!(
                "mkcert -install && mkcert {}",
                facts
                    .url
                    .as_ref()
                    .and_then(|url| url.host_str())
                    .unwrap_or("localhost")
            ),
        ),
        FailureKind::Tls => wrong_scheme(facts, &place).unwrap_or_else(|| {
            Finding::new(
                "tls",
                format!(
                    "{not_found}{place} does not use TLS as the browser does: wrong scheme or port, or an old \
                     version"
                ),
            )
            .remedy("check whether the URL should begin with `http:` instead of `https:`, and the port")
        }),
        FailureKind::Closed => wrong_scheme(facts, &place).unwrap_or_else(|| {
            Finding::new(
                "connection-closed",
                format!("{not_found}{place} broke the connection off before the response was complete"),
            )
            .remedy("look at the log of the server: it most likely crashed, or a proxy gave up")
        }),
        FailureKind::Blocked => Finding::new(
            "blocked-by-client",
            format!(
                "{not_found}an extension of the browser, or its protection against trackers, blocked the request \
                 to `{host}`; no server can cure this"
            ),
        )
        .remedy("try a private window without extensions")
        .remedy("rename paths and hosts with words such as `ads`, `track` or `analytics`, if they are yours"),
        FailureKind::Other => Finding::new(
            "network",
            format!("{not_found}the request to {place} failed before there was a response"),
        )
        .code("see how it fails without a browser:", format!("curl -v '{}'", url(facts))),
    };
    finding.not_cors().at(at, "")
}

fn url(facts: &Facts<'_>) -> String {
    facts
        .url
        .as_ref()
        .map_or_else(|| "https://api.example/".to_owned(), ToString::to_string)
}

/// Returns the host, and maybe the port, that an error of curl names.
fn of_words(text: &str) -> Option<(&str, Option<u16>)> {
    let before = ["resolve host: ", "ailed to connect to ", " connect to "];
    let rest = before
        .iter()
        .find_map(|words| text.split_once(words))
        .map(|(_, rest)| rest)?;
    let mut words = rest.split_whitespace();
    let host = words.next()?.trim_end_matches([',', ';']);
    let port = words.next().filter(|word| *word == "port");
    Some((
        host,
        port.and(words.next()).and_then(|port| port.parse().ok()),
    ))
}

/// Returns the finding about the scheme, if the server responds to the other one.
fn wrong_scheme(facts: &Facts<'_>, place: &str) -> Option<Finding> {
    let mut probes = facts
        .story
        .probes
        .iter()
        .map(|index| &facts.paste.exchanges[*index]);
    // A certificate that is not trusted is a sign of `https:`, too.
    let responds = |exchange: &Exchange| {
        let failure = exchange.failure.as_ref().map(|failure| failure.kind);
        exchange.response.is_some() || failure == Some(FailureKind::Certificate)
    };
    let other =
        probes.find(|exchange| exchange.purpose == Purpose::OtherScheme && responds(exchange));
    let url = other?.request.as_ref()?.url.as_ref()?;
    let scheme = url.value.scheme();
    let sentence = format!(
        "not CORS: the URL has the wrong scheme, because {place} responds only to `{scheme}:`"
    );
    Some(Finding::new("tls", sentence).code("call in the page:", url.value.to_string()))
}
