//! Decisions about requests, as data: no response is written here, no event emitted, nothing awaited.
//!
//! A request's [`Head`], the policies of its path and the result of the user's predicate give a
//! [`Decision`], which `response` turns into status and headers and `report` into events.

mod cross_site;
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
use crate::policy::{PolicyRef, Registration};
use crate::protection::{CompiledProtection, OwnOrigins, RefusalRule};

/// The answer to one request.
#[derive(Debug)]
pub(crate) enum Decision<'a> {
    /// A [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request): respond in
    /// place of the service.
    Preflight(Result<Approval<'a>, Refusal<'a>>),
    /// A held request of another site: respond in place of the service.
    Refused(Refusal<'a>),
    /// Any other request: call the service.
    Forward(Forward),
    /// A held request of another site whose refusal is only reported: call the service. Boxed, because
    /// it would make every decision larger.
    Report(Box<(Refusal<'a>, Forward)>),
}

impl Decision<'_> {
    /// Whether the request was refused, or would have been.
    pub(crate) fn is_refused(&self) -> bool {
        match self {
            Self::Preflight(_) | Self::Forward(_) => false,
            Self::Refused(_) | Self::Report(_) => true,
        }
    }
}

/// A request for the service.
#[derive(Debug)]
pub(crate) struct Forward {
    /// The CORS headers of the response. Without a policy there are none.
    pub(crate) grant: Option<Grant>,
    /// Whether the response depends on `Origin` and `Sec-Fetch-Site`, because a read was held.
    pub(crate) varies_by_site: bool,
    /// Whether the protection lets the request pass by more than a handler inside knows: its own
    /// origins, or because it only reports. An origin that is trusted, or that another policy allows,
    /// is left to the policy of that handler.
    pub(crate) is_decided: bool,
    /// Whether a gateway writes the CORS headers, in place of a grant. The service's own are removed.
    pub(crate) is_left_to_edge: bool,
}

impl Forward {
    const PLAIN: Self = Self {
        grant: None,
        varies_by_site: false,
        is_decided: false,
        is_left_to_edge: false,
    };

    /// Leaves the CORS headers to a gateway. Cold, because a move of the grant would cost every request.
    #[cold]
    pub(crate) fn leave_to_edge(&mut self) {
        self.is_left_to_edge = self.grant.take().is_some();
    }
}

/// Holds an actual request under a policy: writes and sockets, and reads with `enforce` as well.
#[inline]
pub(crate) fn hold<'a>(
    grant: &Grant,
    policy: &'a Registration,
    head: &Head<'a>,
) -> Result<(), Refusal<'a>> {
    if (policy.enforce || head.writes_or_opens_socket()) && !grant.is_allowed(head) {
        return check(head, &OwnOrigins::OfTarget, Some(policy));
    }
    Ok(())
}

/// Checks a held request whose origin is not allowed.
#[cold]
fn check<'a>(
    head: &Head<'a>,
    own: &OwnOrigins,
    policy: Option<&'a Registration>,
) -> Result<(), Refusal<'a>> {
    cross_site::check(head, own).map_err(|rule| Refusal::held(rule, head, policy))
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
    /// Handlers with a policy for their methods, and others without any.
    #[cfg(feature = "axum")]
    Mixed,
    /// Handlers with a policy, on paths whose preflights are not decided.
    #[cfg(feature = "axum")]
    Actual,
    /// A service under one policy. It may serve methods that the policy does not name.
    Single,
}

/// The policies that decide about one service, and the protection of its router.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    policies: Arc<PathPolicies>,
    service: ServiceKind,
    protection: Option<Arc<CompiledProtection>>,
    is_at_the_edge: bool,
}

impl Scope {
    pub(crate) fn new(
        policies: Arc<PathPolicies>,
        service: ServiceKind,
        protection: Option<Arc<CompiledProtection>>,
    ) -> Self {
        Self {
            policies,
            service,
            protection,
            is_at_the_edge: false,
        }
    }

    /// The same scope, where a gateway answers the preflights and writes the headers if
    /// `is_at_the_edge`.
    #[cfg(feature = "axum")]
    pub(crate) fn at_the_edge(self, is_at_the_edge: bool) -> Self {
        Self {
            is_at_the_edge,
            ..self
        }
    }

    pub(crate) fn is_at_the_edge(&self) -> bool {
        self.is_at_the_edge
    }

    /// Whether a request was forwarded to a service that has no policy at all.
    pub(crate) fn is_without_policy(&self, decision: &Decision<'_>) -> bool {
        let forward = match decision {
            Decision::Forward(forward) => forward,
            Decision::Report(report) => &report.1,
            Decision::Preflight(_) | Decision::Refused(_) => return false,
        };
        match self.service {
            #[cfg(feature = "axum")]
            ServiceKind::Guarded | ServiceKind::Actual => false,
            #[cfg(feature = "axum")]
            ServiceKind::Plain => true,
            #[cfg(feature = "axum")]
            ServiceKind::Mixed => forward.grant.is_none(),
            ServiceKind::Single => forward.grant.is_none() && self.policies.is_empty(),
        }
    }

