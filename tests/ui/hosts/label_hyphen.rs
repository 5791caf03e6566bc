#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://-app.example",
        "https://app-.example",
        "https://app.-example",
        "https://-",
        "https://*.-app.example",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
