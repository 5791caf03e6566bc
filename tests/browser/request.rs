//! A request of a page, for either browser.

use cors_testing::{Credentials, Fetch, Mode};
use http::{HeaderName, Method};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) headers: Vec<(String, String)>,
    #[serde(with = "CredentialsName")]
    pub(crate) credentials: Credentials,
    #[serde(with = "ModeName")]
    pub(crate) mode: Mode,
    #[serde(skip_deserializing)]
    pub(crate) url: String,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<String>,
    /// Sent by `XMLHttpRequest`, with a listener on its `upload`.
    #[serde(skip_deserializing)]
    pub(crate) upload_listener: bool,
}

impl Request {
    pub(crate) fn new(method: &str, url: String) -> Self {
        Self {
            method: method.to_owned(),
            headers: Vec::new(),
            credentials: Credentials::default(),
            mode: Mode::default(),
            url,
            body: None,
            upload_listener: false,
        }
    }

    /// Sets an option of `fetch`, or else a header.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        match (name, value) {
            ("credentials", "omit") => self.credentials = Credentials::Omit,
            ("credentials", "include") => self.credentials = Credentials::Include,
            ("mode", "no-cors") => self.mode = Mode::NoCors,
            ("mode", "same-origin") => self.mode = Mode::SameOrigin,
            ("upload", "yes") => self.upload_listener = true,
            ("body", body) => self.body = Some(body.to_owned()),
            (name, value) => self.headers.push((name.to_owned(), value.to_owned())),
        }
    }
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Credentials", rename_all = "kebab-case")]
enum CredentialsName {
    Omit,
    SameOrigin,
    Include,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "Mode", rename_all = "kebab-case")]
enum ModeName {
    Cors,
    NoCors,
    SameOrigin,
}

impl From<&Request> for Fetch {
    fn from(request: &Request) -> Self {
        let method = Method::from_bytes(request.method.as_bytes()).expect("a method");
        let body = request.body.clone().unwrap_or_default();
        let built = http::Request::builder()
            .method(method)
            .uri(&request.url)
            .body(body)
            .expect("a request");
        let mut fetch = Self::new(built).mode(request.mode);
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name).expect("a name");
            fetch = fetch.header(name, value);
        }
        if request.upload_listener {
            fetch = fetch.upload_listener();
        }
        fetch
    }
}
