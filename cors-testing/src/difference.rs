//! How one origin is not another, in words.

use cors_rules::check::listed_origin;
use cors_rules::{Origin, Tolerance};

/// What keeps an allow-origin from being the page's origin, as the rest of a sentence about it.
pub(crate) fn difference(allowed: &str, origin: &str) -> String {
    if allowed.is_empty() {
        return "which is empty".to_owned();
    }
    if allowed == "null" {
        return "which is an origin of its own, not the lack of one".to_owned();
    }
    if allowed.contains('*') && !allowed.contains(',') {
        return "which is a pattern, and browsers know none: `*` stands alone".to_owned();
    }
    if let Some((what, _)) = no_origin(allowed) {
        return match what.strip_prefix(&format!("`{allowed}` ")) {
            Some(what) => format!("which {what}"),
            None => format!("where {what}"),
        };
    }
    let parsed = [allowed, origin].map(|origin| Origin::parse(origin.as_bytes()));
    let [Some(own), Some(page)] = parsed else {
        return "which is another origin".to_owned();
    };
    let port = |origin: Origin<'_>| {
        origin
            .port()
            .map_or("the default".to_owned(), |port| port.to_string())
    };
    let (host, scheme) = (own.host().as_str(), own.scheme());
    let differences = [
        (scheme != page.scheme()).then(|| format!("another scheme (`{scheme}`)")),
        (host != page.host().as_str()).then(|| format!("another host (`{host}`)")),
        (own.port() != page.port())
            .then(|| format!("another port ({}, not {})", port(own), port(page))),
    ];
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    format!("which has {}", differences.join(" and "))
}

/// Why a text is not the origin of a page, and what to write.
pub(crate) fn no_origin(text: &str) -> Option<(String, String)> {
    if text.contains([',', ' ', '\t', '*']) {
        return Some((
            format!("`{text}` is not one origin"),
            "write scheme and host of one page, such as `https://app.example`".to_owned(),
        ));
    }
    let message = listed_origin(text, false, Tolerance::NONE)?.message();
    let (what, help) = message.as_str().split_once("\nhelp: ")?;
    Some((what.to_owned(), help.to_owned()))
}
