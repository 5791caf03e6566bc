#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["*", "content-type", "Authorization"])]
async fn requests() {}

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = ["x-total-count", "*", "authorization"])]
async fn responses() {}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["*", "x-*"])]
async fn any_and_a_prefix() {}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["X-Rate-*", "x-*", "x-rate"])]
async fn prefixes() {}

fn main() {}
