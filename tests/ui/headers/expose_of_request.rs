#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = ["access-control-request-headers", "Access-Control-Request-Method", "Origin"])]
async fn handler() {}

fn main() {}
