//! `Upgrade` over HTTP/1.1 ([RFC 6455](https://www.rfc-editor.org/rfc/rfc6455#section-4.1)).

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::{any, get};
use cors_runtime::{CorsRouter, Policy, Protection, cors, routes};
use cors_test_support::{Connection, Failures, WireRequest, WireResponse, forbidden, serve};
use cors_testing::{Browser, Socket};
use tower::Layer;

/// The number of sockets that were opened.
static OPENED: AtomicUsize = AtomicUsize::new(0);

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

fn open(upgrade: WebSocketUpgrade) -> Response {
    OPENED.fetch_add(1, Ordering::Relaxed);
    upgrade.on_upgrade(echo)
}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn held(upgrade: WebSocketUpgrade) -> Response {
    open(upgrade)
}

#[cors(origins = ["https://app.example"], methods = [GET], enforce)]
async fn enforced(upgrade: WebSocketUpgrade) -> Response {
    open(upgrade)
}

#[cors(origins = ["*"], methods = [GET])]
async fn public(upgrade: WebSocketUpgrade) -> Response {
    open(upgrade)
}

async fn plain(upgrade: WebSocketUpgrade) -> Response {
    open(upgrade)
}

const POLICY: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET"])
    .checked();
const PROTECTION: Protection = Protection::new().checked();
const OWN: Protection = Protection::new()
    .own_origins(&["https://api.example"])
    .checked();

fn routes() -> CorsRouter {
    CorsRouter::new()
        .route("/held", routes![held])
        .route("/enforced", routes![enforced])
        .route("/public", routes![public])
        .route("/plain", get(plain))
        .route("/any", any(plain))
        .nest_service("/service", Router::new().route("/x", any(plain)))
        .nest("/nested", Router::new().route("/x", get(plain)))
}

/// The handshake of a browser.
fn handshake(path: &str, lines: &str) -> WireRequest {
    WireRequest::from(format!(
        "GET {path}
         connection: Upgrade
         upgrade: websocket
         sec-websocket-version: 13
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==
         {lines}"
    ))
}

const EVIL: &str = "host: api.example
    origin: https://evil.example
    sec-fetch-site: cross-site
    sec-fetch-mode: websocket
    sec-fetch-dest: websocket";
/// As Chromium, which sends no Fetch Metadata with a socket.
const EVIL_OF_CHROMIUM: &str = "host: api.example\norigin: https://evil.example";
const SANDBOXED: &str = "host: api.example\norigin: null";
const ALLOWED: &str = "host: api.example
    origin: https://app.example
    sec-fetch-site: cross-site";
const OWN_PAGE: &str = "host: api.example
    origin: https://api.example
    sec-fetch-site: same-origin";
const OWN_PAGE_OF_CHROMIUM: &str = "host: api.example\norigin: https://api.example";
const NO_BROWSER: &str = "host: api.example";
const REBOUND: &str = "host: evil.example
    origin: https://evil.example
    sec-fetch-site: same-origin";

