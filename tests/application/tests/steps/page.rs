//! The visitors of the application, and what a page learns.

use axum::Router;
use axum::body::Body;
use cors_testing::{Browser, Credentials, Fetch, Step, VisibleResponse};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LAST_MODIFIED, SET_COOKIE};
use http::{HeaderName, Request};
use serde_json::Value;
use tower::ServiceExt;

/// A page with its cookies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Visitor {
    /// The front end, before anybody has signed in.
    Page,
    /// The front end of an admin.
    Admin,
    /// Another site, in the browser of a signed-in user.
    Evil,
    /// A sandboxed frame in the same browser.
    Null,
}

#[derive(Debug)]
pub(crate) struct Visitors {
    page: Browser,
    admin: Browser,
    evil: Browser,
    null: Browser,
}

impl Visitors {
    pub(crate) async fn of(app: &Router) -> Self {
        let ann = session(app, "ann").await;
        let root = session(app, "root").await;
        let with = |page, (name, value): &(String, String)| {
            Browser::at(page).cookie("api.test", name, value)
        };
        Self {
            page: Browser::at("https://app.example"),
            admin: with("https://admin.example", &root),
            evil: with("https://evil.example", &ann),
            null: with("null", &ann),
        }
    }

    /// Returns what the page learns in one line: the status, the headers and the body, or the step
    /// that failed.
    pub(crate) async fn outcome(
        &self,
        app: &Router,
        visitor: Visitor,
        fetch: Fetch,
        credentials: Credentials,
    ) -> String {
        let browser = match visitor {
            Visitor::Page => &self.page,
            Visitor::Admin => &self.admin,
            Visitor::Evil => &self.evil,
            Visitor::Null => &self.null,
        };
        match browser.fetch(app, fetch, credentials).await {
            Ok(response) => visible(response).await,
            Err(error) => failed(error.step()),
        }
    }
}

fn failed(step: Step) -> String {
    format!("failed: {}", step.as_str())
}

/// The OpenAPI document before the migration, with the keys in the order of the alphabet.
const DOCUMENT: &str = include_str!("openapi.json");

/// Whether a text is the OpenAPI document.
fn is_document(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| {
        let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
        value == document
    })
}

/// Without the headers of every text, and without those that change.
async fn visible(response: VisibleResponse<Body>) -> String {
    let hidden: [HeaderName; 2] = [CONTENT_LENGTH, LAST_MODIFIED];
    let mut parts = vec![response.status().to_string()];
    for (name, value) in response.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        if !hidden.contains(name) && value != "text/plain; charset=utf-8" {
            parts.push(format!("{name}: {value}"));
        }
    }
    let text = response.text().await.expect("a whole body");
    if is_document(&text) {
        parts.push("the document".to_owned());
    } else {
        parts.push(text.trim_end().replace('\n', "\\n"));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" | ")
}

/// Signs in without a page, and returns the cookie.
async fn session(app: &Router, name: &str) -> (String, String) {
    let login = Request::post("https://api.test/api/login")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("name={name}&password=secret")));
    let response = app.clone().oneshot(login.expect("a request"));
    let Ok(response) = response.await;
    let cookie = response.headers()[SET_COOKIE].to_str().expect("text");
    let (name, value) = cookie.split_once('=').expect("a pair");
    let value = value.split(';').next().unwrap_or_default();
    (name.to_owned(), value.to_owned())
}
