use std::fmt;

use axum::body::{Body, to_bytes};
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::notation::{self, Headers};

/// A response in the notation of this crate, its headers in the order of their names.
///
/// Lines of the same name keep their order, because it counts.
#[derive(Clone, PartialEq, Eq)]
pub struct WireResponse {
    status: u16,
    headers: Headers,
    body: String,
}

/// The header `vary` of every response to a preflight.
pub const PREFLIGHT_VARY: &str =
    "vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// A response with exactly these headers that concern CORS. Others count only if they are among them.
#[must_use]
pub fn response(status: u16, headers: &str) -> WireResponse {
    WireResponse::from(format!("{status}\n{headers}"))
}

/// A preflight that is approved with these headers.
#[must_use]
pub fn approved(headers: &str) -> WireResponse {
    response(204, &format!("{PREFLIGHT_VARY}\n{headers}"))
}

/// A preflight that is refused.
#[must_use]
pub fn refused() -> WireResponse {
    response(403, PREFLIGHT_VARY)
}

/// A held request that is refused: a write, a web socket, or a read under `enforce`.
#[must_use]
pub fn forbidden() -> WireResponse {
    response(
        403,
        "cache-control: no-store
         vary: Origin, Sec-Fetch-Site",
    )
}

impl WireResponse {
    /// The status of a response and its headers that concern CORS: `access-control-*` and `vary`.
    pub fn cors<B>(response: &Response<B>) -> Self {
        Self::head(response).cors_headers()
    }

    /// As [`WireResponse::cors`], and with the other headers that the expected response has.
    ///
    /// `allow` and `cache-control` do not count elsewhere, because axum adds the first to every
    /// response of a path with plain handlers.
    pub fn cors_as_in<B>(expected: &Self, response: &Response<B>) -> Self {
        let is_expected = |name: &str| expected.values(name).next().is_some();
        Self::head(response).retain(|name| concerns_cors(name) || is_expected(name))
    }

    /// All of a response.
    ///
    /// # Panics
    ///
    /// If the body breaks off.
    pub async fn complete(response: Response<Body>) -> Self {
        let head = Self::head(&response);
        let body = to_bytes(response.into_body(), usize::MAX).await;
        let body = body.expect("the body arrives whole");
        head.with_body(String::from_utf8_lossy(&body).into_owned())
    }

    pub(crate) fn with_body(self, body: String) -> Self {
        Self { body, ..self }
    }

    /// The status and all headers of a response.
    fn head<B>(response: &Response<B>) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: lines(response.headers()),
            body: String::new(),
        }
        .sorted()
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Its body.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The values of a header.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let lines = self.headers.iter().filter(move |(own, _)| own == name);
        lines.map(|(_, value)| value.as_str())
    }

    /// Its status and its headers that concern CORS, as for [`WireResponse::cors`].
    #[must_use]
    pub fn cors_headers(self) -> Self {
        self.retain(concerns_cors).without_body()
    }

    /// Removes its body.
    #[must_use]
    pub fn without_body(self) -> Self {
        self.with_body(String::new())
    }

    /// Adds a line with this header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self.sorted()
    }

    /// Removes the lines of every header that is not to be kept.
    #[must_use]
    pub fn retain(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.headers.retain(|(name, _)| keep(name));
        self
    }

    /// Replaces the values of a header.
    #[must_use]
    pub fn map(mut self, name: &str, change: impl Fn(&str) -> String) -> Self {
        for (own, value) in &mut self.headers {
            if own == name {
                *value = change(value);
            }
        }
        self
    }

    /// Converts it for a server that gives the responses that a test names.
    ///
    /// # Panics
    ///
    /// If the [http] crate takes the status or a header for invalid.
    #[must_use]
    pub fn to_http(&self) -> Response<String> {
        let mut response = Response::new(self.body.clone());
        *response.status_mut() = self.status.try_into().expect("a status");
        for (name, value) in &self.headers {
            response.headers_mut().append(
                HeaderName::try_from(name).expect("the name of a header"),
                HeaderValue::from_bytes(value.as_bytes()).expect("the value of a header"),
            );
        }
        response
    }

    fn sorted(mut self) -> Self {
        self.headers.sort_by(|(a, _), (b, _)| a.cmp(b));
        self
    }
}

fn concerns_cors(name: &str) -> bool {
    name.starts_with("access-control-") || name == "vary"
}

fn lines(headers: &HeaderMap) -> Headers {
    let value = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let lines = headers.iter();
    lines
        .map(|(name, text)| (name.to_string(), value(text)))
        .collect()
}

/// # Panics
///
/// If the first line is not a status, or another line of the head is not a header.
impl From<&str> for WireResponse {
    fn from(text: &str) -> Self {
        let (first, headers, body) = notation::split(text.trim_end_matches('\n'));
        let status = first.strip_prefix("HTTP/1.1 ").unwrap_or(first);
        let status = status
            .split(' ')
            .next()
            .and_then(|status| status.parse().ok());
        Self {
            status: status.unwrap_or_else(|| panic!("`{first}` is not a status")),
            headers,
            body,
        }
        .sorted()
    }
}

/// # Panics
///
/// As for `&str`.
impl From<String> for WireResponse {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for WireResponse {
    fn from(response: &Self) -> Self {
        response.clone()
    }
}

impl fmt::Display for WireResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&notation::join(
            &self.status.to_string(),
            &self.headers,
            &self.body,
        ))
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for WireResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{WireResponse, approved, forbidden, refused, response};

    #[test]
    fn the_order_of_names_does_not_count() {
        let expected = "204\naccess-control-allow-methods: PUT\naccess-control-allow-origin: *\n\
            vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
        let found = approved("access-control-allow-origin: *\naccess-control-allow-methods: PUT");
        assert_eq!(found.to_string(), expected);
        assert_eq!(found, WireResponse::from(expected));
    }

    #[test]
    fn the_order_of_lines_counts() {
        assert_ne!(
            response(200, "vary: a\nvary: b"),
            response(200, "vary: b\nvary: a")
        );
    }

    #[test]
    fn only_what_concerns_cors() {
        let all = "403\ncontent-length: 0\nvary: Origin\naccess-control-x: y\nallow: GET\nx: y";
        let all = WireResponse::from(all);
        let found = WireResponse::cors(&all.to_http());
        assert_eq!(found.to_string(), "403\naccess-control-x: y\nvary: Origin");
        assert_ne!(found, refused());
        let found = WireResponse::cors_as_in(&refused(), &all.to_http());
        assert_eq!(found, response(403, "access-control-x: y\nvary: Origin"));
        let expected = response(403, "access-control-x: y\nallow: GET\nvary: Origin");
        let found = WireResponse::cors_as_in(&expected, &all.to_http());
        assert_eq!(found, expected);
        let found = WireResponse::cors_as_in(&forbidden(), &forbidden().with("x", "y").to_http());
        assert_eq!(found, forbidden());
    }

    #[test]
    fn from_a_connection() {
        let found = WireResponse::from("HTTP/1.1 200 OK\r\nVary: Origin\r\n\r\nbody");
        assert_eq!(found, WireResponse::from("200\nvary: Origin\n\nbody"));
        assert_eq!((found.status(), found.body()), (200, "body"));
        assert_eq!(found.values("vary").collect::<Vec<_>>(), ["Origin"]);
    }

    #[test]
    #[should_panic(expected = "`OK` is not a status")]
    fn a_response_without_a_status() {
        let _ = WireResponse::from("OK\nvary: Origin");
    }
}
