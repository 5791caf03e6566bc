#![allow(dead_code)]

use cors_runtime::{Policy, cors};

#[cors(origins = ["https://app.example"], methods = ["", "GET POST", "GET,POST", "GET/", "Größe"])]
async fn handler() {}

const FILES: Policy = Policy::new(&["*"])
    .methods(&["PROPFIND", "MKCOL, LOCK"])
    .checked();

fn main() {}
