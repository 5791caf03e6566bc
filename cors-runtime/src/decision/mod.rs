//! Decisions about requests, as data: no response is written here, no event emitted, nothing awaited.
//!
//! A request's [`Head`], the policies of its path and the result of the user's predicate give a
//! [`Decision`], which `response` turns into status and headers and `report` into events.

mod grant;
mod path_policies;
mod preflight;
mod refusal;
#[cfg(test)]
mod tests;

pub(crate) use self::grant::Grant;
pub(crate) use self::path_policies::PathPolicies;
pub(crate) use self::preflight::Approval;
pub(crate) use self::refusal::Refusal;

use std::sync::Arc;

use crate::head::Head;
use crate::origins::Predicate;
use crate::policy::PolicyRef;

/// The answer to one request.
#[derive(Debug)]
pub(crate) enum Decision<'a> {
    /// A [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request): respond in
    /// place of the service.
    Preflight(Result<Approval<'a>, Refusal<'a>>),
    /// An actual request that `enforce` refuses: respond in place of the service.
    Refused(Refusal<'a>),
    /// An actual request: call the service, and write the grant on its response. Without a policy
    /// there is no grant.
    Forward(Option<Grant>),
}

/// The service behind the policies of a [`Scope`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServiceKind {
    /// Handlers, each with a policy for its methods.
    #[cfg(feature = "axum")]
    Guarded,
    /// Handlers without a policy, on a path that has policies: only preflights are decided.
    #[cfg(feature = "axum")]
    Plain,
    /// A service under one policy. It may serve methods that the policy does not name.
    Single,
}

/// The policies that decide about one service.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    policies: Arc<PathPolicies>,
    service: ServiceKind,
}

impl Scope {
    pub(crate) fn new(policies: Arc<PathPolicies>, service: ServiceKind) -> Self {
        Self { policies, service }
    }

    /// Decides about one request, by the policy of the method that it has or, as a preflight, asks
    /// for.
    pub(crate) fn decide<'a>(&'a self, head: &Head<'a>, predicate: Predicate) -> Decision<'a> {
        if head.is_preflight() {
            return Decision::Preflight(preflight::decide(&self.policies, head, predicate));
        }
        let named = self.policy_for(head);
        let Some(policy) = named.or_else(|| self.enforced_for_all()) else {
            return Decision::Forward(None);
        };
        // The set of a policy may be replaced at any time, so it is read once for each request.
        let grant = Grant::new(policy.clone(), head, predicate);
        if policy.enforce && grant.is_hidden(head) {
            return Decision::Refused(Refusal::of_origin(head, policy));
        }
        Decision::Forward(named.is_some().then_some(grant))
    }

    /// The policy that needs the result of the user's predicate to decide about this request.
    #[cfg(feature = "axum")]
    pub(crate) fn predicate_policy(&self, head: &Head<'_>) -> Option<&PolicyRef> {
        self.policy_for(head)
            .filter(|policy| policy.has_predicate())
    }

    /// Whether a policy has a predicate.
    #[cfg(feature = "axum")]
    pub(crate) fn any_has_predicate(&self) -> bool {
        self.policies.any_has_predicate()
    }

    /// The policy for the method of a request, or for the one that a preflight asks for.
    fn policy_for(&self, head: &Head<'_>) -> Option<&PolicyRef> {
        #[cfg(feature = "axum")]
        if self.service == ServiceKind::Plain && !head.is_preflight() {
            return None;
        }
        self.policies.policy_for(head)
    }

    /// The policy of a single service, because `enforce` holds for methods that it does not name.
    fn enforced_for_all(&self) -> Option<&PolicyRef> {
        let mut policies = self.policies.iter().map(|(_, policy)| policy);
        policies
            .next()
            .filter(|_| self.service == ServiceKind::Single)
    }
}