    /// Whether a request was forwarded whose preflight or whose headers are those of a gateway.
    pub(crate) fn is_left_to_edge(&self, decision: &Decision<'_>, head: &Head<'_>) -> bool {
        let forward = match decision {
            Decision::Forward(forward) => forward,
            Decision::Report(report) => &report.1,
            Decision::Preflight(_) | Decision::Refused(_) => return false,
        };
        let is_preflight = || head.preflight().is_some() && !self.policies.is_empty();
        self.is_at_the_edge && (forward.grant.is_some() || is_preflight())
    }

    pub(crate) fn protection(&self) -> Option<&CompiledProtection> {
        self.protection.as_deref()
    }

    /// Decides about one request, by the policy of the method that it has or, as a preflight, asks
    /// for.
    pub(crate) fn decide<'a>(&'a self, head: &Head<'a>, predicate: Predicate) -> Decision<'a> {
        match self.protection() {
            Some(protection) if !protection.own.serve(head) => {
                let refusal = Refusal::held(RefusalRule::Host, head, None);
                if !protection.report_only {
                    return Decision::Refused(refusal);
                }
                match self.decide_for_host(head, predicate) {
                    Decision::Forward(forward) => Decision::Report(Box::new((refusal, forward))),
                    other => other,
                }
            }
            _ => self.decide_for_host(head, predicate),
        }
    }

    /// Decides about a request whose host is one of the server's own.
    #[inline]
    fn decide_for_host<'a>(&'a self, head: &Head<'a>, predicate: Predicate) -> Decision<'a> {
        let protection = self.protection();
        if let Some(preflight) = head.preflight().filter(|_| self.decides_preflights()) {
            let outcome = preflight::decide(&self.policies, &preflight, predicate);
            return Decision::Preflight(outcome);
        }
        let named = self.policy_for(head);
        match (named.or_else(|| self.single_policy()), protection) {
            (Some(policy), None) => {
                // The set of a policy may be replaced at any time, so it is read once for each
                // request.
                let grant = Grant::new(policy.clone(), head, predicate);
                match hold(&grant, policy, head) {
                    Ok(()) => Decision::Forward(Forward {
                        varies_by_site: policy.enforce,
                        is_decided: false,
                        is_left_to_edge: false,
                        grant: named.is_some().then_some(grant),
                    }),
                    Err(refusal) => Decision::Refused(refusal),
                }
            }
            (policy, Some(protection)) => {
                Self::decide_protected(protection, head, predicate, policy, named.is_some())
            }
            (None, None) => Decision::Forward(Forward::PLAIN),
        }
    }

    /// Decides about an actual request in a protected router. `is_named` is whether the policy names the
    /// method.
    fn decide_protected<'a>(
        protection: &CompiledProtection,
        head: &Head<'a>,
        predicate: Predicate,
        policy: Option<&'a PolicyRef>,
        is_named: bool,
    ) -> Decision<'a> {
        let grant = policy.map(|policy| Grant::new(policy.clone(), head, predicate));
        let is_allowed = match &grant {
            // A policy for every site, of some methods, is no permission for the others.
            Some(grant) if is_named || !grant.policy.origins.is_any() => grant.is_allowed(head),
            _ => head
                .origin()
                .is_some_and(|origin| protection.trusts(origin)),
        };
        let reads = protection.reads || policy.is_some_and(|policy| policy.enforce);
        let forward = Forward {
            grant: grant.filter(|_| is_named),
            varies_by_site: reads,
            is_decided: false,
            is_left_to_edge: false,
        };
        // A preflight is never held, because it neither reads nor writes.
        let is_held = (reads && head.preflight().is_none()) || head.writes_or_opens_socket();
        if !is_held || is_allowed {
            return Decision::Forward(forward);
        }
        let forward = Forward {
            is_decided: head.writes_or_opens_socket(),
            ..forward
        };
        match check(head, &protection.own, policy.map(|policy| &**policy)) {
            Err(refusal) if protection.report_only && !refusal.is_enforced() => {
                Decision::Report(Box::new((refusal, forward)))
            }
            Err(refusal) => Decision::Refused(refusal),
            Ok(()) => Decision::Forward(forward),
        }
    }

    /// The policy that decides about this request, if it needs the result of the user's predicate.
    pub(crate) fn predicate_policy(&self, head: &Head<'_>) -> Option<&PolicyRef> {
        let policy = match head.preflight() {
            Some(preflight) if self.decides_preflights() => {
                preflight::policy_for(&self.policies, &preflight)
            }
            _ => self.policy_for(head).or_else(|| self.single_policy()),
        };
        policy.filter(|policy| policy.origins.has_predicate())
    }

    pub(crate) fn policies(&self) -> &PathPolicies {
        &self.policies
    }

    /// The policy for the method of an actual request.
    fn policy_for(&self, head: &Head<'_>) -> Option<&PolicyRef> {
        #[cfg(feature = "axum")]
        if self.service == ServiceKind::Plain {
            return None;
        }
        self.policies.policy_for(head)
    }

    fn decides_preflights(&self) -> bool {
        #[cfg(feature = "axum")]
        if self.service == ServiceKind::Actual {
            return false;
        }
        !self.is_at_the_edge && !self.policies.is_empty()
    }

    /// The policy of a single service, because its requests are held for all methods.
    fn single_policy(&self) -> Option<&PolicyRef> {
        if self.service != ServiceKind::Single {
            return None;
        }
        let mut policies = self.policies.iter().map(|(_, policy)| policy);
        self.policies.others().or_else(|| policies.next())
    }
}
