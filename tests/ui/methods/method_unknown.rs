#![allow(dead_code)]

use cors_runtime::{Policy, cors};

#[cors(origins = ["https://app.example"], methods = [FETCH, PROPFIND, query, DEL, "VERSION-CONTROL", Get_])]
async fn handler() {}

const FILES: Policy = Policy::new(&["https://app.example"]).methods(&["GET", "PROPFIND"]).checked();

#[cors(policy = FILES)]
async fn files() {}

fn main() {}
