//! What the log says of refusals, as `tracing-subscriber` writes it: one line for each.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::routing::get;
use axum::{Router, body::Body};
use cors_runtime::{CorsRouter, Origin, OriginSet, Policy, cors, routes};
use tower::{Layer, ServiceExt};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Level};

use super::arrangements::arrangements;
use super::exchange::{App, Failures};

#[cors(
    origins = ["https://app.example", "https://*.a.example"],
    methods = [GET],
    headers = ["x-b", "X-A"],
    max_age = 600,
)]
async fn list() {}

#[cors(origins = ["https://app.example"], methods = [PUT, POST])]
async fn save() {}

#[cors(origins = ["*"], methods = [PATCH], headers = ["*"])]
async fn any() {}

#[cors(origins = ["https://app.example"], methods = [DELETE], enforce)]
async fn remove() {}

fn is_tenant(origin: &Origin<'_>, _: &Parts) -> bool {
    origin.host().as_str().ends_with(".tenant.example")
}

#[cors(origins = ["https://app.example"], origins_from = is_tenant, methods = [GET])]
async fn asked() {}

static SET: OriginSet = OriginSet::new();

#[cors(origins_from = SET, methods = [GET])]
async fn configured() {}

mod api {
    use cors_runtime::cors;

    #[cors(origins = ["*"], methods = [PUT], headers = ["content-type"])]
    pub(super) async fn save() {}
}

fn apps() -> Vec<App> {
    arrangements(&[
        ("/jobs", routes![list, save, any]),
        ("/enforced", routes![remove]),
        ("/one", routes![save]),
        ("/asked", routes![asked]),
        ("/set", routes![configured]),
    ])
}

/// Whatever is logged on this thread at a level or above it.
struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    _subscriber: DefaultGuard,
}

/// With one subscriber alive, tracing asks the thread that meets an event first whether anybody
/// listens, and believes the answer for all threads. Two that stay make it ask every one.
static LISTENERS: LazyLock<[Dispatch; 2]> = LazyLock::new(|| {
    [(); 2].map(|()| {
        let listener = tracing_subscriber::fmt().with_max_level(Level::DEBUG);
        Dispatch::new(listener.with_writer(io::sink).finish())
    })
});

impl Log {
    fn of(level: Level) -> Self {
        LazyLock::force(&LISTENERS);
        let text = Arc::new(Mutex::new(Vec::new()));
        let writer = text.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .without_time()
            .with_writer(move || Writer(writer.clone()))
            .finish();
        Self {
            text,
            _subscriber: tracing::subscriber::set_default(subscriber),
        }
    }

    fn take(&self) -> String {
        let text = std::mem::take(&mut *self.text.lock().expect("the log"));
        String::from_utf8(text).expect("text")
    }
}

