//! The command `cors export`: its output, its errors and its exit codes.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const TABLE: &str = r#"{ "version": 1, "handlers": [
  { "path": "/jobs", "methods": ["GET"], "handler": "api::jobs", "file": "src/jobs.rs", "line": 12,
    "origins": ["https://app.example"], "credentials": true, "enforce": false, "writes_refused": true },
  { "path": "/jobs", "methods": ["PUT"], "handler": "api::save", "file": "src/jobs.rs", "line": 20,
    "origins": [], "origins_from": "a set", "origins_set": "tenants",
    "credentials": true, "enforce": false, "writes_refused": true } ] }"#;

/// The exit code, standard output and standard error.
fn run(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_cors"))
        .arg("export")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = process.stdin.take().expect("a pipe");
    // It may end without reading.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = process.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A file with this text.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{name}"));
    fs::write(&path, text).expect("a file");
    path.to_str().expect("a path of text").to_owned()
}

#[test]
fn accepted_differences_are_those_of_the_gateway_api() {
    let (code, _, errors) = run(&["envoy", "--accept", "vary"], TABLE);
    assert_eq!(code, Some(2));
    assert!(
        errors.contains("error: `--accept` has no effect for envoy"),
        "{errors}"
    );
}

#[test]
fn configuration_of_a_file_or_of_standard_input() {
    let table = file("table.json", TABLE);
    let set = file(
        "tenants.txt",
        "# customers\nhttps://one.example\n\n  https://*.two.example\n",
    );
    let set = format!("tenants={set}");
    let (code, of_file, errors) = run(&["envoy", &table, "--set", &set], "");
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert!(
        of_file.contains("# preflight for PUT: api::save, src/jobs.rs:20"),
        "{of_file}"
    );
    assert!(
        of_file.contains(r"https://one\.example|https://(?:"),
        "{of_file}"
    );
    let (_, of_stdin, _) = run(&["envoy", "--set", &set], TABLE);
    assert_eq!(of_stdin, of_file);

    let addresses = [
        "--set",
        &set,
        "--listen",
        "[::1]:8001",
        "--upstream",
        "api:3000",
    ];
    let (_, text, _) = run(&[&["envoy", &table], &addresses[..]].concat(), "");
    assert!(
        text.contains("{address: '::1', port_value: 8001}"),
        "{text}"
    );
    assert!(
        text.contains("{address: 'api', port_value: 3000}"),
        "{text}"
    );
}

#[test]
fn stale_files_have_exit_code_1() {
    let table = file("fresh.json", &TABLE.replace("a set", "a function"));
    let (code, ..) = run(&["envoy", &table], "");
    assert_eq!(code, Some(2));

    let set = format!("tenants={}", file("one.txt", "https://one.example\n"));
    let arguments = ["envoy", "--set", &set];
    let (_, text, _) = run(&arguments, TABLE);
    let stale = text.replace("status: 204", "status: 200");
    for (written, expected) in [
        (&text, Some(0)),
        (&text.replace('\n', "\r\n"), Some(0)),
        (&stale, Some(1)),
    ] {
        let file = file("envoy.yaml", written);
        let (code, output, errors) = run(&[&arguments[..], &["--check", &file]].concat(), TABLE);
        assert_eq!((code, output.as_str()), (expected, ""), "{errors}");
        assert_eq!(errors.is_empty(), expected == Some(0));
        if expected == Some(1) {
            assert!(
                errors.contains(
                    "- direct_response: {status: 200}\n+ direct_response: {status: 204}\nhelp: write it again, with `> "
                ),
                "{errors}"
            );
        }
    }
}

