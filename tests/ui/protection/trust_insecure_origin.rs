#![allow(dead_code)]

use cors_runtime::Protection;

const ONE: Protection = Protection::new().trust(&["http://app.example.com"]).checked();
const SUBDOMAINS: Protection = Protection::new().trust(&["http://*.example.com"]).checked();

fn main() {}
