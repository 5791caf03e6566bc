//! What holds whatever comes in. libFuzzer tries it on what it finds, `tests/fuzz.rs` on the seeds
//! and on mutations of them.

pub mod explain;
pub mod origin;
pub mod requested_headers;
mod service;
