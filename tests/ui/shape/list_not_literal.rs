#![allow(dead_code)]

use cors_runtime::cors;

const SITE: &str = "https://app.example";
const DEV: &str = "http://localhost:5173";

mod config {
    pub const HEADERS: &[&str] = &["content-type"];
}

#[cors(origins = [SITE, "https://two.example", DEV], methods = [GET])]
async fn entries() {}

#[cors(origins = SITE + DEV, methods = [GET])]
async fn sum() {}

#[cors(origins = &[SITE, DEV], methods = [GET])]
async fn slice() {}

#[cors(origins = vec![SITE], dev_origins = (DEV), methods = [GET])]
async fn other_lists() {}

#[cors(origins = [concat!("https://", "app.example")], methods = [GET])]
async fn concat() {}

#[cors(origins = concat!("https://", "app.example"), methods = [GET])]
async fn concat_without_brackets() {}

#[cors(origins = [format!("https://{HOST}")], methods = [GET])]
async fn not_const() {}

#[cors(origins = origins(), methods = methods())]
async fn calls() {}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = [config::HEADERS, "x-csrf"], expose_headers = [X_TOTAL])]
async fn headers() {}

#[cors(origins: [SITE], methods = [GET])]
async fn colon() {}

fn main() {}
