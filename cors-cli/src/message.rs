//! Sentences of browser consoles, as data.

use crate::place::{Located, Span};

/// A sentence of a browser's console.
#[derive(Clone, Debug)]
pub struct Message {
    /// The check that failed, or the other cause.
    pub kind: MessageKind,
    /// The browser engine, if its words tell it apart.
    pub engine: Option<Engine>,
    /// The requested URL, as it was written.
    pub url: Option<Located<String>>,
    /// The URL before a redirect.
    pub redirected_from: Option<Located<String>>,
    /// The origin of the page.
    pub origin: Option<Located<String>>,
    /// The method, the header or the value that the sentence names.
    pub subject: Option<Located<String>>,
    /// The status of the response.
    pub status: Option<Located<u16>>,
    /// Whether the failed response is that of a preflight.
    pub is_preflight: bool,
    /// Whether the sentence says that the request was sent with credentials.
    pub has_credentials: bool,
    /// The whole sentence.
    pub at: Span,
}

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chrome, Edge and others.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari and applications with its engine.
    WebKit,
}

/// The check that a [`Message`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageKind {
    /// There is no `access-control-allow-origin`. In WebKit's words it may also be another origin.
    AllowOriginMissing,
    /// `access-control-allow-origin` has another origin: [`Message::subject`].
    AllowOriginMismatch,
    /// `access-control-allow-origin` has several values.
    AllowOriginSeveral,
    /// `access-control-allow-origin` is not an origin.
    AllowOriginInvalid,
    /// `*` with credentials.
    AllowOriginWildcard,
    /// `access-control-allow-credentials` is missing or not `true`.
    AllowCredentials,
    /// The preflight's status is not from 200 to 299.
    PreflightStatus,
    /// The preflight is redirected.
    PreflightRedirect,
    /// The preflight failed, and the sentence has no reason.
    PreflightFailed,
    /// A method is not allowed.
    Method,
    /// A request header is not allowed.
    Header,
    /// Safari's `due to access control checks`, which has no reason.
    AccessControl,
    /// A page of `file:`, or a URL without a scheme.
    Scheme,
    /// The origin `null` of a page.
    NullOrigin,
    /// A redirect to another origin that is not allowed.
    Redirect,
    /// A permission for loopback or the local network.
    LocalNetwork,
    /// A request to `http:` by a page of `https:`.
    MixedContent,
    /// `Cross-Origin-Resource-Policy` or `Cross-Origin-Embedder-Policy`.
    ResourcePolicy,
    /// An opaque response, which a page cannot read, or mode `no-cors`.
    Opaque,
    /// An opaque response of a type that no element of a page can use.
    OpaqueBlocked,
    /// A canvas with an image of another origin.
    TaintedCanvas,
    /// A web socket that could not be opened: [`Message::status`].
    WebSocket,
    /// A response that is not JSON, such as a page of HTML, and that the page has read as JSON or as a script.
    NotJson,
    /// A response to an event source of another type.
    EventStream,
    /// A header of a response that the page may not read: [`Message::subject`].
    HiddenHeader,
    /// A header of a request that the page may not set: [`Message::subject`].
    ForbiddenHeader,
    /// A frame or a window of another origin.
    Frame,
    /// A certificate.
    Certificate,
    /// No address of the host.
    Dns,
    /// No connection.
    Refused,
    /// An extension or a tracking protection.
    Blocked,
    /// A cookie was blocked, such as by `SameSite`.
    Cookie,
    /// A Content Security Policy of the page.
    ContentSecurityPolicy,
    /// A status of a response, without any reason: `POST URL 413 (Payload Too Large)`.
    Status,
    /// A network error without a reason, such as `Failed to fetch` or Firefox's `did not succeed`.
    Network,
}
