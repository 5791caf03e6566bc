#![allow(dead_code)]

use cors_runtime::Protection;

const BUNDLE: Protection = Protection::new().own_origins(&["tauri://localhost"]).checked();

fn main() {}
