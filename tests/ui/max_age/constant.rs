#![allow(dead_code)]

use std::time::Duration;

use cors_runtime::cors;

const A_WEEK: u32 = 7 * 24 * 3600;
const HOUR: Duration = Duration::from_secs(3600);
const LONG: u64 = 600;

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = A_WEEK)]
async fn too_large() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = HOUR)]
async fn duration() {}

#[cors(origins = ["https://app.example"], methods = [PUT], max_age = LONG)]
async fn other_integer() {}

fn main() {}
