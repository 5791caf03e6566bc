//! A browser with one page open: the steps of the Fetch standard over any tower service.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cors_policy::is_public_suffix;
use http::header::{
    ACCEPT, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION,
    CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE, COOKIE,
    HOST, LOCATION, ORIGIN, SET_COOKIE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower_service::Service;
use url::{Host, Url};

use super::cache::{Key, PreflightCache};
use super::check::{Credentials, Preflight, cors_check, exposed};
use super::fetch::{Fetch, Mode};
use super::head::ResponseHead;
use super::problem::{Problem, Step};
use super::safelist::{
    is_forbidden, is_forbidden_in_responses, is_forbidden_method, is_no_cors_safelisted,
    is_safelisted_in_responses, is_safelisted_method, normalized, unsafe_names,
};
use crate::described::Handler;
use crate::note::Room;

/// A browser that has a page open, and calls services as that page would.
///
/// It remembers preflights and cookies, as browsers do; each `Browser` starts without any.
///
/// ```
/// use axum::http::Request;
/// use cors_runtime::testing::{Browser, Credentials, Step};
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
/// # async fn main() -> Result<(), cors_runtime::testing::FetchError> {
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
    page: Origin,
    server: Url,
    memory: Mutex<Memory>,
}

/// What services get: a body that is there as a whole.
pub type Body = Full<Bytes>;

type BoxError = Box<dyn Error + Send + Sync>;

/// The origin of a page; `None` is `null`.
type Origin = Option<String>;

#[derive(Debug, Default)]
struct Memory {
    preflights: PreflightCache,
    /// By host, then by name.
    cookies: BTreeMap<String, BTreeMap<String, String>>,
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
            origin => match cors_policy::Origin::parse(origin.as_bytes()) {
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

    fn memory(&self) -> MutexGuard<'_, Memory> {
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

/// [Main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch) of one request, through its
/// redirects.
struct Run<'a> {
    browser: &'a Browser,
    /// `None` once a redirect has [tainted](https://fetch.spec.whatwg.org/#concept-request-tainted-origin) it.
    origin: Origin,
    url: Url,
    distance: Distance,
    method: Method,
    headers: HeaderMap,
    unsendable: Vec<HeaderName>,
    body: Vec<u8>,
    mode: Mode,
    uploads: bool,
    credentials: Credentials,
    tainting: Tainting,
    redirects: u8,
    /// How many preflights went out.
    preflights: usize,
    /// Whether it needed one, be it from the cache.
    has_asked: bool,
}

/// [Response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tainting {
    Basic,
    Cors,
    Opaque,
}

