#![allow(dead_code)]
#![deny(deprecated)]

use cors_runtime::cors;

struct TypedHeader<T>(T);
struct Authorization<T>(T);
struct Bearer;

#[cors(origins = ["https://app.example"], methods = [GET], headers = ["content-type"])]
async fn other_headers(_: TypedHeader<Authorization<Bearer>>) {}

#[cors(origins = ["https://app.example"], methods = [GET], headers = ["*"])]
async fn any_header(_: TypedHeader<Authorization<Bearer>>) {}

fn main() {}
