//! The whole contract between generated code and this crate. Nothing here is for users.

pub use cors_macros::__routes;
pub use cors_policy::{Method, Policy};

pub use crate::compiled::{Companion, StaticPolicy};

pub use crate::axum::{Served, assert_serves_other_methods, on, without_cors};
