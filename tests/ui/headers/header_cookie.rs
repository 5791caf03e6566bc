#![allow(dead_code)]

use cors_runtime::{Policy, cors};

#[cors(origins = ["https://app.example"], methods = [GET], headers = ["Cookie"])]
async fn without_credentials() {}

#[cors(origins = ["https://app.example"], methods = [GET], headers = ["cookie", "cookie2"], credentials)]
async fn with_credentials() {}

const ACCOUNT: Policy = Policy::new(&["https://app.example"]).credentials();

#[cors(policy = ACCOUNT, methods = [GET], headers = ["content-type", "cookie"])]
async fn with_a_constant() {}

fn main() {}
