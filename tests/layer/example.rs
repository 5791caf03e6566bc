//! The example on hyper, built as a crate of a user: without axum, and with the headers of CORS.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cors_test_support::{Connection, WireResponse};
use serde_json::Value;

#[test]
fn hyper_without_axum() {
    let program = build();
    let mut server = Server(
        Command::new(program)
            .env("ADDR", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts"),
    );
    let output = server.0.stdout.take().expect("a pipe");
    let mut curls = BufReader::new(output)
        .lines()
        .map(|line| line.expect("text"))
        .filter(|line| line.starts_with("curl "));
    // The commands that the example prints.
    for (status, allowed) in [
        ("204", Some("http://127.0.0.1:8080")),
        ("204", Some("http://127.0.0.5:8080")),
        ("403", None),
        ("200", Some("http://127.0.0.1:8080")),
    ] {
        let curl = curls.next().expect("a line to try");
        let (command, note) = curl.split_once("   # ").expect("a note");
        assert!(note.starts_with(status), "{curl}");
        let response = send(command);
        assert_eq!(response.status().to_string(), status, "{curl}");
        let found = response.values("access-control-allow-origin").next();
        assert_eq!(found, allowed, "{curl}\n{response}");
    }
}

/// By itself, as a build of the whole workspace unites the features of its members.
fn build() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hyper");
    let output = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--package",
            "cors-hyper",
            "--example",
            "hyper",
        ])
        .args(["--message-format", "json", "--target-dir"])
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the example doesn't build");
    let built: Vec<Value> = output
        .stdout
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    let names: Vec<&str> = built
        .iter()
        .filter_map(|artifact| artifact["target"]["name"].as_str())
        .collect();
    assert!(names.contains(&"cors_runtime"), "{names:?}");
    for absent in ["axum", "axum_core", "cors_macros"] {
        assert!(!names.contains(&absent), "{absent} in {names:?}");
    }
    let program = built
        .iter()
        .find_map(|artifact| artifact["executable"].as_str());
    program.expect("an executable").into()
}

/// Sends the request of a `curl` command.
fn send(curl: &str) -> WireResponse {
    let url = curl
        .split(' ')
        .find_map(|word| word.strip_prefix("http://"))
        .expect("a URL");
    let addr = url.trim_end_matches('/').parse().expect("an address");
    let method = if curl.contains("-X OPTIONS") {
        "OPTIONS"
    } else {
        "GET"
    };
    // The headers are between quotes.
    let headers: Vec<&str> = curl.split('\'').skip(1).step_by(2).collect();
    Connection::open(addr).exchange(format!("{method} /\n{}", headers.join("\n")))
}

/// Ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
