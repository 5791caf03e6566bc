#![allow(dead_code)]

use cors_runtime::cors;

#[cors(methods = [GET])]
async fn no_key() {}

#[cors(origins = [], methods = [GET])]
async fn empty() {}

#[cors(origins = [], credentials, methods = [GET])]
async fn empty_with_credentials() {}

#[cors]
async fn no_arguments() {}

fn main() {}