impl<'a> Run<'a> {
    fn new(
        browser: &'a Browser,
        fetch: Fetch,
        credentials: Credentials,
    ) -> Result<Self, FetchError> {
        let refuse =
            |what: String, help: &str| FetchError::new(Problem::new(Step::Request, what, help));
        let (head, body) = fetch
            .request
            .map_err(|error| {
                refuse(
                    format!("the request cannot be built: {error}"),
                    "see `http::request::Builder`",
                )
            })?
            .into_parts();
        let method = normalized(&head.method);
        if is_forbidden_method(&method) {
            return Err(refuse(
                format!("browsers refuse to send {method}"),
                "use another method",
            ));
        }
        let url = browser
            .server
            .join(&head.uri.to_string())
            .ok()
            .filter(is_http)
            .ok_or_else(|| {
                refuse(
                    format!("`{}` is nowhere a page can send a request", head.uri),
                    "write a path such as `/jobs`, or a URL with `http:` or `https:`",
                )
            })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(
                format!("`{}` has a user name or password", head.uri),
                "send the header `authorization`",
            ));
        }
        if !body.is_empty() && matches!(method, Method::GET | Method::HEAD) {
            return Err(refuse(
                format!("a page cannot send {method} with a body"),
                "send the body with POST or PUT",
            ));
        }
        let mut headers = head.headers;
        let is_no_cors = fetch.mode == Mode::NoCors;
        if is_no_cors && !is_safelisted_method(&method) {
            return Err(refuse(
                format!("in mode `no-cors` a page cannot send {method}"),
                "use mode `cors`",
            ));
        }
        let dropped: Vec<HeaderName> = headers
            .iter()
            .filter(|(name, value)| {
                is_forbidden(name, value.as_bytes())
                    || (is_no_cors && !is_no_cors_safelisted(name, value.as_bytes()))
            })
            .map(|(name, _)| name.clone())
            .collect();
        for name in dropped {
            headers.remove(name);
        }
        let mut unsendable = fetch.unsendable;
        unsendable.retain(|name| !is_no_cors && !is_forbidden(name, b""));
        let run = Self {
            origin: browser.page.clone(),
            browser,
            distance: Distance::of(browser.page.as_deref(), &url),
            url,
            method,
            headers,
            unsendable,
            body,
            mode: fetch.mode,
            uploads: fetch.uploads,
            credentials,
            tainting: Tainting::Basic,
            redirects: 0,
            preflights: 0,
            has_asked: false,
        };
        if run.mode == Mode::SameOrigin && !run.is_same_origin() {
            return Err(refuse(
                format!("in mode `same-origin` a page cannot call `{}`", run.url),
                "use mode `cors`, or call the page's own origin",
            ));
        }
        Ok(run)
    }

    fn is_same_origin(&self) -> bool {
        self.origin.as_ref() == Some(&origin_of(&self.url))
    }

    fn sends_credentials(&self) -> bool {
        match self.credentials {
            Credentials::Omit => false,
            Credentials::SameOrigin => self.tainting == Tainting::Basic,
            Credentials::Include => true,
        }
    }

    /// [The request's `Origin`](https://fetch.spec.whatwg.org/#append-a-request-origin-header), which
    /// by the default policy on referrers doesn't leave encryption but in mode `cors`.
    fn shown_origin(&self) -> &str {
        let origin = self.origin_header();
        let is_downgrade = origin.starts_with("https:") && self.url.scheme() != "https";
        match self.mode {
            Mode::NoCors | Mode::SameOrigin if is_downgrade => "null",
            _ => origin,
        }
    }

    fn origin_header(&self) -> &str {
        self.origin.as_deref().unwrap_or("null")
    }

    /// What it is in the cache of preflights.
    fn key(&self) -> Key {
        Key {
            origin: self.origin_header().to_owned(),
            url: self.url.to_string(),
            credentials: self.credentials == Credentials::Include,
        }
    }

    /// The response after all redirects.
    async fn last<S, B>(&mut self, service: &S) -> Result<Response<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    {
        loop {
            let (sent, response) = self.send(service.clone()).await?;
            match self.follow(&response) {
                Ok(Some(())) => {}
                Ok(None) => return Ok(response),
                Err(problem) => return Err(self.error(problem, &sent, &response)),
            }
        }
    }

    fn error<B>(&self, problem: Problem, sent: &Sent, response: &Response<B>) -> FetchError {
        FetchError::new(problem).after(sent, response, self.credentials)
    }

    /// One request, with the preflight in front of it where there is need of one.
    async fn send<S, B>(&mut self, service: S) -> Result<(Sent, Response<B>), FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    {
        if !(self.is_same_origin() && self.tainting == Tainting::Basic) {
            self.tainting = match self.mode {
                Mode::NoCors => Tainting::Opaque,
                Mode::Cors | Mode::SameOrigin => Tainting::Cors,
            };
        }
        if self.tainting == Tainting::Cors {
            self.preflight(service.clone()).await?;
        }
        if let Some(name) = self.unsendable.first() {
            let what = format!("the server answers 400: `{name}` has a control byte");
            let problem = Problem::new(Step::Network, what, "send a value without");
            return Err(FetchError::new(problem));
        }
        let mut request = Request::new(Body::from(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.headers_mut() = self.headers.clone();
        let is_read_only = matches!(self.method, Method::GET | Method::HEAD);
        if self.tainting == Tainting::Cors || !is_read_only {
            set(request.headers_mut(), ORIGIN, self.shown_origin());
        }
        if self.sends_credentials() {
            let memory = self.browser.memory();
            let cookies = memory.cookies.get(self.url.host_str().unwrap_or_default());
            let cookies: Vec<String> = cookies
                .into_iter()
                .flatten()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            if !cookies.is_empty() {
                set(request.headers_mut(), COOKIE, &cookies.join("; "));
            }
        }
        if !request.headers().contains_key(ACCEPT) {
            set(request.headers_mut(), ACCEPT, "*/*");
        }
        let mode = match self.mode {
            Mode::Cors => "cors",
            Mode::NoCors => "no-cors",
            Mode::SameOrigin => "same-origin",
        };
        self.address(&mut request, mode);
        let sent = Sent::of(&mut request, &self.url);
        let response = call(service, request, &sent).await?;
        if self.sends_credentials() {
            self.keep_cookies(response.headers());
        }
        if self.tainting == Tainting::Cors {
            let steps = (Step::Origin, Step::Credentials);
            let head = ResponseHead::from(&response);
            if let Some(problem) = cors_check(self.origin_header(), &head, self.credentials, steps)
            {
                return Err(self.error(problem, &sent, &response));
            }
        }
        Ok((sent, response))
    }

    /// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), unless the
    /// cache knows the answer.
    async fn preflight<S, B>(&mut self, service: S) -> Result<(), FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
    {
        let unsafe_names = unsafe_names(&self.headers, &self.unsendable);
        let asks_for_method = !is_safelisted_method(&self.method) || self.uploads;
        if !asks_for_method && unsafe_names.is_empty() {
            return Ok(());
        }
        self.has_asked = true;
        let key = self.key();
        let method = self.method.as_str();
        {
            let preflights = &self.browser.memory().preflights;
            let knows_method = !asks_for_method || preflights.has_method(&key, method);
            let knows_headers = unsafe_names
                .iter()
                .all(|name| preflights.has_header(&key, name.as_str()));
            if knows_method && knows_headers {
                return Ok(());
            }
        }
        let mut request = Request::new(Body::default());
        *request.method_mut() = Method::OPTIONS;
        let headers = request.headers_mut();
        set(headers, ACCEPT, "*/*");
        set(headers, ACCESS_CONTROL_REQUEST_METHOD, method);
        let names: Vec<&str> = unsafe_names.iter().map(HeaderName::as_str).collect();
        if !names.is_empty() {
            set(headers, ACCESS_CONTROL_REQUEST_HEADERS, &names.join(","));
        }
        set(headers, ORIGIN, self.origin_header());
        self.address(&mut request, "cors");
        let sent = Sent::of(&mut request, &self.url);
        let preflight = Preflight {
            origin: self.origin_header().to_owned(),
            method: method.to_owned(),
            headers: names.iter().map(|&name| name.to_owned()).collect(),
            uploads: self.uploads,
        };
        self.preflights += 1;
        let response = call(service, request, &sent).await?;
        let head = ResponseHead::from(&response);
        let problems = preflight.problems(&head, self.credentials);
        if let Some(problem) = problems.into_iter().find(Problem::is_fatal) {
            return Err(self.error(problem, &sent, &response));
        }
        let permitted = preflight.permitted(&head);
        self.browser.memory().preflights.store(&key, permitted);
        Ok(())
    }

    /// What every request carries: where it goes, and [from where](https://www.w3.org/TR/fetch-metadata/).
    fn address(&self, request: &mut Request<Body>, mode: &str) {
        let path = match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        };
        if let Ok(uri) = path.parse() {
            *request.uri_mut() = uri;
        }
        let headers = request.headers_mut();
        let host = origin_of(&self.url);
        let host = host.split_once("://").map_or("", |(_, host)| host);
        set(headers, HOST, host);
        if is_trustworthy(&self.url) {
            for (name, value) in [
                ("sec-fetch-dest", "empty"),
                ("sec-fetch-mode", mode),
                ("sec-fetch-site", self.distance.as_str()),
            ] {
                set(headers, HeaderName::from_static(name), value);
            }
        }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut memory = self.browser.memory();
        let host = self.url.host_str().unwrap_or_default();
        for line in headers.get_all(SET_COOKIE) {
            let Ok(line) = line.to_str() else { continue };
            let mut parts = line.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|cookie| cookie.split_once('=')) else {
                continue;
            };
            let cookies = memory.cookies.entry(host.to_owned()).or_default();
            if parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// [HTTP-redirect fetch](https://fetch.spec.whatwg.org/#http-redirect-fetch); `None` where the
    /// response is the last one.
    fn follow<B>(&mut self, response: &Response<B>) -> Result<Option<()>, Problem> {
        const MOST: u8 = 20;
        let status = response.status();
        let is_redirect = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
        let Some(location) = response.headers().get(LOCATION).filter(|_| is_redirect) else {
            return Ok(None);
        };
        let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
        let refuse = |what: String, help: &str| Err(Problem::new(Step::Redirect, what, help));
        let Some(target) = self.url.join(&location).ok().filter(is_http) else {
            return refuse(
                format!("`{location}` is nowhere a page can be redirected to"),
                "redirect to a URL with `http:` or `https:`",
            );
        };
        if self.redirects == MOST {
            return refuse(
                format!("there were more than {MOST} redirects"),
                "answer without",
            );
        }
        self.redirects += 1;
        let to_same_origin = origin_of(&target) == origin_of(&self.url);
        let has_user_info = !target.username().is_empty() || target.password().is_some();
        let from_page = self.origin.as_ref() == Some(&origin_of(&target));
        if has_user_info
            && (self.tainting == Tainting::Cors || (self.mode == Mode::Cors && !from_page))
        {
            return refuse(
                format!("`{location}` has a user name or password, which CORS does not allow"),
                "redirect to a URL without",
            );
        }
        if self.mode == Mode::SameOrigin && !from_page {
            return refuse(
                format!("in mode `same-origin` a page cannot follow a redirect to `{location}`"),
                "use mode `cors`",
            );
        }
        if !to_same_origin && !self.is_same_origin() {
            self.origin = None;
        }
        let becomes_get = match status {
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            StatusCode::SEE_OTHER => !matches!(self.method, Method::GET | Method::HEAD),
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body.clear();
            for name in [
                CONTENT_ENCODING,
                CONTENT_LANGUAGE,
                CONTENT_LENGTH,
                CONTENT_LOCATION,
                CONTENT_TYPE,
            ] {
                self.headers.remove(name);
            }
        }
        if !to_same_origin {
            self.headers.remove(AUTHORIZATION);
        }
        self.distance = self
            .distance
            .max(Distance::of(self.browser.page.as_deref(), &target));
        self.url = target;
        Ok(Some(()))
    }

    /// The [filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response).
    fn seen<B>(self, mut response: Response<B>) -> Seen<B> {
        let names = exposed(response.headers());
        let any = names.contains("*") && self.credentials != Credentials::Include;
        let hidden: Vec<HeaderName> = response
            .headers()
            .keys()
            .filter(|name| {
                let is_visible = match self.tainting {
                    Tainting::Basic => true,
                    Tainting::Cors => {
                        is_safelisted_in_responses(name) || any || names.contains(name.as_str())
                    }
                    Tainting::Opaque => false,
                };
                !is_visible || is_forbidden_in_responses(name)
            })
            .cloned()
            .collect();
        for name in hidden {
            response.headers_mut().remove(name);
        }
        Seen {
            is_opaque: self.tainting == Tainting::Opaque,
            preflights: self.preflights,
            // An opaque response has no URLs.
            is_redirected: self.redirects > 0 && self.tainting != Tainting::Opaque,
            response,
        }
    }
}

async fn call<S, B>(
    mut service: S,
    request: Request<Body>,
    sent: &Sent,
) -> Result<Response<B>, FetchError>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
{
    let failed = |error: S::Error| {
        let what = format!("the server gave no answer: {}", error.into());
        let problem = Problem::new(
            Step::Network,
            what,
            "let the service answer instead of failing",
        );
        FetchError::new(problem).unanswered(sent)
    };
    poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
    service.call(request).await.map_err(failed)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether its origin is [potentially trustworthy](https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy):
/// encrypted, or on this machine.
fn is_trustworthy(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || is_loopback
}

/// [`Sec-Fetch-Site`](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header), from near to
/// far: a request counts as the farthest of all its URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    SameOrigin,
    SameSite,
    CrossSite,
}

impl Distance {
    /// What a URL is to a page.
    fn of(page: Option<&str>, url: &Url) -> Self {
        let target = origin_of(url);
        match page {
            Some(page) if page == target => Self::SameOrigin,
            Some(page) if is_same_site(page, &target) => Self::SameSite,
            _ => Self::CrossSite,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::SameSite => "same-site",
            Self::CrossSite => "cross-site",
        }
    }
}

/// [Schemelessly same site](https://html.spec.whatwg.org/#schemelessly-same-site), and the scheme.
fn is_same_site(a: &str, b: &str) -> bool {
    let parts = |origin: &str| {
        let origin = Url::parse(origin).ok()?;
        let host = origin.host_str()?.to_owned();
        let is_domain = origin.domain().is_some();
        let registrable = if is_domain {
            registrable_domain(&host).to_owned()
        } else {
            host
        };
        Some((origin.scheme().to_owned(), registrable))
    };
    parts(a).is_some_and(|a| Some(a) == parts(b))
}

/// A public suffix and the label before it.
fn registrable_domain(host: &str) -> &str {
    let mut domain = host;
    while let Some((_, parent)) = domain.split_once('.') {
        if is_public_suffix(parent) {
            return domain;
        }
        domain = parent;
    }
    host
}

/// What a page sees of a response.
#[derive(Debug)]
pub struct Seen<B> {
    response: Response<B>,
    is_opaque: bool,
    is_redirected: bool,
    preflights: usize,
}

impl<B> Seen<B> {
    /// The status; 0 for an opaque response.
    #[must_use]
    pub fn status(&self) -> u16 {
        if self.is_opaque {
            0
        } else {
            self.response.status().as_u16()
        }
    }

    /// The headers that a page may read: the safelisted and the exposed ones.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Whether the page learns nothing but that there was a response: mode `no-cors`.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.is_opaque
    }

    /// Whether it came after a redirect.
    #[must_use]
    pub fn is_redirected(&self) -> bool {
        self.is_redirected
    }

    /// How many preflights went out for it.
    #[must_use]
    pub fn preflights(&self) -> usize {
        self.preflights
    }

    /// The body, or `None` for an opaque response.
    #[must_use]
    pub fn into_body(self) -> Option<B> {
        (!self.is_opaque).then(|| self.response.into_body())
    }

    /// The whole body, as `arrayBuffer()` of a page's response: empty for an opaque one.
    ///
    /// # Errors
    ///
    /// If the body breaks off.
    pub async fn bytes(self) -> Result<Bytes, B::Error>
    where
        B: BodyExt,
    {
        match self.into_body() {
            Some(body) => Ok(body.collect().await?.to_bytes()),
            None => Ok(Bytes::new()),
        }
    }

    /// The whole body as text, as `text()` of a page's response: empty for an opaque one, and
    /// U+FFFD where it isn't UTF-8.
    ///
    /// # Errors
    ///
    /// If the body breaks off.
    pub async fn text(self) -> Result<String, B::Error>
    where
        B: BodyExt,
    {
        Ok(String::from_utf8_lossy(&self.bytes().await?).into_owned())
    }
}

