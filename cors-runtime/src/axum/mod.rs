//! axum: handlers that carry their policy, the routes of a path, a router.

mod companion;
mod diagnostics;
mod handler;
mod handler_source;
mod path;
mod predicate;
mod router;
mod routes;

pub use self::companion::{Companion, PolicyCell};
pub use self::handler_source::{HandlerSource, Methods};
pub use self::router::CorsRouter;
pub use self::routes::{
    NOTHING_SERVED, Routes, Served, assert_serves_other_methods, on, without_cors,
};
