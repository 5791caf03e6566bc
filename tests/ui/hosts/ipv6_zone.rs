#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "http://[fe80::1%eth0]:3000",
        "http://[fe80::1%25eth0]",
        "http://[fe80::1%]",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
