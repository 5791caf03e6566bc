//! Responses that are sent in place of the service's.

use http::header::CACHE_CONTROL;
use http::{HeaderValue, Response, StatusCode};

use super::{Reasons, remove_cors_headers, vary};
use crate::protection::{RefusalRule, Refused, RefusedResponse};

/// Completes the response to a request that a predicate could not decide about. It varies by `Origin`,
/// because that header is the reason for it, and no page of another origin can read it. No cache keeps
/// it, because the next request may be decided, unless the user's response says otherwise.
pub(crate) fn undecided<B>(mut response: Response<B>) -> Response<B> {
    let headers = response.headers_mut();
    remove_cors_headers(headers);
    vary::add(headers, vary::BY_ORIGIN);
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Answers a refused request: 403, or 421 for another host, or as the user does. No cache may keep it,
/// because caches that ignore `Vary` would serve it to allowed pages.
pub(crate) fn refuse<B>(
    refused: Refused,
    custom: Option<RefusedResponse>,
    reasons: &impl Reasons<B>,
) -> Response<B> {
    let (mut parts, text) = if let Some(make) = custom {
        let (parts, text) = make(&refused).into_parts();
        (parts, Some(text))
    } else {
        let (mut parts, ()) = Response::new(()).into_parts();
        parts.status = match refused.rule {
            RefusalRule::Host => StatusCode::MISDIRECTED_REQUEST,
            _ => StatusCode::FORBIDDEN,
        };
        (parts, None)
    };
    remove_cors_headers(&mut parts.headers);
    vary::add(&mut parts.headers, vary::BY_SITE);
    let no_store = HeaderValue::from_static("no-store");
    parts.headers.insert(CACHE_CONTROL, no_store);
    parts.extensions.insert(refused);
    Response::from_parts(parts, reasons.body(text))
}
