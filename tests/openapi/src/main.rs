//! OpenAPI: `documented!`, routers of utoipa-axum and of aide, and the example.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod document;
mod errors;
mod example;
mod finished;
mod handlers;

/// The compile errors of `documented!`, with exactly the text of their `.stderr`.
///
/// Bless a change with `TRYBUILD=overwrite cargo test --test openapi`, and read what it wrote.
#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
