//! Const evaluation decides whether a constant fits the arguments.
#![allow(dead_code)]
#![deny(deprecated)]

use cors_runtime::{Policy, cors};

struct Json<T>(T);
struct TypedHeader<T>(T);
struct Authorization<T>(T);
struct Bearer;
struct Basic;
struct CookieJar;

const SITE: Policy = Policy::new(&["https://app.example"]).headers(&["x-csrf-token"]);
const ACCOUNT: Policy = SITE.credentials().headers(&["Content-Type"]);
const HEADERS: &[&str] = &["x-csrf-token"];

#[cors(policy = SITE, methods = [POST])]
async fn json(_: Json<u32>) {}

#[cors(origins = ["https://app.example"], methods = [POST], headers = HEADERS)]
async fn headers_of_a_constant(_: Json<u32>) {}

#[cors(policy = ACCOUNT, methods = [POST], headers = ["authorization"])]
async fn headers_overridden(_: Json<u32>) {}

#[cors(policy = SITE, methods = [GET])]
async fn cookies(_: CookieJar) {}

#[cors(policy = ACCOUNT, methods = [GET])]
async fn bearer(_: TypedHeader<Authorization<Bearer>>) {}

#[cors(policy = SITE, methods = [GET])]
async fn basic(_: TypedHeader<Authorization<Basic>>) {}

#[cors(policy = SITE, methods = [POST])]
#[allow(deprecated)]
async fn silenced(_: Json<u32>) {}

// These fit.

#[cors(policy = ACCOUNT, methods = [POST])]
async fn json_allowed(_: Json<u32>, _: CookieJar) {}

#[cors(policy = SITE, methods = [POST], headers = ["content-type"], credentials)]
async fn overridden(_: Json<u32>, _: CookieJar) {}

// Browsers send it by themselves, with credentials.
#[cors(policy = ACCOUNT, methods = [GET])]
async fn basic_with_credentials(_: TypedHeader<Authorization<Basic>>) {}

fn main() {}
