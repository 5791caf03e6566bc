//! What a request costs, in counts that don't depend on the machine, of optimised code: the benches
//! that count are built and run, and fail where a limit of `benches/src/limits.rs` is broken.

use std::path::Path;
use std::process::Command;

#[test]
fn allocations_keep_their_limits() {
    keeps_its_limits("allocations");
}

/// Without valgrind it says so and counts nothing, unless `CI=true`.
#[test]
fn instructions_keep_their_limits() {
    keeps_its_limits("instructions");
}

fn keeps_its_limits(bench: &str) {
    let output = Command::new(env!("CARGO"))
        .args(["bench", "--quiet", "--package", "cors-benches"])
        .args(["--bench", bench, "--target-dir"])
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("benches"))
        .args(["--", "--check"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let [said, complaints] = [output.stdout, output.stderr].map(|bytes| {
        let text = String::from_utf8(bytes);
        text.expect("a bench writes text")
    });
    print!("{said}");
    eprint!("{complaints}");
    assert!(output.status.success(), "{said}{complaints}");
}
