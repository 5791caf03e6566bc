//! What CORS costs a request, in axum alone, by hand, with cors-runtime and with tower-http.
//!
//! `contestants` and `workloads` say what is measured, once for everything; the benches beside this
//! library measure it (`allocations`, `instructions`, `times`); `limits` says what must hold, and
//! `page` writes all of it into `docs/benchmarks.md`.

pub mod by_hand;
pub mod contestants;
pub mod costs;
pub mod limits;
pub mod page;
pub mod plot;
pub mod service;
pub mod workloads;
