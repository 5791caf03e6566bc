#![allow(dead_code)]
#![deny(deprecated)]

use cors_runtime::cors;

struct Json<T>(T);
struct JsonDeserializer<T>(T);
struct Cached<T>(T);
struct WithRejection<T, E>(T, E);
struct Valid<T>(T);
struct TypedHeader<T>(T);
struct Authorization<T>(T);
struct Bearer;
struct Cookie;
struct CookieJar;
struct Rejection;

#[cors(origins = ["https://app.example"], methods = [POST])]
async fn result(_: Result<Json<u32>, Rejection>) {}

#[cors(origins = ["https://app.example"], methods = [POST])]
async fn option(_: Option<Json<u32>>) {}

#[cors(origins = ["https://app.example"], methods = [POST])]
async fn with_rejection(_: WithRejection<Valid<Json<u32>>, Rejection>) {}

#[cors(origins = ["https://app.example"], methods = [POST])]
async fn tuple(_: (u32, JsonDeserializer<u32>)) {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn header(_: Option<TypedHeader<Authorization<Bearer>>>) {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn cookies(_: Cached<CookieJar>, _: TypedHeader<Cookie>) {}

macro_rules! handler {
    ($name:ident, $argument:ty) => {
        #[cors(origins = ["https://app.example"], methods = [POST])]
        async fn $name(_: $argument) {}
    };
}

handler!(of_a_macro, Result<Json<u32>, Rejection>);

fn main() {}
