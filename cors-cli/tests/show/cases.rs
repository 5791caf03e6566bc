//! The pastes of `tests/cases`, read and diagnosed.

use std::fs;
use std::path::Path;

use cors_cli::{Asked, Diagnosis, Paste, diagnose, read};

/// Returns the text of a paste.
pub(crate) fn text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let path = folder.join(name).with_extension("txt");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn diagnosed(name: &str) -> (Paste, Diagnosis) {
    let paste = read(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let diagnosis = diagnose(&paste, &Asked::default());
    (paste, diagnosis)
}
