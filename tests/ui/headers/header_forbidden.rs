#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = ["https://app.example"],
    methods = [PUT],
    headers = [
        "cookie",
        "Host",
        "origin",
        "referer",
        "user-agent",
        "content-length",
        "Sec-Fetch-Mode",
        "proxy-authorization",
        "set-cookie",
        "access-control-request-method",
        "x-http-method-override",
        "sec-*",
        "Sec-Fetch-*",
        "proxy-*",
        "access-control-request-*",
        "content-*",
    ],
)]
async fn handler() {}

fn main() {}
