//! `cors_testing::Browser` without a real browser beside it: the steps of the Fetch standard against a
//! server that answers as it is told, the services that it drives, and what its errors say.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]

mod cache;
mod messages;
mod redirects;
mod requests;
mod responses;
mod server;
mod services;
