#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "http://127.1",
        "http://0x7f.1",
        "http://2130706433",
        "http://256.1.1.1",
        "http://1.2.3.4.5",
        "http://1.2.3",
        "http://192.168.010.1",
        "http://127.0.0.1.",
        "http://app.example.42",
        "http://0x",
        "http://0x1ffffffffff",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
