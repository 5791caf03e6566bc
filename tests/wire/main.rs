//! What goes over the wire, row by row: each table names its cases, and a failure prints the names
//! of all that went wrong.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod actual;
mod arrangements;
mod diagnostics;
mod enforce;
mod exchange;
mod handlers;
mod layers;
mod policies;
mod preflight;
mod refusals;
mod router;
mod shared;
