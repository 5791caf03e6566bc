#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], credentials, methods = [PUT], headers = ["*"])]
async fn alone() {}

#[cors(origins = ["https://app.example"], credentials, methods = [PUT], headers = ["*", "authorization"])]
async fn beside_authorization() {}

#[cors(origins = ["https://app.example"], credentials, methods = [PUT], headers = ["content-type", "*"])]
async fn beside_another() {}

fn main() {}
