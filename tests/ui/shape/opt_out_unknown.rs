#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET], credentials, dangerously_allow(insecure_origin))]
async fn singular() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials, dangerously_allow(any_origin))]
async fn invented() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials, dangerously_allow("insecure_origins"))]
async fn string() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials, dangerously_allow(insecure_origins, everything))]
async fn beside_a_real_one() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials, dangerously_allow(insecure_origins = true))]
async fn assigned() {}

#[cors(origins = ["https://app.example"], methods = [GET], dangerously_allow())]
async fn empty() {}

fn main() {}
