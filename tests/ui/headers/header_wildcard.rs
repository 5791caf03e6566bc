#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = ["https://app.example"],
    methods = [PUT],
    headers = ["x-rate-*", "*-id", "**"],
    expose_headers = ["X-Rate-*", "x-*-count"],
)]
async fn handler() {}

fn main() {}
