#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = ["https://app.example"],
    methods = [PUT],
    expose_headers = ["access-control-allow-methods", "Access-Control-Allow-Headers", "access-control-max-age", "access-control-allow-origin"],
)]
async fn handler() {}

fn main() {}
