#![deny(dead_code)]

use axum::routing::{MethodRouter, get};
use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list() {}

mod jobs {
    use cors_runtime::cors;

    #[cors(origins = ["https://app.example"], methods = [GET])]
    pub async fn list() {}
}

fn main() {
    let _routes: [MethodRouter; 2] = [get(list), get(jobs::list)];
}
