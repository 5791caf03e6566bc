#![allow(dead_code)]

use cors_runtime::Protection;

const OWN: Protection = Protection::new().own_origins(&["https://app.example.com/"]).checked();
const OWN_TWICE: Protection = Protection::new().own_origins(&["https://a.example", "https://a.example"]).checked();
const TRUSTED: Protection = Protection::new().trust(&["null"]).checked();

fn main() {}
