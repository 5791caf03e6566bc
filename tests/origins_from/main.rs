//! Dynamic origins: sets, and predicates about the origin of a request.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod extractors;
mod policy;
mod predicate;
mod set;
