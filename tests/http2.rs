//! Over a real connection of HTTP/2: web sockets, which are CONNECT there, and the framing of
//! preflights.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ws::{self, WebSocketUpgrade};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use axum::routing::any;
use cors_runtime::{CorsRouter, Policy, cors, routes};
use cors_test_support::{Connection, Failures, preflight, serve};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

const APP: &str = "https://app.example";
const EVIL: &str = "https://evil.example";

/// A connection of a browser to a server of HTTP/2, without an upgrade.
async fn connect(addr: SocketAddr) -> SendRequest<Body> {
    let stream = TcpStream::connect(addr).await.expect("a server");
    let connection = handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (mut client, connection) = connection.expect("HTTP/2");
    tokio::spawn(connection);
    // After a response the client knows whether the server takes the extended CONNECT.
    let request = Request::get("http://api.example/none");
    send(&mut client, request.body(Body::empty()).expect("a request")).await;
    client
}

async fn send(client: &mut SendRequest<Body>, request: Request<Body>) -> Response<()> {
    let response = client.send_request(request).await.expect("a response");
    response.map(drop)
}

/// Opens a web socket as browsers do.
async fn open(client: &mut SendRequest<Body>, path: &str, origin: &str) -> StatusCode {
    let request = Request::builder()
        .method(Method::CONNECT)
        .uri(format!("http://api.example{path}"))
        .header("sec-websocket-version", "13")
        .header("origin", origin)
        .extension(Protocol::from_static("websocket"))
        .body(Body::empty());
    send(client, request.expect("a request")).await.status()
}

type Socket = Response<Body>;

fn opened(upgrade: WebSocketUpgrade) -> Socket {
    upgrade.on_upgrade(async |_| ())
}

#[cors(origins = ["https://app.example"], methods = [GET], enforce)]
async fn enforced(upgrade: WebSocketUpgrade) -> Socket {
    opened(upgrade)
}

#[cors(origins = ["https://app.example"], methods = [POST, GET], enforce)]
async fn optional(
    upgrade: Result<WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Socket, StatusCode> {
    upgrade.map(opened).map_err(|_| StatusCode::IM_A_TEAPOT)
}

#[cors(origins = ["https://app.example"], methods = [GET], credentials)]
async fn socket(upgrade: WebSocketUpgrade) -> Socket {
    opened(upgrade)
}

#[cors(origins = ["https://app.example"], methods = [PUT])]
async fn beside(_: HeaderMap) {}

#[cors(origins = ["https://app.example"], methods = [POST], enforce)]
async fn not_get(_: Result<WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection>) {}

#[cors(origins = ["https://app.example"], methods = [GET], enforce)]
async fn no_socket() {}

async fn plain(upgrade: WebSocketUpgrade) -> Socket {
    opened(upgrade)
}

const SITE: Policy = Policy::new(&[APP]).methods(&["GET"]).checked();

fn app() -> CorsRouter {
    CorsRouter::new()
        .route("/socket", routes![socket, beside])
        .route("/enforced", routes![enforced])
        .route("/optional", routes![optional])
        .route("/not-get", routes![not_get])
        .route("/no-socket", routes![no_socket])
        .route(
            "/layer",
            any(plain).layer(SITE.layer().expect("a checked policy")),
        )
        .route(
            "/routes",
            SITE.routes(any(plain)).expect("a checked policy"),
        )
        .route("/plain", any(plain))
        .route("/plain", routes![beside])
}

#[tokio::test(flavor = "multi_thread")]
async fn web_sockets_are_under_the_policy_of_get() {
    let mut client = connect(serve(app().into_router()).await).await;
    let mut failures = Failures::default();
    for (path, to_app, to_evil) in [
        ("/socket", 200, 403),
        ("/enforced", 200, 403),
        ("/optional", 200, 403),
        ("/not-get", 405, 405),
        ("/no-socket", 405, 405),
        ("/layer", 200, 403),
        ("/routes", 200, 403),
        ("/plain", 200, 200),
    ] {
        for (origin, expected) in [(APP, to_app), (EVIL, to_evil)] {
            let found = open(&mut client, path, origin).await.as_u16();
            failures.compare(|| format!("{path} from {origin}"), &expected, &found);
        }
    }
    failures.finish();
}

#[test]
fn web_sockets_are_get_in_the_list_of_policies() {
    let policies = app().policies();
    let of = |path: &str| {
        let mut on_path = policies.iter().filter(|policy| policy.path == path);
        on_path.next().map(|policy| policy.methods.join(" "))
    };
    assert_eq!(of("/enforced"), Some("GET".to_owned()));
    assert_eq!(of("/optional"), Some("GET POST".to_owned()));
    assert_eq!(of("/routes"), Some("GET".to_owned()));
}

/// RFC 9110, section 8.6, allows no length on a 204, and HTTP/1.1 has none. Over HTTP/2 axum adds one to
/// each response whose body has a known size, 204 included. A body of an unknown size would prevent that,
/// but a `CompressionLayer` outside then compresses it, and the 204 has 20 bytes of gzip.
#[tokio::test(flavor = "multi_thread")]
async fn preflight_length() {
    let addr = serve(app().into_router()).await;
    let response = Connection::open(addr).exchange(preflight("PUT /socket", APP));
    assert_eq!(response.status(), 204);
    assert_eq!(response.values("content-length").next(), None);

    let mut client = connect(addr).await;
    let request = Request::options("http://api.example/socket")
        .header("origin", APP)
        .header("access-control-request-method", "PUT")
        .body(Body::empty());
    let response = send(&mut client, request.expect("a request")).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["content-length"], "0");
}
