//! Two lines: an entry of an allow list, and an `Origin`.

use cors_rules::check::listed_origin;
use cors_rules::{Host, Origin, Pattern, Port, Tolerance};
use cors_runtime::Policy;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use super::service::{answer, values};

pub fn holds(data: &[u8]) {
    let mut lines = data.splitn(2, |&byte| byte == b'\n');
    let entry = lines.next().unwrap_or_default();
    let origin = lines.next().unwrap_or_default();
    for line in [entry, origin, data] {
        parsed(line);
    }
    if let Ok(entry) = str::from_utf8(entry) {
        decided(entry, origin);
    }
}

/// Checks that a valid pattern has one spelling, and that an invalid one gets a message.
fn parsed(line: &[u8]) {
    let text = str::from_utf8(line).ok();
    let pattern = text.and_then(Pattern::parse);
    let origin = Origin::parse(line);
    match pattern {
        Some(pattern) => assert_eq!(Some(spelled(&pattern).as_str()), text),
        None => assert_eq!(origin, None),
    }
    let exact = pattern.filter(|pattern| !pattern.subdomains() && pattern.port() != Port::Any);
    assert_eq!(
        exact.is_some(),
        pattern.is_some_and(|pattern| pattern.is_exact())
    );
    let parts = |origin: &Origin<'_>| {
        let port = origin.port().map_or(Port::Default, Port::Number);
        (
            origin.scheme().to_owned(),
            origin.host().as_str().to_owned(),
            port,
        )
    };
    assert_eq!(
        origin.as_ref().map(parts),
        exact.map(|exact| (
            exact.scheme().to_owned(),
            exact.host().as_str().to_owned(),
            exact.port()
        ))
    );
    let Some(text) = text else { return };
    if let Some(origin) = origin {
        is_of_a_browser(text, &origin);
    }
    let violation = listed_origin(text, false, Tolerance::NONE);
    assert_eq!(violation.is_none(), pattern.is_some(), "{violation:?}");
    let Some(violation) = violation else { return };
    assert_eq!(violation.text(), text);
    let message = violation.to_string();
    let (problem, remedy) = message.split_once("\nhelp: ").expect("a remedy");
    assert!(!problem.is_empty() && !remedy.is_empty(), "{message}");
    assert!(
        !problem
            .chars()
            .chain(remedy.chars())
            .any(|c| c.is_ascii_control()),
        "{message:?}"
    );
    let to_write = remedy
        .strip_prefix("write `\"")
        .and_then(|rest| rest.split_once("\"`"));
    if let Some((to_write, _)) = to_write.filter(|(text, _)| !text.ends_with('…')) {
        assert!(Pattern::parse(to_write).is_some(), "{message}");
    }
}

/// Checks that the URL standard serializes the origin of a page the same way.
fn is_of_a_browser(text: &str, origin: &Origin<'_>) {
    let is_web = ["http", "https"].contains(&origin.scheme());
    // Punycode is told from ASCII by nobody but a DNS server and the URL parser.
    if is_web && !origin.host().as_str().contains("xn--") {
        let url = Url::parse(text).expect("a URL");
        assert_eq!(url.origin().ascii_serialization(), text);
    }
    if let Host::Domain(name) = origin.host() {
        let labels = name.strip_suffix('.').unwrap_or(name).split('.');
        assert!(name.len() <= 254, "{name}");
        assert!(
            labels.map(str::len).all(|len| (1..=63).contains(&len)),
            "{name}"
        );
    }
}

fn spelled(pattern: &Pattern<'_>) -> String {
    let wildcard = if pattern.subdomains() { "*." } else { "" };
    let port = match pattern.port() {
        Port::Default => String::new(),
        Port::Number(port) => format!(":{port}"),
        Port::Any => ":*".to_owned(),
    };
    format!(
        "{}://{wildcard}{}{port}",
        pattern.scheme(),
        pattern.host().as_str()
    )
}

/// A policy with this entry alone lets in what the entry says.
fn decided(entry: &str, origin: &[u8]) {
    let Ok(sent) = HeaderValue::from_bytes(origin) else {
        return;
    };
    let entries = [entry];
    let policy = Policy::new(&entries).methods(&["GET"]);
    let headers = HeaderMap::from_iter([(ORIGIN, sent)]);
    let answer = answer(&policy, Method::GET, headers);
    assert_eq!(
        answer.is_some(),
        entry == "*" || Pattern::parse(entry).is_some()
    );
    let Some(answer) = answer else { return };
    let granted = values(answer.headers(), ACCESS_CONTROL_ALLOW_ORIGIN.as_str());
    if entry == "*" {
        assert_eq!(granted, [b"*"]);
    } else {
        // One fixed origin goes on every answer, and the browser compares.
        let is_granted = granted == [origin];
        assert_eq!(is_granted, allows(entry, origin), "{granted:?}");
        assert!(is_granted || granted.is_empty() || granted == [entry.as_bytes()]);
    }
}

fn allows(entry: &str, origin: &[u8]) -> bool {
    let (Some(entry), Some(origin)) = (Pattern::parse(entry), Origin::parse(origin)) else {
        return false;
    };
    let host = match (entry.subdomains(), origin.host()) {
        (false, host) => host.as_str() == entry.host().as_str(),
        (true, Host::Domain(host)) => host
            .strip_suffix(entry.host().as_str())
            .is_some_and(|labels| labels.len() > 1 && labels.ends_with('.')),
        (true, Host::Ip(_)) => false,
    };
    let port = match entry.port() {
        Port::Any => true,
        Port::Default => origin.port().is_none(),
        Port::Number(port) => origin.port() == Some(port),
    };
    entry.scheme() == origin.scheme() && host && port
}
