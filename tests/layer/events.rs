//! The place of `Policy::layer()`: in events, in the mark of a refused response, and in the errors of the
//! test browser.

use axum::Router;
use axum::routing::get;
use cors_runtime::{Policy, PolicyErrors, PolicyLayer, Refused};
use cors_test_support::{App, Log, WireRequest, actual, preflight};
use cors_testing::{Browser, Credentials};
use expect_test::expect;
use http::Request;
use tracing::Level;

const SITE: Policy = Policy::new(&["https://app.example"]).methods(&["GET"]);

/// A layer, and the line of the call that makes it.
fn layer() -> (Result<PolicyLayer, PolicyErrors>, u32) {
    (SITE.layer(), line!())
}

fn app() -> (App, u32) {
    let (layer, line) = layer();
    let router = Router::new()
        .route("/", get(async || "x").post(async || "saved"))
        .layer(layer.expect("a policy"));
    (App::new("a layer", router), line)
}

fn evil(line: &str) -> WireRequest {
    actual(line, "https://evil.example")
}

#[tokio::test]
async fn events_have_the_file_and_line_of_the_layer() {
    let (app, line) = app();
    let log = Log::of(Level::DEBUG);
    for request in [
        preflight("GET /", "https://evil.example"),
        preflight("PUT /", "https://app.example"),
        evil("GET /"),
        evil("POST /"),
        evil("POST /"),
        evil("POST /other"),
        actual("POST /", "https://b.example"),
    ] {
        app.send(request).await;
    }
    let place = format!(r#"handler="Policy::layer" file="tests/layer/events.rs" line={line}"#);
    // A refused write is a warning once for each origin and layer.
    expect![[r#"
        DEBUG cors: preflight refused [layer] step="origin" requested=https://evil.example allowed=https://app.example
        DEBUG cors: preflight refused [layer] step="method" requested=PUT allowed=GET, HEAD
        DEBUG cors: response hidden [layer] step="origin" requested=https://evil.example allowed=https://app.example
         WARN cors: request refused [layer] rule="origin" path=/ requested=https://evil.example allowed=https://app.example
        DEBUG cors: request refused [layer] rule="origin" path=/ requested=https://evil.example allowed=https://app.example
        DEBUG cors: request refused [layer] rule="origin" path=/other requested=https://evil.example allowed=https://app.example
         WARN cors: request refused [layer] rule="origin" path=/ requested=https://b.example allowed=https://app.example
    "#]].assert_eq(&log.take().replace(&place, "[layer]"));
}

/// Two layers are two handlers: the first refused write of each is a warning.
#[tokio::test]
async fn warnings_of_two_layers() {
    let apps = [SITE, SITE.methods(&["GET", "POST"])].map(|policy| {
        let layer = policy.layer().expect("a policy");
        App::new("a layer", Router::new().layer(layer))
    });
    let other = SITE.layer().expect("a policy");
    let other = App::new("another layer", Router::new().layer(other));
    let log = Log::of(Level::WARN);
    for app in apps.iter().chain([&other]) {
        app.send(actual("POST /", "https://two.example")).await;
    }
    let lines = log.take();
    assert_eq!(lines.lines().count(), 2, "{lines}");
}

#[tokio::test]
async fn refused_responses_name_the_layer() {
    let (app, _) = app();
    let response = app.send(evil("POST /")).await;
    let refused = response.extensions().get::<Refused>().expect("a mark");
    assert_eq!(refused.handler(), Some("Policy::layer"));
}

#[tokio::test]
async fn errors_of_the_browser_name_the_layer() {
    let (app, line) = app();
    let page = Browser::at("https://evil.example");
    let fetch = page.fetch(&app.router, Request::get("/"), Credentials::Omit);
    let error = fetch.await.expect_err("not allowed").to_string();
    let place = format!("policy: Policy::layer, tests/layer/events.rs:{line}\n");
    assert!(error.contains(&place), "{error}");
}
