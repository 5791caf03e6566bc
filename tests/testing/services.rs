//! Services that the browser drives: routers, layers of other libraries, functions, and services that
//! fail.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::from_fn;
use axum::routing::put;
use cors_runtime::{CorsRouter, Policy, cors, routes};
use cors_testing::{Body, Browser, Credentials, Fetch, Step, VisibleResponse};
use http::{Request, Response};
use http_body_util::BodyExt;
use tower::{Layer, Service, service_fn};
use tower_http::cors::{Any, CorsLayer};

use super::server::{PAGE, parse};
use cors_test_support::Failures;

#[cors(
    origins = ["https://app.test"],
    methods = [PUT],
    headers = ["content-type"],
    expose_headers = ["x-total"],
    credentials,
)]
async fn save(body: String) -> ([(&'static str, &'static str); 2], String) {
    ([("x-total", "1"), ("x-secret", "2")], body)
}

async fn plain(body: String) -> ([(&'static str, &'static str); 2], String) {
    ([("x-total", "1"), ("x-secret", "2")], body)
}

/// The policy of `save`, with tower-http.
fn by_tower_http() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.test"))
        .allow_methods([Method::PUT])
        .allow_headers([HeaderName::from_static("content-type")])
        .expose_headers([HeaderName::from_static("x-total")])
        .allow_credentials(true)
}

/// The response that the page sees: the body and the headers that begin with `x-`; or the step that
/// failed.
async fn ask<S, B>(service: &S, page: &str, request: &str) -> String
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>> + Clone,
    B: BodyExt<Error: std::fmt::Debug>,
{
    let (fetch, credentials) = parse(request);
    match Browser::at(page).fetch(service, fetch, credentials).await {
        Ok(seen) => {
            let own = seen.headers().keys().map(HeaderName::as_str);
            let own: Vec<&str> = own.filter(|name| name.starts_with("x-")).collect();
            let own = own.join(" ");
            let body = seen.text().await.expect("a body");
            format!("{body} {own}").trim_end().to_owned()
        }
        Err(error) => error.step().as_str().to_owned(),
    }
}

type BoxError = Box<dyn Error + Send + Sync>;

const WITH: &str = "PUT / | content-type: application/json | credentials: include | body: [1]";
const WITHOUT: &str = "PUT / | content-type: application/json | body: [1]";

#[tokio::test]
async fn any_tower_service_can_be_tested() {
    let mut failures = Failures::default();
    macro_rules! drive {
        ($service:expr, $with:literal, $without:literal, $stranger:literal) => {
            let service = $service;
            let what = stringify!($service);
            for (page, request, expected) in [
                (PAGE, WITH, $with),
                (PAGE, WITHOUT, $without),
                ("https://evil.test", WITHOUT, $stranger),
            ] {
                let found = ask(&service, page, request).await;
                failures.compare(
                    || format!("{what}, {page}: {request}"),
                    &expected,
                    &found.as_str(),
                );
            }
        };
    }
    let policy = Policy::new(&["https://app.test"])
        .methods(&["PUT"])
        .headers(&["content-type"])
        .expose_headers(&["x-total"])
        .credentials();
    let plain_router = || Router::new().route("/", put(plain));
    let own = || CorsRouter::new().route("/", routes![save]);
    drive!(
        own().into_router(),
        "[1] x-total",
        "[1] x-total",
        "preflight, origin"
    );
    let layer = from_fn(async |request, next: axum::middleware::Next| next.run(request).await);
    drive!(
        own().layer(layer).into_router(),
        "[1] x-total",
        "[1] x-total",
        "preflight, origin"
    );
    drive!(
        plain_router().layer(by_tower_http()),
        "[1] x-total",
        "[1] x-total",
        "preflight, origin"
    );
    drive!(
        by_tower_http().layer(plain_router()),
        "[1] x-total",
        "[1] x-total",
        "preflight, origin"
    );
    let permissive = CorsLayer::permissive();
    drive!(
        plain_router().layer(permissive),
        "preflight, origin",
        "[1] x-total x-secret",
        "[1] x-total x-secret"
    );
    let any = CorsLayer::new().allow_origin(Any).allow_methods(Any);
    drive!(
        plain_router().layer(any),
        "preflight, origin",
        "preflight, header",
        "preflight, header"
    );
    drive!(
        policy.layer().expect("a policy").layer(plain_router()),
        "[1] x-total",
        "[1] x-total",
        "preflight, origin"
    );
    drive!(
        plain_router(),
        "preflight, origin",
        "preflight, origin",
        "preflight, origin"
    );
    let function = service_fn(async |request: Request<Body>| {
        let body = request.into_body().collect().await?.to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        let mut response = Response::new(body);
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "*"),
            ("access-control-allow-headers", "*"),
        ] {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        Ok::<_, Infallible>(response)
    });
    drive!(function, "preflight, origin", "[1]", "[1]");
    failures.finish();
}

