//! A browser with one open page.

use std::time::Duration;

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use tower_service::Service;
use url::Url;

use crate::cookies::{CookieContext, ThirdParty};
use crate::fetch::{Credentials, Fetch};
use crate::fetch_error::FetchError;
use crate::fetch_run::FetchRun;
use crate::problem::Problem;
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
        let page = page(origin);
        let server = Url::parse(SERVER).expect("the constant is a URL");
        Self {
            session: Session::new(page, server),
        }
    }

    /// Opens another page in the same browser, with the same cookies. A page of the API's own site
    /// signs in by a visit, and a page of a stranger attacks the signed-in user:
    ///
    /// ```
    /// use axum::Router;
    /// use axum::http::Request;
    /// use axum::routing::post;
    /// use cors_testing::{Browser, Credentials, Fetch, Mode};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cors_testing::FetchError> {
    /// let login = async || [("set-cookie", "session=7; Secure; HttpOnly")];
    /// let app: Router = Router::new().route("/login", post(login));
    ///
    /// let api = Browser::at("https://api.test");
    /// api.fetch(&app, Request::post("/login"), Credentials::SameOrigin).await?;
    ///
    /// let evil = api.open("https://evil.example");
    /// let form = Fetch::new(Request::post("/login")).mode(Mode::NoCors);
    /// let response = evil.fetch(&app, form, Credentials::Include).await?;
    /// let problem = response.problems()[0].to_string(); // without `SameSite`, it is Lax
    /// assert!(problem.contains("the browser does not send `session`"), "{problem}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `origin` is not an origin.
    #[must_use]
    #[track_caller]
    pub fn open(&self, origin: &str) -> Self {
        Self {
            session: self.session.of_page(page(origin)),
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
        self.session.server = http_url(base);
        self
    }

    /// Adds a cookie of `host` that is sent with all requests with credentials: to every path, from
    /// pages of every site, over http and https.
    ///
    /// It signs a user in where the attributes of the real cookie do not matter, such as in tests of
    /// attacks. [`Browser::set_cookie`] has attributes.
    #[must_use]
    pub fn cookie(self, host: &str, name: &str, value: &str) -> Self {
        self.session.memory().cookies.add(host, name, value);
        self
    }

    /// Stores a cookie as if the user had visited `url`, and its response had the header
    /// `set-cookie`:
    ///
    /// ```
    /// # use cors_testing::Browser;
    /// let page = Browser::at("https://app.example")
    ///     .set_cookie("https://api.example/", "session=7; SameSite=None; Secure; HttpOnly; Path=/");
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `url` is not a URL with the scheme `http` or `https`, and if browsers would ignore
    /// the cookie, with the reason.
    #[must_use]
    #[track_caller]
    pub fn set_cookie(self, url: &str, set_cookie: &str) -> Self {
        let url = http_url(url);
        let context = CookieContext {
            url: &url,
            page: self.session.page.as_deref(),
            same_site: true,
            is_top_level: true,
            method: &Method::GET,
        };
        let value = HeaderValue::from_str(set_cookie);
        let value = value.unwrap_or_else(|error| panic!("`{set_cookie}`: {error}"));
        let response = HeaderMap::from_iter([(SET_COOKIE, value)]);
        let problems = self.session.memory().cookies.store(&context, &response);
        if let Some(problem) = problems.first() {
            panic!("{problem}");
        }
        self
    }

    /// Sets what happens to third-party cookies. It applies to all pages of the browser. The default
    /// is [`ThirdParty::Allowed`].
    #[must_use]
    pub fn third_party_cookies(self, third_party: ThirdParty) -> Self {
        self.session.memory().cookies.third_party = third_party;
        self
    }

    /// Returns the problems of cookies so far, on all pages of the browser, each once. If a test
    /// panics, they are printed when its last page is dropped.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.session.memory().cookies.problems().to_vec()
    }

    /// Advances the clock of the preflight cache and of cookies. It begins at the time of the system,
    /// and does not move by itself.
    pub fn wait(&self, time: Duration) {
        let mut memory = self.session.memory();
        memory.preflights.wait(time);
        memory.cookies.wait(time);
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

/// Returns the origin of a page, or `None` for `null`.
#[track_caller]
fn page(origin: &str) -> Option<String> {
    match origin {
        "null" => None,
        origin => match cors_rules::Origin::parse(origin.as_bytes()) {
            Some(_) => Some(origin.to_owned()),
            None => panic!(
                "`{origin}` is not an origin\nhelp: write scheme and host, such as \
                 `https://app.example`"
            ),
        },
    }
}

#[track_caller]
fn http_url(text: &str) -> Url {
    match Url::parse(text) {
        Ok(url) if is_http(&url) => url,
        _ => panic!(
            "`{text}` is not a URL with `http` or `https`\nhelp: write one such as \
             `https://api.example`"
        ),
    }
}
