//! Responses that the page can read, and whose content is not what it expects.

use super::facts::{Facts, short, without_query};
use super::finding::Findings;
use super::heads::first_line;
use super::status::who;
use crate::diagnosis::Finding;
use crate::message::{Message, MessageKind};

/// Makes a response of another type the cause, if nothing fails before the page reads it.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    let message = facts.message(&[MessageKind::NotJson, MessageKind::EventStream]);
    let finding = message.map(|message| {
        let finding = match message.kind {
            MessageKind::EventStream => of_event_source(),
            _ => of_json(facts, message),
        };
        let response = facts.last_response();
        let kind = response.and_then(|response| response.header("content-type"));
        let body = response.map_or(0..0, |response| first_line(facts, &response.body.at));
        finding
            .not_cors()
            .at(&kind.map_or(0..0, |field| field.at.clone()), "its type")
            .at(&body, "the body")
            .at(&message.at, "the browser's words")
    });
    found.promote(finding);
}

fn of_json(facts: &Facts<'_>, message: &Message) -> Finding {
    let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
    let is_value = ["undefined\"", "[object Object]", "'o', \"[object"];
    if is_value.iter().any(|part| text.contains(part)) {
        return Finding::new(
            "not-json",
            "not CORS: the page parses a value as JSON that is no text of JSON, such as `undefined` or an object; no \
             response is involved",
        )
        .remedy("leave `JSON.parse` out, because the value is parsed already, or check where it comes from");
    }
    if [
        "Unexpected end of JSON",
        "unexpected end of data",
        "Unexpected EOF",
    ]
    .iter()
    .any(|part| text.contains(part))
    {
        return Finding::new(
            "not-json",
            "not CORS: the page reads a response as JSON whose body is empty or cut off, such as that of a 204, or an opaque one \
             of `mode: \"no-cors\"`",
        )
        .remedy("check `response.ok`, `response.status` and `response.type` before `response.json()`")
        .remedy("if the page has `mode: \"no-cors\"`, remove it, because the body is always empty then");
    }
    let is_html = text.contains('<')
        || text.contains("text/html")
        || text.contains("unexpected character at line 1 column 1");
    if !is_html {
        return Finding::new(
            "not-json",
            "not CORS: the page reads a response as JSON that is text of another kind; the first characters of it are in \
             the message",
        )
        .remedy("look at the response in DevTools (Network): most often it is an error in words of a server or a proxy");
    }
    let response = facts.last_response();
    let url = facts.url.as_ref().map(without_query);
    let by = match response {
        Some(response) => format!("{} sends", who(facts, response)),
        None => "the server sends".to_owned(),
    };
    let of = url
        .map(|url| format!(" for {}", short(&url)))
        .unwrap_or_default();
    Finding::new(
        "html-page",
        format!(
            "not CORS: {by} a page of HTML{of}, and the page of the application reads it as JSON or as a script: most often it is \
             the start page for an unknown path, an error page, or a login"
        ),
    )
    .remedy(
        "look at the URL, the status and the response in DevTools (Network), and compare host, port and path with those \
         of the API: a relative URL such as `/api` is a path of the page's own server",
    )
    .code(
        "with a development server, let it pass the path on to the API, such as Vite by:",
        "server: { proxy: { \"/api\": \"http://localhost:8080\" } }",
    )
    .remedy("check `response.ok` before `response.json()`, and send `accept: application/json`, so that errors are JSON as well")
}

fn of_event_source() -> Finding {
    Finding::new(
        "event-stream",
        "not CORS: the response to the event source is no stream of events: most often it is an error page, a login or the \
         start page for an unknown path",
    )
    .code("the server has to send:", "content-type: text/event-stream")
    .remedy("open the URL in a tab, and compare host, port and path with those of the API")
}
