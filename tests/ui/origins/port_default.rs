#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://app.example:443",
        "http://app.example:80",
        "http://localhost:80",
        "https://[::1]:443",
        "https://*.app.example:443",
        "https://app.example:0443",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
