#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "http://[0:0:0:0:0:0:0:1]:3000",
        "http://[::0001]",
        "http://[2001:0db8::1]",
        "http://[2001:db8::0:0:1]",
        "http://[1::2:0:0:0:3]",
        "http://[::127.0.0.1]",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
