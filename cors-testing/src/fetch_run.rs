//! The run of a fetch: preflights, requests and redirects, in the order of the Fetch standard.

use std::future::poll_fn;

use http::header::{
    ACCEPT, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, COOKIE, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode};
use http_body::Body as HttpBody;
use tower_service::Service;

use crate::cors_check::{RESPONSE, cors_check};
use crate::exchange::{SentRequest, Source};
use crate::fetch_error::FetchError;
use crate::head::ResponseHead;
use crate::http_cache::{Lookup, MAX_BODY, Stored};
use crate::log::Conversation;
use crate::method::is_safelisted_method;
use crate::override_check::{PreflightDecision, of_visible};
use crate::page_request::{PageRequest, PreflightNeed, RequestMode, Tainting, set};
use crate::preflight::Preflight;
use crate::problem::{Problem, Step};
use crate::redirect::follow;
use crate::safelist::unsafe_names;
use crate::session::{Body, BoxError, Session};
use crate::visible_body::VisibleBody;
use crate::visible_response::VisibleResponse;
use crate::{mixed_content, resource_policy};

/// A [main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch) of one request, with its
/// redirects.
pub(crate) struct FetchRun<'a> {
    session: &'a Session,
    pub(crate) request: PageRequest,
    log: Conversation,
    /// The number of preflights that were sent.
    preflights: usize,
    /// Whether the request needed a preflight, sent or cached.
    needs_preflight: bool,
    /// The problems of cookies.
    problems: Vec<Problem>,
    /// The sign of another CORS middleware, in the last exchange that has one.
    overridden: Option<Problem>,
}

/// A request that was sent, and its response.
pub(crate) type Exchange<B> = (SentRequest, Response<VisibleBody<B>>);

impl<'a> FetchRun<'a> {
    pub(crate) fn new(
        session: &'a Session,
        request: Result<PageRequest, Problem>,
    ) -> Result<Self, FetchError> {
        let page = session.page.as_deref().unwrap_or("null");
        let kind = request.as_ref().map_or("request", |request| request.kind);
        let title = format!("{kind}, page of {page}");
        let log = session.memory().log.open(title);
        match request {
            Ok(request) => Ok(Self {
                session,
                request,
                log,
                preflights: 0,
                needs_preflight: false,
                problems: Vec::new(),
                overridden: None,
            }),
            Err(problem) => {
                let error = FetchError::new(problem);
                session.memory().log.add(log, &failure(&error));
                Err(error)
            }
        }
    }

    /// Returns the exchange after all redirects. An error clears the cached preflights of a request
    /// that needed one.
    pub(crate) async fn follow_redirects<S, B>(
        &mut self,
        service: &S,
    ) -> Result<Exchange<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: HttpBody,
    {
        let result = self.exchange(service).await;
        if let Err(error) = &result {
            let mut memory = self.session.memory();
            if self.needs_preflight {
                memory.preflights.clear(&self.request.cache_key());
            }
            memory.log.add(self.log, &failure(error));
        }
        result.map_err(|error| error.with_cookies(&self.problems))
    }

    async fn exchange<S, B>(&mut self, service: &S) -> Result<Exchange<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: HttpBody,
    {
        loop {
            let (sent, response) = self.send(service.clone()).await?;
            if self.request.mode == RequestMode::WebSocket {
                return Ok((sent, response));
            }
            match follow(&mut self.request, &response) {
                Ok(true) => {}
                Ok(false) => return Ok((sent, response)),
                Err(problem) => return Err(self.error(problem, &sent, &response)),
            }
        }
    }

    /// Returns the filtered response.
    pub(crate) fn filter<B: HttpBody>(
        mut self,
        (sent, response): Exchange<B>,
    ) -> VisibleResponse<B> {
        let is_cached = sent.source == Source::Cache;
        // The sign of a middleware is the first problem.
        self.problems.splice(0..0, self.overridden.take());
        let visible = VisibleResponse::filter(
            response,
            &self.request,
            self.preflights,
            is_cached,
            self.problems.clone(),
        );
        let result = if visible.is_opaque() {
            "an opaque response".to_owned()
        } else {
            let names: Vec<&str> = visible.headers().keys().map(HeaderName::as_str).collect();
            format!("{} with {}", visible.status(), or_nothing(&names))
        };
        self.conclude(&result);
        visible
    }

    /// Writes the result that the page sees to the log.
    pub(crate) fn conclude(&self, result: &str) {
        for problem in &self.problems {
            self.log(&format!("- {problem}"));
        }
        self.log(&format!("= {result}"));
    }

    /// Writes an error to the log that was found after [`follow_redirects`](Self::follow_redirects).
    pub(crate) fn fail<B>(
        &self,
        problem: Problem,
        sent: &SentRequest,
        response: &Response<B>,
    ) -> FetchError {
        let error = self.error(problem, sent, response);
        let error = error.with_cookies(&self.problems);
        self.log(&failure(&error));
        error
    }

    fn log(&self, lines: &str) {
        self.session.memory().log.add(self.log, lines);
    }

