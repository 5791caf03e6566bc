//! Frames and windows of other origins, and headers that a page may not read or set.

use super::facts::{Facts, short};
use super::finding::{Findings, Rank};
use crate::diagnosis::Finding;
use crate::message::{Message, MessageKind};

/// Adds the rule of the browser that is not one of CORS.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    if let Some(message) = facts.message(&[MessageKind::Frame]) {
        found.fail(
            Rank::Explains,
            of_frame(facts, message).not_cors().at(&message.at, ""),
        );
    }
    if let Some(message) = facts.message(&[MessageKind::ForbiddenHeader]) {
        let name = name(message);
        let finding = Finding::new(
            "request",
            format!("pages may not set the header `{name}`: the browser sets it itself, or never sends it"),
        )
        .at(&message.at, "")
        .remedy(format!("delete `{name}` from the headers of the request in the page; the rest of the request is sent"));
        found.promote(Some(finding));
    }
    // With the response, its headers are compared one by one.
    let is_alone = facts.last_response().is_none();
    if let Some(message) = facts
        .message(&[MessageKind::HiddenHeader])
        .filter(|_| is_alone)
    {
        let name = name(message).to_ascii_lowercase();
        let finding = Finding::new(
            "exposed",
            format!("the page cannot read the header `{name}` of the response, because the server does not expose it"),
        )
        .at(&message.at, "")
        .code(
            "the server has to send, with the response itself, not with the preflight:",
            format!("access-control-expose-headers: {name}"),
        );
        found.promote(Some(finding));
    }
}

fn name(message: &Message) -> String {
    let subject = message.subject.as_ref();
    subject.map_or_else(|| "of the message".to_owned(), |name| short(&name.value))
}

fn of_frame(facts: &Facts<'_>, message: &Message) -> Finding {
    let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
    if text.contains("postMessage") {
        return Finding::new(
            "frame",
            "not CORS: `postMessage` names an origin that the other window does not have, so the browser drops the message",
        )
        .remedy(
            "pass the origin that the window has at that time, and wait until it has loaded its page; in the other window, \
             check `event.origin`",
        );
    }
    if text.contains("'Worker'") {
        return Finding::new(
            "frame",
            "not CORS: the script of a worker has to be of the page's own origin, whatever the server of the script sends",
        )
        .remedy("serve the script from the origin of the page")
        .code(
            "or let a script of the page load it, if its server sends `access-control-allow-origin`:",
            "new Worker(URL.createObjectURL(new Blob([`importScripts(\"${url}\")`])))",
        );
    }
    if text.contains("in a frame because") {
        return Finding::new(
            "frame",
            "not CORS: the page in the frame forbids to be shown in pages of other origins (`X-Frame-Options` or \
             `frame-ancestors`)",
        )
        .code(
            "if the page in the frame is yours, let it send in place of `X-Frame-Options`:",
            format!("content-security-policy: frame-ancestors 'self' {}", facts.origin.value),
        )
        .remedy("if it is somebody else's, look for an address of it that is meant for frames, or open it in a window");
    }
    Finding::new(
        "frame",
        "not CORS: a script reaches into a frame or a window of another origin, which browsers never permit, whatever a server \
         sends",
    )
    .remedy("send the data by `postMessage`, and handle it in the page of the frame")
}
