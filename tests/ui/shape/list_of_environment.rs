#![allow(dead_code)]

use cors_runtime::cors;

#[cors(origins = env!("APP_ORIGIN"), methods = [GET])]
async fn whole_list() {}

#[cors(origins = [env!("APP_ORIGIN"), "https://two.example"], methods = [GET])]
async fn entry() {}

#[cors(origins = [option_env!("APP_ORIGIN").unwrap_or("https://app.example")], methods = [GET])]
async fn optional() {}

#[cors(origins = std::env::var("CORS_ORIGINS").unwrap(), methods = [GET])]
async fn of_the_process() {}

#[cors(origins = ["https://app.example"], dev_origins = [concat!("http://", env!("DEV_HOST"))], methods = [GET])]
async fn dev_origins() {}

fn main() {}
