#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://App.example",
        "HTTPS://app.example",
        "http://[FE80::1]:3000",
        "https://APP.EXAMPLE:443",
        "https://*.App.example",
        "Tauri://localhost",
        "https://app.example:X",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
