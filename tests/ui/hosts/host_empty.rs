#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://",
        "https://:8443",
        "http://:*",
        "tauri://",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
