//! The handlers, a module for each resource.

pub mod admin;
pub mod feed;
pub mod health_check;
pub mod jobs;
pub mod session;
pub mod uploads;

pub use self::health_check::*;

use axum::http::StatusCode;

/// The response to paths that do not exist.
pub async fn not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "no such path")
}
