#![allow(dead_code)]

use cors_runtime::cors;

// No list.
#[cors(origins = "https://app.example", dev_origins = "http://localhost:5173", methods = GET)]
async fn scalars() {}

#[cors(origins = ["https://app.example"], methods = "GET", headers = "content-type", expose_headers = "x-total-count")]
async fn strings() {}

#[cors(origins = "https://a.example;https://b.example", methods = "GET|POST")]
async fn separators() {}

#[cors(origins = ("https://app.example"), dev_origins = {"http://localhost:5173"}, methods = (GET))]
async fn brackets() {}

#[cors(origins("https://app.example"), methods(GET), max_age(600))]
async fn parentheses() {}

#[cors(origins: ["https://app.example"], methods: [GET], max_age: 600)]
async fn colons() {}

// No value.
#[cors(
    origins,
    dev_origins,
    methods,
    headers,
    expose_headers,
    max_age,
    dangerously_allow,
    crate
)]
async fn keys_alone() {}

#[cors(origins =, methods =, max_age =, crate =)]
async fn signs_alone() {}

// Wrong entries.
#[cors(origins = [ORIGIN, 1, b"https://b.example", format!("https://{HOST}")], methods = ["GET", 1, http::Method::GET])]
async fn entries() {}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = [content-type, CONTENT_TYPE], expose_headers = [ETAG])]
async fn header_entries() {}

// The rest.
#[cors(origins = ["https://app.example"], methods = [GET], dangerously_allow = [insecure_origins], crate = "cors_runtime")]
async fn others() {}

fn main() {}
