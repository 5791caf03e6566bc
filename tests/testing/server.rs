//! A page, and a server that gives the responses of a table.
//!
//! Heads are in the notation of `cors_test_support`, with ` | ` between lines, so that a row of a
//! table is a line. In the response `$ORIGIN` is the origin of the request. Beside headers a request
//! has the options of `fetch`: `credentials`, `mode`, `body`, and `upload` for a listener. A value
//! `$128` is one of 128 bytes.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::to_bytes;
use cors_test_support::WireResponse;
use cors_testing::{Body, Browser, Credentials, Fetch, FetchError, Mode, VisibleResponse};
use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN};
use http::{HeaderName, Request, Response};
use tower::Service;

/// Requests and their responses. A request is given as `PUT`, as `PUT api.test/path`, or as
/// `OPTIONS: x-a` for a preflight that asks for `x-a`, or as `GET from https://app.test` for one with
/// this `Origin`.
pub(crate) type Answers<'a> = &'a [(&'a str, &'a str)];

pub(crate) const PAGE: &str = "https://app.test";

#[derive(Clone, Debug)]
pub(crate) struct Server {
    answers: Vec<(String, String)>,
    log: Arc<Mutex<Vec<Received>>>,
    is_ready: bool,
}

/// A request, with its headers sorted.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

pub(crate) struct Outcome {
    pub(crate) requests: Vec<Received>,
    pub(crate) seen: Result<VisibleResponse<String>, FetchError>,
}

/// An open page, and the server that it calls.
pub(crate) struct Scene {
    pub(crate) browser: Browser,
    pub(crate) server: Server,
}

impl Scene {
    /// A request without a response in `answers` gets one that allows it.
    pub(crate) fn new(page: &str, answers: Answers<'_>) -> Self {
        let answers = answers.iter();
        let answers = answers.map(|(which, answer)| ((*which).to_owned(), (*answer).to_owned()));
        Self {
            browser: Browser::at(page),
            server: Server {
                answers: answers.collect(),
                log: Arc::default(),
                is_ready: false,
            },
        }
    }

    pub(crate) async fn ask(&self, request: &str) -> Outcome {
        let (fetch, credentials) = parse(request);
        let seen = self.browser.fetch(&self.server, fetch, credentials).await;
        let requests = std::mem::take(&mut *self.server.log.lock().expect("the log"));
        Outcome { requests, seen }
    }

    /// Takes the requests that have arrived, as lines of text.
    pub(crate) fn arrived(&self) -> Vec<String> {
        let requests = std::mem::take(&mut *self.server.log.lock().expect("the log"));
        requests.iter().map(Received::text).collect()
    }

    /// Sends a request, for its summary; or moves the clock by `wait MILLISECONDS`, for nothing.
    pub(crate) async fn play(&self, step: &str) -> String {
        match step.strip_prefix("wait ") {
            Some(time) => {
                let time = time.parse().expect("a number");
                self.browser.wait(Duration::from_millis(time));
                String::new()
            }
            None => self.ask(step).await.summary(),
        }
    }
}

impl Outcome {
    /// The methods that arrived, and the response that the page sees: status and headers, or the step
    /// that failed.
    pub(crate) fn summary(&self) -> String {
        let methods = self.requests.iter().map(|request| request.method.clone());
        let mut words: Vec<String> = methods.chain(["->".to_owned()]).collect();
        match &self.seen {
            Ok(seen) => {
                words.push(seen.status().to_string());
                let headers = seen.headers().iter();
                let headers = headers.map(|(name, value)| {
                    let value = value.to_str().expect("text");
                    format!("| {name}: {value}")
                });
                let mut headers: Vec<String> = headers.collect();
                headers.sort();
                words.extend(headers);
            }
            Err(error) => words.push(error.step().as_str().to_owned()),
        }
        words.join(" ")
    }

    /// The method and headers of the preflight, as `PUT: x-a,x-b`; `simple` if there was none.
    pub(crate) fn asked(&self) -> String {
        let of = |name: &HeaderName| {
            let start = format!("{name}: ");
            let mut lines = self.requests.first()?.headers.iter();
            lines.find_map(|line| line.strip_prefix(&start))
        };
        let method = of(&ACCESS_CONTROL_REQUEST_METHOD);
        match (method, of(&ACCESS_CONTROL_REQUEST_HEADERS)) {
            (None, _) => "simple".to_owned(),
            (Some(method), None) => method.to_owned(),
            (Some(method), Some(headers)) => format!("{method}: {headers}"),
        }
    }
}