/// Sends handshakes over connections of their own. Any response but 101 must have the status of the row, and
/// must open nothing.
fn check(addr: SocketAddr, rows: Vec<(String, &'static str, u16)>) {
    let mut failures = Failures::default();
    for (path, lines, status) in rows {
        let before = OPENED.load(Ordering::Relaxed);
        let mut connection = Connection::open(addr);
        let request = handshake(&path, lines);
        let found = connection.exchange(&request);
        let opened = OPENED.load(Ordering::Relaxed) - before;
        let name = || format!("{path}: {lines}");
        failures.compare(
            name,
            &(status, usize::from(status == 101)),
            &(found.status(), opened),
        );
        match found.status() {
            101 => failures.compare(name, &"\u{1}hi".to_owned(), &echoed(&mut connection)),
            403 => {
                let expected = forbidden();
                let has = |name: &str| expected.values(name).next().is_some();
                let concerns_cors = |name: &str| name.starts_with("access-control-") || has(name);
                let head = found.retain(concerns_cors);
                failures.compare(name, &expected, &head);
                // The connection is that of requests again.
                let next = connection.exchange("GET /unknown");
                failures.compare(name, &404, &next.status());
            }
            _ => {}
        }
    }
    failures.finish();
}

/// Sends a text of two bytes in a masked frame, and returns the opcode and the text that come back
/// ([RFC 6455, section 5.2](https://www.rfc-editor.org/rfc/rfc6455#section-5.2)).
fn echoed(connection: &mut Connection) -> String {
    connection.send_bytes(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
    let frame = connection.receive_bytes(4);
    assert_eq!(frame[1], 2, "the length of {frame:?}");
    String::from_utf8_lossy(&[&[frame[0] & 0xf], &frame[2..]].concat()).into_owned()
}

fn rows(paths: &[&str], statuses: &[(&'static str, u16)]) -> Vec<(String, &'static str, u16)> {
    let paths = paths.iter();
    paths
        .flat_map(|path| {
            let statuses = statuses.iter();
            statuses.map(|&(lines, status)| ((*path).to_owned(), lines, status))
        })
        .collect()
}

const OF_A_POLICY: [(&str, u16); 7] = [
    (EVIL, 403),
    (EVIL_OF_CHROMIUM, 403),
    (SANDBOXED, 403),
    (ALLOWED, 101),
    (OWN_PAGE, 101),
    (OWN_PAGE_OF_CHROMIUM, 101),
    (NO_BROWSER, 101),
];
const OF_A_PROTECTION: [(&str, u16); 7] = [
    (EVIL, 403),
    (EVIL_OF_CHROMIUM, 403),
    (SANDBOXED, 403),
    (ALLOWED, 403),
    (OWN_PAGE, 101),
    (OWN_PAGE_OF_CHROMIUM, 101),
    (NO_BROWSER, 101),
];
const EVERYBODY: [(&str, u16); 5] = [
    (EVIL, 101),
    (SANDBOXED, 101),
    (ALLOWED, 101),
    (OWN_PAGE, 101),
    (NO_BROWSER, 101),
];

/// All in one test, because the counter is shared.
#[tokio::test(flavor = "multi_thread")]
async fn upgrades() {
    // Without a protection, plain handlers and `*` are for everybody.
    let addr = serve(routes().into_router()).await;
    check(addr, rows(&["/held", "/enforced"], &OF_A_POLICY));
    let open = ["/public", "/plain", "/any", "/service/x", "/nested/x"];
    check(addr, rows(&open, &EVERYBODY));

    let layered = routes().layer(tower::layer::util::Identity::new());
    let addr = serve(layered.into_router()).await;
    check(addr, rows(&["/held", "/enforced"], &OF_A_POLICY));

    let layer = POLICY.layer().expect("the policy keeps the rules");
    let service = layer.layer(get(plain));
    let addr = serve(Router::new().route_service("/x", service)).await;
    check(addr, rows(&["/x"], &OF_A_POLICY));

    let addr = serve(routes().protect(PROTECTION).into_router()).await;
    check(addr, rows(&["/held", "/enforced"], &OF_A_POLICY));
    let plain_paths = ["/plain", "/any", "/service/x", "/nested/x"];
    check(addr, rows(&plain_paths, &OF_A_PROTECTION));
    check(addr, rows(&["/public"], &EVERYBODY));

    let layer = PROTECTION.layer().expect("the protection keeps the rules");
    let addr = serve(Router::new().route("/x", get(plain)).layer(layer)).await;
    check(addr, rows(&["/x"], &OF_A_PROTECTION));

    // A name that points here by DNS rebinding opens none, not even where any origin may.
    let addr = serve(routes().protect(OWN).into_router()).await;
    let all = ["/held", "/public", "/plain", "/service/x"];
    check(addr, rows(&all, &[(REBOUND, 421), (OWN_PAGE, 101)]));

    compare_with_the_test_browser().await;
}

/// The response of a handshake that is refused says no more than any other.
#[tokio::test(flavor = "multi_thread")]
async fn refused_handshake() {
    let addr = serve(routes().into_router()).await;
    let found = Connection::open(addr).exchange(handshake("/held", EVIL));
    let head = found.retain(|name| name != "date");
    let expected = WireResponse::from(
        "403
         cache-control: no-store
         content-length: 0
         vary: Origin, Sec-Fetch-Site",
    );
    assert_eq!(head, expected);
}

/// The handshake of the test browser, which no connection carries, has the result of a real one.
async fn compare_with_the_test_browser() {
    let app = routes().protect(PROTECTION).into_router();
    let addr = serve(app.clone()).await;
    let mut failures = Failures::default();
    for path in [
        "/held",
        "/enforced",
        "/public",
        "/plain",
        "/any",
        "/service/x",
        "/none",
    ] {
        for (page, metadata, lines) in [
            ("https://evil.example", true, EVIL),
            ("https://evil.example", false, EVIL_OF_CHROMIUM),
            ("null", false, SANDBOXED),
            ("https://app.example", true, ALLOWED),
            ("https://api.example", true, OWN_PAGE),
            ("https://api.example", false, OWN_PAGE_OF_CHROMIUM),
        ] {
            let real = Connection::open(addr).exchange(handshake(path, lines));
            let socket = Socket::new(path);
            let socket = if metadata {
                socket.fetch_metadata()
            } else {
                socket
            };
            let browser = Browser::at(page).server("https://api.example");
            let found = match browser.web_socket(&app, socket).await {
                Ok(open) => open.response().status().as_u16(),
                Err(error) => error.response().map_or(0, |head| head.status().as_u16()),
            };
            failures.compare(|| format!("{path}: {lines}"), &real.status(), &found);
        }
    }
    failures.finish();
}
