#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["access-control-allow-origin", "Access-Control-Allow-Headers", "access-control-max-age", "access-control-expose-headers"])]
async fn handler() {}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["access-control-allow-*", "Access-Control-*"])]
async fn prefixes() {}

fn main() {}
