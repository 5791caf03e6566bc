//! The [handshake](https://www.rfc-editor.org/rfc/rfc6455#section-4.1) of a web socket over HTTP/1.1.

use std::error::Error;
use std::fmt;

use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::fetch::Credentials;
use crate::fetch_error::FetchError;
use crate::head::ResponseHead;
use crate::header_list::combined_text;
use crate::page_request::{PageRequest, RequestMode, url_of_page};
use crate::problem::{Problem, Step};
use crate::session::Session;

/// The arguments of [`new WebSocket`](https://websockets.spec.whatwg.org/#dom-websocket-websocket). A
/// URL converts into it: `wss:` or `ws:`, `https:` or `http:`, or a path.
#[derive(Clone, Debug)]
pub struct Socket {
    url: String,
    protocols: Vec<String>,
    has_fetch_metadata: bool,
}

impl Socket {
    /// Creates a web socket without subprotocols.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            protocols: Vec::new(),
            has_fetch_metadata: false,
        }
    }

    /// Requests subprotocols. The server must select one of them.
    #[must_use]
    pub fn protocols(mut self, protocols: &[&str]) -> Self {
        let protocols = protocols.iter().map(|&protocol| protocol.to_owned());
        self.protocols.extend(protocols);
        self
    }

    /// Sends `Sec-Fetch-*` with the handshake, as Firefox and Safari do. Chromium does not, so it is off
    /// by default: a server that works without them works in all browsers.
    #[must_use]
    pub fn fetch_metadata(mut self) -> Self {
        self.has_fetch_metadata = true;
        self
    }

    pub(crate) fn request(&self, session: &Session) -> Result<PageRequest, Problem> {
        let url = match self.url.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("ws") => format!("http:{rest}"),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("wss") => format!("https:{rest}"),
            _ => self.url.clone(),
        };
        let url = url_of_page(session, &url)?;
        if let Some(protocol) = self.invalid_protocol() {
            return Err(Problem::new(
                Step::Request,
                format!("`{protocol}` is not a subprotocol, or is there twice"),
                "write tokens, such as `chat`, each once",
            ));
        }
        let mode = RequestMode::WebSocket;
        let credentials = Credentials::Include;
        let mut request = PageRequest::get(session, "web socket", url, mode, credentials);
        request.has_fetch_metadata = self.has_fetch_metadata;
        let headers = &mut request.headers;
        for (name, value) in [
            (CONNECTION, "Upgrade"),
            (UPGRADE, "websocket"),
            (SEC_WEBSOCKET_VERSION, "13"),
            (SEC_WEBSOCKET_KEY, KEY),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(protocols) = HeaderValue::from_str(&self.protocols.join(", "))
            && !self.protocols.is_empty()
        {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocols);
        }
        Ok(request)
    }

    fn invalid_protocol(&self) -> Option<&str> {
        let mut protocols = self.protocols.iter().enumerate();
        let invalid = protocols.find(|(index, protocol)| {
            let is_token = cors_rules::is_token(protocol.as_bytes());
            !is_token || self.protocols[..*index].contains(protocol)
        });
        invalid.map(|(_, protocol)| protocol.as_str())
    }

    /// Performs the checks of the [client](https://www.rfc-editor.org/rfc/rfc6455#section-4.1), and
    /// returns the selected subprotocol.
    pub(crate) fn check(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Problem> {
        let refuse =
            |text: String, help: &str| Err(Problem::new(Step::Handshake, text, help.to_owned()));
        if status != StatusCode::SWITCHING_PROTOCOLS {
            return refuse(
                format!("the page has an `error` event of the web socket, which got {status}"),
                "respond with 101 Switching Protocols",
            );
        }
        let upgrade = combined_text(headers, &UPGRADE);
        let connection = combined_text(headers, &CONNECTION);
        let mut options = connection.split(',');
        if !upgrade.eq_ignore_ascii_case("websocket")
            || !options.any(|option| option.trim().eq_ignore_ascii_case("upgrade"))
        {
            return refuse(
                format!("the response has `connection: {connection}` and `upgrade: {upgrade}`"),
                "send `connection: Upgrade` and `upgrade: websocket`",
            );
        }
        let accept = combined_text(headers, &SEC_WEBSOCKET_ACCEPT);
        if accept != ACCEPT {
            return refuse(
                format!("the response has `sec-websocket-accept: {accept}`, not `{ACCEPT}`"),
                "calculate it from `sec-websocket-key`, as RFC 6455 says",
            );
        }
        if headers.contains_key(SEC_WEBSOCKET_EXTENSIONS) {
            return refuse(
                "the response has an extension that was not requested".to_owned(),
                "leave `sec-websocket-extensions` out",
            );
        }
        let selected = combined_text(headers, &SEC_WEBSOCKET_PROTOCOL);
        if self.protocols.contains(&selected) {
            return Ok(Some(selected));
        }
        if selected.is_empty() && self.protocols.is_empty() {
            return Ok(None);
        }
        let requested = self.protocols.join(", ");
        refuse(
            format!(
                "the response has the subprotocol `{selected}`, and the page has requested \
                 `{requested}`"
            ),
            "select one of the requested ones; with axum by `WebSocketUpgrade::protocols`",
        )
    }
}

