#![allow(dead_code)]

use cors_runtime::cors;

struct Users;

impl Users {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    async fn list() {}
}

fn main() {}
