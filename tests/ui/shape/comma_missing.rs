#![allow(dead_code)]

use cors_runtime::{Policy, cors};

const ACCOUNT: Policy = Policy::new(&["https://app.example"]);

#[cors(origins = ["https://app.example"] methods = [GET])]
async fn after_a_list() {}

#[cors(origins = ["https://app.example"], methods = [GET], credentials max_age = 1)]
async fn after_a_flag() {}

#[cors(policy = ACCOUNT methods = [GET])]
async fn after_a_path() {}

#[cors(origins = ["https://app.example"], methods = [GET] max_age = 600 credentials enforce)]
async fn three() {}

#[cors(origins = ["http://app.example"], methods = [GET], dangerously_allow(insecure_origins) credentials)]
async fn after_parentheses() {}

#[cors(origins = ["https://app.example"]; methods = [GET])]
async fn semicolon() {}

// The other mistakes of both entries are reported as well.
#[cors(origins = ["https://app.example/"] allow_methods = [GET])]
async fn other_mistakes() {}

#[cors(origins = ["https://a.example" "https://b.example"], methods = [GET POST])]
async fn in_a_list() {}

#[cors(origins = ["https://a.example"; "https://b.example"], methods = [GET; POST])]
async fn semicolon_in_a_list() {}

#[cors(origins = ["https://app.example"],, methods = [GET],,)]
async fn two_commas_are_one() {}

fn main() {}
