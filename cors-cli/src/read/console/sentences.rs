//! The table of sentences: a phrase that only one check has, and the check.

use crate::message::MessageKind;

mod not_cors;
mod sentence;

use not_cors::NOT_CORS;
pub(super) use sentence::Sentence;
use sentence::{any, chromium, firefox, webkit};

/// Words of which each sentence has at least one. Most lines have none.
const MARKS: [&str; 33] = [
    "at=error",
    "MIME type",
    "unsafe header",
    "Blocked a frame",
    "postMessage",
    "in a frame because",
    "address space",
    "status code ",
    "XMLHttpRequest error",
    "JSON",
    "to the server at ws",
    "nexpected token",
    "EventSource",
    "WebSocket",
    "Access to ",
    "ainted",
    " HTTP/",
    "CORS",
    "Access-Control-Allow-",
    "ross-origin",
    "ross origin",
    "Cross-Origin",
    "access control check",
    "net::ERR_",
    "reflight",
    "ixed ",
    "insecure",
    "ailed",
    "Network",
    "no-cors",
    "status of ",
    "ookie",
    "http",
];

/// Returns the sentence of a text, if it has a reason.
pub(super) fn find(text: &str) -> Option<&'static Sentence> {
    let mut rows = SENTENCES.iter().chain(NOT_CORS);
    rows.find(|row| text.contains(row.phrase))
}

/// Whether a line may have a sentence.
pub(super) fn may_begin(line: &str) -> bool {
    MARKS.iter().any(|mark| line.contains(mark))
}

/// Whether a line has the beginning of a sentence of several lines.
pub(super) fn is_begun(line: &str) -> bool {
    let beginnings = [
        "Access to ",
        "Cross-Origin Request Blocked",
        " cannot load ",
        "Mixed Content: ",
    ];
    beginnings.iter().any(|beginning| line.contains(beginning))
}

