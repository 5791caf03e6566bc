#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "[\"https://a.example\"",
        "\"https://b.example\"]",
        "'https://c.example'",
        "`https://d.example`",
        "https://e.example]",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
