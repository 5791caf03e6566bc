//! The run of a fetch: preflights, requests and redirects, in the order of the Fetch standard.

use std::future::poll_fn;

use http::header::{
    ACCEPT, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, COOKIE, ORIGIN,
};
use http::{HeaderName, Method, Request, Response};
use tower_service::Service;

use crate::cors_check::{RESPONSE, cors_check};
use crate::exchange::SentRequest;
use crate::fetch::{Credentials, Fetch, Mode};
use crate::fetch_error::FetchError;
use crate::head::ResponseHead;
use crate::method::is_safelisted_method;
use crate::override_check::{PreflightDecision, of_visible};
use crate::page_request::{PageRequest, Tainting, set};
use crate::preflight::Preflight;
use crate::problem::{Problem, Step};
use crate::redirect::follow;
use crate::safelist::unsafe_names;
use crate::session::{Body, BoxError, Session};
use crate::visible_response::VisibleResponse;

/// A [main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch) of one request, with its
/// redirects.
pub(crate) struct FetchRun<'a> {
    session: &'a Session,
    request: PageRequest,
    /// The number of preflights that were sent.
    preflights: usize,
    /// Whether the request needed a preflight, sent or cached.
    needs_preflight: bool,
    /// The problems of cookies.
    problems: Vec<Problem>,
    /// The sign of another CORS middleware, in the last exchange that has one.
    overridden: Option<Problem>,
}

impl<'a> FetchRun<'a> {
    pub(crate) fn new(
        session: &'a Session,
        fetch: Fetch,
        credentials: Credentials,
    ) -> Result<Self, FetchError> {
        Ok(Self {
            session,
            request: PageRequest::new(session, fetch, credentials).map_err(FetchError::new)?,
            preflights: 0,
            needs_preflight: false,
            problems: Vec::new(),
            overridden: None,
        })
    }

    /// Returns the response after all redirects. An error clears the cached preflights of a request
    /// that needed one.
    pub(crate) async fn follow_redirects<S, B>(
        &mut self,
        service: &S,
    ) -> Result<Response<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    {
        let result = self.response(service).await;
        if result.is_err() && self.needs_preflight {
            let key = self.request.cache_key();
            self.session.memory().preflights.clear(&key);
        }
        result.map_err(|error| error.with_cookies(&self.problems))
    }

    async fn response<S, B>(&mut self, service: &S) -> Result<Response<B>, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    {
        loop {
            let (sent, response) = self.send(service.clone()).await?;
            match follow(&mut self.request, &response) {
                Ok(true) => {}
                Ok(false) => return Ok(response),
                Err(problem) => return Err(self.error(problem, &sent, &response)),
            }
        }
    }

    /// Returns the filtered response.
    pub(crate) fn filter<B>(self, response: Response<B>) -> VisibleResponse<B> {
        let problems = self.overridden.into_iter().chain(self.problems).collect();
        VisibleResponse::filter(response, &self.request, self.preflights, problems)
    }

    fn error<B>(&self, problem: Problem, sent: &SentRequest, response: &Response<B>) -> FetchError {
        FetchError::new(problem).with_exchange(sent, response, self.request.credentials)
    }

    /// Sends one request, after a preflight if it needs one, and checks the response.
    async fn send<S, B>(&mut self, service: S) -> Result<(SentRequest, Response<B>), FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    {
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
        let mut request = self.http_request();
        self.send_cookies(&mut request);
        let sent = SentRequest::new(&mut request, &self.request.url);
        let response = call(service, request, &sent).await?;
        self.store_cookies(&response);
        if self.request.tainting == Tainting::Cors {
            let head = ResponseHead::from(&response);
            let origin = self.request.serialized_origin();
            let problems = cors_check(origin, &head, self.request.credentials, RESPONSE);
            if let Some(problem) = problems.into_iter().next() {
                return Err(self.error(problem, &sent, &response));
            }
            let overridden = of_visible(sent.finding(), preflight, &self.request);
            self.overridden = overridden.or(self.overridden.take());
        }
        Ok((sent, response))
    }

    /// Returns the request as it is sent, with the headers that the browser adds.
    fn http_request(&self) -> Request<Body> {
        let page = &self.request;
        let mut request = Request::new(Body::from(page.body.clone()));
        *request.method_mut() = page.method.clone();
        *request.headers_mut() = page.headers.clone();
        let headers = request.headers_mut();
        if let Some(origin) = page.origin_header() {
            set(headers, ORIGIN, origin);
        }
        if !headers.contains_key(ACCEPT) {
            set(headers, ACCEPT, "*/*");
        }
        page.write_target(&mut request, page.mode);
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

    fn store_cookies<B>(&mut self, response: &Response<B>) {
        let request = &self.request;
        let context = request.cookie_context();
        let cookies = &mut self.session.memory().cookies;
        self.problems.extend(if request.sends_credentials() {
            cookies.store(&context, response.headers())
        } else {
            cookies.ignore(&context, response.headers(), request.credentials)
        });
    }

    /// Performs the [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), if
    /// the request needs one and the cache does not cover it.
    async fn preflight<S, B>(&mut self, service: S) -> Result<PreflightDecision, FetchError>
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
    {
        let page = &self.request;
        let unsafe_names = unsafe_names(&page.headers, &page.unsendable);
        let needs_method = !is_safelisted_method(&page.method) || page.uploads;
        if !needs_method && unsafe_names.is_empty() {
            return Ok(PreflightDecision::NotSent);
        }
        self.needs_preflight = true;
        let key = page.cache_key();
        let method = page.method.as_str();
        {
            let preflights = &self.session.memory().preflights;
            let covers_method = !needs_method || preflights.has_method(&key, method);
            let covers_headers = unsafe_names
                .iter()
                .all(|name| preflights.has_header(&key, name.as_str()));
            if covers_method && covers_headers {
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
        page.write_target(&mut request, Mode::Cors);
        let sent = SentRequest::new(&mut request, &page.url);
        let preflight = Preflight {
            origin: page.serialized_origin().to_owned(),
            method: method.to_owned(),
            headers: names.iter().map(|&name| name.to_owned()).collect(),
            uploads: page.uploads,
        };
        self.preflights += 1;
        let response = call(service, request, &sent).await?;
        let head = ResponseHead::from(&response);
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
