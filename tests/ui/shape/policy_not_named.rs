#![allow(dead_code)]

use cors_runtime::cors;

#[cors(policy = Policy::new(&["https://app.example"]).methods(&["GET"]))]
async fn builder() {}

#[cors(policy = account(true), methods = [GET])]
async fn call() {}

#[cors(policy = { ACCOUNT.credentials() }, methods = [GET])]
async fn block() {}

fn main() {}
