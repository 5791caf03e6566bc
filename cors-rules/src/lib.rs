//! The rules of a CORS policy, shared by `cors-macros` and `cors-runtime`.
//!
//! The crate has no dependencies and its checks are `const fn`s, including the lookup in the public
//! suffix list. One definition of each rule therefore serves the `#[cors]` attribute (exact spans,
//! every error at once), const evaluation and the start of a program. Applications depend on
//! `cors-runtime`, which re-exports the types that they need.
//!
//! - [`Origin`] and [`Pattern`]: an origin as browsers send it, and an entry of an allowlist.
//! - [`Policy`]: the policy of one handler as plain data, with its [violations](Policy::violations).
//! - [`Protection`]: the own and the trusted origins of an application, likewise.
//! - [`check`]: the rules, key by key.
//! - [`requested_headers`]: the bounds of what a preflight may ask for.
//! - [`Rule`]: every rule by name, with its message.
//! - [`Key`] and [`OptOut`]: the names that the attribute accepts.
//! - [`meant`]: the keys that are meant with names of other libraries, and with typos.
//! - [`source`]: the text in which the macro passes an attribute to the runtime.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod bytes;
mod canonical;
pub mod check;
mod fault;
mod header;
mod host;
mod key;
pub mod meant;
mod method;
mod opt_out;
mod origin;
mod policy;
mod protection;
mod public_suffix;
pub mod requested_headers;
mod rule;
pub mod source;
mod text;
mod violation;

pub use check::Place;
pub use header::{
    header_prefix, is_covered_by_prefix, is_covered_by_wildcard, is_forbidden_in_requests,
    is_forbidden_in_responses, is_token,
};
pub use host::{Host, is_loopback};
pub use key::Key;
pub use method::{Method, is_forbidden_method};
pub use opt_out::{OptOut, Tolerance};
pub use origin::{Origin, Pattern, Port};
pub use policy::{Policy, ServedBy};
pub use protection::{Protection, ProtectionKey};
pub use public_suffix::is_public_suffix;
pub use rule::Rule;
pub use text::Text;
pub use violation::Violation;
