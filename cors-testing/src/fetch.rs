//! The arguments of `fetch`.

use http::request::Builder;
use http::{HeaderName, HeaderValue, Request};

/// The option `credentials` of [`fetch`](https://fetch.spec.whatwg.org/#dom-request-credentials):
/// whether a request sends cookies and HTTP authentication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// `"omit"`: never.
    Omit,
    /// `"same-origin"`: only to the origin of the page. The default of `fetch`.
    #[default]
    SameOrigin,
    /// `"include"`: also to other origins.
    Include,
}

/// The [mode](https://fetch.spec.whatwg.org/#concept-request-mode) of a request: one of those that a
/// page can pass to `fetch`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `"cors"`, the default of `fetch`.
    #[default]
    Cors,
    /// `"no-cors"`, as for images and scripts. A cross-origin response is opaque.
    NoCors,
    /// `"same-origin"`: a cross-origin request is an error.
    SameOrigin,
}

/// A request of a page, with its options.
///
/// [`http::request::Builder`] and [`Request`] convert into it.
#[derive(Debug)]
pub struct Fetch {
    pub(crate) request: Result<Request<Vec<u8>>, http::Error>,
    pub(crate) mode: Mode,
    pub(crate) uploads: bool,
    /// The names of headers with control bytes in their values, which [`HeaderValue`] cannot hold.
    pub(crate) unsendable: Vec<HeaderName>,
}

impl Fetch {
    /// Creates a request in mode [`Mode::Cors`].
    pub fn new(request: impl Into<Self>) -> Self {
        request.into()
    }

    /// Appends a header. Unlike [`HeaderValue`], the value may contain control bytes, because
    /// browsers send them. They cause a preflight, and [`Browser::fetch`](crate::Browser::fetch) fails
    /// after it, because servers built on the crate `http` respond with 400.
    ///
    /// A value with NUL, CR or LF inside is an error of [`Browser::fetch`](crate::Browser::fetch).
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        let value = normalize(value.as_ref());
        let is_refused = value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'));
        match (HeaderValue::from_bytes(value), &mut self.request) {
            (Ok(value), Ok(request)) => {
                request.headers_mut().append(name, value);
            }
            (Err(error), Ok(_)) if is_refused => self.request = Err(error.into()),
            (Err(_), Ok(_)) => self.unsendable.push(name),
            (_, Err(_)) => {}
        }
        self
    }

    /// Sets the mode.
    #[must_use]
    pub fn mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// Adds a listener to `XMLHttpRequest.upload`. A cross-origin request then always needs a
    /// preflight.
    #[must_use]
    pub fn upload_listener(self) -> Self {
        Self {
            uploads: true,
            ..self
        }
    }
}

/// [Normalizes](https://fetch.spec.whatwg.org/#concept-header-value-normalize) a value: white space
/// around it is removed. A form feed is not white space.
fn normalize(value: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' ');
    let start = value.iter().take_while(|byte| is_space(byte)).count();
    let end = value[start..]
        .iter()
        .rev()
        .take_while(|byte| is_space(byte))
        .count();
    &value[start..value.len() - end]
}

impl From<Builder> for Fetch {
    fn from(builder: Builder) -> Self {
        builder.body(Vec::new()).into()
    }
}

/// Converts the result of [`Builder::body`]. [`Browser::fetch`](crate::Browser::fetch) returns its
/// error.
impl<B: Into<Vec<u8>>> From<http::Result<Request<B>>> for Fetch {
    fn from(request: http::Result<Request<B>>) -> Self {
        Self {
            request: request.map(|request| request.map(Into::into)),
            mode: Mode::default(),
            uploads: false,
            unsendable: Vec::new(),
        }
    }
}

impl<B: Into<Vec<u8>>> From<Request<B>> for Fetch {
    fn from(request: Request<B>) -> Self {
        Ok(request).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_values_are_normalized() {
        for (given, sent) in [
            ("", ""),
            (" \t\r\n", ""),
            ("a", "a"),
            (" a b\t", "a b"),
            ("\r\na", "a"),
            ("\u{c}a", "\u{c}a"),
        ] {
            let normalized = normalize(given.as_bytes());
            assert_eq!(normalized, sent.as_bytes(), "{given:?}");
        }
    }

    #[test]
    fn header_values_with_control_bytes() {
        let name = HeaderName::from_static("x-a");
        let fetch = |value: &str| Fetch::new(Request::get("/")).header(name.clone(), value);
        assert_eq!(fetch("a").unsendable, [""; 0]);
        assert_eq!(fetch("a\u{1}").unsendable, ["x-a"]);
        for value in ["a\0b", "a\rb", "a\nb"] {
            assert!(fetch(value).request.is_err(), "{value:?}");
        }
    }
}
