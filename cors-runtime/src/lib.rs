#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod compiled;
mod layer;
mod origins;
mod preflight;
mod requested_headers;
mod response;

mod axum;

#[doc(hidden)]
pub mod __private;

pub use crate::axum::{CorsRouter, Routes};
#[doc = include_str!("../docs/cors.md")]
pub use cors_macros::cors;
pub use cors_policy::Rule;