/// What reaches a page as `TypeError: Failed to fetch`; this one says why.
///
/// `Display` has the step, what was sent, what was answered and what to change; and if a policy of
/// this crate has answered, why, and where its handler stands. `Debug` is the same, since that is
/// what a failing test shows.
#[derive(Clone)]
pub struct FetchError {
    problem: Problem,
    exchange: Option<String>,
    handler: Option<Handler>,
}

impl FetchError {
    fn new(problem: Problem) -> Self {
        Self {
            problem,
            exchange: None,
            handler: None,
        }
    }

    fn unanswered(self, sent: &Sent) -> Self {
        let exchange = Some(sent.text.trim_end().to_owned());
        Self { exchange, ..self }
    }

    fn after<B>(self, sent: &Sent, response: &Response<B>, credentials: Credentials) -> Self {
        let note = sent.room.note();
        let includes = credentials == Credentials::Include;
        let refused = note.and_then(|note| note.refused.as_ref());
        let for_credentials = note.and_then(|note| note.for_credentials);
        Self {
            exchange: Some(format!("{}{}", sent.text, Answered(response))),
            handler: note.and_then(|note| note.handler),
            problem: match (refused, for_credentials) {
                (Some(refused), _) => self.problem.since(&refused.why).help(&refused.help),
                (None, Some(help)) if includes => self.problem.help(help),
                _ => self.problem,
            },
        }
    }

