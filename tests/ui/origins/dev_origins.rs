#![allow(dead_code)]

use cors_runtime::cors;

// One list in a debug build.
#[cors(origins = ["https://app.example"], dev_origins = ["https://app.example"], methods = [GET])]
async fn duplicates() {}

// A release build would have none.
#[cors(dev_origins = ["http://localhost:5173"], methods = [GET])]
async fn alone() {}

#[cors(origins = [], dev_origins = ["http://localhost:5173"], methods = [GET])]
async fn beside_an_empty_list() {}

#[cors(origins = ["https://app.example"], dev_origins = ["*"], methods = [GET])]
async fn any() {}

#[cors(origins = ["*"], dev_origins = ["http://localhost:5173"], methods = [GET])]
async fn beside_any() {}

#[cors(origins = ["*"], dev_origins = ["*"], methods = [GET])]
async fn any_twice() {}

#[cors(dev_origins = ["*"], credentials, methods = [GET])]
async fn any_with_credentials() {}

#[cors(origins = ["https://app.example"], dev_origins = ["http://localhost:5173/"], methods = [GET])]
async fn invalid() {}

fn main() {}
