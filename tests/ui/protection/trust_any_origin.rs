#![allow(dead_code)]

use cors_runtime::Protection;

const ANY: Protection = Protection::new().trust(&["*"]).checked();

fn main() {}
