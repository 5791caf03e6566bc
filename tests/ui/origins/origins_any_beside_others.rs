#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["*", "https://app.example"], methods = [GET])]
async fn first() {}

#[cors(origins = ["https://app.example", "*"], methods = [GET])]
async fn last() {}

#[cors(origins = ["*", "*"], methods = [GET])]
async fn twice() {}

fn main() {}
