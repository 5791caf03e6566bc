#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "http://192.168.0.0/16",
        "10.0.0.0/8",
        "http://[fc00::]/7",
        "fc00::/7",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
