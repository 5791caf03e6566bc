//! `EventSource`, beacons and web sockets under policies: the requests that arrive, and what the page
//! reads.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use cors_runtime::Policy;

use super::engines::Engine::WebKit;
use super::engines::{Session, in_each_engine};
use super::kinds::{Target, ask};
use super::stage::{Deviation, Stage};

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
    let sign_in = async || [(SET_COOKIE, "stream=1; SameSite=Strict")];
    let app = Router::new().route("/sign-in", get(sign_in));
    policies.into_iter().fold(app, |app, (path, policy)| {
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

async fn socket(upgrade: WebSocketUpgrade) -> Response {
    // Until the page closes it.
    upgrade.on_upgrade(async |mut socket| while let Some(Ok(_)) = socket.recv().await {})
}

fn user(headers: &HeaderMap) -> String {
    let cookies = headers
        .get(COOKIE)
        .and_then(|cookies| cookies.to_str().ok());
    let is_signed_in = cookies.is_some_and(|cookies| cookies.contains("stream=1"));
    (if is_signed_in { "signed in" } else { "nobody" }).to_owned()
}

/// The path and the kind of a request, and the outcome.
type Row = (&'static str, &'static str, &'static str);

const PAGES: [(&str, &[Row]); 2] = [
    (
        "http://127.0.0.1:PAGE/page",
        &[
            ("/any", "events", "GET -> nobody"),
            ("/any", "events with credentials", "GET -> network error"),
            ("/listed", "events", "GET -> nobody"),
            ("/listed", "events with credentials", "GET -> network error"),
            ("/signed", "events", "GET -> nobody"),
            ("/signed", "events with credentials", "GET -> signed in"),
            // No preflight for `Last-Event-ID`.
            ("/any", "events twice", "GET GET -> nobody, after 7"),
            ("/any", "beacon", "POST ->"),
            ("/signed", "beacon", "POST ->"),
            // A beacon has credentials, so its preflight needs them as well.
            ("/any", "beacon of JSON", "OPTIONS ->"),
            ("/listed", "beacon of JSON", "OPTIONS ->"),
            ("/signed", "beacon of JSON", "OPTIONS POST ->"),
            // With cookies, whatever the policy says.
            ("/any", "socket", "GET -> open"),
            ("/listed", "socket", "GET -> open"),
        ],
    ),
    (
        "http://localhost:PAGE/page",
        &[
            ("/any", "events", "GET -> nobody"),
            ("/signed", "events", "GET -> network error"),
            ("/signed", "beacon of JSON", "OPTIONS ->"),
            ("/any", "socket", "GET -> open"),
            ("/listed", "socket", "GET -> network error"),
        ],
    ),
];

const SOCKET: &[Deviation] = &[(WebKit, "request 0, sec-fetch-dest: websocket")];

in_each_engine!(events_beacons_and_sockets_of_a_page_under_policies and testing);
async fn events_beacons_and_sockets_of_a_page_under_policies(session: Option<&Session>) {
    let mut stage = Stage::new(session, app()).await;
    let api = stage.ports.fill("http://127.0.0.1:API");
    for (page, rows) in PAGES {
        let testing = stage.open(page).await;
        stage.visit(&testing, &format!("{api}/sign-in"), page).await;
        for &(path, kind, expected) in rows {
            let end = kind.split(' ').next().expect("a word");
            let target = Target::direct(format!("{api}{path}/{end}"));
            let name = format!("{page}: {kind} of {path}");
            let known = if kind == "socket" { SOCKET } else { &[] };
            let observed = ask(&mut stage, &testing, &name, kind, &target, known).await;
            stage.expect(&name, expected, &observed);
        }
    }
    stage.differences.finish();
}
