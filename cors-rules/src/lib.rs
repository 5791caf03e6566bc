//! What a CORS policy is, and what makes it valid.
//!
//! The crate has no dependencies and its checks are `const fn`s, the public suffix list included,
//! so that one definition of each rule serves the `#[cors]` attribute (exact spans, every error at
//! once), the compiler's const evaluation and a program's start. Users depend on `cors-runtime`,
//! which re-exports what they need.
//!
//! - [`Pattern`] and [`Origin`]: an entry of an allow list, and what a browser sends.
//! - [`Policy`]: plain data, the policy of one handler, which knows its [`Violation`]s.
//! - [`check`]: the rules, key by key.
//! - [`Rule`]: every rule by name, with its message.
#![no_std]
#![forbid(unsafe_code)]

mod bytes;
mod canonical;
pub mod check;
mod fault;
mod header;
mod host;
mod key;
mod method;
mod origin;
mod policy;
mod public_suffix;
mod rule;
mod text;
mod violation;

pub use check::Place;
pub use header::{is_forbidden_in_requests, is_forbidden_in_responses, is_token};
pub use host::Host;
pub use key::Key;
pub use method::Method;
pub use origin::{Origin, Pattern, Port};
pub use policy::{Policy, Tolerance};
pub use public_suffix::is_public_suffix;
pub use rule::Rule;
pub use text::Text;
pub use violation::Violation;
