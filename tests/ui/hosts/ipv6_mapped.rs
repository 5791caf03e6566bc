#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "http://[::ffff:127.0.0.1]:3000",
        "http://[::ffff:7f00:1]",
        "http://[::FFFF:10.0.0.1]",
        "https://[::ffff:192.0.2.1]:443",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
