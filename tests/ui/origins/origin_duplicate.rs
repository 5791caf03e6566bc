#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://app.example",
        "https://admin.example",
        "https://app.example",
    ],
    methods = [GET],
)]
async fn exact() {}

#[cors(origins = ["https://*.app.example:*", "https://*.app.example:*"], methods = [GET])]
async fn wildcard() {}

#[cors(
    origins = ["https://app.example", "https://app.example", "https://app.example"],
    methods = [GET],
)]
async fn three_times() {}

fn main() {}
