#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
// The half of the core that only handlers use.
#![cfg_attr(not(feature = "axum"), allow(dead_code, unreachable_pub))]

mod compiled;
mod described;
mod errors;
mod header_value;
mod layer;
mod note;
mod origin_list;
mod origin_set;
mod origins;
mod origins_from;
mod policy;
mod preflight;
mod refusal;
mod requested_headers;
mod response;
mod same_origin;

#[cfg(feature = "axum")]
mod axum;

#[cfg(feature = "axum")]
#[doc(hidden)]
pub mod __private;

/// For cors-testing, which enables the feature `probe`: no other crate may rely on it.
#[doc(hidden)]
pub mod __probe {
    pub use crate::described::Handler as HandlerLocation;
    pub use crate::note::{Finding, Probe, Refused};
}

#[cfg(feature = "axum")]
pub use crate::axum::{CorsRouter, Routes};
#[cfg(feature = "axum")]
pub use crate::described::{HandlerPolicy, Policies};
pub use crate::errors::{PolicyError, PolicyErrors};
pub use crate::layer::{PolicyFuture, PolicyLayer, PolicyService};
pub use crate::origin_set::OriginSet;
pub use crate::policy::Policy;
#[cfg(feature = "axum")]
#[doc = include_str!("../docs/cors.md")]
pub use cors_macros::cors;
pub use cors_rules::{Host, Origin, Rule};
