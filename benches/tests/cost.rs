//! The cost of a request in counts, which are the same on every machine: builds the benches that count,
//! and fails if a limit of `benches/src/limits.rs` is broken.

use std::process::Command;

#[test]
fn allocations_keep_their_limits() {
    keeps_its_limits("allocations");
}

/// Without valgrind the bench prints so and counts nothing; with `CI=true` that is a failure.
#[test]
fn instructions_keep_their_limits() {
    keeps_its_limits("instructions");
}

fn keeps_its_limits(bench: &str) {
    let output = Command::new(env!("CARGO"))
        .args(["bench", "--quiet", "--package", "cors-benches"])
        .args(["--bench", bench, "--", "--check"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| {
        let text = String::from_utf8(bytes);
        text.expect("a bench writes text")
    });
    print!("{stdout}");
    eprint!("{stderr}");
    assert!(output.status.success(), "{stdout}{stderr}");
}
