#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod compiled;
mod layer;
mod origins;
mod preflight;
mod requested_headers;
mod response;

#[cfg(feature = "axum")]
mod axum;

#[doc(hidden)]
pub mod __private;

#[cfg(feature = "axum")]
pub use crate::axum::{CorsRouter, Routes};
#[doc = include_str!("../docs/cors.md")]
pub use cors_macros::cors;
pub use cors_policy::Rule;
