#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://app!.example",
        "https://app%2eexample",
        "https://{app}.example",
        "https://$HOST",
        "http://localhost;a",
        "https://app|a.example",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
