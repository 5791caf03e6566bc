//! The decision about a preflight.

use http::HeaderValue;

use super::path_policies::PathPolicies;
use super::refusal::Refusal;
use crate::head::Preflight;
use crate::origins::Predicate;
use crate::policy::{PolicyRef, Registration, Requested};

/// An approved preflight: the request that it asks for may follow.
#[derive(Debug)]
pub(crate) struct Approval<'a> {
    pub(crate) policy: &'a Registration,
    /// The value of `Access-Control-Allow-Origin`.
    pub(crate) origin: HeaderValue,
    /// The value of `Access-Control-Allow-Methods`.
    pub(crate) methods: Option<&'a HeaderValue>,
    /// Whether the preflight asks for request headers.
    pub(crate) requests_headers: bool,
}

/// Approves a preflight if the policy of the requested method allows origin, method and headers: the
/// three comparisons of [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch),
/// made before the browser makes them.
pub(super) fn decide<'a>(
    policies: &'a PathPolicies,
    preflight: &Preflight<'a>,
    predicate: Predicate,
) -> Result<Approval<'a>, Refusal<'a>> {
    // `Access-Control-Request-Method` selects the policy.
    // https://fetch.spec.whatwg.org/#http-access-control-request-method
    let requested = preflight.requested_method.map(HeaderValue::as_bytes);
    let named = requested.and_then(|method| Some((method, policies.named(method)?)));
    let Some((method, policy)) = named else {
        return Err(Refusal::Method {
            requested,
            policies,
        });
    };
    // CORS check: https://fetch.spec.whatwg.org/#concept-cors-check
    let requested = preflight.origin;
    let granted = requested.and_then(|origin| policy.origins.grant(origin, predicate));
    let Some(origin) = granted else {
        return Err(Refusal::Origin {
            requested: requested.map(HeaderValue::as_bytes),
            policy,
        });
    };
    // CORS-unsafe request-header names: https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7.9
    let requests_headers = match policy.headers.check(preflight.requested_headers()) {
        Requested::Nothing => false,
        Requested::Allowed => true,
        Requested::Refused(requested) => {
            return Err(Refusal::Headers {
                requested,
                origin,
                policy,
            });
        }
    };
    Ok(Approval {
        policy,
        origin,
        methods: policies.allow_methods(method),
        requests_headers,
    })
}

/// The policy of the requested method.
pub(super) fn policy_for<'a>(
    policies: &'a PathPolicies,
    preflight: &Preflight<'_>,
) -> Option<&'a PolicyRef> {
    let requested = preflight.requested_method?;
    policies.named(requested.as_bytes())
}
