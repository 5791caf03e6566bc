#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = "600")]
async fn string() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 600.0)]
async fn float() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 600u64)]
async fn suffix() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 600s)]
async fn unit() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 60 * 10)]
async fn product() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = 60 * MINUTES)]
async fn constant() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = Duration::from_secs(600))]
async fn duration() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = true)]
async fn flag() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = "10 minutes")]
async fn words() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = [600])]
async fn list() {}

fn main() {}
