#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [CONNECT, TRACE, TRACK, "trace", Connect])]
async fn handler() {}

fn main() {}
