//! The heads of requests and responses, also read from raw text.

use std::fmt;
use std::str::FromStr;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

/// The method and the headers of a request, for [`explain`](fn@crate::explain).
///
/// `FromStr` reads a head as HTTP/1 sends it, or the output of `curl -v`.
#[derive(Clone, Debug)]
pub struct RequestHead {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
}

/// The status and the headers of a response, for [`explain`](fn@crate::explain).
///
/// `FromStr` reads a head as HTTP/1 sends it, or the output of `curl -v`.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// The error of a head that cannot be read. `Display` prints the invalid line and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadError {
    line: String,
    expected: Line,
}

/// The kind of a line in a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Request,
    Status,
    Header,
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, help) = match self.expected {
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
        write!(f, "`{}` {text}\nhelp: {help}", self.line)
    }
}

impl std::error::Error for HeadError {}

/// Whether a status is a [redirect status](https://fetch.spec.whatwg.org/#redirect-status).
pub(crate) fn is_redirect_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

impl RequestHead {
    /// Whether it is a
    /// [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request).
    pub(crate) fn is_preflight(&self) -> bool {
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
}

impl<B> From<&Response<B>> for ResponseHead {
    fn from(response: &Response<B>) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
        }
    }
}

impl FromStr for RequestHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (method, headers) = parse(text, '>', request_line, Line::Request)?;
        Ok(Self { method, headers })
    }
}

impl FromStr for ResponseHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (status, headers) = parse(text, '<', status_line, Line::Status)?;
        Ok(Self { status, headers })
    }
}

/// Reads the first line, and the headers below it up to an empty line. Indentation is ignored. If
/// the text does not begin with a head, the lines are read that `curl -v` marks with `mark`.
fn parse<T>(
    text: &str,
    mark: char,
    first: impl Fn(&str) -> Option<T>,
    kind: Line,
) -> Result<(T, HeaderMap), HeadError> {
    let mut lines = text.trim_ascii().lines().map(str::trim_ascii);
    let line = lines.next().unwrap_or_default();
    if let Some(start) = first(line) {
        return Ok((start, headers(lines)?));
    }
    let mut marked = text
        .lines()
        .filter_map(|line| Some(line.trim_ascii().strip_prefix(mark)?.trim_ascii()));
    match marked.find_map(first) {
        Some(start) => Ok((start, headers(marked)?)),
        None => Err(error(line, kind)),
    }
}

fn request_line(line: &str) -> Option<Method> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let (method, target) = match words[..] {
        [method, target] => (method, target),
        [method, target, version] if version.starts_with("HTTP/") => (method, target),
        _ => return None,
    };
    let is_target = target.starts_with(['/', '*']) || target.contains("://");
    Method::from_bytes(method.as_bytes())
        .ok()
        .filter(|_| is_target)
}

fn status_line(line: &str) -> Option<StatusCode> {
    let mut words = line.split_ascii_whitespace();
    words.next().filter(|word| word.starts_with("HTTP/"))?;
    words.next()?.parse().ok()
}

fn headers<'a>(lines: impl Iterator<Item = &'a str>) -> Result<HeaderMap, HeadError> {
    let mut headers = HeaderMap::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let error = || error(line, Line::Header);
        let (name, value) = line.split_once(':').ok_or_else(error)?;
        let name = HeaderName::try_from(name.trim_ascii_end()).map_err(|_| error())?;
        // From bytes, because servers send values that are not ASCII, such as a host in Unicode.
        let value = HeaderValue::from_bytes(value.trim_ascii().as_bytes()).map_err(|_| error())?;
        headers.try_append(name, value).map_err(|_| error())?;
    }
    Ok(headers)
}

fn error(line: &str, expected: Line) -> HeadError {
    const MAX_CHARS: usize = 200;
    HeadError {
        line: line.chars().take(MAX_CHARS).collect(),
        expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_lines() {
        for (line, method) in [
            ("OPTIONS /data HTTP/1.1", Some("OPTIONS")),
            ("GET / HTTP/2", Some("GET")),
            ("GET /", Some("GET")),
            ("PUT https://api.example/data HTTP/1.1", Some("PUT")),
            ("OPTIONS * HTTP/1.1", Some("OPTIONS")),
            ("patch /data HTTP/1.1", Some("patch")),
            ("GET", None),
            ("GET data HTTP/1.1", None),
            ("GET /data 1.1", None),
            ("G@T /data HTTP/1.1", None),
            ("HTTP/1.1 200 OK", None),
            ("Origin: https://app.example", None),
            ("", None),
        ] {
            let read = request_line(line);
            assert_eq!(read.as_ref().map(Method::as_str), method, "{line}");
        }
    }

    #[test]
    fn status_lines() {
        for (line, status) in [
            ("HTTP/1.1 204 No Content", Some(204)),
            ("HTTP/2 200", Some(200)),
            ("HTTP/1.1 999", Some(999)),
            ("HTTP/1.1 99", None),
            ("HTTP/1.1 1000", None),
            ("HTTP/1.1", None),
            ("204 No Content", None),
            ("GET / HTTP/1.1", None),
            ("", None),
        ] {
            let read = status_line(line);
            assert_eq!(read.map(|status| status.as_u16()), status, "{line}");
        }
    }

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
            assert_eq!(read.err(), Some(error(line, expected)), "{text:?}");
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
