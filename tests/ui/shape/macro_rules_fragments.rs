//! Errors in the arguments of a `macro_rules!` macro point at these.
#![allow(dead_code)]

use cors_runtime::cors;

macro_rules! handler {
    ($name:ident, $origins:expr, $methods:expr, $max_age:expr) => {
        #[cors(origins = $origins, methods = $methods, max_age = $max_age)]
        async fn $name() {}
    };
}

handler!(in_lists, ["https://app.example/"], [get], 600);
handler!(of_wrong_kind, "https://app.example", GET, "600");
handler!(not_literal, [SITE, "https://app.example"], [GET], 86_401);

macro_rules! header {
    ($name:ident, $header:literal, $key:ident) => {
        #[cors(origins = ["https://app.example"], methods = [GET], $key = [$header])]
        async fn $name() {}
    };
}

header!(cookie, "Cookie", headers);
header!(unknown_key, "etag", exposed);

fn main() {}
