//! The forms of texts that people have, with everything that is read from them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use expect_test::{ExpectFile, expect_file};

use crate::outline::outline;

#[test]
fn pastes_of_people() {
    check("tests/cases", &expect_file!["cases.expected"]);
}

#[test]
fn forms_of_tools_browsers_and_logs() {
    check("tests/read/forms", &expect_file!["forms.expected"]);
}

fn check(folder: &str, expected: &ExpectFile) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut out = String::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a text");
        let name = file.file_stem().expect("a name").to_string_lossy();
        let read = match cors_cli::read(&text) {
            Ok(paste) => outline(&paste),
            Err(error) => format!("error: {error}\n"),
        };
        let _ = writeln!(out, "== {name}\n{read}");
    }
    expected.assert_eq(&out);
}
