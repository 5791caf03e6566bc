#![allow(dead_code)]

use cors_runtime::Protection;

const PAGES: Protection = Protection::new().trust(&["https://*.github.io"]).checked();

fn main() {}
