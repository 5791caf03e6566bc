//! axum: handlers that carry their policy, the routes of a path, a router.

mod around;
mod companion;
mod diagnostics;
mod fallback;
mod handler;
mod handler_source;
mod path;
mod pattern;
mod predicate;
mod router;
mod routes;
mod shell;

pub use self::around::{HandlerPolicies, policies_of};
pub use self::companion::{Companion, PolicyCell};
pub use self::fallback::IntoFallback;
pub use self::handler_source::{HandlerSource, Methods};
pub use self::router::CorsRouter;
pub use self::routes::{
    NOTHING_SERVED, Routes, Served, assert_serves_other_methods, on, without_cors,
};
