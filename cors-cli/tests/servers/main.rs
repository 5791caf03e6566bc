//! `cors explain URL` against broken servers: the recipes that people copy, each with its cause.
//!
//! `node.js`, `python.py`, `nginx.conf` and `rust.rs` have the recipes. One process has all of a
//! language. A language that is not installed is skipped, except where `CI=true`.

mod nginx;
mod node;
mod python;
mod row;
mod rust;
mod script;
