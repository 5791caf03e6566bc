//! Reports of decisions: log events, and findings for a test browser.
//!
//! Without a listener a request costs one look at each kind of them.

#[cfg(feature = "tracing")]
mod first;
mod log;
pub(crate) mod probe;
mod words;

use http::request::Parts;
use http::{Extensions, Request, StatusCode};

use self::probe::Probe;
use crate::decision::{Decision, Forward, Grant, Refusal};
use crate::head::Head;
use crate::origins::Failure;
use crate::policy::Registration;

/// Request extension: an outer policy has logged this request. Inner ones do not, because the outer
/// one overwrites their headers.
#[derive(Clone, Copy, Debug)]
struct Reported;

/// Whether somebody may take reports: a subscriber that takes DEBUG events now, or a test browser.
#[cfg(feature = "axum")]
pub(crate) fn listens() -> bool {
    cfg!(feature = "probe") || log::is_enabled()
}

/// Everybody who takes reports about one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listeners<'a> {
    probe: Option<&'a Probe>,
    logs: bool,
    is_reported: bool,
}

impl<'a> Listeners<'a> {
    /// `None` where nobody listens, which is the common case: everything else here is cold.
    #[inline]
    pub(crate) fn of(request: &'a Extensions, is_refused: bool) -> Option<Self> {
        let logs = log::is_enabled();
        let probe = Probe::of(request);
        if !logs && probe.is_none() && !(is_refused && log::is_enabled_for_warnings()) {
            return None;
        }
        Some(Self::new(request, probe, logs))
    }

    #[cold]
    fn new(request: &'a Extensions, probe: Option<&'a Probe>, logs: bool) -> Self {
        Self {
            probe,
            logs,
            is_reported: request.get::<Reported>().is_some(),
        }
    }

    /// Reports a decision.
    #[cold]
    pub(crate) fn report(&self, decision: &Decision<'_>, head: &Head<'_>) {
        match decision {
            Decision::Preflight(Ok(approval)) => {
                if let Some(probe) = self.probe {
                    probe.granted(approval.policy);
                }
            }
            Decision::Preflight(Err(refusal)) => {
                if self.logs {
                    log::emit("preflight refused", refusal);
                }
                if let Some(probe) = self.probe {
                    probe.refused(refusal);
                }
            }
            Decision::Refused(refusal) => self.refused(refusal, head),
            Decision::Report(report) => {
                let (refusal, forward) = &**report;
                log::emit_held("request would be refused", refusal, head);
                if let Some(grant) = &forward.grant {
                    self.forwarded(grant, head);
                }
            }
            Decision::Forward(Forward { grant, .. }) => {
                if let Some(grant) = grant {
                    self.forwarded(grant, head);
                }
            }
        }
    }

    /// Reports a refused request.
    #[cold]
    pub(crate) fn refused(&self, refusal: &Refusal<'_>, head: &Head<'_>) {
        log::emit_held("request refused", refusal, head);
        if let Some(probe) = self.probe {
            probe.refused(refusal);
        }
    }

    /// Reports the response to an actual request, which the browser may hide.
    #[cold]
    pub(crate) fn forwarded(&self, grant: &Grant, head: &Head<'_>) {
        if grant.is_hidden(head) {
            let refusal = Refusal::of_origin(head, &grant.policy);
            if self.logs && !self.is_reported {
                log::emit("response hidden", &refusal);
            }
            if let Some(probe) = self.probe {
                probe.refused(&refusal);
            }
        } else if let Some(probe) = self.probe {
            probe.granted(&grant.policy);
        }
    }

    /// Reports a cross-origin request whose CORS headers are left to a gateway.
    #[cold]
    pub(crate) fn left_to_edge(&self, head: &Head<'_>) {
        if !head.has_origin() || head.is_same_origin() {
            return;
        }
        if self.logs && head.preflight().is_some() {
            log::emit_left_to_edge(head);
        }
        if let Some(probe) = self.probe {
            probe.left_to_edge();
        }
    }

    /// Reports a cross-origin request to a route without a policy.
    #[cold]
    pub(crate) fn without_policy(&self, head: &Head<'_>) {
        if !head.has_origin() || head.is_same_origin() {
            return;
        }
        if self.logs && !self.is_reported {
            log::emit_without_policy(head);
        }
        if let Some(probe) = self.probe {
            probe.without_policy(head);
        }
    }

    /// Whether policies inside have to be kept from logging the same request.
    pub(crate) fn must_mark(&self, decision: &Decision<'_>) -> bool {
        let has_grant = match decision {
            Decision::Forward(forward) => forward.grant.is_some(),
            Decision::Report(report) => report.1.grant.is_some(),
            Decision::Preflight(_) | Decision::Refused(_) => false,
        };
        self.logs && !self.is_reported && has_grant
    }
}

/// Reports a request that the predicate of its policy could not decide about.
pub(crate) fn report_undecided(
    policy: &Registration,
    failure: Failure,
    status: StatusCode,
    head: &Parts,
) {
    let Some(listeners) = Listeners::of(&head.extensions, true) else {
        return;
    };
    let head = Head::of_parts(head);
    log::emit_undecided(policy, failure, status, &head);
    if let Some(probe) = listeners.probe {
        probe.undecided(policy, failure, status);
    }
}

/// Request extension: a layer has decided about a held request, by more than the handler knows.
#[derive(Clone, Copy, Debug)]
struct Decided;

/// Keeps handlers inside from refusing the request, because the protection of their router may allow
/// it: by its own origins, or because it only reports.
#[cold]
pub(crate) fn mark_decided<B>(request: &mut Request<B>) {
    request.extensions_mut().insert(Decided);
}

/// Whether a layer outside has decided about the request.
#[cfg(feature = "axum")]
pub(crate) fn is_decided(request: &Extensions) -> bool {
    request.get::<Decided>().is_some()
}

/// Marks a request as logged.
#[cold]
pub(crate) fn mark_reported<B>(request: &mut Request<B>) {
    request.extensions_mut().insert(Reported);
}
