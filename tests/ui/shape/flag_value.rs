#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET], credentials = true)]
async fn yes() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials = false)]
async fn no() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials(true))]
async fn parentheses() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials = "include")]
async fn fetch_option() {}

#[cors(origins = ["*"], credentials = true, methods = [GET])]
async fn any_origin() {}

fn main() {}
