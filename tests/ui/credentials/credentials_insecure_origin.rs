#![allow(dead_code)]

use cors_runtime::cors;

#[cors(
    origins = [
        "http://app.example",
        "http://app.example:8080",
        "http://app.example:443",
        "http://*.app.example",
        "http://app.example:*",
        "http://192.168.0.10:3000",
        "http://128.0.0.1",
        "http://[::2]:3000",
        "http://localhost.example",
        "http://my-localhost",
        "http://0.0.0.0:3000",
    ],
    credentials,
    methods = [GET],
)]
async fn handler() {}

#[cors(origins = ["http://app.example"], credentials, dangerously_allow(public_suffixes), methods = [GET])]
async fn other_tolerance() {}

#[cors(origins = ["https://app.example"], dev_origins = ["http://192.168.0.10:3000", "http://app.example:3000"], credentials, methods = [GET])]
async fn while_developing() {}

#[cors(origins = ["https://app.example"], dev_origins = ["http://*.local:5173", "http://*.github.io"], credentials, methods = [GET])]
async fn below_a_public_suffix() {}

fn main() {}
