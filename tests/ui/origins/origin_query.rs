#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://app.example?debug",
        "https://app.example:8443?a=1#b",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
