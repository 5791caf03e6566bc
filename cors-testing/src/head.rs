//! The heads of requests and responses, also from raw text.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

/// The head of a preflight, or of a request: what [`explain`](crate::explain) reads of it.
#[derive(Clone, Debug)]
pub struct RequestHead {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
}

/// The head of a response.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// A head that could not be read, with the line that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadError {
    line: String,
    is_instead_of: Line,
}

/// What a line of a head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Request,
    Status,
    Header,
}

impl std::fmt::Display for HeadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (what, help) = match self.is_instead_of {
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
        write!(f, "`{}` {what}\nhelp: {help}", self.line)
    }
}

impl std::error::Error for HeadError {}

impl<B> From<&Request<B>> for RequestHead {
    fn from(request: &Request<B>) -> Self {
        Self {
            method: request.method().clone(),
            headers: request.headers().clone(),
        }
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

/// As it goes over the wire, in any version, or among what `curl -v` prints.
impl std::str::FromStr for RequestHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (method, headers) = parse(text, '>', request_line, Line::Request)?;
        Ok(Self { method, headers })
    }
}

/// As it goes over the wire, in any version, or among what `curl -v` prints.
impl std::str::FromStr for ResponseHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (status, headers) = parse(text, '<', status_line, Line::Status)?;
        Ok(Self { status, headers })
    }
}

/// The first line, and the headers below it up to an empty line. Indentation doesn't matter. Where
/// that is no head, the lines that `curl -v` marks with `mark`.
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
        // Bytes, since servers send what isn't ASCII, such as a host that isn't in punycode.
        let value = HeaderValue::from_bytes(value.trim_ascii().as_bytes()).map_err(|_| error())?;
        headers.try_append(name, value).map_err(|_| error())?;
    }
    Ok(headers)
}

fn error(line: &str, is_instead_of: Line) -> HeadError {
    HeadError {
        line: line.chars().take(200).collect(),
        is_instead_of,
    }
}
