#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [get, Post, "patch"])]
async fn names_and_a_string() {}

#[cors(origins = ["https://app.example"], methods = [get, GET])]
async fn beside_the_right_one() {}

fn main() {}
