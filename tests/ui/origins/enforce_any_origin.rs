#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["*"], methods = [GET], enforce)]
async fn nothing_to_refuse() {}

fn main() {}
