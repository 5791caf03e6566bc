#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "://app.example",
        "1https://app.example",
        "ht_tps://app.example",
        "'https://app.example",
        "<https://app.example>",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
