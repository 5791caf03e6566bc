//! Companions. For each handler, `#[cors]` generates a type of the same name, with a cell for the
//! handler's policy.

use std::sync::OnceLock;

use super::handler_source::{HandlerSource, Methods};
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
    const SOURCE: HandlerSource;
}

/// The bound of `routes!`: the function has the companion `C`.
///
/// Of the function, so that there is no error if the compiler has one about the function already.
/// Blanket-implemented over [`Companion`], so that rustc does not append "the following types
/// implement trait" to our message.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors]` attribute",
    label = "no `#[cors]` on this function",
    note = "write `#[cors(origins = [\"https://app.example.com\"], methods = [GET])]` above it",
    note = "or, for pages of the same origin only, register it as in plain axum: `.route(path, get(handler))`",
    note = "or give its path a policy with `with_policy`"
)]
pub trait Annotated<C> {
    /// `C`, which is one.
    type Companion: Companion;
}

#[diagnostic::do_not_recommend]
impl<H, C: Companion> Annotated<C> for H {
    type Companion = C;
}

/// The stand-in for the companion of a handler without `#[cors]`, for `routes!`.
#[derive(Debug)]
pub enum Unannotated {
    #[allow(
        missing_docs,
        non_camel_case_types,
        reason = "the variant of the companions"
    )]
    handler_is_not_registered_with_routes,
}

/// For an import of everything: a name that is imported singly hides it.
pub mod unannotated {
    /// The name is part of the compiler's error about a module with the name of a handler.
    pub use super::Unannotated as name_the_handler_inside_of_this_module;
}

/// The companions and their stand-in, which is no error of its own where methods are compared.
pub trait ServesMethods {
    #[allow(missing_docs, reason = "for generated code")]
    const METHODS: Methods;
}

impl<C: Companion> ServesMethods for C {
    const METHODS: Methods = C::SOURCE.methods();
}

impl ServesMethods for Unannotated {
    const METHODS: Methods = Methods(0);
}
