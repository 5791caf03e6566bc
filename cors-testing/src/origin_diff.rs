//! The difference between two origins, in words.

use cors_rules::check::listed_origin;
use cors_rules::{Origin, Tolerance};

/// Returns the difference between the value of `access-control-allow-origin` and the origin of a page,
/// as the rest of a sentence about the value.
pub(crate) fn origin_diff(allowed: &str, origin: &str) -> String {
    if allowed.is_empty() {
        return "which is empty".to_owned();
    }
    if allowed == "null" {
        return "which is an origin of its own, not the lack of one".to_owned();
    }
    let bare = allowed.trim_matches(['"', '\'', '`', '[', ']', '<', '>']);
    // A host of IPv6 ends with a bracket.
    let is_wrapped = allowed.starts_with(['"', '\'', '`', '[', '<']);
    if is_wrapped && (bare == "*" || bare == origin || origin_error(bare).is_none()) {
        return format!("which has quotes or brackets around `{bare}`, and they count");
    }
    if allowed.contains('*') && !allowed.contains(',') {
        return "which is a pattern, and browsers support only `*` as the whole value".to_owned();
    }
    if let Some((text, _)) = origin_error(allowed) {
        return match text.strip_prefix(&format!("`{allowed}` ")) {
            Some(text) => format!("which {text}"),
            None => format!("where {text}"),
        };
    }
    let parsed = [allowed, origin].map(|origin| Origin::parse(origin.as_bytes()));
    let [Some(allowed), Some(page)] = parsed else {
        return "which is another origin".to_owned();
    };
    let port = |origin: Origin<'_>| {
        origin
            .port()
            .map_or("the default".to_owned(), |port| port.to_string())
    };
    let (host, scheme) = (allowed.host().as_str(), allowed.scheme());
    let differences = [
        (scheme != page.scheme()).then(|| format!("another scheme (`{scheme}`)")),
        (host != page.host().as_str()).then(|| format!("another host (`{host}`)")),
        (allowed.port() != page.port())
            .then(|| format!("another port ({}, not {})", port(allowed), port(page))),
    ];
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    format!("which has {}", differences.join(" and "))
}

/// Returns the reason why a text is not the origin of a page, and the remedy.
pub(crate) fn origin_error(text: &str) -> Option<(String, String)> {
    if text.contains([',', ' ', '\t', '*']) {
        return Some((
            format!("`{text}` is not one origin"),
            "write scheme and host of one page, such as `https://app.example`".to_owned(),
        ));
    }
    let message = listed_origin(text, false, Tolerance::NONE)?.message();
    let (text, help) = message.as_str().split_once("\nhelp: ")?;
    Some((text.to_owned(), help.to_owned()))
}
