//! Companions. For each handler, `#[cors]` generates a type of the same name, with a cell for the
//! handler's policy.

use std::sync::OnceLock;

use crate::policy::Registration;

/// Holds the policy of one handler, once the handler is registered.
///
/// Boxed because an empty `OnceLock` is not all zeros: inline, the space for a policy would be part
/// of `.data` instead of `.bss`, for every handler.
#[derive(Debug)]
pub struct PolicyCell(OnceLock<Box<Registration>>);

impl PolicyCell {
    #[allow(
        missing_docs,
        clippy::declare_interior_mutable_const,
        reason = "for generated code, which makes a static of it"
    )]
    pub const EMPTY: Self = Self(OnceLock::new());

    /// The policy, if the handler has been registered.
    pub(crate) fn get(&self) -> Option<&Registration> {
        self.0.get().map(|policy| &**policy)
    }

    /// The policy. The first registration compiles it with `make`.
    ///
    /// # Errors
    ///
    /// The errors of `make`.
    pub(crate) fn get_or_try<E>(
        &self,
        make: impl FnOnce() -> Result<Registration, E>,
    ) -> Result<&Registration, E> {
        match self.0.get() {
            Some(policy) => Ok(policy),
            None => make().map(|policy| &**self.0.get_or_init(|| Box::new(policy))),
        }
    }
}

/// Implemented by the type that `#[cors]` generates, which has the name of the handler.
pub trait Companion: 'static {
    #[allow(missing_docs, reason = "for generated code")]
    const CELL: &'static PolicyCell;
}

/// The bound of `routes!`.
///
/// Blanket-implemented over [`Companion`], so that rustc does not append "the following types
/// implement trait" to our message.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors]` attribute",
    label = "no `#[cors]` on this function",
    note = "write `#[cors(origins = [\"https://app.example.com\"], methods = [GET])]` above it",
    note = "or, for pages of the same origin only, register it as in plain axum: `.route(path, get(handler))`"
)]
pub trait Annotated: Companion {}

#[diagnostic::do_not_recommend]
impl<C: Companion> Annotated for C {}
