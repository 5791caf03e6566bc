//! A browser with one open page.

use std::time::Duration;

use http::{Request, Response};
use tower_service::Service;
use url::Url;

use crate::fetch::{Credentials, Fetch};
use crate::fetch_error::FetchError;
use crate::fetch_run::FetchRun;
use crate::session::{Body, BoxError, Session};
use crate::site::is_http;
use crate::visible_response::VisibleResponse;

/// A browser with one open page, which calls services as that page would.
///
/// It caches preflights and stores cookies, as browsers do. Each `Browser` starts without any.
///
/// ```
/// use axum::http::Request;
/// use cors_runtime::{CorsRouter, cors, routes};
/// use cors_testing::{Browser, Credentials, Step};
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
/// let response = page.fetch(&app, request(), Credentials::SameOrigin).await?;
/// assert_eq!(response.headers().get("x-total-count").unwrap(), "1");
///
/// let stranger = Browser::at("https://evil.example");
/// let error = stranger.fetch(&app, request(), Credentials::SameOrigin).await.unwrap_err();
/// assert_eq!(error.step(), Step::PreflightOrigin);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Browser {
    session: Session,
}

/// The base of relative URLs unless [`Browser::server`] sets another one.
const SERVER: &str = "https://api.test";

impl Browser {
    /// Opens a page of `origin`, such as `https://app.example`. `null` is the origin of a sandboxed
    /// frame or a `file:` page.
    ///
    /// # Panics
    ///
    /// Panics if `origin` is not an origin, because a test with a typing error must fail.
    #[must_use]
    #[track_caller]
    pub fn at(origin: &str) -> Self {
        let page = match origin {
            "null" => None,
            origin => match cors_rules::Origin::parse(origin.as_bytes()) {
                Some(_) => Some(origin.to_owned()),
                None => panic!(
                    "`{origin}` is not an origin\nhelp: write scheme and host, such as \
                     `https://app.example`"
                ),
            },
        };
        let server = Url::parse(SERVER).expect("the constant is a URL");
        Self {
            session: Session::new(page, server),
        }
    }

    /// Sets the base of relative URLs, such as `http://127.0.0.1:3000`. The page's own origin makes
    /// them same-origin. The default is `https://api.test`.
    ///
    /// # Panics
    ///
    /// Panics if `base` is not a URL with the scheme `http` or `https`.
    #[must_use]
    #[track_caller]
    pub fn server(mut self, base: &str) -> Self {
        match Url::parse(base) {
            Ok(server) if is_http(&server) => self.session.server = server,
            _ => panic!(
                "`{base}` is not a URL with `http` or `https`\nhelp: write one such as \
                 `https://api.example`"
            ),
        }
        self
    }

    /// Adds a cookie of `host`, as if a response had set it.
    #[must_use]
    pub fn cookie(self, host: &str, name: &str, value: &str) -> Self {
        self.session.memory().cookies.set(host, name, value);
        self
    }

    /// Advances the clock of the preflight cache.
    pub fn wait(&self, time: Duration) {
        self.session.memory().preflights.wait(time);
    }

    /// Makes a request of the page, and returns the part of the response that the page can read.
    ///
    /// `service` is any service that takes requests with a [`Body`], such as an axum router, a
    /// service inside tower-http's layers, or a `tower::service_fn`. Each request is sent to a clone
    /// of it.
    ///
    /// # Errors
    ///
    /// Returns an error where `fetch` in a page fails with `TypeError: Failed to fetch`. It has the
    /// step that failed.
    pub async fn fetch<S, B>(
        &self,
        service: &S,
        request: impl Into<Fetch>,
        credentials: Credentials,
    ) -> Result<VisibleResponse<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    {
        let mut run = FetchRun::new(&self.session, request.into(), credentials)?;
        let response = run.follow_redirects(service).await?;
        Ok(run.filter(response))
    }
}
