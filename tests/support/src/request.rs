use std::fmt;

use http::{HeaderName, HeaderValue, Request};

use crate::notation::{self, Headers};

/// A request in the notation of this crate.
///
/// It is read from text, and `Display` writes that text.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    method: String,
    target: String,
    headers: Headers,
    body: String,
}

/// An actual request, such as `GET /jobs`, that a page of `origin` sends.
#[must_use]
pub fn actual(line: &str, origin: &str) -> WireRequest {
    WireRequest::from(line).header("origin", origin)
}

/// The preflight that precedes a request, such as `PUT /jobs`, of a page of `origin`.
#[must_use]
pub fn preflight(line: &str, origin: &str) -> WireRequest {
    let actual = WireRequest::from(line);
    WireRequest {
        method: "OPTIONS".to_owned(),
        ..actual.clone()
    }
    .header("origin", origin)
    .header("access-control-request-method", &actual.method)
}

impl WireRequest {
    /// Adds a line with this header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes every line that is not to be kept, by name and value.
    #[must_use]
    pub fn retain(mut self, keep: impl Fn(&str, &str) -> bool) -> Self {
        self.headers.retain(|(name, value)| keep(name, value));
        self
    }

    /// Keeps only the first line of each header.
    #[must_use]
    pub fn first_lines(mut self) -> Self {
        let mut names = Vec::new();
        self.headers.retain(|(name, _)| {
            let is_first = !names.contains(name);
            names.push(name.clone());
            is_first
        });
        self
    }

    /// Adds a line with the headers that a preflight requests.
    #[must_use]
    pub fn request_headers(self, names: &str) -> Self {
        self.header("access-control-request-headers", names)
    }

    /// Replaces the body.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    /// Puts the prefix of a nested router in front of the path.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        // In HTTP/2 and in requests to proxies, the authority precedes the path.
        let authority = self.target.find("://").map_or(0, |colon| colon + 3);
        let path = self.target[authority..].find('/').unwrap_or(0);
        self.target.insert_str(authority + path, prefix);
        self
    }

    /// Converts it for a service.
    ///
    /// # Panics
    ///
    /// If the [http] crate takes the method, the target or a header for invalid.
    #[must_use]
    pub fn to_http(&self) -> Request<String> {
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.method.parse().expect("a method");
        *request.uri_mut() = self.target.parse().expect("a target");
        for (name, value) in &self.headers {
            request.headers_mut().append(
                HeaderName::try_from(name).expect("the name of a header"),
                HeaderValue::from_bytes(value.as_bytes()).expect("the value of a header"),
            );
        }
        request
    }

    /// The bytes that HTTP/1.1 sends for it, with a header `host` unless it has one.
    #[must_use]
    pub fn to_http1(&self, host: &str) -> Vec<u8> {
        let has = |wanted: &str| self.headers.iter().any(|(name, _)| name == wanted);
        let line = |name: &str, value: &str| format!("{name}: {value}\r\n");
        let mut head = vec![format!("{} {} HTTP/1.1\r\n", self.method, self.target)];
        if !has("host") {
            head.push(line("host", host));
        }
        if !self.body.is_empty() && !has("content-length") {
            head.push(line("content-length", &self.body.len().to_string()));
        }
        let headers = self.headers.iter();
        head.extend(headers.map(|(name, value)| line(name, value)));
        format!("{}\r\n{}", head.concat(), self.body).into_bytes()
    }

    /// Its method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Its target, such as `/jobs?page=2`.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The values of a header.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let lines = self.headers.iter().filter(move |(own, _)| own == name);
        lines.map(|(_, value)| value.as_str())
    }
}

/// # Panics
///
/// If the first line is not a method and a target, or another line of the head is not a header.
impl From<&str> for WireRequest {
    fn from(text: &str) -> Self {
        let (first, headers, body) = notation::split(text);
        let first = first.strip_suffix(" HTTP/1.1").unwrap_or(first);
        let (method, target) = first
            .split_once(' ')
            .unwrap_or_else(|| panic!("`{first}` is not a method and a target"));
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body,
        }
    }
}

/// # Panics
///
/// As for `&str`.
impl From<String> for WireRequest {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// # Panics
///
/// As for `&str`.
impl From<&String> for WireRequest {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for WireRequest {
    fn from(request: &Self) -> Self {
        request.clone()
    }
}

impl fmt::Display for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = format!("{} {}", self.method, self.target);
        f.pad(&notation::join(&first, &self.headers, &self.body))
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::{WireRequest, actual, preflight};

    const PREFLIGHT: &str = "OPTIONS /jobs\norigin: https://a.example\n\
        access-control-request-method: PUT\naccess-control-request-headers: x-a";

    #[test]
    fn helpers_give_the_text() {
        let request = preflight("PUT /jobs", "https://a.example").request_headers("x-a");
        assert_eq!(request.to_string(), PREFLIGHT);
        assert_eq!(request, WireRequest::from(PREFLIGHT));
        let request = actual("GET /jobs", "null").body("text");
        assert_eq!(request.to_string(), "GET /jobs\norigin: null\n\ntext");
    }

    #[test]
    fn services_get_all_of_it() {
        let request = WireRequest::from("PUT /jobs?a=b\nOrigin: ä\norigin: b\n\nbody").to_http();
        assert_eq!(
            (request.method().as_str(), request.uri().to_string()),
            ("PUT", "/jobs?a=b".to_owned())
        );
        let origins: Vec<&[u8]> = request
            .headers()
            .get_all("origin")
            .iter()
            .map(HeaderValue::as_bytes)
            .collect();
        assert_eq!(origins, ["ä".as_bytes(), b"b"]);
        assert_eq!(request.body(), "body");
    }

    #[test]
    fn connections_get_all_of_it() {
        let bytes = actual("PUT /", "null").body("text").to_http1("api");
        let expected =
            "PUT / HTTP/1.1\r\nhost: api\r\ncontent-length: 4\r\norigin: null\r\n\r\ntext";
        assert_eq!(String::from_utf8(bytes).as_deref(), Ok(expected));
        let bytes = WireRequest::from("GET /\nhost: b").to_http1("api");
        assert_eq!(bytes, b"GET / HTTP/1.1\r\nhost: b\r\n\r\n");
    }

    #[test]
    fn prefixes() {
        for (line, expected) in [
            ("GET /x", "GET /api/x"),
            ("GET https://a.example/x", "GET https://a.example/api/x"),
            ("GET http://[::1]:3000/", "GET http://[::1]:3000/api/"),
        ] {
            assert_eq!(
                WireRequest::from(line).below("/api"),
                WireRequest::from(expected)
            );
        }
    }

    #[test]
    #[should_panic(expected = "`GET` is not a method and a target")]
    fn a_request_without_a_target() {
        let _ = WireRequest::from("GET");
    }
}
