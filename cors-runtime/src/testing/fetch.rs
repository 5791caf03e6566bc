//! What a page may ask of `fetch`.

use http::Request;
use http::request::Builder;

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
/// A [`http::request::Builder`] or a [`Request`] is one by `From`.
#[derive(Debug)]
pub struct Fetch {
    pub(super) request: Result<Request<Vec<u8>>, http::Error>,
    pub(super) mode: Mode,
    pub(super) uploads: bool,
}

impl Fetch {
    /// A request in mode [`Mode::Cors`].
    pub fn new(request: impl Into<Self>) -> Self {
        request.into()
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

impl From<Builder> for Fetch {
    fn from(builder: Builder) -> Self {
        Self {
            request: builder.body(Vec::new()),
            mode: Mode::default(),
            uploads: false,
        }
    }
}

impl<B: Into<Vec<u8>>> From<Request<B>> for Fetch {
    fn from(request: Request<B>) -> Self {
        Self {
            request: Ok(request.map(Into::into)),
            mode: Mode::default(),
            uploads: false,
        }
    }
}
