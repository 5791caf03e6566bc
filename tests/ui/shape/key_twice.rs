#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://a.example"], origins = ["https://b.example"], methods = [GET])]
async fn list() {}

#[cors(origins = ["https://app.example"], methods = [GET], methods = [POST])]
async fn methods() {}

#[cors(origins = ["https://app.example"], methods = [GET], max_age = 600, max_age = 60)]
async fn max_age() {}

#[cors(origins = ["https://app.example"], credentials, methods = [GET], credentials)]
async fn flag() {}

#[cors(origins = ["http://app.example"], methods = [GET], credentials, dangerously_allow(insecure_origins), dangerously_allow(public_suffixes))]
async fn tolerance() {}

fn main() {}
