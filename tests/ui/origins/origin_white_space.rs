#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        " https://app.example",
        "https://app.example ",
        "\thttps://app.example\n",
        " https://app.example/ ",
        " HTTPS://App.example ",
        " ",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