    fn error<B>(&self, problem: Problem, sent: &SentRequest, response: &Response<B>) -> FetchError {
        FetchError::new(problem).with_exchange(sent, response, self.request.credentials)
    }

    /// Sends one request, after a preflight if it needs one, and checks the response.
    async fn send<S, B>(&mut self, service: S) -> Result<Exchange<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
        B: HttpBody,
    {
        mixed_content::check(&mut self.request).map_err(FetchError::new)?;
        self.request.taint();
        let mut preflight = PreflightDecision::NotSent;
        if self.request.tainting == Tainting::Cors {
            preflight = self.preflight(service.clone()).await?;
        }
        if let Some(name) = self.request.unsendable.first() {
            let text = format!(
                "the server responds with 400, because the value of `{name}` has a control byte"
            );
            let problem = Problem::new(Step::Network, text, "send a value without control bytes");
            return Err(FetchError::new(problem));
        }
        let (sent, response, stored) = self.network_or_cache(service).await?;
        self.log(&sent.logged_response(response.status(), response.headers()));
        if let Some(refused) = sent.finding().and_then(|finding| finding.refused.as_ref()) {
            self.log(&format!("- refused by the policy: {}", refused.why));
        }
        let checked = match self.request.tainting {
            Tainting::Cors => {
                let head = ResponseHead::from(&response);
                let origin = self.request.serialized_origin();
                let problems = cors_check(origin, &head, self.request.credentials, RESPONSE);
                let problem = problems.into_iter().next();
                problem.map_or(Ok(()), |problem| match stored {
                    Some(stored) => Err(cached_problem(problem, origin, &stored)),
                    None => Err(problem),
                })
            }
            _ => resource_policy::check(&self.request, response.headers()),
        };
        match checked {
            Ok(()) => {
                if self.request.tainting == Tainting::Cors {
                    let overridden = of_visible(sent.finding(), preflight, &self.request);
                    self.overridden = overridden.or(self.overridden.take());
                }
                Ok((sent, response))
            }
            Err(problem) => Err(self.error(problem, &sent, &response)),
        }
    }

    /// Performs the
    /// [HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch).
    /// The last part of the result is the response in the cache, if that is what the page gets.
    async fn network_or_cache<S, B>(
        &mut self,
        service: S,
    ) -> Result<(SentRequest, Response<VisibleBody<B>>, Option<Stored>), FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
        B: HttpBody,
    {
        let mut request = self.http_request();
        self.send_cookies(&mut request);
        let (method, asked) = (request.method().clone(), request.headers().clone());
        let key = self.request.http_cache_key();
        let lookup = self.session.memory().http_cache.find(&key, &method, &asked);
        if let Lookup::Stale(stored) = &lookup {
            stored.make_conditional(request.headers_mut());
        }
        let mut sent = SentRequest::new(&mut request, &self.request.url);
        self.log(sent.logged());
        if let Lookup::Fresh(stored) = lookup {
            sent.source = Source::Cache;
            return Ok((sent, response_of(&stored), Some(stored)));
        }
        let response = call(service, request, &sent).await?;
        let (head, body) = response.into_parts();
        self.store_cookies(&head.headers);
        if let (Lookup::Stale(mut stored), StatusCode::NOT_MODIFIED) = (lookup, head.status) {
            stored.freshen(&head.headers);
            sent.source = Source::Revalidated;
            let cache = &mut self.session.memory().http_cache;
            if cache.may_store(&method, &asked, stored.status, &stored.headers) {
                cache.store(key, &asked, stored.clone());
            }
            return Ok((sent, response_of(&stored), Some(stored)));
        }
        let is_stored = {
            let cache = &mut self.session.memory().http_cache;
            let is_error = head.status.is_client_error() || head.status.is_server_error();
            if !method.is_safe() && !is_error {
                cache.invalidate(&key.url);
            }
            self.request.mode != RequestMode::WebSocket
                && cache.may_store(&method, &asked, head.status, &head.headers)
        };
        if !is_stored {
            let body = VisibleBody::of_service(body);
            return Ok((sent, Response::from_parts(head, body), None));
        }
        let (body, copy) = VisibleBody::read(body, MAX_BODY).await;
        if let Some(copy) = copy {
            let stored = Stored {
                status: head.status,
                headers: head.headers.clone(),
                body: copy,
                origin: asked.get(ORIGIN).map(text_of),
            };
            self.session.memory().http_cache.store(key, &asked, stored);
        }
        Ok((sent, Response::from_parts(head, body), None))
    }

    /// Returns the request as it is sent, with the headers that the browser adds.
    fn http_request(&self) -> Request<Body> {
        let page = &self.request;
        let mut request = Request::new(Body::from(page.body.clone()));
        *request.method_mut() = page.method.clone();
        *request.headers_mut() = page.headers.clone();
        let headers = request.headers_mut();
        if let Some(origin) = page.origin_header(self.session.hidden) {
            set(headers, ORIGIN, origin);
        }
        if !headers.contains_key(ACCEPT) {
            set(headers, ACCEPT, page.destination.accept());
        }
        if page.mode == RequestMode::WebSocket {
            // Without it a handler cannot respond with 101. It resolves to an error, because there is
            // no connection.
            let upgrade = hyper::upgrade::on(Request::new(()));
            request.extensions_mut().insert(upgrade);
        }
        page.write_target(&mut request, page.mode, self.session.hidden);
        request
    }

