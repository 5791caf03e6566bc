#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [FETCH, PROPFIND, QUERY, "", "GET POST", "GET,POST", DEL, " GET", Get_])]
async fn handler() {}

fn main() {}
