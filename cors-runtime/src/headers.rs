//! Names of headers that many applications need, as lists for policies.
//!
//! ```
//! use cors_runtime::{cors, headers};
//!
//! #[cors(
//!     origins = ["https://app.example.com"],
//!     methods = [GET, POST, DELETE],
//!     headers = headers::MCP,
//!     expose_headers = headers::MCP_EXPOSED,
//! )]
//! async fn mcp() {}
//! ```
//!
//! A list has the names of its specification, and no others. The key of an attribute takes one
//! constant. [`join`] makes it of several lists:
//!
//! ```
//! use cors_runtime::{cors, headers};
//!
//! const HEADERS: [&str; 5] = headers::join(&[
//!     headers::TRACE_CONTEXT,
//!     &["authorization", "content-type"],
//! ]);
//!
//! #[cors(origins = ["https://app.example.com"], methods = [POST], headers = HEADERS)]
//! async fn save() {}
//! ```
//!
//! New revisions of a specification may add names to a list in a minor release.

use crate::policy::Policy;

/// The request headers of the Model Context Protocol over
/// [Streamable HTTP](https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http),
/// revisions 2025-03-26 to 2026-07-28.
///
/// | name | revision |
/// |---|---|
/// | `content-type` | all: `application/json` needs a preflight |
/// | `authorization` | [all](https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#access-token-usage): the access token |
/// | `mcp-session-id` | [2025-03-26 to 2025-11-25](https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management) |
/// | `last-event-id` | [2025-03-26 to 2025-11-25](https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery): a page that reads the stream with `fetch` sets it itself |
/// | `mcp-protocol-version` | [since 2025-06-18](https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#protocol-version-header) |
/// | `mcp-method`, `mcp-name` | [since 2026-07-28](https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#standard-request-headers) |
/// | `mcp-param-*` | [since 2026-07-28](https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#custom-headers-from-tool-parameters): the parameters that a tool marks with `x-mcp-header` |
///
/// The methods are POST, and up to 2025-11-25 GET and DELETE. See the guide
/// [`mcp`](crate::guide::mcp).
pub const MCP: &[&str] = &[
    "authorization",
    "content-type",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-param-*",
    "mcp-protocol-version",
    "mcp-session-id",
];

/// The response headers that a page needs for the Model Context Protocol.
///
/// | name | revision |
/// |---|---|
/// | `mcp-session-id` | [2025-03-26 to 2025-11-25](https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management): without it, a page cannot send its second request |
/// | `www-authenticate` | [since 2025-06-18](https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#protected-resource-metadata-discovery-requirements): a 401 names the metadata by which a client finds the authorization server |
pub const MCP_EXPOSED: &[&str] = &["mcp-session-id", "www-authenticate"];

/// The request headers of
/// [gRPC-Web](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md), as its clients send them.
/// The protocol has no versions.
///
/// | name | sent by |
/// |---|---|
/// | `content-type`, `x-grpc-web`, `x-user-agent` | all clients |
/// | `grpc-timeout` | [clients with a deadline](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests) |
/// | `grpc-accept-encoding` | [grpc-web](https://github.com/grpc/grpc-web/blob/master/javascript/net/grpc/web/grpcwebclientbase.js), in recent versions |
///
/// The method is POST. The list of the [Connect project](https://connectrpc.com/docs/cors) is the same
/// without `grpc-accept-encoding`. Metadata of the application, such as `authorization`, is added with
/// [`join`].
pub const GRPC_WEB: &[&str] = &[
    "content-type",
    "grpc-accept-encoding",
    "grpc-timeout",
    "x-grpc-web",
    "x-user-agent",
];

/// The response headers that a page needs for gRPC-Web: the
/// [status](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses) of a call without
/// a message, which is in the headers and not in the body.
pub const GRPC_WEB_EXPOSED: &[&str] = &["grpc-message", "grpc-status", "grpc-status-details-bin"];

/// The request headers of distributed tracing, which OpenTelemetry and others send from pages.
///
/// | name | standard |
/// |---|---|
/// | `traceparent`, `tracestate` | [W3C Trace Context](https://www.w3.org/TR/trace-context/), a Recommendation since 2020 |
/// | `baggage` | [W3C Baggage](https://www.w3.org/TR/baggage/), a Candidate Recommendation |
pub const TRACE_CONTEXT: &[&str] = &["baggage", "traceparent", "tracestate"];

/// Joins lists of headers into one, for a constant.
///
/// The type of the constant has the number of names, and the compiler checks it:
///
/// ```
/// use cors_runtime::{Policy, headers};
///
/// const HEADERS: [&str; 6] = headers::join(&[headers::GRPC_WEB, &["authorization"]]);
///
/// const GRPC: Policy = Policy::new(&["https://app.example.com"])
///     .methods(&["POST"])
///     .headers(&HEADERS)
///     .expose_headers(headers::GRPC_WEB_EXPOSED)
///     .checked();
/// ```
///
/// A name that two of the lists have is one too many for a policy
/// ([`HeaderDuplicate`](crate::Rule::HeaderDuplicate)).
///
/// # Panics
///
/// If the lists do not have `N` names; in a constant that is a compile error.
#[must_use]
#[track_caller]
pub const fn join<'a, const N: usize>(lists: &[&[&'a str]]) -> [&'a str; N] {
    let mut joined = [""; N];
    let mut len = 0;
    let mut i = 0;
    while i < lists.len() {
        let list = lists[i];
        let mut name = 0;
        while name < list.len() {
            if len < N {
                joined[len] = list[name];
            }
            len += 1;
            name += 1;
        }
        i += 1;
    }
    assert!(
        len == N,
        "the number of names differs from the length of the array\nhelp: write the sum of the lists' \
         lengths"
    );
    joined
}

const _: Policy = with(MCP, MCP_EXPOSED);
const _: Policy = with(GRPC_WEB, GRPC_WEB_EXPOSED);
const _: Policy = with(TRACE_CONTEXT, &[]);

/// A policy with these headers; with credentials, which have more rules.
const fn with(
    headers: &'static [&'static str],
    exposed: &'static [&'static str],
) -> Policy<'static> {
    let policy = Policy::new(&["https://app.example.com"]).credentials();
    let policy = policy.methods(&["POST"]).headers(headers);
    policy.expose_headers(exposed).checked()
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn joined_lists() {
        const THREE: [&str; 3] = join(&[&["a"], &[], &["b", "c"]]);
        assert_eq!(THREE, ["a", "b", "c"]);
        assert_eq!(join(&[]), [""; 0]);
    }

    #[test]
    #[should_panic(expected = "the number of names")]
    fn joined_lists_are_longer() {
        let _: [&str; 1] = join(&[&["a"], &["b"]]);
    }

    #[test]
    #[should_panic(expected = "the number of names")]
    fn joined_lists_are_shorter() {
        let _: [&str; 3] = join(&[&["a"], &["b"]]);
    }
}
