//! Headers of a response that the page cannot read, although it can read the response.

use super::facts::Facts;
use super::remedy::Want;
use super::rules::response_head;
use crate::diagnosis::Finding;

/// Headers that pages want to read; others are of the server and of the connection.
const WANTED: [&str; 15] = [
    "authorization",
    "content-disposition",
    "content-range",
    "deprecation",
    "etag",
    "link",
    "location",
    "mcp-session-id",
    "retry-after",
    "sunset",
    "www-authenticate",
    "grpc-status",
    "grpc-message",
    "ratelimit",
    "digest",
];

/// Headers with `x-` that servers send for themselves.
const INTERNAL: [&str; 20] = [
    "x-amz-",
    "x-amzn-",
    "x-aspnet",
    "x-azure-",
    "x-cache",
    "x-cloud-",
    "x-content-type-options",
    "x-dns-",
    "x-download-options",
    "x-envoy-",
    "x-frame-options",
    "x-kong-",
    "x-ms-",
    "x-nf-",
    "x-permitted-",
    "x-powered-by",
    "x-runtime",
    "x-served-by",
    "x-varnish",
    "x-xss-protection",
];

/// Returns the remark about headers that are not exposed.
pub(super) fn check(facts: &Facts<'_>) -> Option<Finding> {
    let response = facts.hops().last()?.response.as_ref()?;
    let status = response.status.as_ref().map_or(200, |status| status.value);
    if !(200..300).contains(&status) {
        return None;
    }
    let origin = facts
        .url
        .as_ref()
        .map(|url| url.origin().ascii_serialization());
    if origin.as_ref() == Some(&facts.origin.value) {
        return None;
    }
    let hidden = response_head(response).hidden_headers(facts.credentials);
    let hidden: Vec<String> = hidden
        .iter()
        .map(|name| name.as_str())
        .filter(|name| {
            let is_own =
                name.starts_with("x-") && !INTERNAL.iter().any(|start| name.starts_with(start));
            WANTED.contains(name) || is_own
        })
        .map(str::to_owned)
        .collect();
    let first = response.header(hidden.first()?)?;
    let names = hidden.join(", ");
    let finding = Finding::new(
        "exposed",
        format!(
            "the page cannot read these headers, for which browsers report no error: `{names}`"
        ),
    )
    .at(&first.at, "hidden from the page")
    .code(
        "if the page needs them, name them in the response:",
        format!("access-control-expose-headers: {names}"),
    );
    let want = Want::of(facts).exposing(hidden);
    Some(finding.with_remedies(want.layers(facts, Some(response))))
}

/// Whether the text has the name of a hidden header outside of the response, such as in the page's code.
pub(super) fn is_missed(facts: &Facts<'_>) -> bool {
    // The text of a HAR file has everything several times.
    const MAX: usize = 64 * 1024;
    let Some(finding) = check(facts) else {
        return false;
    };
    let text = &facts.paste.text;
    let names = finding.sentence.split('`').nth(1).unwrap_or_default();
    if text.len() > MAX {
        return false;
    }
    let text = text.to_ascii_lowercase();
    let wants = [
        "headers.get",
        "getresponseheader",
        "unsafe header",
        "headers[",
    ];
    wants.iter().any(|word| text.contains(word))
        || names.split(", ").any(|name| text.matches(name).count() > 1)
}