    /// The step that failed.
    #[must_use]
    pub fn step(&self) -> Step {
        self.problem.step()
    }

    /// What was wrong, without the exchange.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)?;
        if let Some(handler) = self.handler {
            write!(f, "\npolicy: {handler}")?;
        }
        match &self.exchange {
            Some(exchange) => write!(f, "\n{exchange}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for FetchError {}

/// A request as it was sent, for messages, and what a policy says of it.
struct Sent {
    text: String,
    room: Room,
}

impl Sent {
    /// Asks a policy that decides about it to say so.
    fn of(request: &mut Request<Body>, url: &Url) -> Self {
        let room = Room::default();
        request.extensions_mut().insert(room.clone());
        let mut text = format!("> {} {url}\n", request.method());
        for (name, value) in request.headers() {
            let is_telling = [ORIGIN, COOKIE].contains(name);
            if is_telling || name.as_str().starts_with("access-control-") {
                text.extend(["> ", name.as_str(), ": "]);
                text.push_str(&value.as_bytes().escape_ascii().to_string());
                text.push('\n');
            }
        }
        Self { text, room }
    }
}

struct Answered<'a, B>(&'a Response<B>);

impl<B> fmt::Display for Answered<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "< {}", self.0.status())?;
        for (name, value) in self.0.headers() {
            if name.as_str().starts_with("access-control-") || *name == LOCATION {
                write!(f, "\n< {name}: {}", value.as_bytes().escape_ascii())?;
            }
        }
        Ok(())
    }
}
