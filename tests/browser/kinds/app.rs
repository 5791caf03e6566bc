//! The API: handlers whose responses show what they were sent, under one policy.

use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use cors_runtime::Policy;

const PAGES: Policy = Policy::new(&[
    "http://127.0.0.1:*",
    "http://localhost:*",
    "https://app.example.com:*",
    "https://app.example.org:*",
])
.methods(&["GET", "POST"])
.headers(&["content-type"])
.max_age(0)
.credentials()
.checked();

pub(super) fn app() -> Router {
    let typed = |content_type, body| get(async move || ([(CONTENT_TYPE, content_type)], body));
    let policy = PAGES.layer().expect("a policy");
    Router::new()
        .route("/echo", any(echo))
        .route("/onward", any(onward))
        .route("/beacon", any(async || StatusCode::NO_CONTENT))
        .route("/image", typed("image/svg+xml", IMAGE))
        .route("/script", typed("text/javascript", ""))
        .route("/style", typed("text/css", ""))
        .route("/font", typed("font/woff2", ""))
        .route("/events", get(events))
        .route("/socket", any(socket))
        .layer(policy)
        .route("/sign-in", get(sign_in))
}

const IMAGE: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>"#;

/// The method, the query and the body, in which a boundary of parts is `B`.
async fn echo(method: Method, headers: HeaderMap, query: RawQuery, body: Bytes) -> String {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.to_str());
    let content_type = content_type.and_then(Result::ok).unwrap_or_default();
    let boundary = content_type.split_once("boundary=");
    let body = String::from_utf8_lossy(&body).into_owned();
    let body = boundary.map_or(body.clone(), |(_, boundary)| body.replace(boundary, "B"));
    format!("{method} {:?} {body:?}", query.0.unwrap_or_default())
}

/// Redirects to the URL after the question mark, with the same method and body.
async fn onward(RawQuery(to): RawQuery) -> Redirect {
    Redirect::temporary(&to.expect("where to"))
}

/// One event, and the end of the stream, after which the browser comes again.
async fn events(headers: HeaderMap) -> impl IntoResponse {
    let last = headers.get("last-event-id").map(|id| id.to_str());
    let last = last.and_then(Result::ok).unwrap_or("nothing");
    let stream = format!("retry: 10\nid: 7\ndata: after {last}\n\n");
    ([(CONTENT_TYPE, "text/event-stream")], stream)
}

async fn socket(upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.protocols(["chat"]);
    // Until the page closes it.
    upgrade.on_upgrade(async |mut socket| while let Some(Ok(_)) = socket.recv().await {})
}

/// A cookie for each kind of page. Over `http:` there is no `Secure`, which WebKit ignores there.
async fn sign_in(RawQuery(scheme): RawQuery) -> impl IntoResponse {
    let secure = "none=1; SameSite=None; Secure";
    let cookies = ["strict=1; SameSite=Strict", "lax=1; SameSite=Lax"].into_iter();
    let cookies = cookies.chain((scheme.as_deref() == Some("https")).then_some(secure));
    AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)))
}
