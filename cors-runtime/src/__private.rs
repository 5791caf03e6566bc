//! The whole contract between generated code and this crate. Nothing here is for users.

#[cfg(all(feature = "utoipa", not(rust_analyzer)))]
pub use cors_macros::__documented;
#[cfg(not(rust_analyzer))]
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

#[cfg(all(feature = "utoipa", rust_analyzer))]
pub use crate::__documented_for_editor as __documented;
#[cfg(rust_analyzer)]
pub use crate::axum::editor;
#[cfg(rust_analyzer)]
pub use crate::{__policies_for_editor as __policies, __routes_for_editor as __routes};
