#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"])]
async fn no_key() {}

#[cors(origins = ["https://app.example"], methods = [])]
async fn empty() {}

fn main() {}
