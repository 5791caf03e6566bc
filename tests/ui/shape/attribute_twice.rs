#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://a.example"], methods = [GET])]
#[cors(origins = ["https://b.example"], methods = [POST])]
async fn two_policies() {}

fn main() {}
