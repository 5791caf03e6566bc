//! Origins that are known only when the program runs: sets, and functions that are asked.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

// What the tables of `wire` are made of, and what puts the same routes together in every way.
#[path = "../wire/arrangements.rs"]
mod arrangements;
#[allow(dead_code, reason = "`wire` compares whole answers, too")]
#[path = "../wire/exchange.rs"]
mod exchange;

mod function;
mod set;
