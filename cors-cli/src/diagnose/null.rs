//! The origin `null`: of a page, after a redirect, and in a response.

use super::facts::Facts;
use super::remedy::Want;
use crate::diagnosis::Finding;
use crate::exchange::Response;
use crate::message::MessageKind;

/// Returns the finding about `null`, if the page or the response has it.
pub(super) fn check(facts: &Facts<'_>, response: &Response, id: &'static str) -> Option<Finding> {
    if facts.origin.value == "null" {
        return Some(of_page(facts));
    }
    let field = response.header("access-control-allow-origin")?;
    if field.value != "null" {
        return None;
    }
    let origin = &facts.origin.value;
    let sentence = format!(
        "the server answers `access-control-allow-origin: null`, which libraries send for an origin that \
         is not on their list: `{origin}` is not allowed"
    );
    let want = Want::of(facts);
    let finding = Finding::new(id, sentence)
        .at(&field.at, "not the origin of the page")
        .at(&facts.origin.at, "the origin of the page")
        .code(
            "add the origin to the server's list exactly as here: with the scheme and the port, without a \
             slash at the end",
            origin.clone(),
        );
    Some(finding.with_remedies(want.layers(facts, Some(response))))
}

/// Returns the finding about a page whose origin is `null`.
pub(super) fn of_page(facts: &Facts<'_>) -> Finding {
    let redirected = facts
        .messages()
        .any(|message| message.redirected_from.is_some())
        || facts.story.hops.len() > 1;
    let message = facts.message(&[MessageKind::NullOrigin, MessageKind::AllowOriginMissing]);
    let finding = if redirected {
        Finding::new(
            "null-origin-redirect",
            "the origin is `null`, because the request was redirected from one foreign origin to another, \
             and browsers then hide the page's origin",
        )
        .remedy(
            "call the final URL directly, so that there is no redirect; allowing `null` would allow every \
             site",
        )
    } else if facts
        .requests()
        .any(|request| request.header("referer").is_some())
    {
        Finding::new(
            "null-origin",
            "the page is in a sandboxed frame, so it has no origin (`null`), and servers cannot allow such a page \
             safely",
        )
        .code(
            "let the frame keep its origin, if you trust the page in it:",
            "<iframe sandbox=\"allow-scripts allow-same-origin\" src=..>",
        )
        .remedy("or let the page around the frame send the request, and pass the data on by `postMessage`")
        .remedy("do not allow `null` in the server, because every site can produce it")
    } else {
        Finding::new(
            "null-origin",
            "the page has no origin (`null`): it was opened as a file (`file:`), or it is in a sandboxed \
             frame, and servers cannot allow such a page safely",
        )
        .code(
            "serve the page by an HTTP server instead of opening the file, and open \
             `http://localhost:8000/`",
            "python3 -m http.server 8000",
        )
        .remedy(
            "if the page is in an `<iframe sandbox>`, add `allow-same-origin` to the attribute, if you \
             trust the page",
        )
        .remedy(
            "then allow the origin that the page has, such as `http://localhost:8000`, with \
             `access-control-allow-origin`; do not allow `null`, because every site can produce it",
        )
    };
    let finding = finding.at(&facts.origin.at, "the origin of the page");
    match message {
        Some(message) => finding.at(&message.at, ""),
        None => finding,
    }
}
