#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "null",
        "NULL",
    ],
    methods = [GET],
)]
async fn handler() {}

#[cors(origins = ["null"], credentials, methods = [GET])]
async fn with_credentials() {}

fn main() {}