struct Writer(Arc<Mutex<Vec<u8>>>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where a handler of this file stands, as events say it.
fn of(handler: &str) -> String {
    let start = format!("async fn {handler}(");
    let line = include_str!("refusals.rs")
        .lines()
        .position(|line| line.starts_with(&start))
        .expect("the handler");
    format!(
        r#"handler="wire::refusals::{handler}" file="tests/wire/refusals.rs" line={}"#,
        line + 1
    )
}

/// Sends each request to each app: every refusal is one line, and nothing else is one.
async fn check(apps: &[App], cases: &[(&str, &str, String)]) {
    let log = Log::of(Level::DEBUG);
    let mut failures = Failures::default();
    for app in apps {
        for (name, request, expected) in cases {
            app.send(request).await;
            let expected = match expected.as_str() {
                "" => String::new(),
                line => format!("DEBUG cors: {line}\n"),
            };
            failures.compare(|| format!("{name} ({})", app.name), &expected, &log.take());
        }
    }
    failures.finish();
}

#[tokio::test]
async fn preflights() {
    let refused = |handler: &str, rest: &str| format!("preflight refused {} {rest}", of(handler));
    let cases = &[
        (
            "allowed",
            "OPTIONS /jobs | origin: https://app.example | request-method: GET \
             | request-headers: x-a",
            String::new(),
        ),
        (
            "method: without a policy",
            "OPTIONS /jobs | origin: https://app.example | request-method: DELETE",
            refused(
                "list",
                r#"step="method" asked=DELETE allowed=GET, HEAD, POST, PUT, PATCH"#,
            ),
        ),
        (
            "method: in lower case",
            "OPTIONS /jobs | origin: https://app.example | request-method: patch",
            refused(
                "list",
                r#"step="method" asked=patch allowed=GET, HEAD, POST, PUT, PATCH"#,
            ),
        ),
        (
            "method: two lines",
            "OPTIONS /jobs | origin: https://app.example | request-method: GET \
             | request-method: GET",
            refused(
                "list",
                r#"step="method" asked=more than one allowed=GET, HEAD, POST, PUT, PATCH"#,
            ),
        ),
        (
            "method: on a path where all are of one handler",
            "OPTIONS /one | origin: https://evil.example | request-method: GET",
            refused("save", r#"step="method" asked=GET allowed=POST, PUT"#),
        ),
        (
            "origin: several",
            "OPTIONS /jobs | origin: https://evil.example | request-method: GET",
            refused(
                "list",
                r#"step="origin" asked=https://evil.example allowed=https://app.example, https://*.a.example"#,
            ),
        ),
        (
            "origin: one, and a header that isn't allowed either",
            "OPTIONS /jobs | origin: http://app.example | request-method: PUT \
             | request-headers: x-a",
            refused(
                "save",
                r#"step="origin" asked=http://app.example allowed=https://app.example"#,
            ),
        ),
        (
            "origin: null",
            "OPTIONS /jobs | origin: null | request-method: HEAD",
            refused(
                "list",
                r#"step="origin" asked=null allowed=https://app.example, https://*.a.example"#,
            ),
        ),
        (
            "origin: two lines of an allowed one",
            "OPTIONS /jobs | origin: https://app.example | origin: https://app.example \
             | request-method: PUT",
            refused(
                "save",
                r#"step="origin" asked=more than one allowed=https://app.example"#,
            ),
        ),
        (
            "origin: a function",
            "OPTIONS /asked | origin: https://evil.example | request-method: GET",
            refused(
                "asked",
                r#"step="origin" asked=https://evil.example allowed=https://app.example, origins_from (a function)"#,
            ),
        ),
        (
            "origin: a function says yes",
            "OPTIONS /asked | origin: https://a.tenant.example | request-method: GET",
            String::new(),
        ),
        (
            "origin: a set",
            "OPTIONS /set | origin: https://evil.example | request-method: GET",
            refused(
                "configured",
                r#"step="origin" asked=https://evil.example allowed=origins_from (a set)"#,
            ),
        ),
        (
            "origin: enforced",
            "OPTIONS /enforced | origin: https://evil.example | request-method: DELETE",
            refused(
                "remove",
                r#"step="origin" asked=https://evil.example allowed=https://app.example"#,
            ),
        ),
        (
            "headers: the second",
            "OPTIONS /jobs | origin: https://app.example | request-method: GET \
             | request-headers: x-a, X-C,x-d",
            refused("list", r#"step="headers" asked=X-C allowed=x-b, x-a"#),
        ),
        (
            "headers: none is allowed",
            "OPTIONS /jobs | origin: https://app.example | request-method: PUT \
             | request-headers: x-a",
            refused("save", r#"step="headers" asked=x-a allowed=none"#),
        ),
        (
            "headers: any, which isn't that one",
            "OPTIONS /jobs | origin: https://app.example | request-method: PATCH \
             | request-headers: authorization",
            refused("any", r#"step="headers" asked=authorization allowed=*"#),
        ),
        (
            "headers: too many",
            "OPTIONS /jobs | origin: https://app.example | request-method: GET \
             | request-headers: ,,,,,,,,,,,,,,,,,,",
            refused(
                "list",
                r#"step="headers" asked=too many headers allowed=x-b, x-a"#,
            ),
        ),
    ];
    check(&apps(), cases).await;
}

#[tokio::test]
async fn requests() {
    let hidden = |handler: &str, rest: &str| {
        format!(r#"answer hidden {} step="origin" {rest}"#, of(handler))
    };
    let of_list = "allowed=https://app.example, https://*.a.example";
    let cases = &[
        ("without an origin", "GET /jobs", String::new()),
        (
            "allowed",
            "GET /jobs | origin: https://app.example",
            String::new(),
        ),
        (
            "same-origin",
            "GET /jobs | origin: https://api.example | sec-fetch-site: same-origin",
            String::new(),
        ),
        (
            "same-origin, from an old browser",
            "PUT /jobs | origin: https://api.example | host: api.example",
            String::new(),
        ),
        ("any", "PATCH /jobs | origin: null", String::new()),
        (
            "any, which two origins get as well",
            "PATCH /jobs | origin: https://a.example | origin: https://b.example",
            String::new(),
        ),
        (
            "several",
            "GET /jobs | origin: https://evil.example",
            hidden("list", &format!("asked=https://evil.example {of_list}")),
        ),
        (
            "several, to HEAD",
            "HEAD /jobs | origin: null",
            hidden("list", &format!("asked=null {of_list}")),
        ),
        (
            "several, from two lines of an allowed one",
            "GET /jobs | origin: https://app.example | origin: https://app.example",
            hidden("list", &format!("asked=more than one {of_list}")),
        ),
        (
            "one",
            "PUT /jobs | origin: https://evil.example | sec-fetch-site: cross-site",
            hidden(
                "save",
                "asked=https://evil.example allowed=https://app.example",
            ),
        ),
        (
            "a function",
            "GET /asked | origin: https://evil.example",
            hidden(
                "asked",
                "asked=https://evil.example allowed=https://app.example, origins_from (a function)",
            ),
        ),
        (
            "a function says yes",
            "GET /asked | origin: https://a.tenant.example",
            String::new(),
        ),
        (
            "a set",
            "GET /set | origin: https://evil.example",
            hidden(
                "configured",
                "asked=https://evil.example allowed=origins_from (a set)",
            ),
        ),
        (
            "enforced",
            "DELETE /enforced | origin: https://evil.example",
            format!(
                r#"request refused {} step="origin" asked=https://evil.example allowed=https://app.example"#,
                of("remove")
            ),
        ),
        (
            "enforced, allowed",
            "DELETE /enforced | origin: https://app.example",
            String::new(),
        ),
        (
            "enforced, same-origin",
            "DELETE /enforced | origin: https://api.example | sec-fetch-site: same-origin",
            String::new(),
        ),
        (
            "a method without a policy",
            "TRACE /jobs | origin: https://evil.example",
            String::new(),
        ),
        (
            "OPTIONS that is no preflight",
            "OPTIONS /jobs | origin: https://evil.example",
            String::new(),
        ),
        (
            "another path",
            "GET /elsewhere | origin: https://evil.example",
            String::new(),
        ),
    ];
    check(&apps(), cases).await;
}

/// A layer has no handler to name.
#[tokio::test]
async fn layers() {
    const POLICY: Policy = Policy::new(&["https://app.example"]).methods(&["GET"]);
    let app = |policy: Policy<'_>| {
        let layer = policy.layer().expect("the policy keeps the rules");
        let service = layer.layer(get(|| async {}));
        App::new("a layer", Router::new().route_service("/", service))
    };
    let asked = r#"step="origin" asked=https://evil.example allowed=https://app.example"#;
    let preflight = |step: &str| (format!("preflight refused {step}"), "");
    let cases = |request: &str| {
        vec![
            (
                "a preflight",
                "OPTIONS / | origin: https://evil.example | request-method: GET",
                preflight(asked).0,
            ),
            (
                "its method",
                "OPTIONS / | origin: https://app.example | request-method: POST",
                preflight(r#"step="method" asked=POST allowed=GET, HEAD"#).0,
            ),
            (
                "a request",
                "GET / | origin: https://evil.example",
                format!("{request} {asked}"),
            ),
            (
                "allowed",
                "GET / | origin: https://app.example",
                String::new(),
            ),
        ]
    };
    check(&[app(POLICY)], &cases("answer hidden")).await;
    check(&[app(POLICY.enforce())], &cases("request refused")).await;
}

/// The policy that is outermost has the last word on the headers, and the only one in the log.
#[tokio::test]
async fn a_layer_around_handlers_with_policies() {
    const STRICT: Policy = Policy::new(&["https://app.example"]).methods(&["GET"]);
    const LAX: Policy = Policy::new(&["*"]).methods(&["GET"]);
    let around = |policy: Policy<'_>, inside: CorsRouter| {
        let layer = policy.layer().expect("the policy keeps the rules");
        App::new("a layer around", inside.into_router().layer(layer))
    };
    let alone = || CorsRouter::new().route("/jobs", routes![list]);
    let layered = || alone().layer(tower::layer::util::Identity::new());
    let request = "GET /jobs | origin: https://evil.example";
    let hidden = "answer hidden step=\"origin\" asked=https://evil.example \
                  allowed=https://app.example";
    let hidden = [("hidden by both", request, hidden.to_owned())];
    let readable = [("hidden by the handler alone", request, String::new())];
    check(
        &[around(STRICT, alone()), around(STRICT, layered())],
        &hidden,
    )
    .await;
    check(&[around(LAX, alone()), around(LAX, layered())], &readable).await;
}

/// Whatever bytes a request may hold, they stay within their field.
#[tokio::test]
async fn hostile_requests() {
    let letters = "a".repeat(4000);
    let cases: [(&str, &[u8], String); 7] = [
        (
            "not ASCII",
            b"\x80\xff\xc3\xa4",
            r"\x80\xff\xc3\xa4".to_owned(),
        ),
        (
            "a terminal's commands",
            "\u{9b}31m".as_bytes(),
            r"\xc2\x9b31m".to_owned(),
        ),
        ("quotes", br#"a"b'c\d"#, r#"a\"b\'c\\d"#.to_owned()),
        (
            "more fields",
            br#"x allowed=* step="none""#,
            r#"x\x20allowed=*\x20step=\"none\""#.to_owned(),
        ),
        ("tabs", b"x\ty", r"x\ty".to_owned()),
        (
            "the words for several",
            b"more than one",
            r"more\x20than\x20one".to_owned(),
        ),
        (
            "very long",
            letters.as_bytes(),
            format!("{}...", &letters[..200]),
        ),
    ];
    let router: Router = CorsRouter::new().route("/", routes![save]).into_router();
    let log = Log::of(Level::DEBUG);
    let mut failures = Failures::default();
    for (name, bytes, shown) in &cases {
        for (field, step, allowed) in [
            ("access-control-request-method", "method", "POST, PUT"),
            ("origin", "origin", "https://app.example"),
            ("access-control-request-headers", "headers", "none"),
        ] {
            let mut request = Request::new(Body::empty());
            *request.method_mut() = Method::OPTIONS;
            for (name, value) in [
                ("origin", "https://app.example"),
                ("access-control-request-method", "PUT"),
            ] {
                request
                    .headers_mut()
                    .insert(name, HeaderValue::from_static(value));
            }
            request.headers_mut().insert(
                HeaderName::from_static(field),
                HeaderValue::from_bytes(bytes).expect("bytes that HTTP lets through"),
            );
            let Ok(_) = router.clone().oneshot(request).await;
            let expected = format!(
                "DEBUG cors: preflight refused {} step=\"{step}\" asked={shown} allowed={allowed}\n",
                of("save")
            );
            failures.compare(|| format!("{name}, {field}"), &expected, &log.take());
        }
    }
    failures.finish();
}

/// The policy may be long, too.
#[tokio::test]
async fn long_policies() {
    #[cors(
        origins = [
            "https://a1.example", "https://a2.example", "https://a3.example", "https://a4.example",
            "https://a5.example", "https://a6.example", "https://a7.example", "https://a8.example",
            "https://a9.example", "https://a10.example", "https://a11.example", "https://a12.example",
        ],
        origins_from = SET,
        methods = [GET],
    )]
    async fn long() {}

    let app: Router = CorsRouter::new().route("/", routes![long]).into_router();
    let log = Log::of(Level::DEBUG);
    App::new("alone", app)
        .send("GET / | origin: https://evil.example")
        .await;
    let line = log.take();
    let expected = "https://a8.example, https://a9.example, https://a10.example, and 2 more, \
        origins_from (a set)\n";
    assert!(line.ends_with(expected), "{line}");
}

#[tokio::test]
async fn at_info_there_is_nothing() {
    let log = Log::of(Level::INFO);
    for app in apps() {
        for request in [
            "GET /jobs | origin: https://evil.example",
            "DELETE /enforced | origin: https://evil.example",
            "OPTIONS /jobs | origin: https://evil.example | request-method: GET",
        ] {
            app.send(request).await;
        }
    }
    assert_eq!(log.take(), "");
}

/// What the README shows is what a reader will find.
#[tokio::test]
async fn the_line_in_the_readme() {
    let readme = include_str!("../../README.md")
        .lines()
        .find(|line| line.starts_with("DEBUG cors: "))
        .expect("a line of a log");
    let log = Log::of(Level::DEBUG);
    App::new("alone", CorsRouter::new().route("/", routes![api::save]))
        .send(
            "OPTIONS / | origin: https://app.example | request-method: PUT \
         | request-headers: content-type, x-requested-with",
        )
        .await;
    let line = log.take();
    let (before, after) = line.split_once(" line=").expect("a line number");
    let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let line = format!("{before} line=12{after}")
        .replace("wire::refusals::", "")
        .replace("tests/wire/refusals.rs", "src/api.rs");
    assert_eq!(line.trim_end(), readme);
}
