//! The routes, before the migration, in each of its steps, and afterwards. Compare two neighbours to
//! see a step: one imports from an earlier one the functions that it does not change. The handlers are the same in all of them: until `routes!`, `documented!` or `policies!` has
//! a handler, its `#[cors]` has no effect.

pub mod around;
pub mod finished;
pub mod session;
pub mod step_0_cors_layer;
pub mod step_1_cors_router;
pub mod step_2_jobs;
pub mod step_3_handlers;
pub mod step_4_services;

mod old;
