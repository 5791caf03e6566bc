//! The heads of requests and responses, also from raw text.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};

/// The head of a preflight, or of a request: what [`explain`](super::explain) reads of it.
#[derive(Clone, Debug)]
pub struct RequestHead {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
}

/// The head of a response.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

/// A head that could not be read, with the line that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadError {
    line: String,
}

impl std::fmt::Display for HeadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` cannot be read\nhelp: write the head of one HTTP message, such as `OPTIONS /data \
             HTTP/1.1` or `HTTP/1.1 204 No Content`, and below it a `Name: value` on each line",
            self.line
        )
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

/// As it goes over the wire, or is copied from the network tab of a browser.
impl std::str::FromStr for RequestHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (start, headers) = parse(text)?;
        let method = start.split_whitespace().next().unwrap_or_default();
        match Method::from_bytes(method.as_bytes()) {
            Ok(method) if start.split_whitespace().count() >= 2 => Ok(Self { method, headers }),
            _ => Err(error(start)),
        }
    }
}

impl std::str::FromStr for ResponseHead {
    type Err = HeadError;

    fn from_str(text: &str) -> Result<Self, HeadError> {
        let (start, headers) = parse(text)?;
        let mut words = start.split_whitespace();
        let is_http = words
            .next()
            .is_some_and(|version| version.starts_with("HTTP/"));
        let status = words.next().and_then(|status| status.parse().ok());
        match status {
            Some(status) if is_http => Ok(Self { status, headers }),
            _ => Err(error(start)),
        }
    }
}

/// The first line, and the headers below it up to an empty line. Indentation doesn't matter.
fn parse(text: &str) -> Result<(&str, HeaderMap), HeadError> {
    let mut lines = text.trim_start().lines().map(str::trim);
    let start = lines.next().unwrap_or_default();
    let mut headers = HeaderMap::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or_else(|| error(line))?;
        let name = HeaderName::try_from(name.trim_end()).map_err(|_| error(line))?;
        let value = HeaderValue::try_from(value.trim()).map_err(|_| error(line))?;
        headers
            .try_append(name, value)
            .map_err(|_| error("too many headers"))?;
    }
    Ok((start, headers))
}

fn error(line: &str) -> HeadError {
    HeadError {
        line: line.chars().take(200).collect(),
    }
}
