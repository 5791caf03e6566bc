#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = ["*"])]
async fn alone() {}

#[cors(origins = ["https://app.example"], methods = [GET, "*"])]
async fn beside_another() {}

fn main() {}
