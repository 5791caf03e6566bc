//! The whole contract between generated code and this crate. Nothing here is for users.

pub use cors_macros::{__policies, __routes};
pub use cors_rules::Key;

pub use crate::origins::{OriginSource, OriginsFrom, origins_from};
pub use crate::policy::{Policy, assert_keeps_rules, with_opt_outs, without_set};

pub use crate::axum::{
    Companion, HandlerSource, Methods, NOTHING_SERVED, PolicyCell, Served,
    assert_serves_other_methods, on, policies_of, without_cors,
};
