//! Handshakes of web sockets without a connection, against axum's own extractor.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use axum::routing::{any, get};
use cors_runtime::{CorsRouter, Protection, cors, routes};
use cors_testing::{Browser, Socket};
use expect_test::expect;

use super::server::{PAGE, Scene};
use cors_test_support::Failures;

#[cors(origins = ["https://app.test"], methods = [GET])]
async fn live(upgrade: WebSocketUpgrade) -> Response {
    upgrade.protocols(["chat", "v2"]).on_upgrade(async |_| ())
}

async fn plain(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |_| ())
}

fn app() -> Router {
    CorsRouter::new()
        .route("/live", routes![live])
        .route("/plain", any(plain))
        .route("/page", get(async || "a page"))
        .protect(Protection::new())
        .into_router()
}

async fn open(browser: &Browser, socket: Socket) -> String {
    match browser.web_socket(&app(), socket).await {
        Ok(open) => format!(
            "{} {}",
            open.response().status().as_str(),
            open.protocol().unwrap_or_default()
        )
        .trim_end()
        .to_owned(),
        Err(error) => {
            let status = error
                .response()
                .map_or(0, |response| response.status().as_u16());
            format!("{}, {status}", error.step().as_str())
        }
    }
}

#[tokio::test]
async fn web_sockets_are_opened_by_allowed_pages_only() {
    const EVIL: &str = "https://evil.test";
    const OWN: &str = "https://api.test";
    let cases: [(&str, &str, &[&str], &str); 15] = [
        (PAGE, "/live", &[], "101"),
        (PAGE, "wss://api.test/live", &[], "101"),
        (PAGE, "https://api.test/live", &[], "101"),
        (OWN, "/live", &[], "101"),
        (EVIL, "/live", &[], "handshake, 403"),
        ("null", "/live", &[], "handshake, 403"),
        (OWN, "/plain", &[], "101"),
        (PAGE, "/plain", &[], "handshake, 403"),
        (EVIL, "/plain", &[], "handshake, 403"),
        (PAGE, "/live", &["v2"], "101 v2"),
        (PAGE, "/live", &["other", "chat"], "101 chat"),
        (PAGE, "/live", &["other"], "handshake, 101"),
        (PAGE, "/live", &["v2", "v2"], "request, 0"),
        (OWN, "/page", &[], "handshake, 200"),
        (OWN, "/none", &[], "handshake, 404"),
    ];
    let mut failures = Failures::default();
    for (page, url, protocols, expected) in cases {
        let socket = Socket::new(url).protocols(protocols);
        // As Chromium, as the others, and as a browser without `Origin`, which sockets keep.
        for browser in [Browser::at(page), Browser::at(page).without_origin()] {
            for socket in [socket.clone(), socket.clone().fetch_metadata()] {
                let found = open(&browser, socket).await;
                failures.compare(|| format!("{page} {url}"), &expected, &found.as_str());
            }
        }
    }
    failures.finish();
}

#[tokio::test]
async fn handshakes_have_the_head_of_a_browser() {
    let upgrade = "accept: */* | connection: Upgrade | cookie: s=1 | origin: https://app.test";
    let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
    let metadata = "sec-fetch-dest: empty | sec-fetch-mode: websocket | sec-fetch-site: cross-site";
    let end = "sec-websocket-version: 13 | upgrade: websocket";
    let socket = || Socket::new("/live");
    let cases = [
        (socket(), format!("{upgrade} | {key} | {end}")),
        (
            socket().protocols(&["a", "b"]),
            format!("{upgrade} | {key} | sec-websocket-protocol: a, b | {end}"),
        ),
        (
            socket().fetch_metadata(),
            format!("{upgrade} | {metadata} | {key} | {end}"),
        ),
    ];
    for (socket, expected) in cases {
        let scene = Scene::new(PAGE, &[]);
        let browser = Browser::at(PAGE).cookie("api.test", "s", "1");
        let error = browser.web_socket(&scene.server, socket).await;
        error.expect_err("the server responds with 200");
        assert_eq!(scene.arrived(), [format!("GET api.test/live | {expected}")]);
    }
}

#[tokio::test]
async fn redirects_of_handshakes_are_not_followed() {
    let scene = Scene::new(PAGE, &[("GET", "307 | location: /b")]);
    let error = scene.browser.web_socket(&scene.server, "/a").await;
    let error = error.expect_err("a redirect");
    assert_eq!(error.response().expect("a response").status(), 307);
    assert_eq!(scene.arrived().len(), 1);
}

#[tokio::test]
async fn messages_of_refused_web_sockets() {
    let evil = Browser::at("https://evil.test");
    let error = evil.web_socket(&app(), "/plain").await;
    let expected = expect![[r#"
        handshake: the page has an `error` event of the web socket, which got 403 Forbidden, because the origin `https://evil.test` is neither trusted nor the server's own
        help: give the handler a policy with `#[cors(origins = ["https://evil.test"], ..)]`, or add the origin to `trust` of the router's `Protection`; if it is the server's own and a proxy changes `Host`, add it to `own_origins` of the router's `Protection`
        > GET https://api.test/plain
        > origin: https://evil.test
        < 403 Forbidden"#]];
    expected.assert_eq(&error.expect_err("refused").to_string());
}
