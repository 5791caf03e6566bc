#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://app.example#top",
        "https://*.app.example#",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
