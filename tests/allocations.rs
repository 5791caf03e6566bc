//! Allocations that CORS adds: none to an actual request without layers.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::{AllocationInfo, measure};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use axum::routing::{delete, get};
use cors_runtime::{CorsRouter, Routes, cors, routes};
use tower::Service;
use tower::layer::util::Identity;
use tracing::Level;

const ORIGIN_SENT: &str = "https://a.example";

async fn plain() -> &'static str {
    "[]"
}

#[cors(origins = ["*"], methods = [GET], expose_headers = ["*"])]
async fn any() -> &'static str {
    "[]"
}

#[cors(origins = ["https://a.example"], methods = [GET], credentials, expose_headers = ["etag"])]
async fn one() -> &'static str {
    "[]"
}

#[cors(origins = ["https://b.example", "https://a.example"], methods = [GET], credentials)]
async fn several() -> &'static str {
    "[]"
}

#[cors(origins = ["https://*.b.example", "https://a.example:*"], methods = [GET])]
async fn pattern() -> &'static str {
    "[]"
}

#[cors(origins = ["https://b.example", "https://c.example"], methods = [GET], headers = ["x-a"])]
async fn refused() -> &'static str {
    "[]"
}

#[cors(origins = ["https://b.example"], methods = [GET], enforce)]
async fn enforced() -> &'static str {
    "[]"
}

#[cors(origins = ["https://a.example"], methods = [GET], headers = ["x-*"])]
async fn prefix() -> &'static str {
    "[]"
}

async fn plain_stateful(State(text): State<String>) -> String {
    text
}

#[cors(origins = ["https://a.example", "https://b.example"], methods = [GET])]
async fn stateful(State(text): State<String>) -> String {
    text
}

fn app(routes: impl Into<Routes<String>>) -> Router {
    CorsRouter::new()
        .route("/jobs", routes)
        .with_state("[]".to_owned())
        .into_router()
}

fn plain_app(method_router: axum::routing::MethodRouter<String>) -> Router {
    Router::new()
        .route("/jobs", method_router)
        .with_state("[]".to_owned())
}

fn actual() -> Request {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = "/jobs".parse().expect("a path");
    request
        .headers_mut()
        .insert(ORIGIN, HeaderValue::from_static(ORIGIN_SENT));
    request
}

fn preflight() -> Request {
    let mut request = actual();
    *request.method_mut() = http::Method::OPTIONS;
    let headers = request.headers_mut();
    headers.insert(
        ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static("GET"),
    );
    request
}

/// The handlers here never wait, so one poll completes a request.
///
/// The requests are made here, with static values, and not by the support crate: cloning a value that
/// owns its bytes would allocate.
fn heap(app: &Router, request: fn() -> Request) -> AllocationInfo {
    let mut app = app.clone();
    let mut send = || {
        let request = request();
        measure(|| {
            let future = pin!(app.call(request));
            let response = future.poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(black_box(&response), Poll::Ready(Ok(_))));
        })
    };
    // The first request compiles policies and fills the caches of axum.
    send();
    send()
}

#[test]
fn an_actual_request_allocates_as_much_as_with_plain_axum() {
    let without = heap(&plain_app(get(plain)), actual).count_total;
    let cases: [(&str, Routes<String>); 5] = [
        ("any origin", routes![any]),
        ("one origin", routes![one]),
        ("several origins", routes![several]),
        ("patterns", routes![pattern]),
        ("an origin that isn't allowed", routes![refused]),
    ];
    for (name, routes) in cases {
        assert_eq!(heap(&app(routes), actual).count_total, without, "{name}");
    }
    for (name, mixed) in [
        (
            "before a plain handler",
            CorsRouter::new()
                .route("/jobs", routes![several])
                .route("/jobs", delete(plain)),
        ),
        (
            "after a plain handler",
            CorsRouter::new()
                .route("/jobs", delete(plain))
                .route("/jobs", routes![several]),
        ),
    ] {
        let mixed = mixed.with_state("[]".to_owned()).into_router();
        assert_eq!(heap(&mixed, actual).count_total, without, "{name}");
    }
    assert_eq!(
        heap(&app(routes![stateful]), actual).count_total,
        heap(&plain_app(get(plain_stateful)), actual).count_total,
        "a handler with state"
    );
}

#[test]
fn a_refusal_allocates_for_the_log_only_if_the_log_is_enabled() {
    let heap_at = |level, app: &Router, request| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(std::io::sink)
            .finish();
        tracing::subscriber::with_default(subscriber, || heap(app, request).count_total)
    };
    let layered = |routes: Routes<String>| routes.layer(Identity::new());
    let cases = [
        (
            "an answer without the headers",
            [routes![several], routes![refused]],
            actual as fn() -> Request,
        ),
        (
            "an answer of a layer",
            [layered(routes![several]), layered(routes![refused])],
            actual,
        ),
        (
            "a refused request",
            [layered(routes![several]), routes![enforced]],
            actual,
        ),
        (
            "a refused preflight",
            [routes![one], routes![refused]],
            preflight,
        ),
    ];
    for (name, [allowed, refused], request) in cases {
        let app_that_refuses = app(refused);
        let allowed = heap(&app(allowed), request).count_total;
        let unheard = heap(&app_that_refuses, request).count_total;
        assert!(unheard <= allowed, "{name}: {unheard} > {allowed}");
        assert_eq!(
            heap_at(Level::INFO, &app_that_refuses, request),
            unheard,
            "{name}"
        );
        assert!(
            heap_at(Level::DEBUG, &app_that_refuses, request) > unheard,
            "{name}"
        );
    }
}

#[test]
fn a_refused_preflight_allocates_less_than_an_allowed_one() {
    let allowed = heap(&app(routes![one]), preflight).count_total;
    let refused = heap(&app(routes![refused]), preflight).count_total;
    assert!(refused <= allowed, "{refused} > {allowed}");
    assert!(allowed <= 12, "{allowed}");
}

#[test]
fn a_long_list_of_requested_headers_allocates_nothing() {
    fn hostile() -> Request {
        let mut request = preflight();
        let commas = HeaderValue::from_static(&COMMAS);
        request
            .headers_mut()
            .insert(ACCESS_CONTROL_REQUEST_HEADERS, commas);
        request
    }
    static COMMAS: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| ",".repeat(1 << 20));
    let app = app(routes![refused]);
    assert_eq!(
        heap(&app, hostile).bytes_total,
        heap(&app, preflight).bytes_total
    );
}

/// The names that a prefix covers are in the response, and still a client cannot multiply anything.
#[test]
fn many_requested_headers_with_a_prefix_allocate_one_list() {
    fn requesting(names: &'static str) -> Request {
        let mut request = preflight();
        let names = HeaderValue::from_static(names);
        request
            .headers_mut()
            .insert(ACCESS_CONTROL_REQUEST_HEADERS, names);
        request
    }
    static NAMES: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let names: Vec<String> = (0..128).map(|number| format!("x-{number}")).collect();
        names.join(",")
    });
    let app = app(routes![prefix]);
    let one = heap(&app, || requesting("x-a")).count_total;
    let many = heap(&app, || requesting(&NAMES)).count_total;
    // The list grows by doubling.
    assert!(many <= one + 6, "{many} > {one} + 6");
}
