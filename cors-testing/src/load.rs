//! Elements of a page that load something.

use crate::destination::Destination;
use crate::fetch::Credentials;
use crate::page_request::{PageRequest, RequestMode, url_of_page};
use crate::problem::{Problem, Step};
use crate::session::Session;

/// The kind of a resource that a page loads by an element or a style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Load {
    /// `<img>`.
    Image,
    /// `<script>`. A module script is `Load::Script.cross_origin(Credentials::SameOrigin)`.
    Script,
    /// `<link rel="stylesheet">`.
    Style,
    /// `@font-face`. Fonts are always loaded under CORS.
    Font,
    /// `<iframe>`, a navigation.
    Frame,
}

impl Load {
    /// Adds the attribute [`crossorigin`](https://html.spec.whatwg.org/#cors-settings-attribute), by
    /// which an image, a script or a style sheet is loaded under CORS: `use-credentials` for
    /// [`Credentials::Include`], and `anonymous` for the others. It has no effect on fonts and frames.
    #[must_use]
    pub fn cross_origin(self, credentials: Credentials) -> Element {
        Element {
            load: self,
            cross_origin: Some(match credentials {
                Credentials::Include => Credentials::Include,
                Credentials::Omit | Credentials::SameOrigin => Credentials::SameOrigin,
            }),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Script => "script",
            Self::Style => "style sheet",
            Self::Font => "font",
            Self::Frame => "frame",
        }
    }
}

/// A resource with its attributes. [`Load`] converts into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Element {
    load: Load,
    cross_origin: Option<Credentials>,
}

impl From<Load> for Element {
    fn from(load: Load) -> Self {
        Self {
            load,
            cross_origin: None,
        }
    }
}

impl Element {
    pub(crate) fn request(self, session: &Session, url: &str) -> Result<PageRequest, Problem> {
        let (mode, credentials) = match (self.load, self.cross_origin) {
            (Load::Frame, _) => (RequestMode::Navigate, Credentials::Include),
            (Load::Font, _) => (RequestMode::Cors, Credentials::SameOrigin),
            (_, Some(credentials)) => (RequestMode::Cors, credentials),
            (_, None) => (RequestMode::NoCors, Credentials::Include),
        };
        let url = url_of_page(session, url)?;
        let mut request = PageRequest::get(session, self.load.as_str(), url, mode, credentials);
        request.destination = match self.load {
            Load::Image => Destination::Image,
            Load::Script => Destination::Script,
            Load::Style => Destination::Style,
            Load::Font => Destination::Font,
            Load::Frame => Destination::Frame,
        };
        Ok(request)
    }

    /// Returns the reason why the page gets an `error` event for a response with this status. A frame
    /// shows every response.
    pub(crate) fn status_problem(self, status: http::StatusCode) -> Option<Problem> {
        if status.is_success() || self.load == Load::Frame {
            return None;
        }
        Some(Problem::new(
            Step::Status,
            format!(
                "the page has an `error` event of the {}, which got {status}",
                self.load.as_str()
            ),
            "respond with a status from 200 to 299",
        ))
    }
}
