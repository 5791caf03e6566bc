//! Log events of refusals: target `cors`, level DEBUG.

#[cfg(feature = "tracing")]
use super::words::{AllowedList, Requested};
use crate::decision::Refusal;

/// Whether a subscriber takes the events.
#[cfg(feature = "tracing")]
pub(super) fn is_enabled() -> bool {
    tracing::enabled!(target: "cors", tracing::Level::DEBUG)
}

#[cfg(not(feature = "tracing"))]
pub(super) fn is_enabled() -> bool {
    false
}

/// Emits the event of one refusal. `outcome` is the message.
#[cfg(feature = "tracing")]
pub(super) fn emit(outcome: &'static str, refusal: &Refusal<'_>) {
    let location = refusal.location();
    let step = match refusal {
        Refusal::Method { .. } => "method",
        Refusal::Origin { .. } => "origin",
        Refusal::Headers { .. } => "headers",
    };
    tracing::debug!(
        target: "cors",
        handler = location.map(|handler| handler.path),
        file = location.map(|handler| handler.file),
        line = location.map(|handler| handler.line),
        step,
        asked = %Requested(refusal),
        allowed = %AllowedList(refusal),
        "{outcome}"
    );
}

#[cfg(not(feature = "tracing"))]
pub(super) fn emit(_: &'static str, _: &Refusal<'_>) {}
