#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn str() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn u8() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn r#bool() {}

fn main() {}
