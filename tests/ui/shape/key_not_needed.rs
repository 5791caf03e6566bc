#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET], preflight)]
async fn preflight() {}

#[cors(origins = ["https://app.example"], methods = [GET], preflight_continue = false)]
async fn express() {}

#[cors(origins = ["https://app.example"], methods = [GET], optionsSuccessStatus = 200)]
async fn status() {}

#[cors(origins = ["https://app.example"], methods = [GET], vary_header = true)]
async fn flask() {}

fn main() {}