/// The sentences about a check of CORS. The first row that fits counts, so that special ones come first.
const SENTENCES: &[Sentence] = &[
    // The value of `access-control-allow-origin`.
    chromium(
        "must not be the wildcard '*'",
        MessageKind::AllowOriginWildcard,
    ),
    chromium(
        "wildcard '*' cannot be used in the",
        MessageKind::AllowOriginWildcard,
    ),
    any(
        "annot use wildcard in Access-Control-Allow-Origin",
        MessageKind::AllowOriginWildcard,
    ),
    firefox(
        "Credential is not supported if the CORS header",
        MessageKind::AllowOriginWildcard,
    ),
    chromium("contains multiple values", MessageKind::AllowOriginSeveral),
    firefox(
        "Multiple CORS header 'Access-Control-Allow-Origin'",
        MessageKind::AllowOriginSeveral,
    ),
    webkit(
        "Access-Control-Allow-Origin cannot contain more than one origin",
        MessageKind::AllowOriginSeveral,
    ),
    chromium(
        "header contains the invalid value",
        MessageKind::AllowOriginInvalid,
    ),
    chromium(
        "not equal to the supplied origin",
        MessageKind::AllowOriginMismatch,
    ),
    firefox(
        "CORS header 'Access-Control-Allow-Origin' does not match",
        MessageKind::AllowOriginMismatch,
    ),
    chromium(
        "'Access-Control-Allow-Credentials' header in the response is",
        MessageKind::AllowCredentials,
    ),
    firefox(
        "in CORS header 'Access-Control-Allow-Credentials'",
        MessageKind::AllowCredentials,
    ),
    webkit(
        "but Access-Control-Allow-Credentials is not",
        MessageKind::AllowCredentials,
    ),
    // The preflight.
    chromium("does not have HTTP ok status", MessageKind::PreflightStatus),
    chromium(
        "Response for preflight has invalid HTTP status code",
        MessageKind::PreflightStatus,
    ),
    chromium(
        "Redirect is not allowed for a preflight request",
        MessageKind::PreflightRedirect,
    ),
    chromium(
        "Response for preflight is invalid (redirect)",
        MessageKind::PreflightRedirect,
    ),
    chromium(
        "requests that require preflight",
        MessageKind::PreflightRedirect,
    ),
    chromium(
        "Request requires preflight, which is disallowed",
        MessageKind::PreflightRedirect,
    ),
    any(
        "is not allowed by Access-Control-Allow-Methods",
        MessageKind::Method,
    ),
    firefox("Did not find method in CORS header", MessageKind::Method),
    any(
        "is not allowed by Access-Control-Allow-Headers",
        MessageKind::Header,
    ),
    firefox(
        "in CORS header 'Access-Control-Allow-Headers'",
        MessageKind::Header,
    ),
    firefox(
        "is not allowed according to header 'Access-Control-Allow-Headers'",
        MessageKind::Header,
    ),
    firefox(
        "CORS preflight channel did not succeed",
        MessageKind::PreflightFailed,
    ),
    firefox(
        "CORS preflight response did not succeed",
        MessageKind::PreflightFailed,
    ),
    webkit(
        "Preflight response is not successful. Status code",
        MessageKind::PreflightStatus,
    ),
    webkit(
        "Preflight response is not successful",
        MessageKind::PreflightFailed,
    ),
    // A header that is missing. Old words of Chromium end with advice about opaque responses.
    chromium(
        "No 'Access-Control-Allow-Origin' header is present",
        MessageKind::AllowOriginMissing,
    ),
    firefox(
        "CORS header 'Access-Control-Allow-Origin' missing",
        MessageKind::AllowOriginMissing,
    ),
    any(
        "is not allowed by Access-Control-Allow-Origin",
        MessageKind::AllowOriginMissing,
    ),
    // A column of the network panel.
    firefox("CORS Missing Allow Origin", MessageKind::AllowOriginMissing),
    // Redirects.
    firefox(
        "CORS request external redirect not allowed",
        MessageKind::Redirect,
    ),
    chromium(
        "disallowed for cross-origin requests",
        MessageKind::Redirect,
    ),
    chromium(
        "which has a disallowed scheme for cross-origin",
        MessageKind::Redirect,
    ),
    // Pages without an origin, and URLs without a scheme.
    any(
        "Cross origin requests are only supported for",
        MessageKind::Scheme,
    ),
    firefox("CORS request not http", MessageKind::Scheme),
    any(
        "URL scheme must be \"http\" or \"https\"",
        MessageKind::Scheme,
    ),
    any(
        "'file:' URLs are treated as unique security origins",
        MessageKind::NullOrigin,
    ),
];

/// Sentences about CORS whose reason is unknown, or is on a line that is missing.
pub(super) const CORS: &[Sentence] = &[
    chromium("blocked by CORS policy", MessageKind::AccessControl),
    // Its start, because the rest is often cut.
    chromium("Access to fetch at '", MessageKind::AccessControl),
    chromium("Access to XMLHttpRequest at '", MessageKind::AccessControl),
    firefox("Cross-Origin Request Blocked", MessageKind::AccessControl),
    // Firefox translates its sentences, unlike the other engines.
    firefox("(Grund: CORS", MessageKind::AccessControl),
    firefox("(Raison : ", MessageKind::AccessControl),
    firefox("(Razón: ", MessageKind::AccessControl),
    firefox("(Motivo: ", MessageKind::AccessControl),
    firefox("(Powód: ", MessageKind::AccessControl),
    firefox("(Причина: ", MessageKind::AccessControl),
    firefox("(原因: ", MessageKind::AccessControl),
    firefox("(理由: ", MessageKind::AccessControl),
];

/// Messages without a reason that are too short to be found inside of a line.
pub(super) const WHOLE_LINES: &[Sentence] = &[
    chromium("Failed to fetch", MessageKind::Network),
    webkit("Load failed", MessageKind::Network),
    any("Network Error", MessageKind::Network),
    // A column of the network panel.
    chromium("CORS error", MessageKind::AccessControl),
];

/// `POST https://api.example/data 413 (Payload Too Large)`, which has no words.
pub(super) const STATUS: Sentence = any("", MessageKind::Status);
