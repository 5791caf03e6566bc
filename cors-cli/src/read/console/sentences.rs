//! The table of sentences: a phrase that only one check has, and the check.

use crate::message::{Engine, MessageKind};

/// A sentence, by a phrase in it.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) phrase: &'static str,
    pub(super) kind: MessageKind,
    /// `None` if several engines use these words.
    pub(super) engine: Option<Engine>,
}

const fn any(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: None,
    }
}

const fn chromium(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: Some(Engine::Chromium),
    }
}

const fn firefox(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: Some(Engine::Firefox),
    }
}

const fn webkit(phrase: &'static str, kind: MessageKind) -> Sentence {
    Sentence {
        phrase,
        kind,
        engine: Some(Engine::WebKit),
    }
}

/// Words of which each sentence has at least one. Most lines have none.
const MARKS: [&str; 24] = [
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

/// The sentences with a reason. The first row that fits counts, so that special ones come first.
pub(super) const SENTENCES: &[Sentence] = &[
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
    // No fault of CORS.
    chromium(
        "Permission was denied for this request to access",
        MessageKind::LocalNetwork,
    ),
    chromium("more-private address space", MessageKind::LocalNetwork),
    chromium(
        "Access-Control-Allow-Private-Network",
        MessageKind::LocalNetwork,
    ),
    chromium("unknown address space", MessageKind::LocalNetwork),
    chromium("Mixed Content:", MessageKind::MixedContent),
    firefox(
        "Blocked loading mixed active content",
        MessageKind::MixedContent,
    ),
    webkit("requested insecure content from", MessageKind::MixedContent),
    webkit(
        "was not allowed to display insecure content",
        MessageKind::MixedContent,
    ),
    webkit(
        "was not allowed to run insecure content",
        MessageKind::MixedContent,
    ),
    chromium("net::ERR_BLOCKED_BY_RESPONSE", MessageKind::ResourcePolicy),
    firefox(
        "its Cross-Origin-Resource-Policy header",
        MessageKind::ResourcePolicy,
    ),
    webkit(
        "Cross-Origin-Resource-Policy response header",
        MessageKind::ResourcePolicy,
    ),
    any(
        "because of Cross-Origin-Embedder-Policy",
        MessageKind::ResourcePolicy,
    ),
    any(
        "violates the following Content Security Policy directive",
        MessageKind::ContentSecurityPolicy,
    ),
    any(
        "violates the document's Content Security Policy",
        MessageKind::ContentSecurityPolicy,
    ),
    firefox(
        "The page's settings blocked",
        MessageKind::ContentSecurityPolicy,
    ),
    chromium("net::ERR_CERT_", MessageKind::Certificate),
    chromium("net::ERR_SSL_", MessageKind::Certificate),
    webkit(
        "The certificate for this server is invalid",
        MessageKind::Certificate,
    ),
    chromium("net::ERR_NAME_NOT_RESOLVED", MessageKind::Dns),
    webkit(
        "server with the specified hostname could not be found",
        MessageKind::Dns,
    ),
    chromium("net::ERR_CONNECTION_", MessageKind::Refused),
    chromium("net::ERR_ADDRESS_UNREACHABLE", MessageKind::Refused),
    chromium("net::ERR_EMPTY_RESPONSE", MessageKind::Refused),
    webkit("Could not connect to the server", MessageKind::Refused),
    chromium("net::ERR_BLOCKED_BY_CLIENT", MessageKind::Blocked),
    chromium("net::ERR_BLOCKED_BY_ORB", MessageKind::OpaqueBlocked),
    firefox(
        "was blocked by OpaqueResponseBlocking",
        MessageKind::OpaqueBlocked,
    ),
    firefox(
        "was blocked because content blocking is enabled",
        MessageKind::Blocked,
    ),
    firefox(
        "was blocked by Enhanced Tracking Protection",
        MessageKind::Blocked,
    ),
    any("Set-Cookie was blocked because", MessageKind::Cookie),
    chromium(
        "set a cookie via a Set-Cookie header was blocked",
        MessageKind::Cookie,
    ),
    firefox("has been rejected because it is", MessageKind::Cookie),
    firefox("\" has been rejected", MessageKind::Cookie),
    firefox("\" will be soon rejected", MessageKind::Cookie),
    any(
        "didn't specify a \"SameSite\" attribute",
        MessageKind::Cookie,
    ),
    chromium("set without the `SameSite` attribute", MessageKind::Cookie),
    chromium("`SameSite=None` but without `Secure`", MessageKind::Cookie),
    chromium("in a cross-site context", MessageKind::Cookie),
    chromium(
        "send a cookie in a cross-site request by specifying its SameSite",
        MessageKind::Cookie,
    ),
    any("cookie was blocked because", MessageKind::Cookie),
    any("cookie was blocked due to", MessageKind::Cookie),
    any(
        "cookie via a Set-Cookie header was blocked",
        MessageKind::Cookie,
    ),
    any("hird-party cookie will be blocked", MessageKind::Cookie),
    any("hird-party cookie is blocked", MessageKind::Cookie),
    // Web sockets, after the errors of connections.
    any("Error during WebSocket handshake", MessageKind::WebSocket),
    // A response of another type.
    any("Unexpected token '<'", MessageKind::NotJson),
    any("Unexpected token <", MessageKind::NotJson),
    any("Unexpected end of JSON input", MessageKind::NotJson),
    any("is not valid JSON", MessageKind::NotJson),
    firefox("JSON.parse: unexpected", MessageKind::NotJson),
    firefox("expected expression, got '<'", MessageKind::NotJson),
    webkit("JSON Parse error: ", MessageKind::NotJson),
    any("EventSource's response has", MessageKind::EventStream),
    // No reason.
    webkit("due to access control checks", MessageKind::AccessControl),
    any("the server responded with a status of", MessageKind::Status),
    firefox("[HTTP/", MessageKind::Status),
    firefox("CORS request did not succeed", MessageKind::Network),
    any("WebSocket connection to '", MessageKind::WebSocket),
    firefox(
        "establish a connection to the server at ws",
        MessageKind::WebSocket,
    ),
    chromium("net::ERR_", MessageKind::Network),
    chromium("TypeError: Failed to fetch", MessageKind::Network),
    firefox(
        "NetworkError when attempting to fetch resource",
        MessageKind::Network,
    ),
    webkit("TypeError: Load failed", MessageKind::Network),
    any("AxiosError: Network Error", MessageKind::Network),
    any("Error: Network Error", MessageKind::Network),
    // The fields of an error, as a console or a log prints them.
    any("\"Network Error\"", MessageKind::Network),
    any("'Network Error'", MessageKind::Network),
    any("ERR_NETWORK", MessageKind::Network),
    // Opaque images, the code of a page, and its service worker.
    any(
        "Tainted canvases may not be exported",
        MessageKind::TaintedCanvas,
    ),
    any(
        "canvas has been tainted by cross-origin data",
        MessageKind::TaintedCanvas,
    ),
    any(
        "image element contains cross-origin data",
        MessageKind::TaintedCanvas,
    ),
    any(
        "response was used for a request whose type is not no-cors",
        MessageKind::Opaque,
    ),
    any("mode: \"no-cors\"", MessageKind::Opaque),
    any("mode: 'no-cors'", MessageKind::Opaque),
    any("mode:\"no-cors\"", MessageKind::Opaque),
    any("mode:'no-cors'", MessageKind::Opaque),
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
