#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "file://",
        "file:///home/me/page.html",
        "file://server",
        "FILE://",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
