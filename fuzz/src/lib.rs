//! Properties that hold for every input. libFuzzer checks them on inputs that it generates,
//! `tests/fuzz.rs` on the seeds and on mutations of them.

pub mod explain;
pub mod origin;
pub mod paste;
pub mod requested_headers;
mod service;
