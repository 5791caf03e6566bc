//! `EventSource`, beacons and web sockets under policies: the requests that arrive, and what the page
//! reads.

use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use cors_runtime::Policy;
use serde_json::Value;

use super::engines::{Session, in_each_engine};
use super::observed::Received;
use super::server::{Log, Ports, logged};

const ANY: Policy = policy(&["*"]).checked();
const LISTED: Policy = policy(&["http://127.0.0.1:*"]).checked();
const SIGNED: Policy = policy(&["http://127.0.0.1:*"]).credentials().checked();

const fn policy<'a>(origins: &'a [&'a str]) -> Policy<'a> {
    Policy::new(origins)
        .methods(&["GET", "POST"])
        .headers(&["content-type"])
}

fn app() -> Router {
    let policies = [("/any", ANY), ("/listed", LISTED), ("/signed", SIGNED)];
    policies
        .into_iter()
        .fold(Router::new(), |app, (path, policy)| {
            let routes = Router::new()
                .route("/events", get(events))
                .route("/beacon", post(async || StatusCode::NO_CONTENT))
                .route("/socket", get(socket));
            app.nest(path, routes.layer(policy.layer().expect("a policy")))
        })
}

/// One event, and the end of the stream, after which the browser comes again.
async fn events(headers: HeaderMap) -> impl IntoResponse {
    let data = match headers.get("last-event-id") {
        Some(id) => format!("after {}", id.to_str().expect("text")),
        None => user(&headers),
    };
    let stream = format!("retry: 10\nid: 7\ndata: {data}\n\n");
    ([(CONTENT_TYPE, "text/event-stream")], stream)
}

async fn socket(headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let user = user(&headers);
    upgrade.on_upgrade(async |mut socket| {
        let _ = socket.send(Message::text(user)).await;
        // Until the page closes it.
        while let Some(Ok(_)) = socket.recv().await {}
    })
}

fn user(headers: &HeaderMap) -> String {
    let cookies = headers
        .get(COOKIE)
        .and_then(|cookies| cookies.to_str().ok());
    let is_signed_in = cookies.is_some_and(|cookies| cookies.contains("stream=1"));
    (if is_signed_in { "signed in" } else { "nobody" }).to_owned()
}

/// A page, what it opens, and the outcome.
const ROWS: [(&str, &str, &str); 19] = [
    ("127.0.0.1", "/any events", "GET -> nobody"),
    (
        "127.0.0.1",
        "/any events with credentials",
        "GET -> nothing",
    ),
    ("127.0.0.1", "/listed events", "GET -> nobody"),
    (
        "127.0.0.1",
        "/listed events with credentials",
        "GET -> nothing",
    ),
    ("127.0.0.1", "/signed events", "GET -> nobody"),
    (
        "127.0.0.1",
        "/signed events with credentials",
        "GET -> signed in",
    ),
    // No preflight for `Last-Event-ID`.
    (
        "127.0.0.1",
        "/any events twice",
        "GET GET -> nobody, after 7",
    ),
    ("127.0.0.1", "/any beacon", "POST -> sent"),
    ("127.0.0.1", "/signed beacon", "POST -> sent"),
    // A beacon has credentials, so its preflight needs them as well.
    ("127.0.0.1", "/any beacon of JSON", "OPTIONS -> sent"),
    ("127.0.0.1", "/listed beacon of JSON", "OPTIONS -> sent"),
    (
        "127.0.0.1",
        "/signed beacon of JSON",
        "OPTIONS POST -> sent",
    ),
    // Cookies, whatever the policy says.
    ("127.0.0.1", "/any socket", "GET -> signed in"),
    ("127.0.0.1", "/listed socket", "GET -> signed in"),
    ("localhost", "/any events", "GET -> nobody"),
    ("localhost", "/signed events", "GET -> nothing"),
    ("localhost", "/signed beacon of JSON", "OPTIONS -> sent"),
    ("localhost", "/any socket", "GET -> nobody"),
    ("localhost", "/listed socket", "GET -> nothing"),
];

in_each_engine!(events_beacons_and_sockets_of_a_page_under_policies);
async fn events_beacons_and_sockets_of_a_page_under_policies(session: &Session) {
    let (ports, listeners) = Ports::bind().await;
    let (app, log) = logged(app());
    Ports::serve(listeners, &app);
    let mut wrong = Vec::new();
    let mut open = "";
    for (page, stream, expected) in ROWS {
        if page != open {
            session
                .open(&ports.fill(&format!("http://{page}:PAGE/page")))
                .await;
            open = page;
            if page == "127.0.0.1" {
                // Not of strangers: whether these bring cookies is a setting of the engine.
                let sign_in = "document.cookie = 'stream=1; SameSite=Strict; path=/'";
                session.run(sign_in, ()).await;
            }
        }
        let (path, name) = stream.split_once(' ').expect("a path and a name");
        let url = ports.fill(&format!("http://127.0.0.1:API{path}"));
        let arguments = vec![Value::from(name), Value::from(url)];
        let script = include_str!("streams.js");
        let read = session.client.execute_async(script, arguments).await;
        let read = read.unwrap_or_else(|error| panic!("{stream} fails: {error}"));
        let mut words = methods(&log, name.starts_with("beacon")).await;
        words.extend(["->".to_owned(), read.as_str().expect("text").to_owned()]);
        let found = words.join(" ");
        if found != expected {
            wrong.push(format!("{page} {stream}\n    {expected}\n    {found}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}:\n{}",
        session.engine,
        wrong.join("\n")
    );
}

/// The methods of the requests that arrived. A page does not learn when those of a beacon have.
async fn methods(log: &Log, is_beacon: bool) -> Vec<String> {
    let mut requests = log.take();
    if is_beacon {
        for _ in 0..300 {
            if !requests.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            requests = log.take();
        }
        // The request after a preflight, if it comes.
        tokio::time::sleep(Duration::from_millis(100)).await;
        requests.extend(log.take());
    }
    let method = |request: &Received| request.method.to_string();
    requests.iter().map(method).collect()
}