#[test]
fn errors_have_a_remedy() {
    let set = "error: api::save, src/jobs.rs:20: the origins of the set `tenants` are not in the table\n\
               help: add `--set tenants=FILE`, a file with one origin on each line\n";
    let missing = "tenants=/no/such/file";
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let empty = format!("tenants={}", file("empty.txt", "\n# none\n"));
    let broken = format!("tenants={}", file("broken.txt", "https://one.example/\n"));
    let other = format!("customers={}", file("other.txt", "https://one.example\n"));
    for (arguments, input, expected) in [
        (&["envoy"][..], TABLE, set),
        (
            &["envoy", "--set", "tenants"],
            TABLE,
            "error: `--set tenants` has no file\nhelp: write `--set tenants=FILE`\n",
        ),
        (
            &["envoy", "--set", missing],
            TABLE,
            "error: `/no/such/file` of the set `tenants` cannot be read: ",
        ),
        (
            &["envoy", "--set", &empty],
            TABLE,
            "error: api::save, src/jobs.rs:20: the set `tenants` is empty, and there are no other origins\n",
        ),
        (
            &["envoy", "--set", &broken],
            TABLE,
            "error: api::save, src/jobs.rs:20: the set `tenants`: `https://one.example/` has a path",
        ),
        (
            &["envoy", "--set", &other],
            TABLE,
            "error: the table has no set `customers`\nhelp: correct the name, such as `--set tenants=FILE`\n",
        ),
        (
            &["envoy", "--set", manifest],
            TABLE,
            "/Cargo.toml` has no name\nhelp: write `--set NAME=",
        ),
        (
            &["envoy", "no-such.lock"],
            TABLE,
            "help: give the lock file of the application, such as `cors.lock`; a test with `cors_testing::assert_policies` writes it\n",
        ),
        (
            &["envoy"],
            "\n",
            "error: standard input is empty\nhelp: give the lock file of the application: `cors export envoy cors.lock`\n",
        ),
        (
            &["envoy"],
            "{}",
            "error: standard input: the table of policies cannot be read: missing field `version`",
        ),
        (
            &["envoy", manifest],
            "",
            "/Cargo.toml`: the table of policies cannot be read: expected value",
        ),
        (
            &["envoy"],
            r#"{"version": 2}"#,
            "error: standard input: the table of policies has version `2`",
        ),
        (
            &["envoy"],
            r#"{"version": 1, "debug": true, "handlers": []}"#,
            "error: the table is that of a debug build, whose policies may allow more\n",
        ),
        (
            &["envoy", "--check", "no-such.yaml"],
            r#"{"version": 1, "handlers": []}"#,
            "help: write it first, with `> no-such.yaml` in place of `--check no-such.yaml`\n",
        ),
        (
            &["envoy", "--listen", "8000"],
            r#"{"version": 1, "handlers": []}"#,
            "error: `8000` of `--listen` is not a host with a port\nhelp: write it without a scheme, such as `--listen 0.0.0.0:8000`\n",
        ),
        (
            &["envoy", "--upstream", "http://api:3000"],
            r#"{"version": 1, "handlers": []}"#,
            "error: `http://api:3000` of `--upstream` is not a host with a port\nhelp: write it without a scheme, such as `--upstream 127.0.0.1:3000`\n",
        ),
        (
            &["gateway-api", "--accept", "404"],
            TABLE,
            "error: `404` is no difference\nhelp: write one of 403, vary, regex\n",
        ),
    ] {
        let (code, output, errors) = run(arguments, input);
        assert_eq!((code, output.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(errors.contains(expected), "{arguments:?}\n{errors}");
        let of_each = |text| errors.matches(text).count();
        assert_eq!(of_each("error: "), of_each("\nhelp: "), "{errors}");
    }
}

#[test]
fn gateways_are_listed_and_found_in_any_case() {
    let table = r#"{"version": 1, "handlers": []}"#;
    let (code, _, errors) = run(&["Envoy"], table);
    assert_eq!(code, Some(0), "{errors}");
    for (arguments, expected) in [
        (
            &["apache"][..],
            "[possible values: caddy, envoy, gateway-api, haproxy, nginx]",
        ),
        (&["evnoy"], "a similar value exists: 'envoy'"),
        (
            &["Cargo.toml"],
            "write the gateway before the file: `cors export envoy Cargo.toml`",
        ),
        (
            &[],
            "write the gateway and the file: `cors export envoy cors.lock`",
        ),
        (
            &["envoy", "--output", "envoy.yaml"],
            "`> FILE` at the end writes the output to a file",
        ),
    ] {
        let (code, output, errors) = run(arguments, table);
        assert_eq!((code, output.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(errors.contains(expected), "{arguments:?}\n{errors}");
    }
}
