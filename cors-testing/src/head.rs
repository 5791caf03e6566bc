//! The heads of requests and responses.

use std::fmt;
use std::str::FromStr;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, Method, Request, Response, StatusCode};

use crate::head_text::{Line, Unread, read_request, read_response};

/// The method and the headers of a request, for [`explain`](fn@crate::explain).
///
/// `FromStr` reads a head as HTTP/1 sends it, or the output of `curl -v`. A request by which curl
/// connects to a proxy (`CONNECT`) is skipped.
#[derive(Clone, Debug)]
pub struct RequestHead {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
}

/// The status and the headers of a response, for [`explain`](fn@crate::explain).
///
/// `FromStr` reads a head as HTTP/1 sends it, or the output of `curl -v` and `curl -i`. Interim
/// responses (`100 Continue`, `103 Early Hints`) and the response of a proxy to `CONNECT` are skipped.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    pub(crate) status: StatusCode,
    /// Empty if there is none.
    reason: String,
    pub(crate) headers: HeaderMap,
}

/// The error of a head that cannot be read. `Display` prints the invalid line and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadError(Unread);

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, expected) = match &self.0 {
            Unread::Line(line, expected) => (line, *expected),
            Unread::Several(count, kind) => {
                return write!(
                    f,
                    "the text has {count} {kind}s\nhelp: write a single {kind}, because each one \
                     has problems of its own; `cors explain` takes all of them"
                );
            }
        };
        let (text, help) = match expected {
            Line::Request => (
                "is not how a request begins",
                "write a line such as `OPTIONS /data HTTP/1.1`, and below it a `Name: value` on \
                 each line; or paste all that `curl -v` prints",
            ),
            Line::Status => (
                "is not how a response begins",
                "write a line such as `HTTP/1.1 204 No Content`, and below it a `Name: value` on \
                 each line; or paste all that `curl -v` prints",
            ),
            Line::Header => (
                "is not a header",
                "write a `Name: value` on each line below the first, and an empty line before a body",
            ),
        };
        write!(f, "`{line}` {text}\nhelp: {help}")
    }
}

impl std::error::Error for HeadError {}

/// Whether a status is a [redirect status](https://fetch.spec.whatwg.org/#redirect-status).
pub(crate) fn is_redirect_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

impl RequestHead {
    /// Whether it is a
    /// [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request): OPTIONS with
    /// `origin` and `access-control-request-method`.
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        let has = |name| self.headers.contains_key(name);
        self.method == Method::OPTIONS && has(ORIGIN) && has(ACCESS_CONTROL_REQUEST_METHOD)
    }
}

impl<B> From<&Request<B>> for RequestHead {
    fn from(request: &Request<B>) -> Self {
        Self {
            method: request.method().clone(),
            headers: request.headers().clone(),
        }
    }
}

impl ResponseHead {
    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Replaces the reason phrase, which messages print. HTTP/2 has none, and [`http`] keeps none.
    #[must_use]
    pub fn with_reason(self, reason: &str) -> Self {
        let reason = reason.to_owned();
        Self { reason, ..self }
    }

    /// Returns the status with its reason phrase, such as `404 Not Found`: the one that was read, or
    /// else the registered one.
    #[must_use]
    pub fn status_line(&self) -> String {
        let reason = match self.reason.as_str() {
            "" => self.status.canonical_reason().unwrap_or_default(),
            reason => reason,
        };
        format!("{} {reason}", self.status.as_str())
            .trim_ascii_end()
            .to_owned()
    }
}

impl<B> From<&Response<B>> for ResponseHead {
    fn from(response: &Response<B>) -> Self {
        Self {
            status: response.status(),
            reason: String::new(),
            headers: response.headers().clone(),
        }
    }
}

impl FromStr for RequestHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (method, headers) = read_request(text).map_err(HeadError)?;
        Ok(Self { method, headers })
    }
}

impl FromStr for ResponseHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (start, headers) = read_response(text).map_err(HeadError)?;
        Ok(Self {
            status: start.status,
            reason: start.reason,
            headers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_lines_end_at_an_empty_line() {
        let text = "HTTP/1.1 200 OK\n  X-A : 1 \r\nx-a:2\nx-b:\n\nx-c: a body";
        let head: ResponseHead = text.parse().expect("a head");
        let lines = head.headers.iter();
        let lines: Vec<_> = lines.map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
        let expected = [("x-a", b"1".as_slice()), ("x-a", b"2"), ("x-b", b"")];
        assert_eq!(lines, expected);
    }

    #[test]
    fn output_of_curl() {
        let text =
            "* Connected\n> GET /data HTTP/1.1\n> Origin: null\n>\n< HTTP/1.1 204\n< Vary: *\n<";
        let request: RequestHead = text.parse().expect("a request");
        assert_eq!((request.method, request.headers.len()), (Method::GET, 1));
        let response: ResponseHead = text.parse().expect("a response");
        assert_eq!(response.status, StatusCode::NO_CONTENT);
        assert_eq!(response.headers.len(), 1);
    }

    #[test]
    fn errors_have_the_line() {
        for (text, line, expected) in [
            ("", "", Line::Request),
            ("HTTP/1.1 200\nVary: *", "HTTP/1.1 200", Line::Request),
            ("GET /\nno header", "no header", Line::Header),
            ("GET /\nx a: 1", "x a: 1", Line::Header),
            ("GET /\nx-a: 1\u{1}", "x-a: 1\u{1}", Line::Header),
        ] {
            let read = text.parse::<RequestHead>();
            assert_eq!(
                read.err(),
                Some(HeadError(Unread::Line(line.to_owned(), expected))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn preflights() {
        let both = "origin: null\naccess-control-request-method: PUT";
        for (text, is_preflight) in [
            (format!("OPTIONS / HTTP/1.1\n{both}"), true),
            (format!("GET / HTTP/1.1\n{both}"), false),
            ("OPTIONS / HTTP/1.1\norigin: null".to_owned(), false),
            (
                "OPTIONS / HTTP/1.1\naccess-control-request-method: PUT".to_owned(),
                false,
            ),
        ] {
            let head: RequestHead = text.parse().expect("a head");
            assert_eq!(head.is_preflight(), is_preflight, "{text}");
        }
    }
}
