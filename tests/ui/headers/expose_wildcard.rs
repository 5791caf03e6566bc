#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = ["https://app.example"],
    methods = [PUT],
    expose_headers = ["X-Rate-*", "x-*-count", "**"],
)]
async fn handler() {}

fn main() {}
