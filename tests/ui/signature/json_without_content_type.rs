#![allow(dead_code)]
#![deny(deprecated)]

use axum::Json;
use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [POST])]
async fn no_headers(Json(_): Json<u32>) {}

#[cors(
    origins = ["https://app.example"],
    methods = [POST],
    headers = ["authorization"],
)]
async fn other_headers(_: String, _: axum::Json<u32>) {}

#[cors(origins = ["https://app.example"], methods = [POST], headers = ["Content-*"])]
async fn prefix(_: Json<u32>) {}

#[cors(origins = ["https://app.example"], methods = [POST])]
#[allow(deprecated)]
async fn silenced(_: Json<u32>) {}

fn main() {}
