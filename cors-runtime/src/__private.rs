//! The whole contract between generated code and this crate. Nothing here is for users.

#[cfg(feature = "utoipa")]
pub use cors_macros::__documented;
pub use cors_macros::{__policies, __routes};
pub use cors_rules::Key;

pub use crate::origins::{OriginSource, OriginsFrom, origins_from};
pub use crate::policy::{
    Policy, allows_header, assert_keeps_rules, has_credentials, serves_post, with_opt_outs,
    without_set,
};

pub use crate::axum::{
    Companion, MakeOriginsFrom, Methods, NOTHING_SERVED, Served, Unannotated,
    assert_serves_other_methods, methods_of, on, policies_of, unannotated,
};
#[cfg(feature = "utoipa")]
pub use crate::axum::{documented, with_operation};
