//! Whether a request came from a page of the server's own origin.

use cors_rules::Origin;
use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Uri};

use crate::response::preflight::only;

/// `Sec-Fetch-Site`, which pages can't set
/// ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header)); without it, as
/// from older browsers and over plain http, the host of `Origin` beside that of the request. A
/// server behind a proxy doesn't know its own scheme, so that isn't compared.
pub(crate) fn is_same_origin(uri: &Uri, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = only(headers, ORIGIN).and_then(|value| Origin::parse(value.as_bytes()))
    else {
        return false;
    };
    let host = match uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => headers
            .get(HOST)
            .and_then(|host| Authority::try_from(host.as_bytes()).ok()),
    };
    let default = match origin.scheme() {
        "https" => Some(443),
        "http" => Some(80),
        _ => return false,
    };
    host.is_some_and(|host| {
        host.host().eq_ignore_ascii_case(origin.host().as_str())
            && host.port_u16().or(default) == origin.port().or(default)
    })
}