/// Fails, or is ready only when it is polled for the third time. A clone starts anew.
#[derive(Debug)]
struct SlowToBeReady {
    polls: u8,
    fails: Option<When>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Polled,
    Called,
}

impl Clone for SlowToBeReady {
    fn clone(&self) -> Self {
        Self {
            polls: 0,
            fails: self.fails,
        }
    }
}

impl Service<Request<Body>> for SlowToBeReady {
    type Response = Response<String>;
    type Error = BoxError;
    type Future = Ready<Result<Response<String>, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        if self.fails == Some(When::Polled) {
            return Poll::Ready(Err("it is closed".into()));
        }
        self.polls += 1;
        if self.polls < 3 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        assert_eq!(
            std::mem::take(&mut self.polls),
            3,
            "called before it was ready"
        );
        ready(match self.fails {
            Some(_) => Err("it broke".into()),
            None => Ok(Response::new("ready".to_owned())),
        })
    }
}

#[tokio::test]
async fn services_are_called_only_when_they_are_ready() {
    let mut failures = Failures::default();
    for (fails, request, expected) in [
        (None, "GET / | mode: same-origin", "ready"),
        (Some(When::Polled), "GET /", "network"),
        (Some(When::Called), "GET /", "network"),
        (Some(When::Called), "PUT /", "network"),
    ] {
        let service = SlowToBeReady { polls: 0, fails };
        let found = ask(&service, "https://api.test", request).await;
        failures.compare(
            || format!("{fails:?}: {request}"),
            &expected,
            &found.as_str(),
        );
    }
    let service = SlowToBeReady {
        polls: 0,
        fails: Some(When::Called),
    };
    failures.compare(
        || "a preflight",
        &"network",
        &ask(&service, PAGE, "PUT /").await.as_str(),
    );
    failures.finish();
}

/// A test with `?` on everything, as users write it.
#[tokio::test]
async fn requests_with_and_without_bodies() -> Result<(), BoxError> {
    let app = CorsRouter::new().route("/", routes![save]).into_router();
    let page = Browser::at(PAGE);
    let json = |request: http::request::Builder| request.header("content-type", "application/json");
    let text = async |fetch: Fetch| -> Result<String, BoxError> {
        let seen: VisibleResponse<_> = page.fetch(&app, fetch, Credentials::Omit).await?;
        Ok(seen.text().await?)
    };
    assert_eq!(text(Request::put("/").into()).await?, "");
    assert_eq!(
        text(json(Request::put("/")).body("[1]").into()).await?,
        "[1]"
    );
    assert_eq!(
        text(json(Request::put("/")).body("[1]".to_owned())?.into()).await?,
        "[1]"
    );
    assert_eq!(
        text(Request::put("/").body(serde_json::to_vec(&[1])?).into()).await?,
        "[1]"
    );
    let seen = page
        .fetch(&app, Request::put("/").body([0xff]), Credentials::Omit)
        .await?;
    // The extractor `String` rejects bytes that are not UTF-8.
    assert_eq!(seen.status(), 400);
    let seen = page
        .fetch(&app, Request::put("/").body("a"), Credentials::Omit)
        .await?;
    assert_eq!(seen.bytes().await?, "a");
    for wrong in [
        Request::put("/").header("x a", "1"),
        Request::put("https://"),
        Request::builder().method("A B"),
    ] {
        let error = page
            .fetch(&app, wrong, Credentials::Omit)
            .await
            .expect_err("no request");
        assert_eq!(error.step(), Step::Request, "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn requests_have_their_url_as_an_extension() {
    let service = service_fn(async |request: Request<Body>| {
        let allowed = [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-headers", "x-a"),
        ];
        let mut response = Response::new(String::new());
        for (name, value) in allowed {
            let value = HeaderValue::from_static(value);
            response.headers_mut().insert(name, value);
        }
        let url = request.extensions().get::<http::Uri>().expect("the URL");
        assert_eq!(url, "https://api.example/jobs?x=1", "{}", request.method());
        assert_eq!(request.uri(), "/jobs?x=1", "{}", request.method());
        Ok::<_, Infallible>(response)
    });
    let request = Request::get("https://api.example/jobs?x=1#7").header("x-a", "1");
    let page = Browser::at("https://app.example");
    let response = page.fetch(&service, request, Credentials::Omit).await;
    assert_eq!(response.expect("it is allowed").preflights(), 1);
}
