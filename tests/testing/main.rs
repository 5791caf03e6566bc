//! `cors_testing::Browser` without a real browser beside it: the steps of the Fetch standard against a
//! server with given responses, the services that it drives, and its errors.
#![allow(clippy::too_many_lines, reason = "a table is as long as its rows")]
#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod cache;
mod cookies;
mod http_cache;
mod kinds;
mod log;
mod messages;
mod mixed_content;
mod overrides;
mod policies;
mod redirects;
mod requests;
mod resource_policy;
mod responses;
mod server;
mod services;
mod web_sockets;
mod writes;
