//! The names of tower-http, actix, Express, Flask-CORS, FastAPI, Spring, ASP.NET and rs/cors.
#![allow(dead_code)]

use cors_runtime::cors;

#[cors(allow_origin = "https://a.example", allow_methods = [GET], allow_headers = ["x-a"], allow_credentials = true, max_age = 1)]
async fn tower_http() {}

#[cors(allowed_origin = "https://a.example", allowed_methods = ["GET"], expose_headers = ["etag"], supports_credentials)]
async fn actix() {}

#[cors(origin = "https://a.example", methods = ["GET"], exposedHeaders = ["etag"], maxAge = 1, optionsSuccessStatus = 200)]
async fn express() {}

#[cors(allow_origins = ["*"], allow_origin_regex = "https://.*", expose = ["etag"], max_age_seconds = 1)]
async fn fast_api() {}

#[cors(AllowedOrigins = ["*"], AllowOriginFunc = f, ExposedHeaders = [], OptionsPassthrough = true)]
async fn rs_cors() {}

#[cors("https://a.example", [GET])]
async fn values_alone() {}

#[cors(banana = 1, handler, path = "/x")]
async fn nothing_like_it() {}

fn main() {}
