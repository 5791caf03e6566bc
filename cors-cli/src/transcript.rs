//! Exchanges that were not pasted, written as text, so that evidence can be underlined in it.

use std::borrow::Cow;

use cors_testing::Mode;
use http::{HeaderMap, Version, request, response};
use hyper::ext::ReasonPhrase;
use url::Url;

use crate::exchange::{
    Exchange, Failure, Field, Located, Paste, Purpose, Request, Response, Span, body_start,
};

/// A [`Paste`] that grows with each exchange.
///
/// Its text resembles the output of `curl -v`. Values of cookies, and of headers such as
/// `authorization`, are left out of the text and of the fields. So are control characters, because a
/// terminal would interpret them.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    paste: Paste,
}

/// A request whose parts are text.
pub(crate) struct Sent<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a Url,
    pub(crate) version: &'a str,
    pub(crate) headers: Vec<(&'a str, Cow<'a, str>)>,
    pub(crate) mode: Option<Mode>,
    pub(crate) has_body: bool,
}

/// A response whose parts are text.
pub(crate) struct Received<'a> {
    pub(crate) version: &'a str,
    pub(crate) status: u16,
    pub(crate) reason: &'a str,
    pub(crate) headers: Vec<(&'a str, Cow<'a, str>)>,
    pub(crate) body: &'a str,
}

impl<'a> Sent<'a> {
    fn new(request: &'a request::Parts, url: &'a Url, has_body: bool) -> Self {
        Self {
            method: request.method.as_str(),
            url,
            version: version(request.version),
            headers: lines(&request.headers),
            mode: None,
            has_body,
        }
    }
}

impl Transcript {
    /// Writes a request and its response, which may have the start of a body, or the reason why there is
    /// no response. The place in that [`Failure`] is replaced.
    ///
    /// A request whose URI is not absolute is left out.
    pub fn push(
        &mut self,
        purpose: Purpose,
        request: &request::Parts,
        has_body: bool,
        outcome: Result<(&response::Parts, &[u8]), Failure>,
    ) {
        let Ok(url) = Url::parse(&request.uri.to_string()) else {
            return;
        };
        let sent = Sent::new(request, &url, has_body);
        match outcome {
            Ok((response, body)) => {
                let body = String::from_utf8_lossy(&body[..body.len().min(MAX_READ)]);
                let received = Received {
                    version: version(response.version),
                    status: response.status.as_u16(),
                    reason: &reason(response),
                    headers: lines(&response.headers),
                    body: &body,
                };
                self.push_text(purpose, &sent, Ok(&received));
            }
            Err(failure) => self.push_text(purpose, &sent, Err(failure)),
        }
    }

    /// Writes a request that no browser sends.
    ///
    /// A request whose URI is not absolute is left out.
    pub fn push_unsent(&mut self, purpose: Purpose, request: &request::Parts, has_body: bool) {
        let Ok(url) = Url::parse(&request.uri.to_string()) else {
            return;
        };
        let request = self.request(purpose, &Sent::new(request, &url, has_body));
        self.write("* not sent\n");
        self.paste.exchanges.push(Exchange {
            purpose,
            request: Some(request),
            response: None,
            failure: None,
        });
    }

    /// Writes an exchange whose parts are text, as [`push`](Self::push) does.
    pub(crate) fn push_text(
        &mut self,
        purpose: Purpose,
        sent: &Sent<'_>,
        outcome: Result<&Received<'_>, Failure>,
    ) {
        if !self.paste.text.is_empty() {
            self.write("\n");
        }
        let request = self.request(purpose, sent);
        let (response, failure) = match outcome {
            Ok(received) => (Some(self.response(received)), None),
            Err(failure) => (None, Some(self.failure(&failure))),
        };
        self.paste.exchanges.push(Exchange {
            purpose,
            request: Some(request),
            response,
            failure,
        });
    }

    /// Writes a line about something that could not be read.
    pub(crate) fn note_unread(&mut self, text: &str) {
        self.write("* ");
        let at = self.write(&plain(text));
        self.write("\n");
        self.paste.unread.push(at);
    }

    /// Returns what was written.
    #[must_use]
    pub fn into_paste(self) -> Paste {
        self.paste
    }

