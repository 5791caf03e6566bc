//! The command itself: how it tells inputs apart, and its exit codes.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn cors(arguments: &[&str], input: &str) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(arguments)
        .env_remove("CORS_ORIGIN")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = process.stdin.take().expect("a pipe");
    // The command may end without reading it.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    process.wait_with_output().expect("the command ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_manual_and_completions_are_generated() {
    for (arguments, expected) in [
        (&["--help"][..], "explain"),
        (&["explain", "--help"], "--upload-listener"),
        (&["export", "--help"], "--upstream"),
        (&["man"], ".TH cors"),
        (&["completions", "bash"], "_cors()"),
        (&["completions", "fish"], "complete -c cors"),
    ] {
        let output = cors(arguments, "");
        assert!(output.status.success(), "{arguments:?}");
        let stdout = text(&output.stdout);
        assert!(stdout.contains(expected), "{arguments:?}: {stdout}");
    }
}

#[test]
fn wrong_arguments() {
    for (arguments, expected) in [
        (&["explain", "--nonsense"][..], "unexpected argument"),
        (&["explain", "--format", "xml"], "invalid value"),
        (
            &["explain", "http://a.test/", "-H", "x", "--origin", "y"],
            "error: `x` is not a header\nhelp: write `name: value`\nerror: `y` has no scheme",
        ),
        (
            &["explain", "GET / HTTP/1.1", "-k", "--send"],
            "error: `--send`, `--insecure` without a URL\nhelp: ",
        ),
        (
            &["explain", "http://a.test/", "-d", "@no-such-file"],
            "error: `no-such-file` cannot be read",
        ),
    ] {
        let output = cors(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
