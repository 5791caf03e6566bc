//! The responses of handlers with a policy, as they go over the wire. The tests have the names of the
//! rows and headers of the README's table, so that `cargo test vary` runs those of `Vary`.
//!
//! A table has rows of a name, a request and the response to it, in the notation of
//! `cors_test_support`. A failure prints all rows that went wrong. Expected messages are snapshots,
//! which `UPDATE_EXPECT=1 cargo test --test wire` writes anew.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]
#![allow(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

mod actual;
mod around;
mod at_the_edge;
mod default_policy;
mod diagnostics;
mod enforce;
mod fallback;
mod handlers;
mod held;
mod layers;
mod login;
mod policies;
mod policies_as_json;
mod preflight;
mod protect;
mod refusals;
mod router;
mod services;
mod shared;
