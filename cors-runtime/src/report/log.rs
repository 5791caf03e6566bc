//! Log events of refusals: target `cors`, level DEBUG; for the first refused writes, and the first
//! failures of predicates, WARN.

#[cfg(feature = "tracing")]
pub(super) use self::events::{
    emit, emit_held, emit_left_to_edge, emit_undecided, emit_without_policy, is_enabled,
    is_enabled_for_warnings,
};

#[cfg(not(feature = "tracing"))]
pub(super) use self::silent::{
    emit, emit_held, emit_left_to_edge, emit_undecided, emit_without_policy, is_enabled,
    is_enabled_for_warnings,
};

#[cfg(feature = "tracing")]
mod events {
    use http::StatusCode;
    use tracing::{Level, debug, enabled, warn};

    use crate::decision::Refusal;
    use crate::head::Head;
    use crate::origins::Failure;
    use crate::policy::Registration;
    use crate::report::first::{is_first, is_first_failure};
    use crate::report::words::{AllowedList, Escaped, Requested};

    /// Whether a subscriber takes the events.
    #[inline]
    pub(in crate::report) fn is_enabled() -> bool {
        enabled!(target: "cors", Level::DEBUG)
    }

    /// Whether a subscriber takes at least the warnings.
    pub(in crate::report) fn is_enabled_for_warnings() -> bool {
        enabled!(target: "cors", Level::WARN)
    }

    /// Emits the event of one refusal. `outcome` is the message.
    pub(in crate::report) fn emit(outcome: &'static str, refusal: &Refusal<'_>) {
        let location = refusal.location();
        let step = match refusal {
            Refusal::Method { .. } => "method",
            Refusal::Origin { .. } | Refusal::Held { .. } => "origin",
            Refusal::Headers { .. } => "headers",
        };
        debug!(
            target: "cors",
            handler = location.map(|handler| handler.path),
            file = location.map(|handler| handler.file),
            line = location.map(|handler| handler.line),
            step,
            requested = %Requested(refusal),
            allowed = %AllowedList(refusal),
            "{outcome}"
        );
    }

    /// Emits the event of a refused request. A refused write is a warning, the first time for its
    /// origin and handler.
    pub(in crate::report) fn emit_held(
        outcome: &'static str,
        refusal: &Refusal<'_>,
        head: &Head<'_>,
    ) {
        let Refusal::Held { rule, .. } = refusal else {
            return emit(outcome, refusal);
        };
        let location = refusal.location();
        macro_rules! event {
            ($level:ident) => {
                $level!(
                    target: "cors",
                    handler = location.map(|handler| handler.path),
                    file = location.map(|handler| handler.file),
                    line = location.map(|handler| handler.line),
                    rule = rule.as_str(),
                    path = %Escaped(head.path().as_bytes()),
                    requested = %Requested(refusal),
                    allowed = %AllowedList(refusal),
                    "{outcome}"
                )
            };
        }
        if head.writes_or_opens_socket() && is_first(refusal, head) {
            event!(warn);
        } else {
            event!(debug);
        }
    }

    /// Emits the event of a predicate that could not decide. A fault of the server is a warning, the
    /// first time for its handler.
    pub(in crate::report) fn emit_undecided(
        policy: &Registration,
        failure: Failure,
        status: StatusCode,
        head: &Head<'_>,
    ) {
        let location = policy.location();
        let origin = head.origin().map_or(&b""[..], |origin| origin.as_bytes());
        macro_rules! event {
            ($level:ident) => {
                $level!(
                    target: "cors",
                    handler = location.path,
                    file = location.file,
                    line = location.line,
                    path = %Escaped(head.path().as_bytes()),
                    requested = %Escaped(origin),
                    status = status.as_u16(),
                    reason = %failure,
                    "predicate failed"
                )
            };
        }
        if status.is_server_error() && is_first_failure(location, failure, head) {
            event!(warn);
        } else {
            event!(debug);
        }
    }

    /// Emits the event of a cross-origin request to a route without a policy.
    pub(in crate::report) fn emit_without_policy(head: &Head<'_>) {
        let origin = head.origin().map_or(&b""[..], |origin| origin.as_bytes());
        debug!(
            target: "cors",
            path = %Escaped(head.path().as_bytes()),
            requested = %Escaped(origin),
            "no policy"
        );
    }

    /// Emits the event of a preflight that a gateway should have answered.
    pub(in crate::report) fn emit_left_to_edge(head: &Head<'_>) {
        let origin = head.origin().map_or(&b""[..], |origin| origin.as_bytes());
        debug!(
            target: "cors",
            path = %Escaped(head.path().as_bytes()),
            requested = %Escaped(origin),
            "preflight left to the edge"
        );
    }
}

#[cfg(not(feature = "tracing"))]
mod silent {
    use http::StatusCode;

    use crate::decision::Refusal;
    use crate::head::Head;
    use crate::origins::Failure;
    use crate::policy::Registration;

    #[inline]
    pub(in crate::report) fn is_enabled() -> bool {
        false
    }

    pub(in crate::report) fn is_enabled_for_warnings() -> bool {
        false
    }

    pub(in crate::report) fn emit(_: &'static str, _: &Refusal<'_>) {}

    pub(in crate::report) fn emit_held(_: &'static str, _: &Refusal<'_>, _: &Head<'_>) {}

    pub(in crate::report) fn emit_undecided(
        _: &Registration,
        _: Failure,
        _: StatusCode,
        _: &Head<'_>,
    ) {
    }

    pub(in crate::report) fn emit_without_policy(_: &Head<'_>) {}

    pub(in crate::report) fn emit_left_to_edge(_: &Head<'_>) {}
}
