#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins, methods = [GET])]
async fn no_list() {}

#[cors(origins = ["https://a.example"], methods = [GET], max_age =)]
async fn no_number() {}

#[cors(origins = ["https://a.example"], methods = [GET], dangerously_allow)]
async fn no_dangers() {}

fn main() {}
