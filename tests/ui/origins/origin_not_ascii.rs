#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://bücher.example",
        "https://*.bücher.example",
        "https://例え.テスト",
        "https://BÜCHER.example/",
        "“https://app.example”",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
