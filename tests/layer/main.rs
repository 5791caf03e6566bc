//! `Policy::layer()` around what is no handler. That it answers as the attribute does is in
//! `wire`, whose rows are sent to both; here is where it stands, and what stands in it.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

#[path = "../wire/exchange.rs"]
mod exchange;

mod example;
mod files;
mod places;
mod policies;
mod services;
