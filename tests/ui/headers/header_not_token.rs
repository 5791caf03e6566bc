#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["content type", "content-type:", " content-type", "x-a, x-b", "", "x-größe", "Content-Type: application/json", "Authorization "])]
async fn requests() {}

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = ["x total", "", "X-Total "])]
async fn responses() {}

fn main() {}
