//! Events of refused requests and of requests without a policy. A refused write is a warning once for
//! each origin and handler. In a process of its own, because all handlers share one bounded memory.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

use axum::Router;
use axum::routing::{any, get};
use cors_runtime::{CorsRouter, Protection, cors, routes};
use cors_test_support::{App, Log, WireRequest, actual};
use expect_test::{Expect, expect};
use tracing::Level;

#[cors(origins = ["https://app.example"], methods = [GET, POST])]
async fn save() {}

#[cors(origins = ["https://app.example"], methods = [GET, PUT], enforce)]
async fn guard() {}

async fn plain() {}

fn routes() -> CorsRouter {
    CorsRouter::new()
        .route("/save", routes![save])
        .route("/guard", routes![guard])
        .route("/plain", get(plain).post(plain))
        .nest("/nested", CorsRouter::new().route("/save", routes![save]))
        .nest_service("/files", Router::new().route("/x", any(plain)))
}

fn evil(line: &str) -> WireRequest {
    actual(line, "https://evil.example")
}

/// The highest number of warnings of a process.
const MAX_WARNINGS: usize = 256;

/// All in one test and in this order, because of the memory.
#[tokio::test]
async fn warnings() {
    let app = App::new("unprotected", routes().into_router());
    // Nobody listens yet, so nothing is remembered.
    app.send(evil("POST /save")).await;

    let log = Log::of(Level::DEBUG);
    let mut rows: Vec<(&str, WireRequest, Expect)> = vec![
        (
            "a write",
            evil("POST /save?token=secret"),
            expect![[
                r#"WARN cors: request refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="origin" path=/save requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "the same again",
            evil("POST /save"),
            expect![[
                r#"DEBUG cors: request refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="origin" path=/save requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "the same again, by another rule",
            evil("POST /save").header("sec-fetch-site", "cross-site"),
            expect![[
                r#"DEBUG cors: request refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="cross_site" path=/save requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "another origin",
            actual("POST /save", "https://b.example"),
            expect![[
                r#"WARN cors: request refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="origin" path=/save requested=https://b.example allowed=https://app.example"#
            ]],
        ),
        (
            "another handler",
            evil("PUT /guard"),
            expect![[
                r#"WARN cors: request refused handler="warnings::guard" file="tests/warnings.rs" line=_ rule="origin" path=/guard requested=https://evil.example allowed=https://app.example"#
            ]],
        ),
        (
            "a read, which is no warning",
            actual("GET /guard", "https://c.example"),
            expect![[
                r#"DEBUG cors: request refused handler="warnings::guard" file="tests/warnings.rs" line=_ rule="origin" path=/guard requested=https://c.example allowed=https://app.example"#
            ]],
        ),
        (
            "a web socket",
            actual("GET /guard", "https://d.example").header("upgrade", "websocket"),
            expect![[
                r#"WARN cors: request refused handler="warnings::guard" file="tests/warnings.rs" line=_ rule="origin" path=/guard requested=https://d.example allowed=https://app.example"#
            ]],
        ),
        (
            "without an origin",
            WireRequest::from("POST /save").header("sec-fetch-site", "cross-site"),
            expect![[
                r#"WARN cors: request refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="cross_site" path=/save requested=no origin allowed=https://app.example"#
            ]],
        ),
        (
            "two sites",
            WireRequest::from("POST /save")
                .header("sec-fetch-site", "same-origin")
                .header("sec-fetch-site", "same-origin")
                .header("origin", "https://e.example"),
            expect![[
                r#"WARN cors: request refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="several_lines" path=/save requested=https://e.example allowed=https://app.example"#
            ]],
        ),
        (
            "two origins",
            evil("PUT /guard").header("origin", "https://app.example"),
            expect![[
                r#"WARN cors: request refused handler="warnings::guard" file="tests/warnings.rs" line=_ rule="several_lines" path=/guard requested=more than one allowed=https://app.example"#
            ]],
        ),
        (
            "below a prefix",
            actual("POST /nested/save", "https://f.example"),
            expect![[
                r#"WARN cors: request refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="origin" path=/nested/save requested=https://f.example allowed=https://app.example"#
            ]],
        ),
        ("no browser", WireRequest::from("POST /save"), expect![[""]]),
    ];
    check(&app, &log, &mut rows).await;

    let app = App::new(
        "protected",
        routes()
            .protect(Protection::new().own_origins(&["https://api.example"]))
            .into_router(),
    );
    let own = |request: WireRequest| request.header("host", "api.example");
    let mut rows = vec![
        (
            "a write to a plain handler",
            own(evil("POST /plain")),
            expect![[
                r#"WARN cors: request refused rule="origin" path=/plain requested=https://evil.example allowed=none"#
            ]],
        ),
        (
            "the same again",
            own(evil("POST /plain")),
            expect![[
                r#"DEBUG cors: request refused rule="origin" path=/plain requested=https://evil.example allowed=none"#
            ]],
        ),
        (
            "a write to a service",
            own(actual("POST /files/x", "https://g.example")),
            expect![[
                r#"WARN cors: request refused rule="origin" path=/files/x requested=https://g.example allowed=none"#
            ]],
        ),
        (
            "a write to an unknown path",
            own(actual("POST /unknown", "https://h.example")),
            expect![[
                r#"WARN cors: request refused rule="origin" path=/unknown requested=https://h.example allowed=none"#
            ]],
        ),
        (
            "a read of another host",
            WireRequest::from("GET /plain\nhost: evil.example"),
            expect![[
                r#"DEBUG cors: request refused rule="host" path=/plain requested=evil.example allowed=none"#
            ]],
        ),
        (
            "a path with other letters",
            own(actual("POST /%0a\"b'", "https://i.example")),
            expect![[
                r#"WARN cors: request refused rule="origin" path=/%0a\"b\' requested=https://i.example allowed=none"#
            ]],
        ),
    ];
    check(&app, &log, &mut rows).await;

    let app = App::new(
        "reporting",
        routes()
            .protect(Protection::new().report_only())
            .into_router(),
    );
    let mut rows = vec![
        (
            "a write that is only reported",
            actual("POST /plain", "https://j.example"),
            expect![[r#"
                WARN cors: request would be refused rule="origin" path=/plain requested=https://j.example allowed=none
                DEBUG cors: no policy path=/plain requested=https://j.example"#]],
        ),
        (
            "a write to a handler with a policy",
            actual("POST /save", "https://j.example"),
            expect![[r#"
                WARN cors: request would be refused handler="warnings::save" file="tests/warnings.rs" line=_ rule="origin" path=/save requested=https://j.example allowed=https://app.example
                DEBUG cors: response hidden handler="warnings::save" file="tests/warnings.rs" line=_ step="origin" requested=https://j.example allowed=https://app.example"#]],
        ),
    ];
    check(&app, &log, &mut rows).await;

    // A flood of made-up origins becomes neither a flood of warnings nor of memory.
    let app = App::new("unprotected", routes().into_router());
    let mut warned = 0;
    let mut debugged = 0;
    for number in 0..2000 {
        let origin = format!("https://{number}.example");
        app.send(actual("POST /save", &origin)).await;
        let line = log.take();
        match line.trim_start().split(' ').next() {
            Some("WARN") => warned += 1,
            Some("DEBUG") => debugged += 1,
            _ => panic!("{line}"),
        }
    }
    assert!((1..MAX_WARNINGS).contains(&warned), "{warned}");
    assert_eq!(warned + debugged, 2000);
    drop(log);

    // At the level of most servers only the warnings are there, and they are used up.
    let log = Log::of(Level::WARN);
    app.send(actual("POST /save", "https://last.example")).await;
    assert_eq!(log.take(), "");
}

/// A cross-origin request to a route without a policy is an event, because its page cannot read the
/// response.
#[tokio::test]
async fn no_policy() {
    // A router without a listener has no layer that would report.
    let log = Log::of(Level::DEBUG);
    let routers = [
        ("unprotected", routes().into_router()),
        (
            "protected",
            routes().protect(Protection::new()).into_router(),
        ),
        (
            "layered",
            routes()
                .layer(tower::layer::util::Identity::new())
                .into_router(),
        ),
    ];
    for (name, router) in routers {
        let app = App::new(name, router);
        for (line, path) in [
            ("GET /plain", "/plain"),
            ("HEAD /plain?secret", "/plain"),
            ("GET /files/x", "/files/x"),
            ("GET /unknown", "/unknown"),
        ] {
            app.send(evil(line)).await;
            let expected =
                format!("DEBUG cors: no policy path={path} requested=https://evil.example\n");
            assert_eq!(log.take(), expected, "{name}: {line}");
        }
        for request in [
            WireRequest::from("GET /plain"),
            WireRequest::from("GET /plain\nhost: api.example\norigin: https://api.example"),
            WireRequest::from(
                "GET /plain\norigin: https://evil.example\nsec-fetch-site: same-origin",
            ),
            actual("GET /save", "https://app.example"),
        ] {
            app.send(&request).await;
            assert_eq!(log.take(), "", "{name}: {request}");
        }
    }
}

/// Sends each request and compares the line of the log, in which lines of source code are left out.
async fn check(app: &App, log: &Log, rows: &mut [(&str, WireRequest, Expect)]) {
    for (_, request, expected) in rows {
        app.send(&*request).await;
        let text = log.take();
        let lines: Vec<String> = text.lines().map(without_line_number).collect();
        expected.assert_eq(&lines.join("\n"));
    }
}

fn without_line_number(text: &str) -> String {
    let text = text.trim();
    let Some((before, after)) = text.split_once(" line=") else {
        return text.to_owned();
    };
    let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
    format!("{before} line=_{after}")
}