    fn request(&mut self, purpose: Purpose, sent: &Sent<'_>) -> Request {
        self.write("* ");
        let url = without_secrets(sent.url);
        let at = self.write(url.as_str());
        self.write(words(purpose));
        self.write("\n");
        let start = self.write("> ").start;
        let method = Located {
            value: plain(sent.method).into_owned(),
            at: self.write(&plain(sent.method)),
        };
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        self.write(" ");
        self.write(target);
        self.write(" ");
        self.write(&plain(sent.version));
        self.write("\n");
        let mut headers = Vec::new();
        if !sent
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("host"))
        {
            let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
            headers.push(self.field("> ", "host", authority));
        }
        self.fields("> ", &sent.headers, &mut headers);
        let end = self.write(">").start;
        self.write("\n");
        Request {
            method,
            target: target.to_owned(),
            url: Some(Located { value: url, at }),
            headers,
            mode: sent.mode,
            credentials: None,
            has_body: sent.has_body,
            at: start..end,
        }
    }

    fn response(&mut self, received: &Received<'_>) -> Response {
        let start = self.write("< ").start;
        self.write(&plain(received.version));
        self.write(" ");
        let status = Located {
            value: received.status,
            at: self.write(&received.status.to_string()),
        };
        let reason = plain(received.reason).into_owned();
        if !reason.is_empty() {
            self.write(" ");
            self.write(&reason);
        }
        self.write("\n");
        let mut headers = Vec::new();
        self.fields("< ", &received.headers, &mut headers);
        let end = self.write("<").start;
        self.write("\n");
        let body = body_start(received.body).replace(|c| is_control(c) && c != '\n', "");
        let at = self.write(&body);
        if !body.is_empty() {
            self.write("\n");
        }
        Response {
            status: Some(status),
            reason,
            headers,
            body: Located { value: body, at },
            at: start..end,
        }
    }

    fn failure(&mut self, failure: &Failure) -> Failure {
        self.write("* ");
        let text = plain(&failure.text).into_owned();
        let at = self.write(&text);
        self.write("\n");
        Failure {
            kind: failure.kind,
            text,
            at,
        }
    }

    /// Writes a line for each header. HAR files join several lines of `set-cookie` with line feeds.
    fn fields(&mut self, mark: &str, headers: &[(&str, Cow<'_, str>)], to: &mut Vec<Field>) {
        for (name, value) in headers {
            for value in value.lines().chain(value.is_empty().then_some("")) {
                to.push(self.field(mark, name, value));
            }
        }
    }

    fn field(&mut self, mark: &str, name: &str, value: &str) -> Field {
        let name = plain(name);
        let value = plain(value);
        let value = redacted(&name.to_ascii_lowercase(), value.trim_ascii());
        self.write(mark);
        let start = self.write(&name).start;
        self.write(": ");
        let end = self.write(&value).end;
        self.write("\n");
        Field {
            name: name.to_ascii_lowercase(),
            value,
            at: start..end,
        }
    }

    fn write(&mut self, text: &str) -> Span {
        let start = self.paste.text.len();
        self.paste.text.push_str(text);
        start..self.paste.text.len()
    }
}

/// The bytes of a body that are decoded. Some are cut off after that.
const MAX_READ: usize = 8 * 1024;

fn lines(headers: &HeaderMap) -> Vec<(&str, Cow<'_, str>)> {
    let lines = headers.iter();
    lines
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
        .collect()
}

/// Returns the reason phrase, as it was sent, because many of them name the cause.
fn reason(response: &response::Parts) -> Cow<'_, str> {
    match response.extensions.get::<ReasonPhrase>() {
        Some(sent) => String::from_utf8_lossy(sent.as_bytes()),
        None => response
            .status
            .canonical_reason()
            .unwrap_or_default()
            .into(),
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

fn words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Pasted => "",
        Purpose::Preflight => " (preflight)",
        Purpose::Request => " (request)",
        Purpose::Redirect => " (after a redirect)",
        Purpose::WithoutOrigin => " (without `origin`)",
        Purpose::OtherOrigin => " (with another origin)",
        Purpose::NullOrigin => " (with the origin `null`)",
        Purpose::ErrorPath => " (a path that does not exist)",
        Purpose::OtherScheme => " (with the other scheme)",
        Purpose::OtherSlash => " (with or without the slash at the end)",
        Purpose::OtherVersion => " (over another version of HTTP)",
        Purpose::SimilarOrigin => " (with a similar origin)",
    }
}

fn is_control(c: char) -> bool {
    c.is_control() && c != '\t'
}

fn plain(text: &str) -> Cow<'_, str> {
    if text.contains(is_control) {
        Cow::Owned(text.replace(is_control, " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns a value without its secrets: `sid=…; Path=/`, `Bearer …`.
fn redacted(name: &str, value: &str) -> String {
    match name {
        "cookie" => {
            let cookies: Vec<String> = value.split(';').map(without_value).collect();
            cookies.join("; ")
        }
        "set-cookie" => match value.split_once(';') {
            Some((cookie, attributes)) => format!("{};{attributes}", without_value(cookie)),
            None => without_value(value),
        },
        "authorization" | "proxy-authorization" => match value.split_once(' ') {
            Some((scheme, _)) => format!("{scheme} …"),
            None => "…".to_owned(),
        },
        _ if is_secret(name) => "…".to_owned(),
        _ => value.to_owned(),
    }
}

fn without_value(cookie: &str) -> String {
    match cookie.trim_ascii().split_once('=') {
        Some((name, _)) => format!("{name}=…"),
        None => "…".to_owned(),
    }
}

/// Whether a header or a parameter is a secret by its name, such as `x-api-key`.
fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 6] = [
        "token",
        "secret",
        "api-key",
        "apikey",
        "password",
        "signature",
    ];
    !name.starts_with("access-control-") && PARTS.iter().any(|part| name.contains(part))
}

/// Returns a URL without user, password, fragment and the values of secret parameters.
fn without_secrets(url: &Url) -> Url {
    let mut url = url.clone();
    // They fail for URLs that can have no user, which therefore have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let parameters = query
            .split('&')
            .map(|parameter| match parameter.split_once('=') {
                Some((name, _)) if is_secret(&name.to_ascii_lowercase()) => {
                    format!("{name}=redacted")
                }
                _ => parameter.to_owned(),
            });
        let query: Vec<String> = parameters.collect();
        url.set_query(Some(&query.join("&")));
    }
    url
}