    fn send_cookies(&mut self, request: &mut Request<Body>) {
        if !self.request.sends_credentials() {
            return;
        }
        let context = self.request.cookie_context();
        let cookies = &mut self.session.memory().cookies;
        if let Some(value) = cookies.header(&context) {
            request.headers_mut().insert(COOKIE, value);
        }
        self.problems.extend(cookies.missing(&context));
    }

    fn store_cookies(&mut self, response: &HeaderMap) {
        let request = &self.request;
        let context = request.cookie_context();
        let cookies = &mut self.session.memory().cookies;
        self.problems.extend(if request.sends_credentials() {
            cookies.store(&context, response)
        } else {
            cookies.ignore(&context, response, request.credentials)
        });
    }

    /// Performs the [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), if
    /// the request needs one and the cache does not cover it.
    async fn preflight<S, B>(&mut self, service: S) -> Result<PreflightDecision, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
    {
        let page = &self.request;
        let uploads = page.preflight == PreflightNeed::Always;
        if page.preflight == PreflightNeed::Never {
            return Ok(PreflightDecision::NotSent);
        }
        let unsafe_names = unsafe_names(&page.headers, &page.unsendable);
        let needs_method = !is_safelisted_method(&page.method) || uploads;
        if !needs_method && unsafe_names.is_empty() {
            return Ok(PreflightDecision::NotSent);
        }
        self.needs_preflight = true;
        let key = page.cache_key();
        let method = page.method.as_str();
        {
            let mut memory = self.session.memory();
            let preflights = &memory.preflights;
            let covers_method = !needs_method || preflights.has_method(&key, method);
            let covers_headers = unsafe_names
                .iter()
                .all(|name| preflights.has_header(&key, name.as_str()));
            if covers_method && covers_headers {
                memory.log.add(self.log, "- the preflight is cached");
                return Ok(PreflightDecision::NotSent);
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
        set(headers, ORIGIN, page.serialized_origin());
        page.write_target(&mut request, RequestMode::Cors, self.session.hidden);
        let sent = SentRequest::new(&mut request, &page.url);
        let preflight = Preflight {
            origin: page.serialized_origin().to_owned(),
            method: method.to_owned(),
            headers: names.iter().map(|&name| name.to_owned()).collect(),
            uploads,
        };
        self.preflights += 1;
        self.log(sent.logged());
        let response = call(service, request, &sent).await?;
        let head = ResponseHead::from(&response);
        self.log(&sent.logged_response(head.status, &head.headers));
        let problems = preflight.problems(&head, self.request.credentials);
        if let Some(problem) = problems.into_iter().find(Problem::is_fatal) {
            return Err(self.error(problem, &sent, &response));
        }
        let granted = preflight.granted(&head);
        self.session.memory().preflights.store(&key, granted);
        Ok(match sent.finding() {
            Some(_) => PreflightDecision::ReachedRouter,
            None => PreflightDecision::AllowedElsewhere,
        })
    }
}

/// Calls a service once it is ready.
async fn call<S, B>(
    mut service: S,
    request: Request<Body>,
    sent: &SentRequest,
) -> Result<Response<B>, FetchError>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
{
    let failed = |error: S::Error| {
        let text = format!("the server did not respond: {}", error.into());
        let problem = Problem::new(
            Step::Network,
            text,
            "let the service respond instead of failing",
        );
        FetchError::new(problem).without_response(sent)
    };
    poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
    service.call(request).await.map_err(failed)
}

/// Returns a copy of a response in the cache.
fn response_of<B: HttpBody>(stored: &Stored) -> Response<VisibleBody<B>> {
    let mut response = Response::new(VisibleBody::of_cache(stored.body.clone()));
    *response.status_mut() = stored.status;
    *response.headers_mut() = stored.headers.clone();
    response
}

/// Adds the cause, if the response in the cache was sent to another origin, or to a request without
/// one.
fn cached_problem(problem: Problem, origin: &str, stored: &Stored) -> Problem {
    if stored.varies_by_origin() || stored.origin.as_deref() == Some(origin) {
        return problem;
    }
    let first = match &stored.origin {
        None => "a request without `origin`, such as an image".to_owned(),
        Some(origin) => format!("a request with `origin: {origin}`"),
    };
    let vary = match stored.headers.get(VARY).map(text_of) {
        None => "has no `vary`".to_owned(),
        Some(vary) => format!("has only `vary: {vary}`"),
    };
    problem
        .with_cause(&format!(
            "the response is the cached one to {first}, and it {vary}"
        ))
        .with_help(
            "send `vary: origin` with every response of this URL, also to requests without `origin`",
        )
}

fn text_of(value: &http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// Prints an error for the log. The exchange is there already.
fn failure(error: &FetchError) -> String {
    format!("= network error: {}", error.problem())
}

fn or_nothing(names: &[&str]) -> String {
    if names.is_empty() {
        "no headers".to_owned()
    } else {
        names.join(", ")
    }
}
