//! The cost of CORS for a request: axum alone, headers by hand, cors-runtime and tower-http.
//!
//! [`peers`] and [`workloads`] define once for all benches who is compared and with which requests.
//! The benches beside this library (`allocations`, `instructions`, `times`) measure [`costs`],
//! [`limits`] holds them, and [`report`] writes them into `docs/benchmarks.md`.

pub mod by_hand;
pub mod costs;
pub mod limits;
pub mod peers;
pub mod report;
pub mod service;
pub mod workloads;
