//! [`navigator.sendBeacon`](https://www.w3.org/TR/beacon/).

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};

use crate::fetch::Credentials;
use crate::page_request::{PageRequest, PreflightNeed, RequestMode, url_of_page};
use crate::problem::{Problem, Step};
use crate::safelist::is_safelisted;
use crate::session::Session;

/// The body of a beacon. Text converts into it.
#[derive(Clone, Debug)]
pub struct BeaconBody {
    content_type: Option<String>,
    data: Vec<u8>,
}

impl BeaconBody {
    /// Creates the body of a `Blob` with a type. One that a form cannot send, such as
    /// `application/json`, makes the beacon a request under CORS, with a preflight.
    pub fn blob(content_type: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: Some(content_type.into()),
            data: data.into(),
        }
    }

    /// Creates the body of an `ArrayBuffer`, which has no type.
    pub fn bytes(data: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: None,
            data: data.into(),
        }
    }

    pub(crate) fn request(self, session: &Session, url: &str) -> Result<PageRequest, Problem> {
        let url = url_of_page(session, url)?;
        let mode = RequestMode::NoCors;
        let mut request = PageRequest::get(session, "beacon", url, mode, Credentials::Include);
        request.method = Method::POST;
        request.body = self.data;
        if let Some(content_type) = self.content_type {
            let value = HeaderValue::from_str(&content_type).map_err(|_| {
                Problem::new(
                    Step::Request,
                    format!("`{content_type}` is not a type"),
                    "write one such as `application/json`",
                )
            })?;
            if !is_safelisted(&CONTENT_TYPE, value.as_bytes()) {
                request.mode = RequestMode::Cors;
                request.preflight = PreflightNeed::Unsafe;
            }
            request.headers.insert(CONTENT_TYPE, value);
        }
        Ok(request)
    }
}

impl From<&str> for BeaconBody {
    fn from(text: &str) -> Self {
        Self::blob("text/plain;charset=UTF-8", text)
    }
}

impl From<String> for BeaconBody {
    fn from(text: String) -> Self {
        Self::blob("text/plain;charset=UTF-8", text)
    }
}
