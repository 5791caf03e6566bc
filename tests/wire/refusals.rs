//! The log of refusals, as `tracing-subscriber` writes it: one line for each.

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::routing::get;
use axum::{Router, body::Body};
use cors_runtime::{CorsRouter, Origin, OriginSet, Policy, cors, routes};
use cors_test_support::{App, Failures, Log, WireRequest, actual, arrangements, preflight};
use expect_test::{Expect, expect};
use tower::{Layer, ServiceExt};
use tracing::Level;

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
async fn with_predicate() {}

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
        ("/predicate", routes![with_predicate]),
        ("/set", routes![configured]),
    ])
}

/// The location of a handler of this file, as events have it.
fn location_of(handler: &str) -> String {
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

/// A row: a name, a request, and the line of the log about it, if any.
type Row = (&'static str, WireRequest, Expect);

/// Sends each request to each app and compares the log, in which `[list]` is the location of the
/// handler `list`.
async fn check(apps: &[App], rows: &[Row]) {
    let log = Log::of(Level::DEBUG);
    let mut failures = Failures::default();
    for (name, request, expected) in rows {
        let mut lines = Vec::new();
        for app in apps {
            app.send(request).await;
            // Below a prefix, the path has that as well.
            let prefixed = format!("path={}", app.prefix);
            lines.push(common(&log.take()).replace(&prefixed, "path="));
        }
        let line = without_locations(&lines[0]);
        expected.assert_eq(line.trim_end());
        for (app, found) in apps.iter().zip(&lines) {
            failures.compare(|| format!("{name} ({})", app.name), &lines[0], found);
        }
    }
    failures.finish();
}

/// Returns the part of a log that is the same in every arrangement and order of the tests: a refused
/// write is a warning only the first time in a process, and some arrangements have plain handlers
/// beside those with a policy. `tests/warnings.rs` compares both.
fn common(log: &str) -> String {
    let lines = log.lines().filter(|line| !line.contains("cors: no policy"));
    let lines = lines.map(|line| format!("{line}\n"));
    lines
        .collect::<String>()
        .replace(" WARN cors: request refused", "DEBUG cors: request refused")
}

fn without_locations(line: &str) -> String {
    let handlers = [
        "list",
        "save",
        "any",
        "remove",
        "with_predicate",
        "configured",
    ];
    let line = handlers.iter().fold(line.to_owned(), |line, handler| {
        line.replace(&location_of(handler), &format!("[{handler}]"))
    });
    // The place of a call: `tests/layer/events.rs` compares its line.
    let of_a_layer = r#"handler="Policy::layer" file="tests/wire/refusals.rs" line="#;
    match line.split_once(of_a_layer) {
        Some((before, rest)) => {
            let rest = rest.trim_start_matches(|char: char| char.is_ascii_digit());
            format!("{before}[layer]{rest}")
        }
        None => line,
    }
}

#[tokio::test]
async fn log_of_refused_preflights() {
    let cases = [
        (
            "allowed",
            preflight("GET /jobs", "https://app.example").request_headers("x-a"),
            expect![[""]],
        ),
        (
            "method: without a policy",
            preflight("DELETE /jobs", "https://app.example"),
            expect![[
                r#"DEBUG cors: preflight refused [list] step="method" requested=DELETE allowed=GET, HEAD, POST, PUT, PATCH"#
            ]],
        ),
        (
            "method: in lower case",
            WireRequest::from(
                "OPTIONS /jobs
                 origin: https://app.example
                 access-control-request-method: patch",
            ),
            expect![[
                r#"DEBUG cors: preflight refused [list] step="method" requested=patch allowed=GET, HEAD, POST, PUT, PATCH"#
            ]],
        ),
        (
            "method: two lines",
            WireRequest::from(
                "OPTIONS /jobs
                 origin: https://app.example
                 access-control-request-method: GET
                 access-control-request-method: GET",
            ),
            expect![[
                r#"DEBUG cors: preflight refused [list] step="method" requested=more than one allowed=GET, HEAD, POST, PUT, PATCH"#
            ]],
        ),
        (
            "method: on a path where all are of one handler",
            preflight("GET /one", "https://evil.example"),
            expect![[
                r#"DEBUG cors: preflight refused [save] step="method" requested=GET allowed=POST, PUT"#
            ]],
        ),
        (
            "origin: several",
            preflight("GET /jobs", "https://evil.example"),
            expect![[
                r#"DEBUG cors: preflight refused [list] step="origin" requested=https://evil.example allowed=https://app.example, https://*.a.example"#
            ]],
        ),
        (
            "origin: one, and a foreign header",
            preflight("PUT /jobs", "http://app.example").request_headers("x-a"),
            expect![[
                r#"DEBUG cors: preflight refused [save] step="origin" requested=http://app.example allowed=https://app.example"#
            ]],
        ),
        (
            "origin: null",
            preflight("HEAD /jobs", "null"),
            expect![[
                r#"DEBUG cors: preflight refused [list] step="origin" requested=null allowed=https://app.example, https://*.a.example"#
            ]],
        ),
        (
            "origin: two lines of an allowed one",
            WireRequest::from(
                "OPTIONS /jobs
                 origin: https://app.example
                 origin: https://app.example
                 access-control-request-method: PUT",
            ),
            expect![[
                r#"DEBUG cors: preflight refused [save] step="origin" requested=more than one allowed=https://app.example"#
            ]],
        ),
        (
            "origin: a predicate",
            preflight("GET /predicate", "https://evil.example"),
            expect![[
                r#"DEBUG cors: preflight refused [with_predicate] step="origin" requested=https://evil.example allowed=https://app.example, origins_from (a function)"#
            ]],
        ),
        (
            "origin: the predicate allows",
            preflight("GET /predicate", "https://a.tenant.example"),
            expect![[""]],
        ),
        (
            "origin: a set",
            preflight("GET /set", "https://evil.example"),
            expect![[
                r#"DEBUG cors: preflight refused [configured] step="origin" requested=https://evil.example allowed=origins_from (a set)"#
            ]],
        ),
        (
            "origin: enforced",
            preflight("DELETE /enforced", "https://evil.example"),
            expect![[
                r#"DEBUG cors: preflight refused [remove] step="origin" requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "headers: the second",
            preflight("GET /jobs", "https://app.example").request_headers("x-a, X-C,x-d"),
            expect![[
                r#"DEBUG cors: preflight refused [list] step="headers" requested=X-C allowed=x-b, x-a"#
            ]],
        ),
        (
            "headers: none is allowed",
            preflight("PUT /jobs", "https://app.example").request_headers("x-a"),
            expect![[
                r#"DEBUG cors: preflight refused [save] step="headers" requested=x-a allowed=none"#
            ]],
        ),
        (
            "headers: `*`, which does not cover this one",
            preflight("PATCH /jobs", "https://app.example").request_headers("authorization"),
            expect![[
                r#"DEBUG cors: preflight refused [any] step="headers" requested=authorization allowed=*"#
            ]],
        ),
        (
            "headers: too many",
            preflight("GET /jobs", "https://app.example").request_headers(",,,,,,,,,,,,,,,,,,"),
            expect![[
                r#"DEBUG cors: preflight refused [list] step="headers" requested=too many headers allowed=x-b, x-a"#
            ]],
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn log_of_actual_requests() {
    let cases = [
        (
            "without an origin",
            WireRequest::from("GET /jobs"),
            expect![[""]],
        ),
        (
            "allowed",
            actual("GET /jobs", "https://app.example"),
            expect![[""]],
        ),
        (
            "same-origin",
            WireRequest::from(
                "GET /jobs
                 origin: https://api.example
                 sec-fetch-site: same-origin",
            ),
            expect![[""]],
        ),
        (
            "same-origin, from an old browser",
            WireRequest::from(
                "PUT /jobs
                 origin: https://api.example
                 host: api.example",
            ),
            expect![[""]],
        ),
        ("any", actual("PATCH /jobs", "null"), expect![[""]]),
        (
            "any, which two origins get as well",
            WireRequest::from(
                "PATCH /jobs
                 origin: https://a.example
                 origin: https://b.example",
            ),
            expect![[
                r#"DEBUG cors: request refused [any] rule="several_lines" path=/jobs requested=more than one allowed=*"#
            ]],
        ),
        (
            "several",
            actual("GET /jobs", "https://evil.example"),
            expect![[
                r#"DEBUG cors: response hidden [list] step="origin" requested=https://evil.example allowed=https://app.example, https://*.a.example"#
            ]],
        ),
        (
            "several, to HEAD",
            actual("HEAD /jobs", "null"),
            expect![[
                r#"DEBUG cors: response hidden [list] step="origin" requested=null allowed=https://app.example, https://*.a.example"#
            ]],
        ),
        (
            "several, from two lines of an allowed one",
            WireRequest::from(
                "GET /jobs
                 origin: https://app.example
                 origin: https://app.example",
            ),
            expect![[
                r#"DEBUG cors: response hidden [list] step="origin" requested=more than one allowed=https://app.example, https://*.a.example"#
            ]],
        ),
        (
            "one",
            WireRequest::from(
                "PUT /jobs
                 origin: https://evil.example
                 sec-fetch-site: cross-site",
            ),
            expect![[
                r#"DEBUG cors: request refused [save] rule="cross_site" path=/jobs requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "a predicate",
            actual("GET /predicate", "https://evil.example"),
            expect![[
                r#"DEBUG cors: response hidden [with_predicate] step="origin" requested=https://evil.example allowed=https://app.example, origins_from (a function)"#
            ]],
        ),
        (
            "the predicate allows",
            actual("GET /predicate", "https://a.tenant.example"),
            expect![[""]],
        ),
        (
            "a set",
            actual("GET /set", "https://evil.example"),
            expect![[
                r#"DEBUG cors: response hidden [configured] step="origin" requested=https://evil.example allowed=origins_from (a set)"#
            ]],
        ),
        (
            "enforced",
            actual("DELETE /enforced", "https://evil.example"),
            expect![[
                r#"DEBUG cors: request refused [remove] rule="origin" path=/enforced requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "enforced, allowed",
            actual("DELETE /enforced", "https://app.example"),
            expect![[""]],
        ),
        (
            "enforced, same-origin",
            WireRequest::from(
                "DELETE /enforced
                 origin: https://api.example
                 sec-fetch-site: same-origin",
            ),
            expect![[""]],
        ),
        (
            "a method without a policy",
            actual("TRACE /jobs", "https://evil.example"),
            expect![[""]],
        ),
        (
            "OPTIONS that is no preflight",
            actual("OPTIONS /jobs", "https://evil.example"),
            expect![[""]],
        ),
        (
            "another path",
            actual("GET /elsewhere", "https://evil.example"),
            expect![[""]],
        ),
    ];
    check(&apps(), &cases).await;
}

const OF_A_LAYER: Policy = Policy::new(&["https://app.example"]).methods(&["GET"]);

fn layer_of(policy: &Policy<'_>) -> App {
    let layer = policy.layer().expect("the policy keeps the rules");
    let service = layer.layer(get(|| async {}));
    App::new("a layer", Router::new().route_service("/", service))
}

/// The place of the call takes the place of a handler.
#[tokio::test]
async fn log_of_policy_layers() {
    let rows = [
        (
            "a preflight",
            preflight("GET /", "https://evil.example"),
            expect![[
                r#"DEBUG cors: preflight refused [layer] step="origin" requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "its method",
            preflight("POST /", "https://app.example"),
            expect![[
                r#"DEBUG cors: preflight refused [layer] step="method" requested=POST allowed=GET, HEAD"#
            ]],
        ),
        (
            "a request",
            actual("GET /", "https://evil.example"),
            expect![[
                r#"DEBUG cors: response hidden [layer] step="origin" requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "allowed",
            actual("GET /", "https://app.example"),
            expect![[""]],
        ),
    ];
    check(&[layer_of(&OF_A_LAYER)], &rows).await;
}

#[tokio::test]
async fn log_of_policy_layers_that_enforce() {
    let rows = [
        (
            "a preflight",
            preflight("GET /", "https://evil.example"),
            expect![[
                r#"DEBUG cors: preflight refused [layer] step="origin" requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "its method",
            preflight("POST /", "https://app.example"),
            expect![[
                r#"DEBUG cors: preflight refused [layer] step="method" requested=POST allowed=GET, HEAD"#
            ]],
        ),
        (
            "a request",
            actual("GET /", "https://evil.example"),
            expect![[
                r#"DEBUG cors: request refused [layer] rule="origin" path=/ requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "allowed",
            actual("GET /", "https://app.example"),
            expect![[""]],
        ),
    ];
    check(&[layer_of(&OF_A_LAYER.enforce())], &rows).await;
}

/// Only the outermost policy is logged, because it overwrites the headers of the others.
#[tokio::test]
async fn log_of_a_layer_around_handlers_with_policies() {
    const STRICT: Policy = Policy::new(&["https://app.example"]).methods(&["GET"]);
    const LAX: Policy = Policy::new(&["*"]).methods(&["GET"]);
    let around = |policy: Policy<'_>, inside: CorsRouter| {
        let layer = policy.layer().expect("the policy keeps the rules");
        App::new("a layer around", inside.into_router().layer(layer))
    };
    let alone = || CorsRouter::new().route("/jobs", routes![list]);
    let layered = || alone().layer(tower::layer::util::Identity::new());
    let rows = |expected| {
        [(
            "a request",
            actual("GET /jobs", "https://evil.example"),
            expected,
        )]
    };
    let hidden_by_both = expect![[
        r#"DEBUG cors: response hidden [layer] step="origin" requested=https://evil.example allowed=https://app.example"#
    ]];
    let apps = [around(STRICT, alone()), around(STRICT, layered())];
    check(&apps, &rows(hidden_by_both)).await;
    let hidden_by_the_handler = expect![[""]];
    let apps = [around(LAX, alone()), around(LAX, layered())];
    check(&apps, &rows(hidden_by_the_handler)).await;
}

/// The bytes of a request are escaped, so that they stay within their field.
#[tokio::test]
async fn log_escapes_requests() {
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
            let request = preflight("PUT /", "https://app.example");
            let mut request = request.to_http().map(Body::from);
            request.headers_mut().insert(
                HeaderName::from_static(field),
                HeaderValue::from_bytes(bytes).expect("bytes that HTTP lets through"),
            );
            let Ok(_) = router.clone().oneshot(request).await;
            let expected = format!(
                "DEBUG cors: preflight refused {} step=\"{step}\" requested={shown} allowed={allowed}\n",
                location_of("save")
            );
            failures.compare(|| format!("{name}, {field}"), &expected, &log.take());
        }
    }
    failures.finish();
}

/// A long list of origins is cut.
#[tokio::test]
async fn log_of_long_policies() {
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
        .send(actual("GET /", "https://evil.example"))
        .await;
    let line = log.take();
    let expected = "https://a8.example, https://a9.example, https://a10.example, and 2 more, \
        origins_from (a set)\n";
    assert!(line.ends_with(expected), "{line}");
}

/// But for refused writes, which are warnings.
#[tokio::test]
async fn log_is_empty_at_info() {
    let log = Log::of(Level::INFO);
    for app in apps() {
        for request in [
            actual("GET /jobs", "https://evil.example"),
            preflight("GET /jobs", "https://evil.example"),
            preflight("DELETE /enforced", "https://evil.example"),
        ] {
            app.send(request).await;
        }
    }
    assert_eq!(log.take(), "");
}

/// The README shows a line that is really logged.
#[tokio::test]
async fn log_line_of_the_readme() {
    let readme = include_str!("../../README.md")
        .lines()
        .find(|line| line.starts_with("DEBUG cors: "))
        .expect("a line of a log");
    let log = Log::of(Level::DEBUG);
    App::new("alone", CorsRouter::new().route("/", routes![api::save]))
        .send(
            preflight("PUT /", "https://app.example")
                .request_headers("content-type, x-requested-with"),
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
