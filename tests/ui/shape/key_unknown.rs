#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], method = [GET])]
async fn one_letter() {}

#[cors(origin = ["https://app.example"], methods = [GET])]
async fn singular() {}

#[cors(origins = ["https://app.example"], methods = [GET], allow_headers = ["content-type"])]
async fn other_library() {}

#[cors(origins = ["https://app.example"], methods = [GET], exposed_headers = ["x-total-count"])]
async fn nearly() {}

#[cors(origins = ["https://app.example"], methods = [GET], maxage = 600)]
async fn no_underscore() {}

#[cors(origins = ["https://app.example"], methods = [GET], allow_credentials)]
async fn from_the_header() {}

#[cors(origins = ["https://app.example"], methods = [GET], Credentials)]
async fn upper_case() {}

#[cors(origins = ["https://app.example"], methods = [GET], "credentials")]
async fn string() {}

#[cors(origins = ["https://app.example"], methods = [GET], insecure_origins)]
async fn tolerance() {}

#[cors(origins = ["https://app.example"], methods = [GET], cors::max_age = 600)]
async fn path() {}

#[cors("https://app.example", methods = [GET])]
async fn bare_origin() {}

#[cors(= , origins = ["https://app.example"], methods = [GET])]
async fn lone_sign() {}

fn main() {}
