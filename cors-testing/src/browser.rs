//! A browser with one page open: the steps of the Fetch standard over any tower service.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower_service::Service;
use url::Url;

use crate::cache::PreflightCache;
use crate::check::Credentials;
use crate::fetch::Fetch;
use crate::fetch_error::FetchError;
use crate::run::Run;
use crate::seen::Seen;
use crate::site::is_http;

/// A browser that has a page open, and calls services as that page would.
///
/// It remembers preflights and cookies, as browsers do; each `Browser` starts without any.
///
/// ```
/// use axum::http::Request;
/// use cors_testing::{Browser, Credentials, Step};
/// use cors_runtime::{CorsRouter, cors, routes};
///
/// #[cors(
///     origins = ["https://app.example"],
///     methods = [PUT],
///     headers = ["content-type"],
///     expose_headers = ["x-total-count"],
/// )]
/// async fn save() -> [(&'static str, &'static str); 1] {
///     [("x-total-count", "1")]
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cors_testing::FetchError> {
/// let app: axum::Router = CorsRouter::new().route("/salaries", routes![save]).into_router();
/// let request = || Request::put("/salaries").header("content-type", "application/json");
///
/// let page = Browser::at("https://app.example");
/// let seen = page.fetch(&app, request(), Credentials::SameOrigin).await?;
/// assert_eq!(seen.headers().get("x-total-count").unwrap(), "1");
///
/// let stranger = Browser::at("https://evil.example");
/// let error = stranger.fetch(&app, request(), Credentials::SameOrigin).await.unwrap_err();
/// assert_eq!(error.step(), Step::PreflightOrigin);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Browser {
    pub(crate) page: Origin,
    pub(crate) server: Url,
    memory: Mutex<Memory>,
}

/// What services get: a body that is there as a whole.
pub type Body = Full<Bytes>;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// The origin of a page; `None` is `null`.
pub(crate) type Origin = Option<String>;

#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) preflights: PreflightCache,
    /// By host, then by name.
    pub(crate) cookies: BTreeMap<String, BTreeMap<String, String>>,
}

/// Where a path without a host leads, unless [`Browser::server`] says otherwise.
const SERVER: &str = "https://api.test";

impl Browser {
    /// A browser that has a page of `origin` open, such as `https://app.example`; `null` for a
    /// sandboxed frame or a `file:` page.
    ///
    /// # Panics
    ///
    /// If `origin` is no origin: a test that means one thing and writes another should fail.
    #[must_use]
    #[track_caller]
    pub fn at(origin: &str) -> Self {
        let page = match origin {
            "null" => None,
            origin => match cors_rules::Origin::parse(origin.as_bytes()) {
                Some(_) => Some(origin.to_owned()),
                None => panic!(
                    "`{origin}` is not an origin; write scheme and host, such as \
                     `https://app.example`"
                ),
            },
        };
        Self {
            page,
            server: Url::parse(SERVER).expect("a constant is a URL"),
            memory: Mutex::default(),
        }
    }

    /// Where paths without a host lead, such as `http://127.0.0.1:3000`; the page's own origin for
    /// requests that are same-origin. `https://api.test` unless said otherwise.
    ///
    /// # Panics
    ///
    /// If `base` is no URL with `http:` or `https:`.
    #[must_use]
    #[track_caller]
    pub fn server(self, base: &str) -> Self {
        match Url::parse(base) {
            Ok(server) if is_http(&server) => Self { server, ..self },
            _ => panic!("`{base}` is not a URL; write one such as `https://api.example`"),
        }
    }

    /// A cookie that the server at `host` has set before.
    #[must_use]
    pub fn cookie(self, host: &str, name: &str, value: &str) -> Self {
        let mut memory = self.memory();
        let cookies = memory.cookies.entry(host.to_owned()).or_default();
        cookies.insert(name.to_owned(), value.to_owned());
        drop(memory);
        self
    }

    /// Moves the browser's clock, by which it forgets preflights.
    pub fn wait(&self, time: Duration) {
        self.memory().preflights.wait(time);
    }

    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the page gets for a request: the response as far as a page may see it.
    ///
    /// `service` is whatever answers requests with a [`Body`], as everything does that is generic
    /// over bodies: an axum router, a service inside tower-http's layers, `tower::service_fn`. Each
    /// request gets a clone of it.
    ///
    /// # Errors
    ///
    /// What reaches a page as `TypeError: Failed to fetch`, with the step that failed.
    pub async fn fetch<S, B>(
        &self,
        service: &S,
        request: impl Into<Fetch>,
        credentials: Credentials,
    ) -> Result<Seen<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    {
        let mut run = Run::new(self, request.into(), credentials)?;
        match run.last(service).await {
            Ok(response) => Ok(run.seen(response)),
            Err(error) => {
                if run.has_asked {
                    self.memory().preflights.clear(&run.key());
                }
                Err(error)
            }
        }
    }
}
