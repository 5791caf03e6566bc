#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 86401)]
async fn one_too_many() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = -1)]
async fn negative() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 4_294_967_296)]
async fn beyond_u32() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 99999999999999999999999999)]
async fn beyond_everything() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 604_800_u32)]
async fn a_week() {}

fn main() {}
