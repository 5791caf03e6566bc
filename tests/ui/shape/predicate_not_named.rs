#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins_from = |o, p| true, methods = [GET])]
async fn closure() {}

#[cors(origins_from = move |origin: &Origin, parts: &Parts| { origin.host() == "app.example" }, methods = [GET])]
async fn closure_with_types() {}

#[cors(origins_from = async |_, _| true, methods = [GET])]
async fn async_closure() {}

#[cors(origins_from = |_| true, methods = [GET])]
async fn one_argument() {}

#[cors(origins_from = OriginSet::new().replace(["https://app.example"]), methods = [GET])]
async fn set() {}

#[cors(origins_from = if DEBUG { a } else { b }, methods = [GET])]
async fn expression() {}

fn main() {}
