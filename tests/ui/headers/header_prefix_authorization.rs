#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = ["https://app.example"],
    methods = [PUT],
    headers = ["authorization", "a*", "Auth*", "authorization*"],
)]
async fn handler() {}

fn main() {}
