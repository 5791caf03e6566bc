//! Predicates, `async` or not, about the origin of a request.

use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::head;
use axum::{Extension, Router};
use cors_runtime::{CorsRouter, Origin, Routes, cors, routes};
use cors_test_support::{
    App, Connection, Failures, WireRequest, WireResponse, actual, approved, arrangements,
    forbidden, preflight, refused, response, serve,
};
use tower::ServiceExt;

/// The calls of the predicates of an app, in order.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    /// Adds it to the requests of an app, where the predicates find it.
    fn around(&self, app: App) -> App {
        App {
            router: app.router.layer(Extension(self.clone())),
            ..app
        }
    }

    fn note(request: &Parts, call: String) {
        let Self(calls) = request.extensions.get().expect("what is around the app");
        calls.lock().expect("nobody panics with it").push(call);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with it"))
    }
}

fn is_tenant(origin: &Origin<'_>, request: &Parts) -> bool {
    let host = origin.host().as_str();
    Calls::note(request, format!("{} {host}", request.method));
    assert_ne!(host, "panic.example");
    origin.scheme() == "https" && origin.port().is_none() && host.ends_with(".tenant.example")
}

async fn is_tenant_later(origin: &Origin<'_>, request: &Parts) -> bool {
    let is_tenant = is_tenant(origin, request);
    tokio::task::yield_now().await;
    assert_ne!(origin.host().as_str(), "panic-later.example");
    is_tenant
}

#[cors(
    origins = ["https://app.example.com", "https://*.site.example"],
    origins_from = is_tenant,
    methods = [GET],
    headers = ["x-a"],
    expose_headers = ["etag"],
    max_age = 600,
    credentials,
)]
async fn at_once(request: HeaderMap) -> StatusCode {
    response_status(&request)
}

#[cors(
    origins = ["https://app.example.com", "https://*.site.example"],
    origins_from = is_tenant_later,
    methods = [GET],
    headers = ["x-a"],
    expose_headers = ["etag"],
    max_age = 600,
    credentials,
)]
async fn later(request: HeaderMap) -> StatusCode {
    response_status(&request)
}

/// The status that the header `response-status` of the request names.
fn response_status(request: &HeaderMap) -> StatusCode {
    let status = request.get("response-status");
    status.map_or(StatusCode::OK, |status| {
        StatusCode::from_bytes(status.as_bytes()).expect("a status")
    })
}

#[cors(origins = ["https://app.example.com"], methods = [PUT])]
async fn by_list() {}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
async fn read_by_list() {}

/// A row: a name, a request with `{}` for its path, the response to it, and the calls of the
/// predicate.
type Row = (
    &'static str,
    WireRequest,
    WireResponse,
    &'static [&'static str],
);

fn row(
    name: &'static str,
    request: impl Into<WireRequest>,
    response: WireResponse,
    calls: &'static [&'static str],
) -> Row {
    (name, request.into(), response, calls)
}

async fn check(apps: Vec<App>, paths: &[&str], rows: &[Row]) {
    let mut failures = Failures::default();
    for app in apps {
        let made = Calls::default();
        let app = made.around(app);
        for path in paths {
            for (name, request, expected, calls) in rows {
                let request = request.to_string().replace("{}", path);
                let found = WireResponse::cors_as_in(expected, &app.send(&request).await);
                let row = || format!("{name} ({})\n{request}", app.name);
                failures.compare(row, expected, &found);
                let calls: Vec<String> = calls.iter().map(ToString::to_string).collect();
                failures.compare(|| format!("calls for {}", row()), &calls, &made.take());
            }
        }
    }
    failures.finish();
}

fn allowed(status: u16, origin: &str) -> WireResponse {
    let lines = format!(
        "access-control-allow-origin: {origin}
         access-control-allow-credentials: true
         access-control-expose-headers: etag
         vary: Origin"
    );
    response(status, &lines)
}

fn foreign() -> WireResponse {
    response(200, "vary: Origin")
}

