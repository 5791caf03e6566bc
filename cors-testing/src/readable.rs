//! The part of an exchange that a page decides, and the part of it that a page sees.

use http::HeaderName;
use http::header::ORIGIN;

use crate::fetch::Credentials;
use crate::head::{RequestHead, ResponseHead};
use crate::header_list::exposed;
use crate::method::{is_safelisted_method, normalize};
use crate::safelist::{
    is_forbidden, is_forbidden_in_responses, is_safelisted_in_responses, unsafe_names,
};

/// The permission that a browser requests by a preflight.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestedPermission {
    /// The value of `access-control-request-method`.
    pub method: String,
    /// The names of `access-control-request-headers`: in lower case, sorted, each once.
    pub headers: Vec<String>,
    /// Whether the method alone needs a preflight.
    pub is_for_method: bool,
}

impl RequestHead {
    /// Returns the permission that a browser requests by a preflight before it sends this cross-origin
    /// request, or `None` if it sends none. The headers are those that the page sets.
    #[must_use]
    pub fn requested_permission(&self) -> Option<RequestedPermission> {
        let method = normalize(&self.method);
        let mut headers = self.headers.clone();
        headers.remove(ORIGIN);
        for name in self.forbidden_headers() {
            headers.remove(name);
        }
        let names = unsafe_names(&headers, &[]);
        let is_for_method = !is_safelisted_method(&method);
        if !is_for_method && names.is_empty() {
            return None;
        }
        Some(RequestedPermission {
            method: method.to_string(),
            headers: names.iter().map(ToString::to_string).collect(),
            is_for_method,
        })
    }

    /// Returns the headers that a page [cannot
    /// set](https://fetch.spec.whatwg.org/#forbidden-request-header), without `origin`.
    #[must_use]
    pub fn forbidden_headers(&self) -> Vec<HeaderName> {
        let headers = self.headers.iter();
        headers
            .filter(|(name, value)| *name != ORIGIN && is_forbidden(name, value.as_bytes()))
            .map(|(name, _)| name.clone())
            .collect()
    }
}

impl ResponseHead {
    /// Returns the headers that a cross-origin page cannot read, because
    /// `access-control-expose-headers` does not name them. Those that no page can read, such as
    /// `set-cookie`, are left out.
    #[must_use]
    pub fn hidden_headers(&self, credentials: Credentials) -> Vec<HeaderName> {
        let exposed = exposed(&self.headers);
        let is_any = credentials != Credentials::Include && exposed.contains("*");
        let names = self.headers.keys().filter(|name| {
            !is_any
                && !exposed.contains(name.as_str())
                && !is_safelisted_in_responses(name)
                && !is_forbidden_in_responses(name)
        });
        names.cloned().collect()
    }
}
