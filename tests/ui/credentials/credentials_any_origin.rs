#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["*"], credentials, methods = [GET])]
async fn alone() {}

#[cors(credentials, origins = ["https://app.example", "*"], methods = [GET])]
async fn beside_another() {}

#[cors(origins = ["https://app.example"], dev_origins = ["*"], credentials, methods = [GET])]
async fn while_developing() {}

fn main() {}
