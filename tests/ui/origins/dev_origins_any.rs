#![allow(dead_code)]

use cors_runtime::{Policy, cors};

#[cors(origins = ["https://app.example"], dev_origins = ["*"], methods = [GET])]
async fn literal() {}

#[cors(origins_from = is_tenant, dev_origins = ["*", "http://localhost:5173"], methods = [GET])]
async fn beside_others() {}

fn is_tenant(_: &cors_runtime::Origin<'_>, _: &http::request::Parts) -> bool {
    true
}

const DEV: &[&str] = &["*"];
const _: Policy = Policy::new(&["https://app.example"])
    .dev_origins_if(true, DEV)
    .methods(&["GET"])
    .checked();

fn main() {}
