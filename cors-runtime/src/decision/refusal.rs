//! The reasons for refusing a request.

use http::HeaderValue;

use super::path_policies::PathPolicies;
use crate::head::Head;
use crate::origins::Predicate;
use crate::policy::{HandlerLocation, Registration};

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
}

impl<'a> Refusal<'a> {
    pub(crate) fn of_origin(head: &Head<'a>, policy: &'a Registration) -> Self {
        Self::Origin {
            requested: head.origin().map(HeaderValue::as_bytes),
            policy,
        }
    }

    /// The handler of the policy; for a method without a policy, the first one of the path.
    pub(crate) fn location(&self) -> Option<HandlerLocation> {
        match self {
            Self::Method { policies, .. } => policies.iter().next()?.1.location(),
            Self::Origin { policy, .. } | Self::Headers { policy, .. } => policy.location(),
        }
    }

    /// The requested value; `None` where there were too many.
    pub(crate) fn requested(&self) -> Option<&'a [u8]> {
        match self {
            Self::Method { requested, .. }
            | Self::Origin { requested, .. }
            | Self::Headers { requested, .. } => *requested,
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
            Self::Origin { .. } => None,
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
