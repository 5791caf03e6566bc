#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa://app.example",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
