//! Refused preflights in words.

use axum::body::Body;

use crate::response::preflight::Explain;

/// Whether a refused preflight is answered with the reason.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Diagnostics(pub(super) bool);

impl Explain<Body> for Diagnostics {
    fn is_wanted(&self) -> bool {
        self.0
    }

    fn body(&self, reason: Option<String>) -> Body {
        reason.map_or_else(Body::empty, Body::from)
    }
}
