//! Functions, `async` or not, that are asked about the origin of a request.

use std::future::{Future, pending, ready};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
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
use tower::ServiceExt;

use crate::arrangements::arrangements;
use crate::exchange::{Answer, App, Failures, answer, granted, refused};

/// What the functions of an app were asked, in order.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    /// Outside of CORS, where the functions find it in the request.
    fn around(&self, app: App) -> App {
        App {
            router: app.router.layer(Extension(self.clone())),
            ..app
        }
    }

    fn note(request: &Parts, question: String) {
        let Self(asked) = request.extensions.get().expect("what is around the app");
        asked.lock().expect("nobody panics with it").push(question);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with it"))
    }
}

fn is_tenant(origin: &Origin<'_>, request: &Parts) -> bool {
    let host = origin.host().as_str();
    Asked::note(request, format!("{} {host}", request.method));
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
    told(&request)
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
    told(&request)
}

/// The status that `answer-status` of the request says.
fn told(request: &HeaderMap) -> StatusCode {
    let status = request.get("answer-status");
    status.map_or(StatusCode::OK, |status| {
        StatusCode::from_bytes(status.as_bytes()).expect("a status")
    })
}

#[cors(origins = ["https://app.example.com"], methods = [PUT])]
async fn by_list() {}

/// A row: what it is called, the request with `{}` for its path, the answer, and what the function
/// was asked.
type Row = (&'static str, &'static str, Answer, &'static [&'static str]);

async fn check(apps: Vec<App>, paths: &[&str], rows: &[Row]) {
    let mut failures = Failures::default();
    for app in apps {
        let asked = Asked::default();
        let app = asked.around(app);
        for path in paths {
            for (name, request, expected, questions) in rows {
                let request = request.replace("{}", path);
                let found = Answer::of(&app.send(&request).await);
                let called = || format!("{name} ({}): {request}", app.name);
                failures.compare(called, expected, &found);
                let questions: Vec<String> = questions.iter().map(ToString::to_string).collect();
                let called = || format!("questions of {}", called());
                failures.compare(called, &questions, &asked.take());
            }
        }
    }
    failures.finish();
}

fn allowed(status: u16, origin: &str) -> Answer {
    let lines = format!(
        "allow-origin: {origin} | allow-credentials: true | expose-headers: etag | vary: Origin"
    );
    answer(status, &lines)
}

fn foreign() -> Answer {
    answer(200, "vary: Origin")
}

