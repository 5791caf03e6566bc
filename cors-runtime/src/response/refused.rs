//! Responses that are sent in place of the service's.

use http::header::CACHE_CONTROL;
use http::{HeaderValue, Response, StatusCode};

use super::{Reasons, remove_cors_headers, vary};
use crate::protection::{RefusalRule, Refused, RefusedResponse};

/// A response without a body that is sent instead of calling the service. It varies by `Origin`, because
/// that header is the reason for it.
#[cfg(feature = "axum")]
pub(crate) fn in_place<B>(status: StatusCode, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    vary::add(response.headers_mut(), vary::BY_ORIGIN);
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
