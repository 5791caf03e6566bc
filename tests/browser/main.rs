//! Headless Chromium and `cors_testing::Browser`, side by side: both make the same requests to the same
//! services, and have to agree on every one that arrives and on all that the page gets to see.
//! And Chromium alone, with a proxy in between: nginx, or a development server of npm's.
//!
//! Wants `chromedriver` and Chromium or Chrome. Without them the tests say so and ask
//! `cors_testing::Browser` alone, except where `CI=true`: there they fail. So do those that want nginx,
//! or node and npm, which otherwise are skipped.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod api;
mod cases;
mod chromium;
mod connection;
mod dev_proxy;
#[cfg(unix)]
mod nginx;
mod observed;
mod programs;
mod request;
mod salaries;
mod scenes;
mod server;
