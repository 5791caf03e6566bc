#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["content-type", "Content-Type"])]
async fn requests() {}

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = ["x-total-count", "x-total-count"])]
async fn responses() {}

#[cors(origins = ["*"], methods = [GET], headers = ["*", "*"], expose_headers = ["*", "*"])]
async fn any() {}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["x-*", "X-*"])]
async fn prefix() {}

fn main() {}
