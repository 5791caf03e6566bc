//! Calls of the user's predicate.

use cors_rules::Origin;
use http::request::Parts;

use super::source::Panicked;
use super::{AllowedOrigins, Predicate};
use crate::head::Head;

impl AllowedOrigins {
    /// Calls the user's predicate for the origin of a request, unless the list allows that already
    /// or it is not valid.
    ///
    /// # Errors
    ///
    /// If the predicate panics.
    pub(crate) async fn evaluate(
        &self,
        request: &Parts,
    ) -> Result<Predicate, Panicked> {
        let Self::Several(list, Some(from)) = self else {
            return Ok(Predicate::Denies);
        };
        let origin = Head::of_parts(request).origin();
        let unlisted = origin.filter(|value| !list.contains(value));
        let Some(origin) = unlisted.and_then(|value| Origin::parse(value.as_bytes())) else {
            return Ok(Predicate::Denies);
        };
        Ok(if from.evaluate(&origin, request).await? {
            Predicate::Allows
        } else {
            Predicate::Denies
        })
    }
}
