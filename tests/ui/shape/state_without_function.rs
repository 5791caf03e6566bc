#![allow(dead_code)]

use cors_runtime::{Policy, cors};

struct AppState;

const ACCOUNT: Policy = Policy::new(&["https://app.example"]).methods(&["GET"]);

#[cors(origins = ["https://app.example"], state = AppState, methods = [GET])]
async fn without_source() {}

#[cors(policy = ACCOUNT, state = AppState)]
async fn by_policy() {}

fn main() {}
