#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://*",
        "https://*:8443",
        "*://app.example",
        "http*://app.example",
        "https://a.*.example",
        "https://*example.com",
        "https://app.*",
        "https://myapp-*-team.vercel.app",
        "moz-extension://*",
        "http://192.168.*",
        "https://*.*.example",
        "https://**.app.example",
        "https://*.",
        "https://*.127.0.0.1",
        "https://*.[::1]",
        "https://app.example:80*",
        "https://app.example:*0",
        "https://app.example*",
        "*.*",
        "*:8080",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
