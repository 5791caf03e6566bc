//! Requests as rows of text, and what their answers say of CORS.
//!
//! A request is its request line without the version and then its headers, with ` | ` in between;
//! `body: ..` is its body. Names lose their `access-control-`, here and in the answers:
//!
//! ```text
//! OPTIONS /jobs | origin: https://app.example.com | request-method: POST
//! 204 allow-methods: POST | allow-origin: https://app.example.com
//! ```

use std::fmt;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use tower::ServiceExt;

/// An app under test. Where it has a prefix, the paths of the requests get it.
pub(crate) struct App {
    pub(crate) name: &'static str,
    pub(crate) prefix: &'static str,
    pub(crate) router: Router,
}

impl App {
    pub(crate) fn new(name: &'static str, router: impl Into<Router>) -> Self {
        Self {
            name,
            prefix: "",
            router: router.into(),
        }
    }

    pub(crate) async fn send(&self, request: &str) -> Response {
        let request = parse(request, self.prefix);
        let Ok(response) = self.router.clone().oneshot(request).await;
        response
    }
}

/// A row: what it is called, the request, and the answer to it.
pub(crate) type Case<R = &'static str> = (&'static str, R, Answer);

/// The status of an answer, and its lines about CORS in the order of their names.
#[derive(PartialEq, Eq)]
pub(crate) struct Answer {
    status: u16,
    cors: Vec<String>,
}

impl Answer {
    pub(crate) fn of(response: &Response) -> Self {
        Self {
            status: response.status().as_u16(),
            cors: cors_lines(response.headers()),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.cors.join(" | "))
    }
}

/// An answer with exactly these lines about CORS.
pub(crate) fn answer(status: u16, cors: &str) -> Answer {
    let mut cors: Vec<String> = cors
        .split(" | ")
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    sort_by_name(&mut cors);
    Answer { status, cors }
}

const PREFLIGHT_VARY: &str =
    "vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// A preflight that lets the request follow.
pub(crate) fn granted(cors: &str) -> Answer {
    answer(204, &format!("{cors} | {PREFLIGHT_VARY}"))
}

/// A preflight that doesn't.
pub(crate) fn refused() -> Answer {
    answer(403, PREFLIGHT_VARY)
}

/// Sends every request to every app, and fails with all cases that went wrong.
pub(crate) async fn check<R: AsRef<str>>(apps: &[App], cases: &[Case<R>]) {
    let mut failures = Failures::default();
    for app in apps {
        for (name, request, expected) in cases {
            let response = app.send(request.as_ref()).await;
            failures.compare(
                || format!("{name} ({}): {:.300}", app.name, request.as_ref()),
                expected,
                &Answer::of(&response),
            );
        }
    }
    failures.finish();
}

/// What went wrong, until everything has been tried.
#[derive(Default)]
pub(crate) struct Failures(Vec<String>);

impl Failures {
    pub(crate) fn compare<T: fmt::Debug + PartialEq>(
        &mut self,
        name: impl FnOnce() -> String,
        expected: &T,
        found: &T,
    ) {
        if expected != found {
            let name = name();
            self.0.push(format!(
                "{name}\n    expected {expected:?}\n    found    {found:?}"
            ));
        }
    }

    #[track_caller]
    pub(crate) fn finish(self) {
        let Self(failures) = self;
        assert!(
            failures.is_empty(),
            "{} answers are wrong, of which the first are:\n{}",
            failures.len(),
            failures[..failures.len().min(30)].join("\n")
        );
    }
}

/// A whole answer, for comparing two apps: status, headers and body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    pub(crate) status: u16,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Whole {
    pub(crate) async fn of(response: Response) -> Self {
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a whole body");
        Self {
            status: head.status.as_u16(),
            headers: lines(&head.headers),
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

fn parse(text: &str, prefix: &str) -> Request {
    let mut lines = text.split(" | ");
    let (method, path) = lines
        .next()
        .and_then(|line| line.split_once(' '))
        .expect("a method and a path");
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method.parse().expect("a method");
    // As HTTP/2 and requests to proxies have it, the authority stands in front of the path.
    let (scheme, rest) = path.split_at(path.find("://").map_or(0, |colon| colon + 3));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(0));
    *request.uri_mut() = format!("{scheme}{authority}{prefix}{path}")
        .parse()
        .expect("a path");
    for line in lines {
        let (name, value) = line.split_once(':').expect("a name and a value");
        let value = value.strip_prefix(' ').unwrap_or(value);
        let name = match name {
            "body" => {
                *request.body_mut() = Body::from(value.to_owned());
                continue;
            }
            "request-method" | "request-headers" => format!("access-control-{name}"),
            name => name.to_owned(),
        };
        request.headers_mut().append(
            HeaderName::try_from(name).expect("a name"),
            HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
        );
    }
    request
}

fn cors_lines(headers: &HeaderMap) -> Vec<String> {
    lines(headers)
        .into_iter()
        .filter_map(|line| match line.strip_prefix("access-control-") {
            Some(line) => Some(line.to_owned()),
            None => line.starts_with("vary:").then_some(line),
        })
        .collect()
}

fn lines(headers: &HeaderMap) -> Vec<String> {
    let mut lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    sort_by_name(&mut lines);
    lines
}

/// The lines of one name keep their order.
fn sort_by_name(lines: &mut [String]) {
    lines.sort_by(|a, b| a.split(':').next().cmp(&b.split(':').next()));
}
