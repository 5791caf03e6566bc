//! Guides, one for each question that the reference leaves open. Every example is compiled.
//!
//! | guide | subject |
//! |---|---|
//! | [`policies`] | sharing a policy between handlers, overriding parts of it, warnings |
//! | [`origins`] | development origins, sets, predicates |
//! | [`layers`] | layers inside and outside CORS, `Policy::layer`, fallbacks, tonic, hyper |
//! | [`refusals`] | the log, the browser's console, the table of policies |
//! | [`testing`] | a browser in `cargo test` |
//! | [`wire`] | requests and responses in detail |
//! | [`proxies`] | nginx and development proxies |
//! | [`faq`] | frequent questions, and errors of the compiler |
//!
//! The keys of the attribute are documented at [`#[cors]`](macro@crate::cors).

#[doc = include_str!("../docs/guide/policies.md")]
pub mod policies {}

#[doc = include_str!("../docs/guide/origins.md")]
pub mod origins {}

#[doc = include_str!("../docs/guide/layers.md")]
pub mod layers {}

#[doc = include_str!("../docs/guide/refusals.md")]
pub mod refusals {}

#[doc = include_str!("../docs/guide/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/guide/wire.md")]
pub mod wire {}

#[doc = include_str!("../docs/guide/proxies.md")]
pub mod proxies {}

#[doc = include_str!("../docs/guide/faq.md")]
pub mod faq {}
