//! axum: handlers that carry their policy, the routes of a path, a router.

mod arguments;
mod around;
mod companion;
mod diagnostics;
#[cfg(feature = "utoipa")]
mod document;
/// For rust-analyzer, which sets the `cfg`.
#[cfg(rust_analyzer)]
pub mod editor;
#[cfg(all(test, not(rust_analyzer)))]
mod editor;
mod fallback;
mod handler;
mod handler_source;
mod methods;
#[cfg(feature = "utoipa")]
mod openapi;
mod path;
mod pattern;
mod predicate;
mod registered;
mod router;
mod routes;
mod shell;

pub use self::arguments::{IntoPolicies, IntoRoutes};
pub use self::around::{HandlerPolicies, policies_of};
pub use self::companion::{Companion, MakeOriginsFrom, Unannotated, unannotated};
pub use self::fallback::IntoFallback;
pub use self::methods::Methods;
#[cfg(feature = "utoipa")]
pub use self::openapi::{Documented, documented, with_operation};
pub use self::router::CorsRouter;
pub use self::routes::{
    NOTHING_SERVED, Routes, Served, assert_serves_other_methods, methods_of, on,
};