/// Once for each request that the list doesn't allow and that has an origin; `Vary` always.
#[tokio::test]
async fn who_is_asked_and_what_is_answered() {
    let apps = arrangements(&[
        ("/at-once", routes![at_once, by_list]),
        ("/later", routes![later, by_list]),
    ]);
    let rows = [
        (
            "a page that the function allows",
            "GET {} | origin: https://a.tenant.example",
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"][..],
        ),
        (
            "a page that it doesn't",
            "GET {} | origin: https://a.example",
            foreign(),
            &["GET a.example"],
        ),
        (
            "another scheme",
            "GET {} | origin: http://a.tenant.example",
            foreign(),
            &["GET a.tenant.example"],
        ),
        (
            "another port",
            "GET {} | origin: https://a.tenant.example:444",
            foreign(),
            &["GET a.tenant.example"],
        ),
        (
            "an address",
            "GET {} | origin: https://[::1]:3000",
            foreign(),
            &["GET [::1]"],
        ),
        (
            "an error of the handler",
            "GET {} | origin: https://a.tenant.example | answer-status: 404",
            allowed(404, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
        (
            "HEAD",
            "HEAD {} | origin: https://a.tenant.example",
            allowed(200, "https://a.tenant.example"),
            &["HEAD a.tenant.example"],
        ),
        (
            "an origin of the list",
            "GET {} | origin: https://app.example.com",
            allowed(200, "https://app.example.com"),
            &[],
        ),
        (
            "a pattern of the list",
            "GET {} | origin: https://a.b.site.example",
            allowed(200, "https://a.b.site.example"),
            &[],
        ),
        ("no origin", "GET {}", foreign(), &[]),
        ("null", "GET {} | origin: null", foreign(), &[]),
        ("nothing", "GET {} | origin: ", foreign(), &[]),
        (
            "a path",
            "GET {} | origin: https://a.tenant.example/",
            foreign(),
            &[],
        ),
        (
            "upper case",
            "GET {} | origin: https://A.tenant.example",
            foreign(),
            &[],
        ),
        (
            "the default port",
            "GET {} | origin: https://a.tenant.example:443",
            foreign(),
            &[],
        ),
        (
            "a pattern",
            "GET {} | origin: https://*.tenant.example",
            foreign(),
            &[],
        ),
        (
            "two origins in one line",
            "GET {} | origin: https://a.tenant.example https://b.tenant.example",
            foreign(),
            &[],
        ),
        (
            "two lines",
            "GET {} | origin: https://a.tenant.example | origin: https://a.tenant.example",
            foreign(),
            &[],
        ),
        (
            "bytes beyond ASCII",
            "GET {} | origin: https://ä.tenant.example",
            foreign(),
            &[],
        ),
        (
            "preflight of a page that the function allows",
            "OPTIONS {} | origin: https://a.tenant.example | request-method: GET \
             | request-headers: x-a",
            granted(
                "allow-origin: https://a.tenant.example | allow-credentials: true \
                 | allow-methods: GET | allow-headers: x-a | max-age: 600",
            ),
            &["OPTIONS a.tenant.example"],
        ),
        (
            "preflight of a page that it doesn't",
            "OPTIONS {} | origin: https://a.example | request-method: GET",
            refused(),
            &["OPTIONS a.example"],
        ),
        (
            "preflight of an origin of the list",
            "OPTIONS {} | origin: https://app.example.com | request-method: GET",
            granted(
                "allow-origin: https://app.example.com | allow-credentials: true \
                 | allow-methods: GET | max-age: 600",
            ),
            &[],
        ),
        (
            "preflight of null",
            "OPTIONS {} | origin: null | request-method: GET",
            refused(),
            &[],
        ),
        (
            "preflight for a method of another handler",
            "OPTIONS {} | origin: https://a.tenant.example | request-method: PUT",
            refused(),
            &[],
        ),
        (
            "preflight for a method that nothing serves",
            "OPTIONS {} | origin: https://a.tenant.example | request-method: PATCH",
            refused(),
            &[],
        ),
        (
            "another handler of the path",
            "PUT {} | origin: https://a.tenant.example",
            answer(200, "allow-origin: https://app.example.com"),
            &[],
        ),
    ];
    check(apps, &["/at-once", "/later"], &rows).await;
}

/// What has no policy is as in plain axum, and nobody is asked.
#[tokio::test]
async fn other_methods_and_paths() {
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
        (
            "a method that nothing serves",
            "POST {} | origin: https://a.tenant.example",
            answer(405, ""),
            &[][..],
        ),
        (
            "OPTIONS that is no preflight",
            "OPTIONS {} | origin: https://a.tenant.example",
            answer(405, ""),
            &[],
        ),
        (
            "a path that nothing serves",
            "GET {}/below | origin: https://a.tenant.example",
            answer(404, ""),
            &[],
        ),
        (
            "preflight for such a path",
            "OPTIONS {}/below | origin: https://a.tenant.example | request-method: GET",
            answer(404, ""),
            &[],
        ),
    ];
    check(apps, &["/at-once", "/later"], &rows).await;
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}

/// The function is asked outside of the layers: what they answer carries the headers.
#[tokio::test]
async fn layers_that_answer() {
    let routes = CorsRouter::new()
        .route("/at-once", routes![at_once])
        .route("/later", routes![later])
        .layer(from_fn(async |_: Request, _: Next| {
            StatusCode::UNAUTHORIZED
        }));
    let rows = [
        (
            "a page that the function allows",
            "GET {} | origin: https://a.tenant.example",
            allowed(401, "https://a.tenant.example"),
            &["GET a.tenant.example"][..],
        ),
        (
            "a page that it doesn't",
            "GET {} | origin: https://a.example",
            answer(401, "vary: Origin"),
            &["GET a.example"],
        ),
        (
            "its preflight",
            "OPTIONS {} | origin: https://a.tenant.example | request-method: GET",
            granted(
                "allow-origin: https://a.tenant.example | allow-credentials: true \
                 | allow-methods: GET | max-age: 600",
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
async fn enforce() {
    let apps = arrangements(&[
        ("/at-once", routes![enforced]),
        ("/later", routes![enforced_later]),
    ]);
    let rows = [
        (
            "a page that the function allows",
            "POST {} | origin: https://a.tenant.example",
            answer(201, "allow-origin: https://a.tenant.example | vary: Origin"),
            &["POST a.tenant.example"][..],
        ),
        (
            "a page that it doesn't",
            "POST {} | origin: https://a.example",
            answer(403, "vary: Origin"),
            &["POST a.example"],
        ),
        (
            "the server's own page",
            "POST {} | origin: https://api.example | sec-fetch-site: same-origin",
            answer(201, "vary: Origin"),
            &["POST api.example"],
        ),
        (
            "null",
            "POST {} | origin: null",
            answer(403, "vary: Origin"),
            &[],
        ),
        ("no origin", "POST {}", answer(201, "vary: Origin"), &[]),
        (
            "preflight of a page that the function doesn't allow",
            "OPTIONS {} | origin: https://a.example | request-method: POST",
            refused(),
            &["OPTIONS a.example"],
        ),
    ];
    check(apps, &["/at-once", "/later"], &rows).await;
}

/// Where a function panics, before or after it has awaited something, its request alone fails.
#[tokio::test]
async fn panics() {
    let failed = || answer(500, "vary: Origin");
    let rows = [
        (
            "at once",
            "GET {} | origin: https://panic.example",
            failed(),
            &["GET panic.example"][..],
        ),
        (
            "at once, HEAD",
            "HEAD {} | origin: https://panic.example",
            failed(),
            &["HEAD panic.example"],
        ),
        (
            "at once, about a preflight",
            "OPTIONS {} | origin: https://panic.example | request-method: GET",
            failed(),
            &["OPTIONS panic.example"],
        ),
        (
            "the next request",
            "GET {} | origin: https://a.tenant.example",
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
        (
            "later",
            "GET {} | origin: https://panic-later.example",
            failed(),
            &["GET panic-later.example"][..],
        ),
        (
            "later, about a preflight",
            "OPTIONS {} | origin: https://panic-later.example | request-method: GET",
            failed(),
            &["OPTIONS panic-later.example"],
        ),
        (
            "later, enforced",
            "POST {} | origin: https://panic-later.example",
            failed(),
            &["POST panic-later.example"],
        ),
        (
            "the next request",
            "GET {} | origin: https://a.tenant.example",
            allowed(200, "https://a.tenant.example"),
            &["GET a.tenant.example"],
        ),
    ];
    check(apps(), &["/later"], &rows).await;
}

/// The requests after it on the same connection are answered.
#[tokio::test(flavor = "multi_thread")]
async fn the_connection_outlives_a_panic() {
    let router = CorsRouter::new()
        .route("/at-once", routes![at_once])
        .route("/later", routes![later]);
    let app = Asked::default().around(App::new("", router));
    let mut client = serve(app.router).await;
    for (path, host) in [
        ("/at-once", "panic"),
        ("/later", "panic"),
        ("/later", "panic-later"),
    ] {
        client.send(&format!("GET {path} | origin: https://{host}.example"));
        let head = client.receive();
        assert!(head.starts_with("http/1.1 500"), "{path} {host}: {head}");
        assert!(head.contains("vary: origin\r\n"), "{path} {host}: {head}");
        client.send(&format!("GET {path} | origin: https://a.tenant.example"));
        let head = client.receive();
        assert!(head.starts_with("http/1.1 200"), "{path} {host}: {head}");
        let granted = "access-control-allow-origin: https://a.tenant.example\r\n";
        assert!(head.contains(granted), "{path} {host}: {head}");
    }
}

/// A plain handler for HEAD has no policy, though the one for GET beside it has.
#[tokio::test]
async fn a_plain_handler_asks_nobody() {
    let routes = |own: Routes| CorsRouter::new().route("/", own.merge(head(async || "")));
    let apps = vec![
        App::new("at once", routes(routes![at_once])),
        App::new("later", routes(routes![later])),
        App::new("layered", routes(routes![later]).layer(from_fn(pass))),
    ];
    let rows = [
        (
            "a page that the function would allow",
            "HEAD {} | origin: https://a.tenant.example",
            answer(200, ""),
            &[][..],
        ),
        (
            "a page at which it would panic",
            "HEAD {} | origin: https://panic.example",
            answer(200, ""),
            &[],
        ),
    ];
    check(apps, &["/"], &rows).await;
}

fn sees(origin: &Origin<'_>, request: &Parts) -> bool {
    let scheme = origin.scheme();
    let host = origin.host().as_str();
    let port = origin.port();
    let Parts { method, uri, .. } = request;
    let header = |name| request.headers.get(name).map(|value| value.to_str().ok());
    let session = header("session").flatten();
    let asks_for = header("access-control-request-method").flatten();
    let question = format!("{method} {uri} {scheme} {host} {port:?} {session:?} {asks_for:?}");
    Asked::note(request, question);
    true
}

async fn sees_later(origin: &Origin<'_>, request: &Parts) -> bool {
    sees(origin, request)
}

#[cors(origins_from = sees, methods = [DELETE])]
async fn seen() {}

#[cors(origins_from = sees_later, methods = [DELETE])]
async fn seen_later() {}

/// The whole head: of a preflight that of the preflight. Below a path it is the whole path.
#[tokio::test]
async fn what_the_function_sees() {
    let router = || {
        CorsRouter::new()
            .route("/at-once", routes![seen])
            .route("/later", routes![seen_later])
    };
    let asked = Asked::default();
    let mut failures = Failures::default();
    for (prefix, app) in [
        ("", router()),
        ("/api/7", CorsRouter::new().nest("/api/{id}", router())),
    ] {
        let app = asked.around(App {
            prefix,
            ..App::new("nested", app)
        });
        for path in ["/at-once", "/later"] {
            app.send(&format!(
                "DELETE {path}?all=1 | origin: app://[::1]:3000 | session: s"
            ))
            .await;
            app.send(&format!(
                "OPTIONS {path} | origin: https://a.example | request-method: DELETE"
            ))
            .await;
            let expected = [
                format!("DELETE {prefix}{path}?all=1 app [::1] Some(3000) Some(\"s\") None"),
                format!("OPTIONS {prefix}{path} https a.example None None Some(\"DELETE\")"),
            ];
            failures.compare(|| path.to_owned(), &expected.to_vec(), &asked.take());
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

#[cors(origins_from = elsewhere::is_tenant_elsewhere, methods = [GET])]
async fn by_path() {}

#[cors(origins_from = POINTER, methods = [POST])]
async fn by_pointer() {}

#[cors(origins_from = boxed, methods = [PUT])]
async fn by_boxed() {}

#[cors(origins_from = decides_at_once, methods = [PATCH])]
async fn by_future() {}

#[tokio::test]
async fn every_kind_of_function() {
    let routes = routes![by_path, by_pointer, by_boxed, by_future];
    let app = Asked::default().around(App::new("", CorsRouter::new().route("/", routes)));
    let mut failures = Failures::default();
    for method in ["GET", "POST", "PUT", "PATCH"] {
        for (origin, expected) in [
            (
                "https://a.tenant.example",
                answer(200, "allow-origin: https://a.tenant.example | vary: Origin"),
            ),
            ("https://a.example", foreign()),
        ] {
            let response = app.send(&format!("{method} / | origin: {origin}")).await;
            let found = Answer::of(&response);
            failures.compare(|| format!("{method} {origin}"), &expected, &found);
        }
    }
    failures.finish();
}

/// Says when the function begins, and when its future is dropped.
struct Alive(Sender<&'static str>);

impl Alive {
    fn new(request: &Parts) -> Self {
        let tell: &Sender<_> = request.extensions.get().expect("what is around the app");
        let this = Self(tell.clone());
        this.tell("asked");
        this
    }

    fn tell(&self, event: &'static str) {
        self.0.send(event).expect("the test listens");
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.tell("dropped");
    }
}

async fn never_answers(_: &Origin<'_>, request: &Parts) -> bool {
    let _alive = Alive::new(request);
    pending().await
}

#[cors(origins_from = never_answers, methods = [GET])]
async fn unreachable_handler() {
    unreachable!("the function hasn't answered");
}

#[test]
fn who_drops_the_request_drops_the_question() {
    let (tell, told) = mpsc::channel::<&'static str>();
    let app: Router = CorsRouter::new()
        .route("/", routes![unreachable_handler])
        .into_router();
    let mut request = Request::new(Body::empty());
    let origin = "https://a.example".parse().expect("a value");
    request.headers_mut().insert("origin", origin);
    let mut response = Box::pin(app.layer(Extension(tell)).oneshot(request));
    let mut context = Context::from_waker(Waker::noop());
    assert!(response.as_mut().poll(&mut context).is_pending());
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["asked"]);
    drop(response);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), ["dropped"]);
}

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_ends_the_question() {
    let (tell, told) = mpsc::channel::<&'static str>();
    let app = CorsRouter::new().route("/", routes![unreachable_handler]);
    let mut client = serve(app.into_router().layer(Extension(tell))).await;
    client.send("GET / | origin: https://a.example");
    assert_eq!(told.recv_timeout(PATIENCE), Ok("asked"));
    drop(client);
    assert_eq!(told.recv_timeout(PATIENCE), Ok("dropped"));
}

/// One connection.
struct Client(TcpStream);

async fn serve(app: Router) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let addr: SocketAddr = listener.local_addr().expect("a bound address");
    tokio::spawn(async { axum::serve(listener, app).await });
    let stream = TcpStream::connect(addr).expect("a server");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    Client(stream)
}

impl Client {
    fn send(&mut self, request: &str) {
        let (line, headers) = request.split_once(" | ").expect("a header");
        let headers = headers.replace(" | ", "\r\n");
        let request = format!("{line} HTTP/1.1\r\nhost: api\r\n{headers}\r\n\r\n");
        self.0
            .write_all(request.as_bytes())
            .expect("the server reads");
    }

    /// The status and the headers of an answer without a body, in lower case.
    fn receive(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).expect("an answer");
            head.extend(byte);
        }
        String::from_utf8_lossy(&head).to_lowercase()
    }
}
