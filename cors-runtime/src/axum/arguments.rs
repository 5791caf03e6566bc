//! The arguments of [`CorsRouter`](crate::CorsRouter), as traits so that the compiler names the mistake.

use super::around::HandlerPolicies;
use super::routes::Routes;

/// The argument of [`CorsRouter::route`](crate::CorsRouter::route): [`routes!`](crate::routes!), a
/// [`MethodRouter`](axum::routing::MethodRouter) of axum, or another type that is `Into<Routes<S>>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no handlers for `route`",
    label = "neither `routes![..]` nor a `MethodRouter`",
    note = "`policies!` registers nothing: pass `routes![..]`",
    note = "pass `documented![..]` to `CorsRouter::documented`, which takes the paths from the handlers",
    note = "a handler with `#[cors]`: `routes![handler]`; a plain one: `get(handler)`"
)]
pub trait IntoRoutes<S> {
    #[doc(hidden)]
    fn into_routes(self) -> Routes<S>;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Routes<S>>, S> IntoRoutes<S> for T {
    fn into_routes(self) -> Routes<S> {
        self.into()
    }
}

/// The argument of [`CorsRouter::with_policies`](crate::CorsRouter::with_policies), which is always
/// [`HandlerPolicies`], from [`policies!`](crate::policies!).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of handlers for `with_policies`",
    label = "not `policies![..]`",
    note = "write `policies![..]` with the same handlers: `routes!` registers them, and here they are registered already",
    note = "for a constant or another `Policy`: `with_policy`"
)]
pub trait IntoPolicies: sealed::Sealed {
    #[doc(hidden)]
    fn into_policies(self) -> HandlerPolicies;
}

impl IntoPolicies for HandlerPolicies {
    fn into_policies(self) -> HandlerPolicies {
        self
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::HandlerPolicies {}
}
