//! Requests and responses of a paste as the heads that `cors-testing` checks.

use cors_testing::{RequestHead, ResponseHead};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use url::Url;

use super::facts::Facts;
use crate::exchange::{Exchange, Field, Request, Response, Span};

/// Builds the head of a request with the facts that it lacks.
pub(super) fn request_head(facts: &Facts<'_>, request: Option<&Request>) -> RequestHead {
    let mut head = http::Request::new(());
    let method = facts.method();
    let method = request.map_or(method.as_str(), |request| &request.method.value);
    *head.method_mut() = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
    let fields = request.map_or(&[][..], |request| &request.headers);
    for field in fields {
        // Two URLs with one host may differ in the scheme, so the URL decides about that.
        let is_host = field.name == "host" && facts.has_scheme();

        if let Some((name, value)) = header(field).filter(|_| !is_host) {
            head.headers_mut().append(name, value);
        }
    }
    if let Ok(origin) = HeaderValue::from_str(&facts.origin.value) {
        head.headers_mut().entry("origin").or_insert(origin);
    }
    RequestHead::from(&head)
}

/// Builds the head of a preflight that the text does not have.
pub(super) fn assumed_preflight(facts: &Facts<'_>) -> RequestHead {
    let mut head = http::Request::new(());
    *head.method_mut() = Method::OPTIONS;
    let headers = facts.requested_headers().join(",");
    for (name, value) in [
        ("origin", facts.origin.value.as_str()),
        ("access-control-request-method", &facts.method()),
        ("access-control-request-headers", &headers),
    ] {
        if let Some(value) = HeaderValue::from_str(value)
            .ok()
            .filter(|value| !value.is_empty())
        {
            head.headers_mut().insert(name, value);
        }
    }
    RequestHead::from(&head)
}

/// Builds the head of a response. Without a status it is 200.
pub(super) fn response_head(response: &Response) -> ResponseHead {
    let mut head = http::Response::new(());
    let status = response.status.as_ref().map_or(200, |status| status.value);
    *head.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in response.headers.iter().filter_map(header) {
        if head.headers_mut().try_append(name, value).is_err() {
            break;
        }
    }
    ResponseHead::from(&head).with_reason(&response.reason)
}

fn header(field: &Field) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::try_from(&field.name).ok()?;
    let value = HeaderValue::from_bytes(field.value.as_bytes()).ok()?;
    Some((name, value))
}

/// Returns the status and its reason phrase as they were written.
pub(super) fn status_line(response: &Response) -> String {
    response_head(response).status_line()
}

/// Cuts a place after its first line, because a whole head is too much to underline.
pub(super) fn first_line(facts: &Facts<'_>, at: &Span) -> Span {
    let text = facts.paste.text.get(at.clone()).unwrap_or_default();
    let len = text.lines().next().map_or(0, str::len);
    at.start..at.start + len
}

/// Whether the response has no `access-control-allow-origin` of its own.
pub(super) fn is_unreadable(response: &Response) -> bool {
    response.header("access-control-allow-origin").is_none()
}

/// The place of the status, or of the head.
pub(super) fn place(response: &Response) -> Span {
    let status = response
        .status
        .as_ref()
        .filter(|status| !status.at.is_empty());
    status.map_or(&response.at, |status| &status.at).clone()
}

/// Whether the URL is of the page's own origin, by a scheme that the text has.
pub(super) fn is_same_origin(facts: &Facts<'_>, exchange: &Exchange) -> bool {
    let url = exchange
        .request
        .as_ref()
        .and_then(|request| request.url.as_ref());
    let is_own = |url: &Url| url.origin().ascii_serialization() == facts.origin.value;
    facts.has_scheme() && url.is_some_and(|url| is_own(&url.value))
}
