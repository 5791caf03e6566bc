//! Requests with mode `no-cors`, and resources that may not be embedded.

use cors_testing::{Mode, explain_resource_policy};
use url::Url;

use super::facts::Facts;
use super::finding::{Findings, Rank};
use super::heads::response_head;
use crate::diagnosis::Finding;
use crate::message::MessageKind;

/// Adds the reason why a page cannot use or read a response that no CORS check applies to.
pub(super) fn check(facts: &Facts<'_>, found: &mut Findings) {
    if let Some(message) = facts.message(&[MessageKind::OpaqueBlocked]) {
        found.fail(Rank::Explains, blocked().at(&message.at, ""));
        return;
    }
    if let Some(message) = facts.message(&[MessageKind::TaintedCanvas]) {
        found.fail(Rank::Explains, canvas(facts).at(&message.at, ""));
        return;
    }
    let message = facts.message(&[MessageKind::ResourcePolicy, MessageKind::Opaque]);
    if let Some(message) = message.filter(|message| message.kind == MessageKind::ResourcePolicy) {
        let text = facts.paste.text.get(message.at.clone()).unwrap_or_default();
        let finding = resource_policy(facts, text);
        found.fail(Rank::Explains, finding.at(&message.at, ""));
        return;
    }
    if is_no_cors(facts)
        && let Some(finding) = by_header(facts)
    {
        found.fail(Rank::Explains, finding);
        return;
    }
    if let Some(message) = message {
        found.fail(Rank::Explains, opaque().at(&message.at, ""));
    } else if is_no_cors(facts) && is_meant(facts) {
        let is_image = facts.requests().any(|request| {
            let dest = request.header("sec-fetch-dest");
            dest.is_some_and(|field| field.value != "empty")
        });
        if !is_image {
            found.fail(Rank::Explains, opaque());
        }
    }
}

/// Whether mode `no-cors` was written by somebody, so that the request is no image or script of a page.
fn is_meant(facts: &Facts<'_>) -> bool {
    let is_of_call = facts
        .request()
        .is_some_and(|request| request.mode.is_some());
    let is_own = facts
        .url
        .as_ref()
        .is_some_and(|url| url.origin().ascii_serialization() == facts.origin.value);
    (is_of_call || facts.asked.no_cors) && !is_own
}

/// Whether the request has mode `no-cors`.
pub(super) fn is_no_cors(facts: &Facts<'_>) -> bool {
    let has_header = facts.requests().any(|request| {
        let mode = request.header("sec-fetch-mode");
        mode.is_some_and(|field| field.value == "no-cors")
    });
    has_header || facts.mode() == Mode::NoCors
}

fn by_header(facts: &Facts<'_>) -> Option<Finding> {
    let response = facts.last_response()?;
    let url = facts
        .url
        .clone()
        .or_else(|| Url::parse("https://api.example/").ok())?;
    explain_resource_policy(&facts.origin.value, &url, &response_head(response))?;
    let field = response.header("cross-origin-resource-policy")?;
    let finding = resource_policy(facts, "NotSameOrigin");
    Some(finding.at(&field.at, "only pages of its own origin or site may use it"))
}

fn resource_policy(facts: &Facts<'_>, message: &str) -> Finding {
    let response = facts.last_response();
    let field = response.and_then(|response| response.header("cross-origin-resource-policy"));
    let is_of_embedder = message.contains("Coep") || message.contains("Embedder");
    let finding = if is_of_embedder {
        Finding::new(
            "embedder-policy",
            "not CORS: the page has `Cross-Origin-Embedder-Policy: require-corp`, and the resource does not \
             permit other sites to embed it",
        )
        .code("send it with the resource:", "cross-origin-resource-policy: cross-origin")
        .remedy(
            "or load it with CORS (`crossorigin=\"anonymous\"`), if its server sends \
             `access-control-allow-origin`",
        )
        .remedy("or send `cross-origin-embedder-policy: credentialless` with the page, or leave it out")
    } else {
        Finding::new(
            "resource-policy",
            "not CORS: `Cross-Origin-Resource-Policy` of the response forbids pages of other sites to use the \
             resource",
        )
        .code(
            "send it with the resource, if every site may embed it:",
            "cross-origin-resource-policy: cross-origin",
        )
        .remedy("it is often a default of helmet (Express) or of a proxy: set it for these paths only")
    };
    let finding = finding.not_cors();
    match field {
        Some(field) => finding.at(&field.at, "the policy of the resource"),
        None => finding,
    }
}

fn opaque() -> Finding {
    Finding::new(
        "no-cors",
        "mode `no-cors` hides the response: it is opaque, with status 0 and no body, although there was \
         a response",
    )
    .remedy("remove `mode: \"no-cors\"`: it is no way around CORS, because it gives up reading")
    .code(
        "then let the server send the header, so that the page can read the response:",
        "access-control-allow-origin: *",
    )
    .remedy("if the server is not yours, call it from your own server, and the page calls that")
}

/// Returns the finding about a response that no element of a page can use, such as JSON for an image.
fn blocked() -> Finding {
    Finding::new(
        "opaque-response-blocking",
        "not CORS: an element of the page (image, script, style) requests this URL without CORS, and the browser drops \
         the response, because it is of another type, such as HTML or JSON (opaque response blocking)",
    )
    .not_cors()
    .remedy(
        "open the URL in a tab: most often it is an error page or a login in place of the image or the script, or its \
         `content-type` is wrong",
    )
    .remedy("if the page wants to read data, request it with `fetch`, and let the server send `access-control-allow-origin`")
}

/// Returns the finding about an image that makes a canvas unreadable.
fn canvas(facts: &Facts<'_>) -> Finding {
    Finding::new(
        "tainted-canvas",
        "the canvas has an image of another origin that was loaded without CORS, so the browser does not let the page \
         read its pixels",
    )
    .code(
        "request the image with CORS, before `src` is set:",
        "image.crossOrigin = \"anonymous\";\nimage.src = url;",
    )
    .code(
        "the server of the image has to send:",
        super::remedy::Want::of(facts).wire(false),
    )
    .remedy(
        "if it fails still: the browser has a copy of the image without the header in its cache; request it by another \
         URL, such as with `?cors`",
    )
}
