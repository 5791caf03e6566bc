//! What a page may ask of `fetch`.

use http::request::Builder;
use http::{HeaderName, HeaderValue, Request};

/// The [mode](https://fetch.spec.whatwg.org/#concept-request-mode) of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `"cors"`, the default of `fetch`.
    #[default]
    Cors,
    /// `"no-cors"`, as images and forms are loaded: the page gets an opaque response.
    NoCors,
    /// `"same-origin"`: another origin is an error.
    SameOrigin,
}

/// A request of a page, with what the page asks of the browser beside it.
///
/// A [`http::request::Builder`] is one by `From`, and so is what its `body` gives.
#[derive(Debug)]
pub struct Fetch {
    pub(crate) request: Result<Request<Vec<u8>>, http::Error>,
    pub(crate) mode: Mode,
    pub(crate) uploads: bool,
    /// Names of headers whose values have control bytes.
    pub(crate) unsendable: Vec<HeaderName>,
}

impl Fetch {
    /// A request in mode [`Mode::Cors`].
    pub fn new(request: impl Into<Self>) -> Self {
        request.into()
    }

    /// With a header, beside others of its name. Browsers also send control bytes, which
    /// [`HeaderValue`] has no room for: they ask with a preflight, and then servers that are built
    /// on `http` answer 400.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        let value = normalized(value.as_ref());
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

    /// In another mode.
    #[must_use]
    pub fn mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// With a listener on `XMLHttpRequest.upload`, for which browsers ask whatever the request is.
    #[must_use]
    pub fn upload_listener(self) -> Self {
        Self {
            uploads: true,
            ..self
        }
    }
}

/// A value [without the white space](https://fetch.spec.whatwg.org/#concept-header-value-normalize)
/// around it; a form feed is none.
fn normalized(value: &[u8]) -> &[u8] {
    let is_white = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' ');
    let start = value.iter().take_while(|byte| is_white(byte)).count();
    let end = value[start..]
        .iter()
        .rev()
        .take_while(|byte| is_white(byte))
        .count();
    &value[start..value.len() - end]
}

impl From<Builder> for Fetch {
    fn from(builder: Builder) -> Self {
        builder.body(Vec::new()).into()
    }
}

/// What [`Builder::body`] gives; its error is that of [`Browser::fetch`](crate::Browser::fetch).
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
