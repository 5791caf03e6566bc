//! The requests of an engine.

use std::time::Duration;

use fantoccini::Locator;
use serde_json::Value;
use tokio::time::sleep;

use super::Target;
use crate::engines::Session;

/// Performs a request in the open page, and returns the text that a person sees or the event that the
/// page gets, which is `None` for an error.
pub(super) async fn perform(session: &Session, kind: &str, target: &Target) -> Option<String> {
    let Target { url, last } = target;
    if kind == "typed address" {
        session.open(url).await;
        return Some(read_document(session, last).await);
    }
    let arguments = vec![Value::from(kind), Value::from(url.as_str())];
    let script = include_str!("in_engine.js");
    let seen = session.client.execute_async(script, arguments).await;
    let seen = seen.unwrap_or_else(|error| panic!("{kind} fails: {error}"));
    let seen = match seen.as_str().expect("text") {
        "error" => return None,
        "click" => {
            let element = session.client.find(Locator::Css("#go")).await;
            let clicked = element.expect("a link or a button").click().await;
            clicked.expect("a click");
            read_document(session, last).await
        }
        "wait" => read_document(session, last).await,
        "frame" => read_frame(session, last).await,
        seen => seen.to_owned(),
    };
    Some(seen)
}

/// Waits for the document of a URL, and returns its text.
async fn read_document(session: &Session, url: &str) -> String {
    // Chromium shows a document of its own in place of an error without a body.
    const READ: &str = "
        if (location.protocol === 'chrome-error:') return '';
        if (!location.href.startsWith(arguments[0]) || document.readyState !== 'complete') return null;
        return document.body.textContent;";
    for _ in 0..600 {
        // A script that meets the change of the document fails.
        let read = session.client.execute(READ, vec![Value::from(url)]).await;
        if let Ok(Value::String(text)) = read {
            return text;
        }
        sleep(Duration::from_millis(5)).await;
    }
    panic!("{} does not arrive at {url}", session.engine);
}

/// Returns the text of the last frame.
async fn read_frame(session: &Session, url: &str) -> String {
    let frame = session
        .client
        .find(Locator::Css("iframe:last-of-type"))
        .await;
    let entered = frame.expect("a frame").enter_frame().await;
    entered.expect("a document in the frame");
    let text = read_document(session, url).await;
    let left = session.client.enter_parent_frame().await;
    left.expect("the page");
    text
}
