#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "app.example",
        "app.example:8443",
        "//app.example",
        "localhost",
        "localhost:3000",
        "127.0.0.1:3000",
        "[::1]:3000",
        "*.app.example",
        "https:app.example",
        "https:/app.example",
        "https",
        "data:text/html",
        "App.Example/",
        "",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
