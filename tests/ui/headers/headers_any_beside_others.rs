#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["*", "content-type", "Authorization"])]
async fn requests() {}

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = ["x-total-count", "*", "authorization"])]
async fn responses() {}

fn main() {}
