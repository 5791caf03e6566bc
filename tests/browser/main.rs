//! Chromium, Firefox and WebKit beside `cors_testing::Browser`: all make the same requests to the same
//! services, and every request that arrives and every response that the page sees must be the same.
//! Where an engine leaves the standard, a deviation beside the row says so. Some tests run the engines
//! only, with a proxy in between: nginx, Envoy, or a development server from npm.
//!
//! Each test has the name of its engine at the end: `cargo test --test browser firefox`. If an engine is
//! missing, a line on stderr reports it and only `cors_testing::Browser` is tested. Tests that need
//! nginx, Envoy, or node and npm, are skipped without them. A missing program fails the tests if `CI=true`.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod api;
mod attack;
#[cfg(unix)]
mod cache;
mod cases;
mod dev_proxy;
#[allow(dead_code, reason = "the test `edge` starts the other programs")]
#[cfg(unix)]
#[path = "../edge/program.rs"]
mod edge;
mod engines;
#[cfg(unix)]
mod envoy;
mod example;
mod mcp;
mod names;
#[cfg(unix)]
mod nginx;
mod observed;
mod openapi;
mod request;
mod salaries;
mod scenes;
mod server;
mod streams;
mod warm_up;
