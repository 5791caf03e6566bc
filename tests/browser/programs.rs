//! Programs that the tests want, and a person's machine may lack.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;

/// Says what is missing, which is a failure where `CI=true`.
pub(crate) fn skip(missing: &str) {
    let is_ci = env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!is_ci, "{missing}");
    // Past the test harness, which keeps what a passing test prints.
    writeln!(io::stderr(), "skipped: {missing}").expect("stderr");
}

/// Where a program is: in `PATH`, or where Debian keeps servers, which isn't in everyone's.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
