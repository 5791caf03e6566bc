//! Pastes of public threads, each read in one piece: the first sentence names the cause, and the whole
//! diagnosis has the words that a person needs.

use std::fs;

use cors_cli::{Asked, diagnose, read, show};
use serde::Deserialize;

/// A paste with the words of its diagnosis. Each group is a list of alternatives.
#[derive(Deserialize)]
struct Case {
    name: String,
    keywords: Vec<Vec<String>>,
}

/// The stable name of each cause, and words of the first line. The control has none.
const FIRST: [(&str, Option<&str>, &str); 26] = [
    ("curl-v-http2-options-405", Some("preflight-status"), "405"),
    (
        "copied-as-curl-then-verbose",
        Some("preflight-status"),
        "403",
    ),
    (
        "devtools-post-500-star-with-cookie",
        Some("origin"),
        "sends credentials",
    ),
    (
        "response-alone-two-allow-origins",
        Some("preflight-origin"),
        "2 times",
    ),
    ("curl-i-response-star-star", Some("origin"), "2 times"),
    ("raw-trailing-slash", Some("origin"), "has a path (`/`)"),
    (
        "raw-allow-origin-null-on-mismatch",
        Some("preflight-origin"),
        "not on their list",
    ),
    (
        "raw-allow-credentials-true",
        Some("preflight-credentials"),
        "`access-control-allow-credentials: True`, not `true`",
    ),
    (
        "list-without-a-comma",
        Some("preflight-list"),
        "a comma is missing",
    ),
    (
        "s3-preflight-403-with-body",
        Some("preflight-status"),
        "the bucket has no CORS configuration",
    ),
    (
        "upload-listener-500",
        Some("preflight-status"),
        "a listener on `xhr.upload`",
    ),
    (
        "curl-d-response-302-to-login",
        Some("login-redirect"),
        "redirected to a login page",
    ),
    (
        "slash-redirect-without-headers",
        Some("slash-redirect"),
        "without a slash at the end",
    ),
    ("cdn-522", Some("gateway-error"), "Cloudflare responds"),
    (
        "stale-preflight",
        Some("remembered-preflight"),
        "an older one from its cache",
    ),
    ("no-cors-opaque", Some("no-cors"), "opaque"),
    (
        "console-mixed-content",
        Some("mixed-content"),
        "mixed content",
    ),
    (
        "console-file-page-eventsource",
        Some("null-origin"),
        "opened as a file",
    ),
    (
        "extension-origin-eventsource",
        Some("origin"),
        "without `access-control-allow-origin`",
    ),
    ("capacitor-origin-allowed", None, "no problem"),
    ("cookie-samesite-lax", Some("cookie"), "no `SameSite`"),
    (
        "corp-same-origin",
        Some("resource-policy"),
        "`Cross-Origin-Resource-Policy`",
    ),
    (
        "httpie-test-that-is-no-preflight",
        Some("not-a-preflight"),
        "no preflight",
    ),
    (
        "star-headers-with-credentials",
        Some("preflight-header"),
        "with credentials `*` is not a wildcard",
    ),
    (
        "console-safari-three-lines",
        Some("origin"),
        "http://127.0.0.1:3101/config",
    ),
    (
        "curl-head-missing-allow-origin-no-status",
        Some("origin"),
        "without `access-control-allow-origin`",
    ),
];

#[test]
fn first_line_names_the_cause() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    for (name, id, words) in FIRST {
        let text = fs::read_to_string(format!("{folder}/{name}.txt")).expect(name);
        let paste = read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let diagnosis = diagnose(&paste, &Asked::default());
        let cause = diagnosis.cases.first().and_then(|case| case.cause.as_ref());
        assert_eq!(cause.map(|cause| cause.id), id, "{name}");
        let printed = show::text(&paste, &diagnosis, show::Source::Stdin, None);
        let first = printed.lines().next().unwrap_or_default();
        assert!(first.contains(words), "{name}: {first}");
    }
}

#[test]
fn diagnoses_have_their_words() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let cases = fs::read_to_string(format!("{folder}/cases.json")).expect("the list of cases");
    let cases: Vec<Case> = serde_json::from_str(&cases).expect("a list of cases");
    let mut failures = Vec::new();
    for case in &cases {
        let name = &case.name;
        let text = fs::read_to_string(format!("{folder}/cases/{name}.txt")).expect(name);
        let paste = read(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let diagnosis = diagnose(&paste, &Asked::default());
        let printed = show::text(&paste, &diagnosis, show::Source::Stdin, None);
        let lower = printed.to_lowercase();
        for alternatives in &case.keywords {
            let is_there = |word: &String| lower.contains(&word.to_lowercase());
            if !alternatives.iter().any(is_there) {
                failures.push(format!("{name}: none of {alternatives:?} in\n{printed}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert_eq!(cases.len(), 26);
}
