//! Values of the wrong kind whose meaning is clear: the help shows that value.
#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = *, methods = GET)]
async fn bare() {}

#[cors(origins = [*], methods = [Method::GET, http::Method::POST])]
async fn entries() {}

#[cors(origins = Any, methods = Method::PUT, headers = tower_http::cors::Any)]
async fn tower_http() {}

#[cors(
    origins = ["https://a.example".parse().unwrap(), HeaderValue::from_static("https://b.example")],
    methods = [PUT],
    headers = [header::CONTENT_TYPE, AUTHORIZATION, x-csrf-token],
)]
async fn converted() {}

#[cors(origins = &["https://a.example"], methods = vec![GET, POST], headers = {"content-type"})]
async fn other_lists() {}

#[cors(origins: ["https://a.example"], methods(GET), max_age(600))]
async fn other_signs() {}

#[cors(origins => ["https://a.example"], methods == [GET], headers "content-type")]
async fn more_signs() {}

#[cors(policy = "ACCOUNT", origins_from = crate::is_tenant(), crate = "cors_runtime")]
async fn paths() {}

#[cors(policy(ACCOUNT), origins_from = ["https://a.example"], methods = [GET])]
async fn more_paths() {}

#[cors(origins = ["https://a.example"], methods = [GET], dangerously_allow = "public_suffixes")]
async fn opt_out() {}

#[cors(origins = [b"https://b.example", c"https://c.example"], methods = [GET])]
async fn other_strings() {}

#[cors(origins = ["https://a.example"; 1], methods = [GET; 1])]
async fn repeated() {}

fn main() {}
