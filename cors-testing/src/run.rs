//! One request of a page, step by step through the Fetch standard.

use std::future::poll_fn;

use http::header::{
    ACCEPT, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION,
    CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION, CONTENT_TYPE, COOKIE,
    HOST, LOCATION, ORIGIN, SET_COOKIE,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use tower_service::Service;
use url::Url;

use crate::browser::{Body, BoxError, Browser, Origin};
use crate::cache::Key;
use crate::check::{Credentials, Preflight, cors_check, exposed};
use crate::fetch::{Fetch, Mode};
use crate::fetch_error::{FetchError, Sent};
use crate::head::ResponseHead;
use crate::problem::{Problem, Step};
use crate::safelist::{
    is_forbidden, is_forbidden_in_responses, is_forbidden_method, is_no_cors_safelisted,
    is_safelisted_in_responses, is_safelisted_method, normalized, unsafe_names,
};
use crate::seen::Seen;
use crate::site::{Distance, is_http, is_trustworthy, origin_of};

/// [Main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch) of one request, through its
/// redirects.
pub(crate) struct Run<'a> {
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
    pub(crate) has_asked: bool,
}

/// [Response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tainting {
    Basic,
    Cors,
    Opaque,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
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
    pub(crate) fn key(&self) -> Key {
        Key {
            origin: self.origin_header().to_owned(),
            url: self.url.to_string(),
            credentials: self.credentials == Credentials::Include,
        }
    }

    /// The response after all redirects.
    pub(crate) async fn last<S, B>(&mut self, service: &S) -> Result<Response<B>, FetchError>
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
    pub(crate) fn seen<B>(self, mut response: Response<B>) -> Seen<B> {
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
