//! The sentences that no check of CORS is the reason of, and those without a reason.

use super::sentence::{Sentence, any, chromium, firefox, webkit};
use crate::message::MessageKind;

/// As for the sentences about CORS, the first row that fits counts.
pub(super) const NOT_CORS: &[Sentence] = &[
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
    chromium("net::ERR_HTTP2_", MessageKind::Refused),
    chromium("net::ERR_QUIC_", MessageKind::Refused),
    chromium("net::ERR_INCOMPLETE_CHUNKED", MessageKind::Refused),
    chromium("net::ERR_CONTENT_LENGTH_MISMATCH", MessageKind::Refused),
    webkit("Could not connect to the server", MessageKind::Refused),
    chromium("net::ERR_BLOCKED_BY_CLIENT", MessageKind::Blocked),
    chromium("net::ERR_BLOCKED_BY_ORB", MessageKind::OpaqueBlocked),
    chromium(
        "(CORB) blocked cross-origin response",
        MessageKind::OpaqueBlocked,
    ),
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
    any("Refused to get unsafe header", MessageKind::HiddenHeader),
    any("Refused to set unsafe header", MessageKind::ForbiddenHeader),
    any(
        "Attempt to set a forbidden header was denied",
        MessageKind::ForbiddenHeader,
    ),
    // Frames and windows, which have rules of their own.
    any("Blocked a frame with origin", MessageKind::Frame),
    any("Failed to construct 'Worker'", MessageKind::Frame),
    any("Failed to execute 'postMessage' on", MessageKind::Frame),
    any("in a frame because", MessageKind::Frame),
    firefox("Permission denied to access property", MessageKind::Frame),
    // A response of another type.
    any("because its MIME type ('text/html')", MessageKind::NotJson),
    any(
        "responded with a MIME type of \"text/html\"",
        MessageKind::NotJson,
    ),
    firefox("disallowed MIME type (\"text/html\")", MessageKind::NotJson),
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
    // The errors of libraries and of platforms without CORS.
    any("Request failed with status code ", MessageKind::Status),
    // The router of Heroku.
    any("at=error code=H", MessageKind::Status),
    any(": 0 Unknown Error", MessageKind::Network),
    any("Http failure response for ", MessageKind::Status),
    any("Network request failed", MessageKind::Network),
    any("TypeError: fetch failed", MessageKind::Network),
    any("XMLHttpRequest error", MessageKind::Network),
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