/// The example of RFC 6455, instead of random bytes, so that the handshakes of tests are equal.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// The response to [`KEY`].
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

impl<U: Into<String>> From<U> for Socket {
    fn from(url: U) -> Self {
        Self::new(url)
    }
}

/// A successful handshake: see [`Browser::web_socket`](crate::Browser::web_socket).
#[derive(Clone, Debug)]
pub struct Handshake {
    pub(crate) response: ResponseHead,
    pub(crate) protocol: Option<String>,
}

impl Handshake {
    /// Returns the subprotocol that the server has selected.
    #[must_use]
    pub fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// Returns the status, 101, and the headers of the response. A page cannot read them.
    #[must_use]
    pub fn response(&self) -> &ResponseHead {
        &self.response
    }
}

/// The error of [`Browser::web_socket`](crate::Browser::web_socket). A page has an `error` event
/// without a reason; this error has one, and the response.
///
/// `Display` and `Debug` print what [`FetchError`] prints.
#[derive(Clone)]
pub struct HandshakeError {
    pub(crate) error: FetchError,
    pub(crate) response: Option<ResponseHead>,
}

impl HandshakeError {
    /// Returns the step that failed.
    #[must_use]
    pub fn step(&self) -> Step {
        self.error.step()
    }

    /// Returns the problem without the exchange.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        self.error.problem()
    }

    /// Returns the status and the headers of the response, which the page cannot see. `None` if no
    /// request was sent, or the service has failed.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseHead> {
        self.response.as_ref()
    }
}

impl From<FetchError> for HandshakeError {
    fn from(error: FetchError) -> Self {
        Self {
            error,
            response: None,
        }
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for HandshakeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_to_a_handshake() {
        const GOOD: &str = "connection: Upgrade | upgrade: websocket \
                            | sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
        for (protocols, status, lines, expected) in [
            (&[][..], 101, "", Ok(None)),
            (&[], 101, "connection: keep-alive, upgrade", Ok(None)),
            (&[], 101, "upgrade: WebSocket", Ok(None)),
            (&[], 200, "", Err(())),
            (&[], 101, "upgrade: h2c", Err(())),
            (&[], 101, "connection: close", Err(())),
            (&[], 101, "sec-websocket-accept: x", Err(())),
            (
                &[],
                101,
                "sec-websocket-extensions: permessage-deflate",
                Err(()),
            ),
            (&[], 101, "sec-websocket-protocol: chat", Err(())),
            (&["chat"], 101, "", Err(())),
            (
                &["v2", "chat"],
                101,
                "sec-websocket-protocol: chat",
                Ok(Some("chat")),
            ),
            (&["chat"], 101, "sec-websocket-protocol: v2", Err(())),
        ] {
            let mut headers = HeaderMap::new();
            let lines = [GOOD, lines].join(" | ");
            for line in lines.split(" | ").filter(|line| !line.is_empty()) {
                let (name, value) = line.split_once(": ").expect("a name and a value");
                let name: http::HeaderName = name.parse().expect("a name");
                headers.insert(name, HeaderValue::from_str(value).expect("a value"));
            }
            let status = StatusCode::from_u16(status).expect("a status");
            let socket = Socket::new("/").protocols(protocols);
            let found = socket.check(status, &headers).map_err(|_| ());
            assert_eq!(
                found,
                expected.map(|name| name.map(str::to_owned)),
                "{lines}"
            );
        }
    }
}
