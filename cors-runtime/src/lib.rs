#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
// The half of the core that only handlers use.
#![cfg_attr(not(feature = "axum"), allow(dead_code, unreachable_pub))]

mod errors;
mod head;
mod header_value;
mod layer;
mod note;
mod origins;
mod policy;
mod report;
mod response;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "axum")]
mod axum;

#[cfg(feature = "axum")]
#[doc(hidden)]
pub mod __private;

#[cfg(feature = "axum")]
pub use crate::axum::{CorsRouter, Routes};
pub use crate::errors::{PolicyError, PolicyErrors};
pub use crate::layer::{PolicyFuture, PolicyLayer, PolicyService};
pub use crate::origins::set::OriginSet;
pub use crate::policy::Policy;
#[cfg(feature = "axum")]
pub use crate::policy::summary::{HandlerPolicy, Policies};
#[cfg(feature = "axum")]
#[doc = include_str!("../docs/cors.md")]
pub use cors_macros::cors;
pub use cors_rules::{Host, Origin, Rule};
