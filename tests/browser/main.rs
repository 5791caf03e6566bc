//! Headless Chromium beside `cors_testing::Browser`: both make the same requests to the same services,
//! and every request that arrives and every response that the page sees must be the same. Some tests
//! run Chromium only, with a proxy in between: nginx, or a development server from npm.
//!
//! They need `chromedriver` and Chromium or Chrome. Without these, a line on stderr reports it and only
//! `cors_testing::Browser` is tested. Tests that need nginx, or node and npm, are skipped without them.
//! A missing program fails the tests if `CI=true`.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod api;
mod attack;
#[cfg(unix)]
mod cache;
mod cases;
mod chromium;
mod dev_proxy;
mod example;
mod mcp;
#[cfg(unix)]
mod nginx;
mod observed;
mod openapi;
mod programs;
mod request;
mod salaries;
mod scenes;
mod server;
