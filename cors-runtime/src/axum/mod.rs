//! axum: handlers that carry their policy, the routes of a path, a router.

mod companion;
mod diagnostics;
mod handler;
mod path;
mod predicate;
mod router;
mod routes;
mod written;

pub use self::companion::{Companion, Slot};
pub use self::router::CorsRouter;
pub use self::routes::{Routes, Served, assert_serves_other_methods, on, without_cors};
pub use self::written::{Methods, Written};
