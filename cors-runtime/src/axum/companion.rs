//! What `#[cors]` puts beside a handler: a type of its name, with room for its policy.

use std::sync::OnceLock;

use crate::compiled::CompiledPolicy;

/// Where the policy of one handler stays, once it is registered. There it is a pointer: an empty
/// lock isn't zero, so that all of it is part of the program's file, for every handler.
#[derive(Debug)]
pub struct PolicyCell(OnceLock<Box<CompiledPolicy>>);

impl PolicyCell {
    #[allow(
        missing_docs,
        clippy::declare_interior_mutable_const,
        reason = "for generated code, which makes a static of it"
    )]
    pub const EMPTY: Self = Self(OnceLock::new());

    /// The policy, if the handler has been registered.
    pub(crate) fn get(&self) -> Option<&CompiledPolicy> {
        self.0.get().map(|policy| &**policy)
    }

    /// The policy, which the first registration makes.
    pub(crate) fn get_or_try<E>(
        &self,
        make: impl FnOnce() -> Result<CompiledPolicy, E>,
    ) -> Result<&CompiledPolicy, E> {
        match self.0.get() {
            Some(policy) => Ok(policy),
            None => make().map(|policy| &**self.0.get_or_init(|| Box::new(policy))),
        }
    }
}

/// The type beside a handler with `#[cors]`, which has its name.
pub trait Companion: 'static {
    #[allow(missing_docs, reason = "for generated code")]
    const CELL: &'static PolicyCell;
}

/// What `routes!` asks for. It stands in front of [`Companion`] so that the compiler, which lists
/// the types that do have a trait, has nothing to list.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors]` attribute",
    label = "no `#[cors]` on this function",
    note = "write `#[cors(origins = [\"https://app.example.com\"], methods = [GET])]` above it",
    note = "or, for same-origin pages alone, register it as in plain axum: `.route(path, get(handler))`"
)]
pub trait Annotated: Companion {}

#[diagnostic::do_not_recommend]
impl<C: Companion> Annotated for C {}
