#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://app.example:0",
        "https://app.example:65536",
        "https://app.example:99999999999",
        "https://app.example:080",
        "http://localhost:03000",
        "https://app.example:",
        "https://app.example:http",
        "https://app.example:80a",
        "https://app.example:-1",
        "http://localhost:{port}",
        "https://*:",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
