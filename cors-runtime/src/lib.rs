#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
// Some items are public for generated code only, and there is none without axum.
#![cfg_attr(not(feature = "axum"), allow(unreachable_pub))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod decision;
mod errors;
pub mod guide;
mod head;
mod header_value;
pub mod headers;
mod layer;
mod origins;
mod policy;
mod protection;
mod report;
mod response;

#[cfg(feature = "axum")]
mod axum;

#[cfg(feature = "axum")]
#[doc(hidden)]
pub mod __private;

/// For cors-testing, which enables the feature `probe`: no other crate may rely on it.
#[doc(hidden)]
pub mod __probe {
    pub use crate::policy::HandlerLocation;
    pub use crate::report::probe::{Finding, Probe, Refused};
}

#[cfg(feature = "utoipa")]
pub use crate::axum::Documented;
#[cfg(feature = "axum")]
pub use crate::axum::{
    CorsRouter, HandlerPolicies, IntoFallback, IntoPolicies, IntoRoutes, Routes,
};
pub use crate::errors::{PolicyError, PolicyErrors};
pub use crate::layer::{
    DiagnosticsLayer, DiagnosticsService, PolicyFuture, PolicyLayer, PolicyService,
    ProtectionLayer, ProtectionService,
};
pub use crate::origins::OriginSet;
#[cfg(feature = "serde")]
pub use crate::policy::PolicyConfig;
pub use crate::policy::{HandlerPolicy, PlainRoute, Policies, Policy, RouteProtection};
pub use crate::protection::{Protection, RefusalRule, Refused};
#[cfg(all(feature = "axum", rust_analyzer))]
#[doc = include_str!("../docs/cors.md")]
pub use cors_macros::__cors_for_editor as cors;
#[cfg(all(feature = "axum", not(rust_analyzer)))]
#[doc = include_str!("../docs/cors.md")]
pub use cors_macros::cors;
pub use cors_rules::{Host, Origin, Rule};
