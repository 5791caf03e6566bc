//! A browser with one open page.

use std::time::Duration;

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tower_service::Service;
use url::Url;

use crate::beacon::BeaconBody;
use crate::cookies::{CookieContext, ThirdParty};
use crate::event_source::EventSource;
use crate::fetch::{Credentials, Fetch};
use crate::fetch_error::FetchError;
use crate::fetch_run::FetchRun;
use crate::form::Form;
use crate::head::ResponseHead;
use crate::load::Element;
use crate::log::Log;
use crate::navigate::Navigation;
use crate::page_request::PageRequest;
use crate::problem::Problem;
use crate::session::{Body, BoxError, Session};
use crate::site::is_http;
use crate::visible_response::VisibleResponse;
use crate::web_socket::{Handshake, HandshakeError, Socket};

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
        let server = Url::parse(SERVER).expect("the constant is a URL");
        Self {
            session: Session::new(page(origin), server),
        }
    }

    /// Opens another page in the same browser, with the same cookies, caches and log. The HTTP cache is
    /// partitioned by the site of the window, as in all browsers, so that pages of different sites share
    /// no responses. A page of the API's own site
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

    /// Advances the clock of cookies and of both caches. It begins at the time of the system,
    /// and does not move by itself.
    pub fn wait(&self, time: Duration) {
        let mut memory = self.session.memory();
        memory.preflights.wait(time);
        memory.cookies.wait(time);
        memory.http_cache.wait(time);
    }

    /// Hides the header `Origin`, as Firefox does with `network.http.sendOriginHeader` set to 0.
    /// Cross-origin requests under CORS and web sockets keep it.
    #[must_use]
    pub fn without_origin(mut self) -> Self {
        self.session.hidden.origin = true;
        self
    }

    /// Removes the headers `Sec-Fetch-*`, as before Chromium 76, Firefox 90 and Safari 16.4. Over
    /// `http:` to another machine no browser sends them.
    #[must_use]
    pub fn without_fetch_metadata(mut self) -> Self {
        self.session.hidden.fetch_metadata = true;
        self
    }

    /// Gives the page the referrer policy `no-referrer`, which several libraries for security headers
    /// set. `Origin` of forms and of requests in the mode `no-cors` is then `null`.
    #[must_use]
    pub fn no_referrer(mut self) -> Self {
        self.session.hidden.referrer = true;
        self
    }

    /// Switches the HTTP cache off for all pages of this browser, as the developer tools of browsers
    /// do. Preflights are still cached.
    #[must_use]
    pub fn without_http_cache(self) -> Self {
        self.session.memory().http_cache.is_off = true;
        self
    }

    /// Returns everything that was sent and received until now, in order.
    #[must_use]
    pub fn log(&self) -> Log {
        self.session.memory().log.clone()
    }

    /// Makes a request of the page, and returns the part of the response that the page can read.
    ///
    /// `service` is any service that takes requests with a [`Body`], such as an axum router, a
    /// service inside tower-http's layers, or a `tower::service_fn`. Each request is sent to a clone
    /// of it. The target of a request is a path, and its extensions have the whole URL as [`http::Uri`],
    /// for services that send it on.
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
        B: http_body::Body,
    {
        let request = PageRequest::new(&self.session, request.into(), credentials);
        self.visible(service, request).await
    }

    /// Opens a URL in a window, and returns the response that the window shows. The page stays open,
    /// because the window is a new one.
    ///
    /// A URL is a link of the page that a person clicks on; [`Navigation`] has other causes. A refused
    /// navigation is no error: the window shows the 403.
    ///
    /// # Errors
    ///
    /// Returns an error if the service fails, or a redirect cannot be followed.
    pub async fn navigate<S, B>(
        &self,
        service: &S,
        to: impl Into<Navigation>,
    ) -> Result<VisibleResponse<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body,
    {
        self.visible(service, to.into().request(&self.session))
            .await
    }

    /// Submits a form, and returns the response that the window or the frame shows. A refused form is
    /// no error: the window shows the 403.
    ///
    /// # Errors
    ///
    /// Returns an error if the service fails, or a redirect cannot be followed.
    pub async fn submit<S, B>(
        &self,
        service: &S,
        form: Form,
    ) -> Result<VisibleResponse<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body,
    {
        self.visible(service, form.request(&self.session)).await
    }

    /// Loads a resource by an element of the page: an image, a script, a style sheet, a font, or a
    /// frame. The element itself uses the response, so that the page sees an `error` event, or none:
    /// the response is opaque unless it is same-origin or under CORS. For a frame it is the response
    /// that a person sees.
    ///
    /// ```
    /// use axum::routing::get;
    /// use cors_runtime::{CorsRouter, Protection};
    /// use cors_testing::{Browser, Load, Step};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let app: axum::Router = CorsRouter::new()
    ///     .route("/me.js", get(async || "user = 'Ana'"))
    ///     .protect(Protection::new().reads())
    ///     .into_router();
    /// let evil = Browser::at("https://evil.example");
    /// let error = evil.load(&app, Load::Script, "/me.js").await.unwrap_err();
    /// assert_eq!(error.step(), Step::Status); // 403
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error where the element has an `error` event, also for a status that is not from 200
    /// to 299. The content is not checked. A browser decodes images, and shows one with the status 404
    /// as well.
    pub async fn load<S, B>(
        &self,
        service: &S,
        element: impl Into<Element>,
        url: &str,
    ) -> Result<VisibleResponse<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body,
    {
        let element = element.into();
        let mut run = FetchRun::new(&self.session, element.request(&self.session, url))?;
        let (sent, response) = run.follow_redirects(service).await?;
        match element.status_problem(response.status()) {
            Some(problem) => Err(run.fail(problem, &sent, &response)),
            None => Ok(run.filter((sent, response))),
        }
    }

    /// Sends a beacon, and returns the status of its response, which a page never sees. Text is sent
    /// without a preflight, and with credentials; [`BeaconBody`] has other types. A refused beacon is no
    /// error.
    ///
    /// # Errors
    ///
    /// Returns an error if the beacon is not sent, because of its preflight, or if its response fails
    /// the CORS check. The page does not get this error either.
    pub async fn beacon<S, B>(
        &self,
        service: &S,
        url: &str,
        body: impl Into<BeaconBody>,
    ) -> Result<StatusCode, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body,
    {
        let request = body.into().request(&self.session, url);
        let mut run = FetchRun::new(&self.session, request)?;
        let (_, response) = run.follow_redirects(service).await?;
        run.conclude("nothing, as for every beacon");
        Ok(response.status())
    }

    /// Opens an `EventSource`. [`Credentials::Include`] is `withCredentials: true`, and
    /// [`Credentials::SameOrigin`] is `false`.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use axum::response::sse::{Event, Sse};
    /// use cors_runtime::{CorsRouter, cors, routes};
    /// use cors_testing::{Browser, Credentials};
    /// use futures_util::stream::{self, Stream};
    ///
    /// #[cors(origins = ["https://app.example"], methods = [GET], credentials)]
    /// async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    ///     Sse::new(stream::iter([Ok(Event::default().id("7").data("saved"))]))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cors_testing::FetchError> {
    /// let app: axum::Router = CorsRouter::new().route("/events", routes![events]).into_router();
    /// let page = Browser::at("https://app.example");
    /// let mut events = page.event_source(&app, "/events", Credentials::Include).await?;
    /// assert_eq!(events.next().await.unwrap().data, "saved");
    /// assert_eq!(events.next().await, None); // the end of the connection
    /// events.reconnect().await?; // with `Last-Event-ID: 7`
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error where the page has an `error` event, also for a status other than 200 and a
    /// type other than `text/event-stream`.
    pub async fn event_source<S, B>(
        &self,
        service: &S,
        url: &str,
        credentials: Credentials,
    ) -> Result<EventSource<'_, S, B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body,
    {
        EventSource::open(&self.session, service, url, credentials).await
    }

    /// Sends the handshake of a web socket over HTTP/1.1, and checks its response. A URL without
    /// subprotocols, or a [`Socket`] with them.
    ///
    /// The handshake is complete, and the 101 is the one of the handler. There is no connection behind
    /// it, so no messages can be exchanged: the function that a handler passes to `on_upgrade` is not
    /// called, the one of `on_failed_upgrade` is.
    ///
    /// ```
    /// use axum::extract::ws::WebSocketUpgrade;
    /// use axum::response::Response;
    /// use cors_runtime::{CorsRouter, cors, routes};
    /// use cors_testing::Browser;
    ///
    /// #[cors(origins = ["https://app.example"], methods = [GET])]
    /// async fn live(upgrade: WebSocketUpgrade) -> Response {
    ///     upgrade.on_upgrade(async |_| ())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), cors_testing::HandshakeError> {
    /// let app: axum::Router = CorsRouter::new().route("/live", routes![live]).into_router();
    /// Browser::at("https://app.example").web_socket(&app, "/live").await?;
    ///
    /// let error = Browser::at("https://evil.example").web_socket(&app, "/live").await.unwrap_err();
    /// assert_eq!(error.response().unwrap().status(), 403);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error where the page has an `error` event, with the response that the page cannot see.
    pub async fn web_socket<S, B>(
        &self,
        service: &S,
        socket: impl Into<Socket>,
    ) -> Result<Handshake, HandshakeError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body,
    {
        let socket = socket.into();
        let mut run = FetchRun::new(&self.session, socket.request(&self.session))?;
        let (sent, response) = run.follow_redirects(service).await?;
        let head = ResponseHead::from(&response);
        match socket.check(head.status, &head.headers) {
            Ok(protocol) => {
                run.conclude("an `open` event");
                Ok(Handshake {
                    response: head,
                    protocol,
                })
            }
            Err(problem) => Err(HandshakeError {
                error: run.fail(problem, &sent, &response),
                response: Some(head),
            }),
        }
    }

    async fn visible<S, B>(
        &self,
        service: &S,
        request: Result<PageRequest, Problem>,
    ) -> Result<VisibleResponse<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: http_body::Body,
    {
        let mut run = FetchRun::new(&self.session, request)?;
        let exchange = run.follow_redirects(service).await?;
        Ok(run.filter(exchange))
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
