#![allow(dead_code)]

use cors_runtime::cors;

mod shared {
    pub const SITE: &[&str] = &["https://app.example/", "https://app.example"];
    pub const DEV: &[&str] = &["http://localhost:5173/"];
    pub const METHODS: &[&str] = &["GET", "patch"];
    pub const HEADERS: &[&str] = &["content-type", "cookie"];
    pub const EXPOSED: &[&str] = &["set-cookie"];
    pub const ANY: &[&str] = &["*"];
    pub const NONE: &[&str] = &[];
}

use shared::{HEADERS, METHODS};

#[cors(origins = shared::SITE, methods = [GET])]
async fn origins() {}

#[cors(origins = ["https://app.example"], dev_origins = shared::DEV, methods = [GET])]
async fn dev_origins() {}

#[cors(origins = ["https://app.example"], methods = METHODS)]
async fn methods() {}

#[cors(origins = ["https://app.example"], methods = [GET], headers = HEADERS)]
async fn headers() {}

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = shared::EXPOSED)]
async fn expose_headers() {}

#[cors(origins = shared::ANY, methods = [GET], credentials)]
async fn any_with_credentials() {}

#[cors(origins = shared::NONE, methods = [GET])]
async fn no_origin() {}

#[cors(origins = ["https://app.example"], methods = shared::NONE)]
async fn no_method() {}

#[cors(origins = shared::SITE, methods = METHODS, headers = HEADERS, expose_headers = ["x a"])]
async fn several_mistakes() {}

fn main() {}
