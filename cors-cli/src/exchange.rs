//! The input as data: requests and responses, with their places in the text.

use cors_testing::{Credentials, Mode};
use url::Url;

use crate::message::Message;
pub use crate::place::{Located, Span};

/// Everything that was read from one text.
#[derive(Clone, Debug, Default)]
pub struct Paste {
    /// The text that the spans refer to: the input itself, or a transcript if the input is a HAR file or
    /// a conversation with a server.
    pub text: String,
    /// The exchanges, in the order of the text. Interim responses and those to CONNECT are left out.
    pub exchanges: Vec<Exchange>,
    /// The sentences of browser consoles.
    pub messages: Vec<Message>,
    /// The origin of the page, from a message, or from any entry of a HAR file. It counts for requests without
    /// `origin`, such as the failed ones of Chromium's HAR files.
    pub page: Option<Located<String>>,
    /// The number of requests that were left out, because the paste is a HAR file with requests that no
    /// CORS check applies to.
    pub left_out: usize,
    /// The lines inside of heads that could not be read. The rest of their heads was read.
    pub unread: Vec<Span>,
}

/// A request and its response, as far as the text has them.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// The reason for which the request was sent.
    pub purpose: Purpose,
    /// `None` if the text has only the response.
    pub request: Option<Request>,
    /// `None` if the text has only a command or a call, or if nothing was received.
    pub response: Option<Response>,
    /// The reason why there is no response.
    pub failure: Option<Failure>,
}

/// The reason for which a request was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// A paste has it.
    #[default]
    Pasted,
    /// The preflight that a browser would send.
    Preflight,
    /// The request of the page.
    Request,
    /// A redirect that a browser would follow.
    Redirect,
    /// The same request without `Origin`.
    WithoutOrigin,
    /// The same request with an origin that no allowlist has.
    OtherOrigin,
    /// The same request with the origin `null`.
    NullOrigin,
    /// A path that does not exist.
    ErrorPath,
    /// The other one of `http:` and `https:`.
    OtherScheme,
    /// The path with, or without, a slash at its end.
    OtherSlash,
    /// The same request over another version of HTTP.
    OtherVersion,
    /// The same request with an origin that resembles an allowed one.
    SimilarOrigin,
}

/// The head of a request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, as it was written. The place is empty if it was concluded.
    pub method: Located<String>,
    /// The absolute URL, if the text has the host. The place is empty if the text does not have the scheme,
    /// and `http:` was assumed.
    pub url: Option<Located<Url>>,
    /// The path and the query, as they were written.
    pub target: String,
    /// The headers, without the pseudo headers of HTTP/2.
    pub headers: Vec<Field>,
    /// The mode, from `Sec-Fetch-Mode` or an option of `fetch`.
    pub mode: Option<Mode>,
    /// The credentials, from an option of `fetch`; not concluded from a header `Cookie`.
    pub credentials: Option<Located<Credentials>>,
    /// Whether the request has a body.
    pub has_body: bool,
    /// The whole head.
    pub at: Span,
}

/// The head of a response, and the start of its body.
#[derive(Clone, Debug)]
pub struct Response {
    /// `None` if the text has headers without a status.
    pub status: Option<Located<u16>>,
    /// The reason phrase, as it was written; empty if there is none.
    pub reason: String,
    /// The headers.
    pub headers: Vec<Field>,
    /// The start of the body, at most 4 KiB.
    pub body: Located<String>,
    /// The whole head.
    pub at: Span,
}

/// A header, as it was written: the name may be no valid one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name, in lower case.
    pub name: String,
    /// The value, without white space around it.
    pub value: String,
    /// Name and value.
    pub at: Span,
}

/// A request that got no response.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The kind.
    pub kind: FailureKind,
    /// The error in words, as it was written or reported.
    pub text: String,
    /// The place.
    pub at: Span,
}

/// The kind of a [`Failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The name of the host has no address.
    Dns,
    /// Nothing listens on the port.
    Refused,
    /// The server did not respond in time.
    Timeout,
    /// The certificate is not trusted, or is of another host.
    Certificate,
    /// The two sides agree on no version of TLS, or one of them does not use TLS.
    Tls,
    /// The connection was closed before a response.
    Closed,
    /// An extension of the browser, or its protection against trackers, blocked the request.
    Blocked,
    /// Anything else.
    Other,
}

/// The most bytes that are kept of a body.
const MAX_BODY: usize = 4 * 1024;

/// Returns the start of a body that is kept.
pub(crate) fn body_start(body: &str) -> &str {
    let mut end = body.len().min(MAX_BODY);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    &body[..end]
}

impl Request {
    /// Returns the first header with a name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&Field> {
        self.headers.iter().find(|field| field.name == name)
    }
}

impl Response {
    /// Returns the first header with a name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&Field> {
        self.headers.iter().find(|field| field.name == name)
    }
}
