//! Companions: for each handler, `#[cors]` generates a type of the same name, which carries the
//! attribute.
//!
//! The compiler checks a string literal fastest, so the attribute is text, and what few attributes have
//! are constants with a default.

use super::methods::Methods;
use crate::origins::OriginsFrom;
use crate::policy::Policy;

/// Implemented by the type that `#[cors]` generates, which has the name of the handler.
pub trait Companion: 'static {
    /// The type itself. The compiler takes its mention for a use, and so warns about the variant, which
    /// nothing uses until the handler is registered.
    type Own;

    /// The bits of the methods, the line and the file of the handler, and the keys in the format of
    /// [`cors_rules::source`].
    const TEXT: &'static str;

    /// Replaces the keys if the attribute uses constants.
    const POLICY: Option<&'static Policy<'static>> = None;

    /// The methods, which are those of the text unless a constant has them.
    const METHODS: Methods = Methods::of_text(Self::TEXT);

    /// The source of `origins_from`, as a function because a constant cannot hold every source.
    const ORIGINS_FROM: MakeOriginsFrom = None;

    /// Whether the handler takes a `WebSocketUpgrade`.
    const WEB_SOCKET: bool = false;
}

/// Makes the source of `origins_from`, if there is one.
pub type MakeOriginsFrom = Option<fn() -> OriginsFrom>;

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
    const METHODS: Methods = C::METHODS;
}

impl ServesMethods for Unannotated {
    const METHODS: Methods = Methods(0);
}
