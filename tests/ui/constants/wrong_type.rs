#![allow(dead_code)]

use cors_runtime::{OriginSet, Policy, cors};

const ONE: &str = "https://app.example";
const LIST: [&str; 1] = ["https://app.example"];
const ACCOUNT: Policy = Policy::new(&["https://app.example"]).methods(&["GET"]);
static TENANTS: OriginSet = OriginSet::new();

#[cors(origins = ONE, methods = [GET])]
async fn one_string() {}

// An array is as good as a slice.
#[cors(origins = LIST, methods = [GET])]
async fn array() {}

#[cors(origins = TENANTS, methods = [GET])]
async fn set() {}

#[cors(origins = ACCOUNT, methods = [GET])]
async fn policy() {}

#[cors(policy = LIST, methods = [GET])]
async fn list() {}

#[cors(origins_from = ONE, methods = [GET])]
async fn from_a_string() {}

#[cors(origins_from = no_source, methods = [GET])]
async fn from_another_function() {}

#[cors(origins = MISSING, methods = [GET])]
async fn unknown_name() {}

fn no_source(_: &str) -> bool {
    false
}

fn main() {}
