//! The reasons for refusing a request.

use http::HeaderValue;

use super::path_policies::PathPolicies;
use crate::head::Head;
use crate::origins::Predicate;
use crate::policy::{HandlerLocation, Registration};
use crate::protection::RefusalRule;

/// The step that failed, with the requested value and the policy that does not allow it.
#[derive(Debug)]
pub(crate) enum Refusal<'a> {
    /// The method has no policy on this path; `None` where several were requested.
    Method {
        requested: Option<&'a [u8]>,
        policies: &'a PathPolicies,
    },
    /// The origin is not allowed; `None` where there were several.
    Origin {
        requested: Option<&'a [u8]>,
        policy: &'a Registration,
    },
    /// A header is not allowed; `None` where there were too many.
    Headers {
        requested: Option<&'a [u8]>,
        /// The origin, which the step before has granted.
        origin: HeaderValue,
        policy: &'a Registration,
    },
    /// A held request of another site, with its origin; or a request to another host, with that.
    Held {
        rule: RefusalRule,
        requested: Option<&'a [u8]>,
        policy: Option<&'a Registration>,
    },
}

impl<'a> Refusal<'a> {
    pub(crate) fn of_origin(head: &Head<'a>, policy: &'a Registration) -> Self {
        Self::Origin {
            requested: head.origin().map(HeaderValue::as_bytes),
            policy,
        }
    }

    pub(super) fn held(
        rule: RefusalRule,
        head: &Head<'a>,
        policy: Option<&'a Registration>,
    ) -> Self {
        let requested = match rule {
            RefusalRule::Host => head.host(),
            _ => head.origin().map(HeaderValue::as_bytes),
        };
        Self::Held {
            rule,
            requested,
            policy,
        }
    }

    /// Whether the policy's own `enforce` refuses the request.
    pub(super) fn is_enforced(&self) -> bool {
        matches!(self, Self::Held { policy: Some(policy), .. } if policy.enforce)
    }

    /// The handler of the policy; for a method without a policy, the first one of the path. `None` for a
    /// route without a policy.
    pub(crate) fn location(&self) -> Option<HandlerLocation> {
        match self {
            Self::Method { policies, .. } => Some(policies.iter().next()?.1.location()),
            Self::Origin { policy, .. } | Self::Headers { policy, .. } => Some(policy.location()),
            Self::Held { policy, .. } => policy.map(Registration::location),
        }
    }

    /// The requested value; `None` where there were too many.
    pub(crate) fn requested(&self) -> Option<&'a [u8]> {
        match self {
            Self::Method { requested, .. }
            | Self::Origin { requested, .. }
            | Self::Headers { requested, .. }
            | Self::Held { requested, .. } => *requested,
        }
    }

    /// The policy and the origin that passed the steps before the one that failed. A step that has
    /// granted the origin is not repeated, because a set may have been replaced since.
    pub(crate) fn granted_origin(
        &self,
        head: &Head<'_>,
        predicate: Predicate,
    ) -> Option<(&Registration, HeaderValue)> {
        match self {
            Self::Origin { .. } | Self::Held { .. } => None,
            Self::Headers { origin, policy, .. } => Some((policy, origin.clone())),
            Self::Method { policies, .. } => {
                let requested = head.origin()?;
                let granted = policies.iter().filter_map(|(_, policy)| {
                    let origin = policy.origins.grant(requested, predicate)?;
                    Some((&**policy, origin))
                });
                // Credentials first, because a page that sends some cannot use a response without.
                granted.min_by_key(|(policy, _)| !policy.credentials)
            }
        }
    }
}
