#![allow(dead_code)]
#![deny(deprecated)]

use cors_runtime::cors;

struct CookieJar;
struct SignedCookieJar<K>(K);

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn plain(_: CookieJar) {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn signed(_: SignedCookieJar<u32>) {}

fn main() {}
