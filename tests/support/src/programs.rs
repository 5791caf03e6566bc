//! Programs that the tests need, and that may be missing.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;

/// Reports what is missing; where `CI=true`, fails.
///
/// # Panics
///
/// If `CI=true`.
pub fn skip(missing: &str) {
    let is_ci = env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!is_ci, "{missing}");
    print(&format!("skipped: {missing}"));
}

/// Prints a line directly, because the test harness hides the output of tests that pass.
///
/// # Panics
///
/// If there is no standard error.
pub fn print(line: &str) {
    writeln!(io::stderr(), "{line}").expect("stderr");
}

/// Finds a program in `PATH`, or in the folder of Debian's servers, which not every `PATH` has.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
