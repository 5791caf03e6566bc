#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET], private_network)]
async fn flag() {}

#[cors(origins = ["https://app.example"], methods = [GET], allow_private_network = true)]
async fn assigned() {}

#[cors(origins = ["https://app.example"], methods = [GET], private_network_access(true))]
async fn called() {}

fn main() {}
