#![allow(dead_code)]
#![deny(deprecated)]

use cors_runtime::{Policy, cors};

struct GraphQLRequest;
struct GraphQLBatchRequest;

#[cors(origins = ["https://app.example"], methods = [GET, POST])]
async fn post(_: GraphQLRequest) {}

#[cors(origins = ["https://app.example"], methods = [POST], headers = ["authorization"])]
async fn batch(_: GraphQLBatchRequest) {}

const API: Policy = Policy::new(&["https://app.example"]).methods(&["GET", "POST"]);

#[cors(policy = API)]
async fn shared(_: GraphQLRequest) {}

// A GET has its query in the URL.
#[cors(policy = API, methods = [GET])]
async fn get(_: GraphQLRequest) {}

fn main() {}
