//! axum's side: handlers that carry their policy, the routes of a path, a router.

mod handler;
mod path;
mod router;
mod routes;

pub use self::router::CorsRouter;
pub use self::routes::{Routes, Served, assert_serves_other_methods, on, without_cors};
