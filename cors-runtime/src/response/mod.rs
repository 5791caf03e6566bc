//! Decisions as status and headers.

mod actual;
mod preflight;

pub(crate) use self::actual::WithGrant;
pub(crate) use self::preflight::{Reasons, Silent, answer};

use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::policy::Registration;

/// A response that is sent instead of calling the service. It varies by `Origin`, because that
/// header is the reason for it.
pub(crate) fn in_place<B>(status: StatusCode, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("Origin"));
    response
}

/// Writes the headers of the [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check), which
/// responses to preflights and to actual requests share.
#[inline]
fn write_origin(policy: &Registration, origin: HeaderValue, response: &mut HeaderMap) {
    response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if policy.credentials {
        response.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
    }
}
