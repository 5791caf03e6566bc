#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], credentials, methods = [GET], expose_headers = ["*"])]
async fn alone() {}

#[cors(origins = ["https://app.example"], credentials, methods = [GET], expose_headers = ["x-total-count", "*"])]
async fn beside_another() {}

fn main() {}
