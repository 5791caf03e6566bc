#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = ["Set-Cookie", "set-cookie2"])]
async fn handler() {}

fn main() {}
