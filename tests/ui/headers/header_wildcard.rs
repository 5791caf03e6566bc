#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = ["https://app.example"],
    methods = [PUT],
    headers = ["x-*-rate", "*-id", "**", "x-**"],
)]
async fn handler() {}

fn main() {}
