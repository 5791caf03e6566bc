#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "http://[::1",
        "http://::1",
        "http://::1:3000",
        "http://[1:2:3]",
        "http://[::1::2]",
        "http://[g::1]",
        "http://[]",
        "http://[127.0.0.1]",
        "http://[localhost]:3000",
        "http://[::1]3000",
        "http://2001:db8::1",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
