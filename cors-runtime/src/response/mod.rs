//! Decisions as status and headers.

mod actual;
mod future;
mod preflight;
mod refused;
mod vary;

#[cfg(feature = "axum")]
pub(crate) use self::future::HandlerFuture;
pub(crate) use self::future::ResponseFuture;
pub(crate) use self::preflight::{Reasons, Silent, TextDiagnostics, Texts, answer};
pub(crate) use self::refused::{refuse, undecided};

use http::header::{ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::policy::Registration;

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

/// Removes the service's own CORS headers, because two allow-origin lines never match, and one of the
/// service's could allow an origin that the policy does not.
#[inline]
fn remove_cors_headers(response: &mut HeaderMap) {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    while let Some(name) = response.keys().find(|name| is_cors(name)).cloned() {
        response.remove(name);
    }
}
