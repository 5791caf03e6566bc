#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://app.example/",
        "https://app.example/login",
        "https://app.example:8443/",
        "https://app.example\\login",
        "HTTPS://App.example/Login",
        "https://app.example:443/",
        "https://*.app.example/",
        "https://app.example/*",
        "tauri://localhost/",
        "https:///app.example",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
