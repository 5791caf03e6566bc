#![allow(dead_code)]

use cors_runtime::{Policy, cors};

const ACCOUNT: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET"])
    .headers(&["content-type"])
    .credentials();
const PUBLIC: Policy = Policy::new(&["*"]).methods(&["GET"]);
const WRONG: Policy = Policy::new(&["https://app.example/"]).headers(&["cookie"]);
const LONG: Policy = Policy::new(&["https://app.example"]).max_age(86_401);
const ENFORCED: Policy = Policy::new(&["https://app.example"]).enforce();

#[cors(policy = ACCOUNT, origins = ["*"])]
async fn any_with_credentials() {}

#[cors(policy = PUBLIC, credentials)]
async fn credentials_for_any() {}

#[cors(policy = PUBLIC, origins_from = is_tenant)]
async fn any_beside_others() {}

#[cors(policy = WRONG, methods = [GET])]
async fn wrong_by_itself() {}

#[cors(policy = LONG, methods = [GET])]
async fn max_age() {}

#[cors(policy = ENFORCED, origins = ["*"], methods = [GET])]
async fn nothing_to_enforce() {}

#[cors(policy = ENFORCED)]
async fn no_method() {}

#[cors(policy = ACCOUNT, headers = ["*"])]
async fn replaced_by_any() {}

fn is_tenant(_: &cors_runtime::Origin<'_>, _: &http::request::Parts) -> bool {
    false
}

const _: Policy = Policy::new(&["*"]).methods(&["GET"]).credentials().checked();

fn main() {}