/// Once for each request with an origin that the list does not allow. `Vary` is always there.
#[tokio::test]
async fn predicate_is_evaluated_for_unlisted_origins() {
    let apps = arrangements(&[
        ("/at-once", routes![at_once, by_list]),
        ("/later", routes![later, by_list]),
    ]);
    let rows = [
        row(
            "an origin that the predicate allows",
            actual("GET {}", "https://a.tenant.example"),
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
        row(
            "an origin that it denies",
            actual("GET {}", "https://a.example"),
            foreign(),
            &["GET a.example"],
        ),
        row(
            "another scheme",
            actual("GET {}", "http://a.tenant.example"),
            foreign(),
            &["GET a.tenant.example"],
        ),
        row(
            "another port",
            actual("GET {}", "https://a.tenant.example:444"),
            foreign(),
            &["GET a.tenant.example"],
        ),
        row(
            "an address",
            actual("GET {}", "https://[::1]:3000"),
            foreign(),
            &["GET [::1]"],
        ),
        row(
            "an error of the handler",
            "GET {}
             origin: https://a.tenant.example
             response-status: 404",
            allowed(404, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
        row(
            "HEAD",
            actual("HEAD {}", "https://a.tenant.example"),
            allowed(200, "https://a.tenant.example"),
            &["HEAD a.tenant.example"],
        ),
        row(
            "an origin of the list",
            actual("GET {}", "https://app.example.com"),
            allowed(200, "https://app.example.com"),
            &[],
        ),
        row(
            "a pattern of the list",
            actual("GET {}", "https://a.b.site.example"),
            allowed(200, "https://a.b.site.example"),
            &[],
        ),
        row("no origin", "GET {}", foreign(), &[]),
        row("null", actual("GET {}", "null"), foreign(), &[]),
        row("nothing", actual("GET {}", ""), foreign(), &[]),
        row(
            "a path",
            actual("GET {}", "https://a.tenant.example/"),
            foreign(),
            &[],
        ),
        row(
            "upper case",
            actual("GET {}", "https://A.tenant.example"),
            foreign(),
            &[],
        ),
        row(
            "the default port",
            actual("GET {}", "https://a.tenant.example:443"),
            foreign(),
            &[],
        ),
        row(
            "a pattern",
            actual("GET {}", "https://*.tenant.example"),
            foreign(),
            &[],
        ),
        row(
            "two origins in one line",
            actual(
                "GET {}",
                "https://a.tenant.example https://b.tenant.example",
            ),
            foreign(),
            &[],
        ),
        row(
            "two lines",
            "GET {}
             origin: https://a.tenant.example
             origin: https://a.tenant.example",
            foreign(),
            &[],
        ),
        row(
            "bytes beyond ASCII",
            actual("GET {}", "https://ä.tenant.example"),
            foreign(),
            &[],
        ),
        row(
            "preflight of an origin that the predicate allows",
            preflight("GET {}", "https://a.tenant.example").request_headers("x-a"),
            approved(
                "access-control-allow-origin: https://a.tenant.example
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET
                 access-control-allow-headers: x-a
                 access-control-max-age: 600",
            ),
            &["OPTIONS a.tenant.example"],
        ),
        row(
            "preflight of an origin that it denies",
            preflight("GET {}", "https://a.example"),
            refused(),
            &["OPTIONS a.example"],
        ),
        row(
            "preflight of an origin of the list",
            preflight("GET {}", "https://app.example.com"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET
                 access-control-max-age: 600",
            ),
            &[],
        ),
        row(
            "preflight of null",
            preflight("GET {}", "null"),
            refused(),
            &[],
        ),
        row(
            "preflight for a method of another handler",
            preflight("PUT {}", "https://a.tenant.example"),
            refused(),
            &[],
        ),
        row(
            "preflight for a method that nothing serves",
            preflight("PATCH {}", "https://a.tenant.example"),
            refused(),
            &[],
        ),
        row(
            "a write to another handler of the path",
            actual("PUT {}", "https://a.tenant.example"),
            forbidden(),
            &[],
        ),
        row(
            "of an origin in its list",
            actual("PUT {}", "https://app.example.com"),
            response(200, "access-control-allow-origin: https://app.example.com"),
            &[],
        ),
    ];
    check(apps, &["/at-once", "/later"], &rows).await;

    let apps = arrangements(&[
        ("/at-once", routes![enforced, read_by_list]),
        ("/later", routes![enforced_later, read_by_list]),
    ]);
    let rows = [row(
        "a read of another handler of the path",
        actual("GET {}", "https://a.tenant.example"),
        response(200, "access-control-allow-origin: https://app.example.com"),
        &[],
    )];
    check(apps, &["/at-once", "/later"], &rows).await;
}

/// An origin in all but its 328 bytes.
fn longer_than_any_origin() -> String {
    let scheme = "a".repeat(65);
    let label = "b".repeat(63);
    let first = "c".repeat(253 - 3 * 64 - ".tenant.example".len());
    let origin = format!("{scheme}://{first}.{label}.{label}.{label}.tenant.example.:65535");
    assert_eq!(origin.len(), Origin::MAX_LEN + 1);
    origin
}

/// No predicate decides about the server's own pages, so one that fails does not stop them. Pages of
/// other origins cannot claim to be one of them, because `Sec-Fetch-Site` is the browser's.
#[tokio::test]
async fn predicate_is_not_evaluated_for_own_pages_or_long_origins() {
    let apps = arrangements(&[
        ("/at-once", routes![at_once, enforced]),
        ("/later", routes![later, enforced_later]),
    ]);
    let rows = [
        row(
            "a page of the server's own origin",
            "GET {}
             origin: https://a.tenant.example
             sec-fetch-site: same-origin",
            foreign(),
            &[],
        ),
        row(
            "one at which it would panic",
            "GET {}
             origin: https://panic.example
             sec-fetch-site: same-origin",
            foreign(),
            &[],
        ),
        row(
            "a page of another origin of the site",
            "GET {}
             origin: https://a.tenant.example
             sec-fetch-site: same-site",
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
        row(
            "a page of another site",
            "GET {}
             origin: https://a.tenant.example
             sec-fetch-site: cross-site",
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
        row(
            "a page of the same host, of which the scheme is unknown",
            "GET {}
             host: a.tenant.example
             origin: https://a.tenant.example",
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
        row(
            "an origin past the bound",
            actual("GET {}", &longer_than_any_origin()),
            foreign(),
            &[],
        ),
        row(
            "400 kB",
            actual(
                "GET {}",
                &format!("https://{}tenant.example", "a.".repeat(200_000)),
            ),
            foreign(),
            &[],
        ),
        row(
            "preflight of an origin past the bound",
            preflight("GET {}", &longer_than_any_origin()),
            refused(),
            &[],
        ),
    ];
    check(apps, &["/at-once", "/later"], &rows).await;
}

/// Paths and methods without a policy get the responses of axum.
#[tokio::test]
async fn predicate_is_not_evaluated_without_a_policy() {
    let routes = || {
        CorsRouter::new()
            .route("/at-once", routes![at_once])
            .route("/later", routes![later])
    };
    let apps = vec![
        App::new("alone", routes()),
        App::new("layered", routes().layer(from_fn(pass))),
        App::new(
            "method routers in a plain router",
            Router::new()
                .route("/at-once", routes![at_once].into())
                .route("/later", routes![later].into()),
        ),
    ];
    let rows = [
        row(
            "a method that nothing serves",
            actual("POST {}", "https://a.tenant.example"),
            response(405, ""),
            &[],
        ),
        row(
            "OPTIONS that is no preflight",
            actual("OPTIONS {}", "https://a.tenant.example"),
            response(405, ""),
            &[],
        ),
        row(
            "a path that nothing serves",
            actual("GET {}/below", "https://a.tenant.example"),
            response(404, ""),
            &[],
        ),
        row(
            "preflight for such a path",
            preflight("GET {}/below", "https://a.tenant.example"),
            response(404, ""),
            &[],
        ),
    ];
    check(apps, &["/at-once", "/later"], &rows).await;
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}

/// The predicate is evaluated outside of the layers, so that their responses have the headers.
#[tokio::test]
async fn layer_401_has_headers_of_the_predicate() {
    let routes = CorsRouter::new()
        .route("/at-once", routes![at_once])
        .route("/later", routes![later])
        .layer(from_fn(async |_: Request, _: Next| {
            StatusCode::UNAUTHORIZED
        }));
    let rows = [
        row(
            "an origin that the predicate allows",
            actual("GET {}", "https://a.tenant.example"),
            allowed(401, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
        row(
            "an origin that it denies",
            actual("GET {}", "https://a.example"),
            response(401, "vary: Origin"),
            &["GET a.example"],
        ),
        row(
            "its preflight",
            preflight("GET {}", "https://a.tenant.example"),
            approved(
                "access-control-allow-origin: https://a.tenant.example
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET
                 access-control-max-age: 600",
            ),
            &["OPTIONS a.tenant.example"],
        ),
    ];
    let apps = vec![App::new("layered", routes)];
    check(apps, &["/at-once", "/later"], &rows).await;
}

#[cors(origins_from = is_tenant, methods = [POST], enforce)]
async fn enforced() -> StatusCode {
    StatusCode::CREATED
}

#[cors(origins_from = is_tenant_later, methods = [POST], enforce)]
async fn enforced_later() -> StatusCode {
    StatusCode::CREATED
}

#[tokio::test]
async fn enforce_evaluates_the_predicate() {
    let apps = arrangements(&[
        ("/at-once", routes![enforced]),
        ("/later", routes![enforced_later]),
    ]);
    let rows = [
        row(
            "an origin that the predicate allows",
            actual("POST {}", "https://a.tenant.example"),
            response(
                201,
                "access-control-allow-origin: https://a.tenant.example
                 vary: Origin, Sec-Fetch-Site",
            ),
            &["POST a.tenant.example"],
        ),
        row(
            "an origin that it denies",
            actual("POST {}", "https://a.example"),
            forbidden(),
            &["POST a.example"],
        ),
        row(
            "the server's own page",
            "POST {}
             origin: https://api.example
             sec-fetch-site: same-origin",
            response(201, "vary: Origin, Sec-Fetch-Site"),
            &[],
        ),
        row(
            "an origin past the bound",
            actual("POST {}", &longer_than_any_origin()),
            forbidden(),
            &[],
        ),
        row("null", actual("POST {}", "null"), forbidden(), &[]),
        row(
            "no origin",
            "POST {}",
            response(201, "vary: Origin, Sec-Fetch-Site"),
            &[],
        ),
        row(
            "preflight of an origin that the predicate denies",
            preflight("POST {}", "https://a.example"),
            refused(),
            &["OPTIONS a.example"],
        ),
    ];
    check(apps, &["/at-once", "/later"], &rows).await;
}

/// Only the request itself fails, whether the predicate panics before or after it has awaited.
#[tokio::test]
async fn predicate_that_panics_fails_its_request() {
    let failed = || response(500, "vary: Origin");
    let rows = [
        row(
            "at once",
            actual("GET {}", "https://panic.example"),
            failed(),
            &["GET panic.example"],
        ),
        row(
            "at once, HEAD",
            actual("HEAD {}", "https://panic.example"),
            failed(),
            &["HEAD panic.example"],
        ),
        row(
            "at once, about a preflight",
            preflight("GET {}", "https://panic.example"),
            failed(),
            &["OPTIONS panic.example"],
        ),
        row(
            "the next request",
            actual("GET {}", "https://a.tenant.example"),
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
    ];
    let apps = || {
        arrangements(&[
            ("/at-once", routes![at_once, enforced]),
            ("/later", routes![later, enforced_later]),
        ])
    };
    check(apps(), &["/at-once", "/later"], &rows).await;
    let rows = [
        row(
            "later",
            actual("GET {}", "https://panic-later.example"),
            failed(),
            &["GET panic-later.example"],
        ),
        row(
            "later, about a preflight",
            preflight("GET {}", "https://panic-later.example"),
            failed(),
            &["OPTIONS panic-later.example"],
        ),
        row(
            "later, enforced",
            actual("POST {}", "https://panic-later.example"),
            failed(),
            &["POST panic-later.example"],
        ),
        row(
            "the next request",
            actual("GET {}", "https://a.tenant.example"),
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
    ];
    check(apps(), &["/later"], &rows).await;
}

/// The next requests on the same connection get their responses.
#[tokio::test(flavor = "multi_thread")]
async fn connection_outlives_a_panic_of_the_predicate() {
    let router = CorsRouter::new()
        .route("/at-once", routes![at_once])
        .route("/later", routes![later]);
    let app = Calls::default().around(App::new("", router));
    let mut connection = Connection::open(serve(app.router).await);
    for (path, host) in [
        ("/at-once", "panic"),
        ("/later", "panic"),
        ("/later", "panic-later"),
    ] {
        let mut send_from = |origin: &str| {
            let found = connection.exchange(actual(&format!("GET {path}"), origin));
            found.cors_headers()
        };
        let failed = send_from(&format!("https://{host}.example"));
        assert_eq!(failed, response(500, "vary: Origin"), "{path} {host}");
        let next = send_from("https://a.tenant.example");
        assert_eq!(
            next,
            allowed(200, "https://a.tenant.example"),
            "{path} {host}"
        );
    }
}

/// A plain handler for HEAD has no policy, even if the one for GET beside it has.
#[tokio::test]
async fn predicate_is_not_evaluated_for_a_plain_head_handler() {
    let routes = |own: Routes| CorsRouter::new().route("/", own.merge(head(async || "")));
    let apps = vec![
        App::new("at once", routes(routes![at_once])),
        App::new("later", routes(routes![later])),
        App::new("layered", routes(routes![later]).layer(from_fn(pass))),
    ];
    let rows = [
        row(
            "an origin that the predicate would allow",
            actual("HEAD {}", "https://a.tenant.example"),
            response(200, ""),
            &[],
        ),
        row(
            "an origin at which it would panic",
            actual("HEAD {}", "https://panic.example"),
            response(200, ""),
            &[],
        ),
    ];
    check(apps, &["/"], &rows).await;
}

fn records_head(origin: &Origin<'_>, request: &Parts) -> bool {
    let scheme = origin.scheme();
    let host = origin.host().as_str();
    let port = origin.port();
    let Parts { method, uri, .. } = request;
    let header = |name| request.headers.get(name).map(|value| value.to_str().ok());
    let session = header("session").flatten();
    let requested_method = header("access-control-request-method").flatten();
    let call = format!("{method} {uri} {scheme} {host} {port:?} {session:?} {requested_method:?}");
    Calls::note(request, call);
    true
}

async fn records_head_later(origin: &Origin<'_>, request: &Parts) -> bool {
    records_head(origin, request)
}

#[cors(origins_from = records_head, methods = [DELETE])]
async fn at_once_recorded() {}

#[cors(origins_from = records_head_later, methods = [DELETE])]
async fn later_recorded() {}

/// For a preflight it is the head of the preflight. In a nested router the path is the whole path.
#[tokio::test]
async fn predicate_gets_the_head_of_the_request() {
    let router = || {
        CorsRouter::new()
            .route("/at-once", routes![at_once_recorded])
            .route("/later", routes![later_recorded])
    };
    let calls = Calls::default();
    let mut failures = Failures::default();
    for (prefix, app) in [
        ("", router()),
        ("/api/7", CorsRouter::new().nest("/api/{id}", router())),
    ] {
        let app = calls.around(App::nested("nested", prefix, app));
        for path in ["/at-once", "/later"] {
            let request = actual(&format!("DELETE {path}?all=1"), "app://[::1]:3000");
            app.send(request.header("session", "s")).await;
            let request = preflight(&format!("DELETE {path}"), "https://a.example");
            app.send(request).await;
            let expected = [
                format!("DELETE {prefix}{path}?all=1 app [::1] Some(3000) Some(\"s\") None"),
                format!("OPTIONS {prefix}{path} https a.example None None Some(\"DELETE\")"),
            ];
            failures.compare(|| path.to_owned(), &expected.to_vec(), &calls.take());
        }
    }
    failures.finish();
}

mod elsewhere {
    use super::{Origin, Parts, is_tenant};

    pub(super) async fn is_tenant_elsewhere(origin: &Origin<'_>, request: &Parts) -> bool {
        is_tenant(origin, request)
    }
}

static POINTER: fn(&Origin<'_>, &Parts) -> bool = is_tenant;

fn boxed<'a>(
    origin: &'a Origin<'_>,
    request: &'a Parts,
) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
    Box::pin(is_tenant_later(origin, request))
}

fn decides_at_once(origin: &Origin<'_>, request: &Parts) -> impl Future<Output = bool> + use<> {
    ready(is_tenant(origin, request))
}

#[cors(origins_from = elsewhere::is_tenant_elsewhere, methods = [GET, POST])]
async fn by_path() {}

#[cors(origins_from = POINTER, methods = [GET, POST])]
async fn by_pointer() {}

#[cors(origins_from = boxed, methods = [GET, POST])]
async fn by_boxed() {}

#[cors(origins_from = decides_at_once, methods = [GET, POST])]
async fn by_future() {}

#[tokio::test]
async fn predicate_of_every_kind() {
    let router = CorsRouter::new()
        .route("/by-path", routes![by_path])
        .route("/by-pointer", routes![by_pointer])
        .route("/by-boxed", routes![by_boxed])
        .route("/by-future", routes![by_future]);
    let paths = ["/by-path", "/by-pointer", "/by-boxed", "/by-future"];
    let own = || {
        response(
            200,
            "access-control-allow-origin: https://a.tenant.example
             vary: Origin",
        )
    };
    let rows = [
        row(
            "a read",
            actual("GET {}", "https://a.tenant.example"),
            own(),
            &["GET a.tenant.example"],
        ),
        row(
            "a read of an origin that it denies",
            actual("GET {}", "https://a.example"),
            foreign(),
            &["GET a.example"],
        ),
        row(
            "a write",
            actual("POST {}", "https://a.tenant.example"),
            own(),
            &["POST a.tenant.example"],
        ),
        row(
            "a write of an origin that it denies",
            actual("POST {}", "https://a.example"),
            forbidden(),
            &["POST a.example"],
        ),
    ];
    check(vec![App::new("", router)], &paths, &rows).await;
}

/// Sends an event when the predicate begins, and one when its future is dropped.
struct Alive(Sender<&'static str>);

impl Alive {
    fn new(request: &Parts) -> Self {
        let events: &Sender<_> = request.extensions.get().expect("what is around the app");
        let this = Self(events.clone());
        this.send("called");
        this
    }

    fn send(&self, event: &'static str) {
        self.0.send(event).expect("the test waits");
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.send("dropped");
    }
}

async fn never_answers(_: &Origin<'_>, request: &Parts) -> bool {
    let _alive = Alive::new(request);
    pending().await
}

#[cors(origins_from = never_answers, methods = [GET])]
async fn unreachable_handler() {
    unreachable!("the predicate never returns");
}

#[test]
fn dropped_request_drops_the_predicate() {
    let (events, received) = mpsc::channel::<&'static str>();
    let app: Router = CorsRouter::new()
        .route("/", routes![unreachable_handler])
        .into_router();
    let request = actual("GET /", "https://a.example").to_http();
    let request = request.map(Body::from);
    let mut response = Box::pin(app.layer(Extension(events)).oneshot(request));
    let mut context = Context::from_waker(Waker::noop());
    assert!(response.as_mut().poll(&mut context).is_pending());
    assert_eq!(received.try_iter().collect::<Vec<_>>(), ["called"]);
    drop(response);
    assert_eq!(received.try_iter().collect::<Vec<_>>(), ["dropped"]);
}

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn closed_connection_drops_the_predicate() {
    let (events, received) = mpsc::channel::<&'static str>();
    let app = CorsRouter::new().route("/", routes![unreachable_handler]);
    let addr = serve(app.into_router().layer(Extension(events))).await;
    let mut connection = Connection::open(addr);
    connection.send(&actual("GET /", "https://a.example"));
    assert_eq!(received.recv_timeout(PATIENCE), Ok("called"));
    drop(connection);
    assert_eq!(received.recv_timeout(PATIENCE), Ok("dropped"));
}