impl Received {
    async fn of(request: Request<Body>) -> Self {
        let (head, body) = request.into_parts();
        let mut headers = Vec::new();
        let mut hosts = Vec::new();
        for (name, value) in &head.headers {
            let value = value.to_str().expect("text");
            if name == HOST {
                hosts.push(value);
            } else {
                headers.push(format!("{name}: {value}"));
            }
        }
        assert_eq!(hosts.len(), 1, "{hosts:?}");
        headers.sort_by(|a, b| name_of(a).cmp(name_of(b)));
        let body = to_bytes(axum::body::Body::new(body), usize::MAX)
            .await
            .expect("a body");
        Self {
            method: head.method.to_string(),
            url: format!("{}{}", hosts[0], head.uri),
            headers,
            body: String::from_utf8(body.to_vec()).expect("text"),
        }
    }

    /// Method, URL, headers and body in one line.
    pub(crate) fn text(&self) -> String {
        let start = format!("{} {}", self.method, self.url);
        let mut parts = vec![start];
        parts.extend(self.headers.iter().cloned());
        if !self.body.is_empty() {
            parts.push(format!("body: {}", self.body));
        }
        parts.join(" | ")
    }
}

pub(crate) fn parse(text: &str) -> (Fetch, Credentials) {
    let mut parts = text.split(" | ");
    let (method, url) = parts
        .next()
        .and_then(|start| start.split_once(' '))
        .expect("a method and a URL");
    let (mut mode, mut credentials) = (Mode::default(), Credentials::default());
    let (mut body, mut uploads, mut headers) = ("", false, Vec::new());
    for part in parts {
        match part.split_once(": ").expect("a name and a value") {
            ("credentials", "omit") => credentials = Credentials::Omit,
            ("credentials", "include") => credentials = Credentials::Include,
            ("mode", "no-cors") => mode = Mode::NoCors,
            ("mode", "same-origin") => mode = Mode::SameOrigin,
            ("upload", "yes") => uploads = true,
            ("body", text) => body = text,
            (name, value) => headers.push((name.parse::<HeaderName>().expect("a name"), value)),
        }
    }
    let request = Request::builder().method(method).uri(url).body(body);
    let mut fetch = Fetch::new(request).mode(mode);
    for (name, value) in headers {
        let value = match value.strip_prefix('$') {
            Some(length) => "a".repeat(length.parse().expect("a length")),
            None => value.to_owned(),
        };
        fetch = fetch.header(name, value);
    }
    if uploads {
        fetch = fetch.upload_listener();
    }
    (fetch, credentials)
}

impl Service<Request<Body>> for Server {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        assert!(self.is_ready, "called before it was ready");
        self.is_ready = false;
        let server = self.clone();
        Box::pin(async move {
            let received = Received::of(request).await;
            let response = server.answer(&received);
            server.log.lock().expect("the log").push(received);
            Ok(response)
        })
    }
}

impl Server {
    fn answer(&self, request: &Received) -> Response<String> {
        let header = |name: &str| {
            let start = format!("{name}: ");
            let mut lines = request.headers.iter();
            lines.find_map(|line| line.strip_prefix(&start))
        };
        let origin = header(ORIGIN.as_str()).unwrap_or_default();
        let asked = header(ACCESS_CONTROL_REQUEST_HEADERS.as_str()).unwrap_or_default();
        let names = [
            request.method.clone(),
            format!("{} {}", request.method, request.url),
            format!("{}: {asked}", request.method),
            format!("{} from {origin}", request.method),
        ];
        let told = self
            .answers
            .iter()
            .find(|(which, _)| names.contains(which))
            .map(|(_, answer)| answer.clone());
        let answer = told.unwrap_or_else(|| {
            let mut answer =
                "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true".to_owned();
            for (asked, allowed) in [
                (ACCESS_CONTROL_REQUEST_METHOD, "access-control-allow-methods"),
                (ACCESS_CONTROL_REQUEST_HEADERS, "access-control-allow-headers"),
            ] {
                if let Some(value) = header(asked.as_str()) {
                    answer = format!("{answer} | {allowed}: {value}");
                }
            }
            answer
        });
        let response = format!("{}\n\nbody", answer.replace(" | ", "\n"));
        WireResponse::from(response)
            .map("access-control-allow-origin", |value| {
                value.replace("$ORIGIN", origin)
            })
            .to_http()
    }
}

fn name_of(line: &str) -> &str {
    line.split(": ").next().unwrap_or_default()
}
