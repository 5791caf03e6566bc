//! A job board, as an axum developer has it: a login with sessions, jobs, an admin's part, uploads, a
//! feed and files, for pages of other origins.
//!
//! [`routing`] has its routes several times: first with tower-http's `CorsLayer`, then step by step
//! with policies. The tests send the same requests to every step.

#![allow(
    clippy::missing_errors_doc,
    reason = "the errors of handlers are responses, and a table of the tests has them all"
)]

pub mod account;
pub mod document;
pub mod handlers;
pub mod policies;
pub mod routing;
pub mod settings;
pub mod state;
