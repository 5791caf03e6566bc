#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "https://user@app.example",
        "https://user:password@app.example:8443",
        "https://@app.example",
        "https://a@b@app.example",
    ],
    methods = [GET],
)]
async fn handler() {}

fn main() {}
