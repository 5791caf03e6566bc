//! Reports of decisions: log events, and findings for a test browser.
//!
//! Without a listener a request costs one look at each kind of them.

mod log;
pub(crate) mod probe;
mod words;

use http::{Extensions, Request};

use self::probe::Probe;
use crate::decision::{Decision, Grant, Refusal};
use crate::head::Head;

/// Request extension: an outer policy has logged this request. Inner ones do not, because the outer
/// one overwrites their headers.
#[derive(Clone, Copy, Debug)]
struct Reported;

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
    pub(crate) fn of(request: &'a Extensions) -> Option<Self> {
        let logs = log::is_enabled();
        let probe = Probe::of(request);
        if !logs && probe.is_none() {
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
            Decision::Preflight(Err(refusal)) => self.refused("preflight refused", refusal),
            Decision::Refused(refusal) => self.refused("request refused", refusal),
            Decision::Forward(Some(grant)) => self.forwarded(grant, head),
            Decision::Forward(None) => {}
        }
    }

    /// Reports the response to an actual request, which the browser may hide.
    #[cold]
    pub(crate) fn forwarded(&self, grant: &Grant, head: &Head<'_>) {
        if grant.is_hidden(head) {
            let refusal = Refusal::of_origin(head, &grant.policy);
            if !self.is_reported {
                self.log("answer hidden", &refusal);
            }
            if let Some(probe) = self.probe {
                probe.refused(&refusal);
            }
        } else if let Some(probe) = self.probe {
            probe.granted(&grant.policy);
        }
    }

    /// Whether policies inside have to be kept from logging the same request.
    pub(crate) fn must_mark(&self, decision: &Decision<'_>) -> bool {
        self.logs && !self.is_reported && matches!(decision, Decision::Forward(Some(_)))
    }

    fn refused(&self, outcome: &'static str, refusal: &Refusal<'_>) {
        self.log(outcome, refusal);
        if let Some(probe) = self.probe {
            probe.refused(refusal);
        }
    }

    fn log(&self, outcome: &'static str, refusal: &Refusal<'_>) {
        if self.logs {
            log::emit(outcome, refusal);
        }
    }
}

/// Marks a request as logged.
#[cold]
pub(crate) fn mark_reported<B>(request: &mut Request<B>) {
    request.extensions_mut().insert(Reported);
}
