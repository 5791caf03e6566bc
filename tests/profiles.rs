//! `dev_origins` exist in debug builds only, and `crate = path` finds a renamed dependency: a program
//! that needs both is built with both profiles, run, and searched for the text of the origin.

use std::path::PathBuf;
use std::process::Command;

const DEV_ORIGIN: &str = "http://dev-server.localhost:5173";
const ORIGIN: &str = "https://app.example";

#[test]
fn dev_origins_are_in_the_debug_build_only() {
    let debug = build("dev", "debug");
    assert_eq!(run(&debug, DEV_ORIGIN), DEV_ORIGIN);
    assert_eq!(run(&debug, ORIGIN), ORIGIN);
    assert!(contains(&debug, DEV_ORIGIN));

    let release = build("release", "release");
    // One origin is left, and a single origin is sent to every page.
    assert_eq!(run(&release, DEV_ORIGIN), ORIGIN);
    assert_eq!(run(&release, ORIGIN), ORIGIN);
    assert!(!contains(&release, DEV_ORIGIN));
}

fn build(profile: &str, folder: &str) -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("profiles");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "cors-profiles"])
        .args(["--profile", profile, "--target-dir"])
        .arg(&target)
        // Only our crates are optimised: optimising the others takes a quarter of a first build.
        .args(["--config", "profile.release.package.'*'.opt-level=0"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the {profile} build fails");
    target.join(folder).join("cors-profiles")
}

fn run(program: &PathBuf, origin: &str) -> String {
    let output = Command::new(program)
        .arg(origin)
        .output()
        .expect("the program runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn contains(program: &PathBuf, text: &str) -> bool {
    let bytes = std::fs::read(program).expect("the program is there");
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}
