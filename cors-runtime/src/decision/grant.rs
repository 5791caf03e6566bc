//! The decision about an actual request.

use http::HeaderValue;

use crate::head::{Head, Lines};
use crate::origins::Predicate;
use crate::policy::PolicyRef;

/// The CORS headers that the response to one request will carry.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) policy: PolicyRef,
    /// The origin of the request, where it is allowed and the policy's value depends on it.
    pub(crate) origin: Option<HeaderValue>,
}

impl Grant {
    /// Decides whether the page behind a request may read the response. Never an error, because
    /// CORS does not keep requests out.
    #[inline]
    pub(crate) fn new(policy: PolicyRef, head: &Head<'_>, predicate: Predicate) -> Self {
        let origin = match policy.origins.fixed() {
            Some(_) => None,
            None => head
                .origin()
                .and_then(|origin| policy.origins.grant(origin, predicate)),
        };
        Self { policy, origin }
    }

    /// Whether the policy allows the request's one `Origin`. `*` allows a request without any, too.
    pub(crate) fn is_allowed(&self, head: &Head<'_>) -> bool {
        let origins = &self.policy.origins;
        if origins.is_any() {
            return !matches!(head.origin_lines(), Lines::Several);
        }
        let granted = origins.fixed().or(self.origin.as_ref());
        granted.is_some_and(|granted| head.origin() == Some(granted))
    }

    /// Whether the browser will hide the response from the page that sent the request, because that
    /// is of another origin and not allowed: the comparison of the
    /// [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check).
    pub(crate) fn is_hidden(&self, head: &Head<'_>) -> bool {
        let origins = &self.policy.origins;
        head.has_origin() && !origins.is_any() && !self.is_allowed(head) && !head.is_same_origin()
    }
}
