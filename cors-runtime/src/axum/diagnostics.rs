//! Reasons in the responses to refused preflights.

use axum::body::Body;

use crate::response::Reasons;

/// Whether responses to refused preflights carry the reason.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Diagnostics(pub(super) bool);

impl Reasons<Body> for Diagnostics {
    fn are_given(&self) -> bool {
        self.0
    }

    fn body(&self, reason: Option<String>) -> Body {
        reason.map_or_else(Body::empty, Body::from)
    }
}
