#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://a.example;https://b.example",
        "https://a.example|https://b.example",
        "https://a.example;",
        "https://a.example:8080|tauri://localhost|",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
