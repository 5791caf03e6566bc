#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET, POST, GET])]
async fn names() {}

#[cors(origins = ["https://app.example"], methods = [GET, "GET"])]
async fn name_and_string() {}

fn main() {}
