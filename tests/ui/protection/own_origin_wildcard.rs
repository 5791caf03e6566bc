#![allow(dead_code)]

use cors_runtime::Protection;

const ANY: Protection = Protection::new().own_origins(&["*"]).checked();
const SUBDOMAINS: Protection = Protection::new().own_origins(&["https://*.example.com"]).checked();
const PORTS: Protection = Protection::new().own_origins(&["http://localhost:*"]).checked();

fn main() {}
