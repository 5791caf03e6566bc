//! Recipes for Python's own server, Flask and `FastAPI`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use cors_test_support::{find, skip};

use super::row::{Row, check, right, row};
use super::script::{self, Script, install, sources};

/// The process, or the reason for none.
static PYTHON: LazyLock<Result<Script, String>> = LazyLock::new(|| {
    if find("python3").is_none() {
        return Err(
            "python3 is missing; install it, such as with `apt-get install python3-pip`".to_owned(),
        );
    }
    let packages = packages().map_err(|error| skip(&format!("pip installs nothing: {error}")));
    let mut command = Command::new("python3");
    command.arg(sources().join("python.py"));
    if let Ok(packages) = packages {
        command.env("PYTHONPATH", packages);
    }
    Script::start(&mut command).map_err(|error| format!("python3 does not start: {error}"))
});

fn packages() -> io::Result<PathBuf> {
    install("servers-pip", "requirements.txt", |folder: &Path| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet"])
            .args([
                "--disable-pip-version-check",
                "--no-deps",
                "--require-hashes",
            ])
            .args(["--only-binary", ":all:", "--upgrade", "--target"])
            .arg(folder)
            .arg("--requirement")
            .arg(sources().join("requirements.txt"));
        pip
    })
}

fn port(server: &str) -> Option<u16> {
    script::port(&PYTHON, server)
}

const JSON: &[&str] = &["content-type: application/json"];

const PLAIN: &[Row] = &[
    row("GET /jobs", "origin", "access-control-allow-origin"),
    row("PUT /header", "preflight-status", "501").headers(JSON),
    right("GET /header"),
];

#[tokio::test]
async fn plain() {
    if let Some(port) = port("python") {
        check(port, PLAIN).await;
    }
}

const FLASK: &[Row] = &[
    row("PUT /none/jobs", "preflight-origin", "flask").headers(JSON),
    row(
        "GET /resources/jobs",
        "origin",
        "access-control-allow-origin",
    ),
    row("GET /path/jobs", "origin", "access-control-allow-origin"),
    row("GET /default/jobs", "credentials", "supports_credentials").credentials(),
    row("GET /headers/jobs", "preflight-header", "x-token").headers(&["x-token: 7"]),
    right("PUT /default/jobs").headers(JSON),
];

#[tokio::test]
async fn flask() {
    if let Some(port) = port("flask") {
        check(port, FLASK).await;
    }
}

const FASTAPI: &[Row] = &[
    row("PUT /none/jobs", "preflight-status", "405").headers(JSON),
    row("PUT /slash/jobs", "preflight-status", "400").headers(JSON),
    row("PUT /methods/jobs", "preflight-status", "400").headers(JSON),
    row("PUT /headers/jobs", "preflight-status", "400").headers(&["x-token: 7"]),
    row("GET /crash/crash", "server-error", "500"),
    row("GET /login/jobs", "preflight-status", "403").headers(&["authorization: Bearer 7"]),
    right("PUT /right/jobs").headers(JSON).credentials(),
];

#[tokio::test]
async fn fastapi() {
    if let Some(port) = port("fastapi") {
        check(port, FASTAPI).await;
    }
}
