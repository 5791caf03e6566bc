#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://*.github.io",
        "https://*.com",
        "https://*.co.uk",
        "https://*.unlisted-tld",
        "https://*.github.io:*",
        "https://*.vercel.app:8443",
        "https://*.com.",
        "https://*.github.io.",
        "https://*.kawasaki.jp",
        "https://*.s3.amazonaws.com",
        "https://*.xn--p1ai",
        "app://*.github.io",
    ],
    credentials,
    methods = [GET],
)]
async fn handler() {}

#[cors(origins = ["https://*.github.io"], credentials, dangerously_allow(insecure_origins), methods = [GET])]
async fn other_tolerance() {}

#[cors(origins = ["http://*.github.io"], credentials, methods = [GET])]
async fn insecure_as_well() {}

fn main() {}
