//! Recipes for Node.js and Express.

use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use cors_test_support::{find, skip};

use super::row::{Row, check, right, row};
use super::script::{self, Script, install, sources};

/// The process, or the reason for none.
pub(crate) static NODE: LazyLock<Result<Script, String>> = LazyLock::new(|| {
    if find("node").is_none() {
        return Err(
            "node is missing; install it, such as with `apt-get install nodejs`".to_owned(),
        );
    }
    let packages = packages().map_err(|error| skip(&format!("npm installs nothing: {error}")));
    let mut command = Command::new("node");
    command.arg(sources().join("node.js"));
    if let Ok(packages) = packages {
        command.env("NODE_PATH", packages.join("node_modules"));
    }
    Script::start(&mut command).map_err(|error| format!("node does not start: {error}"))
});

fn packages() -> io::Result<std::path::PathBuf> {
    install("servers-npm", "package-lock.json", |folder: &Path| {
        for file in ["package.json", "package-lock.json"] {
            let _ = std::fs::copy(sources().join(file), folder.join(file));
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--prefer-offline"])
            .args(["--no-audit", "--no-fund"])
            .current_dir(folder);
        npm
    })
}

/// Returns the port of a server of the script. Reports what is missing.
pub(crate) fn port(server: &str) -> Option<u16> {
    script::port(&NODE, server)
}

const JSON: &[&str] = &["content-type: application/json"];

const PLAIN: &[Row] = &[
    row("GET /none", "origin", "access-control-allow-origin"),
    row("PUT /no-options", "preflight-status", "404").headers(JSON),
    row("GET /several", "origin", "one"),
    row("GET /slash", "origin", "https://app.example/"),
    row("GET /subdomains", "origin", "pattern"),
    row("GET /host", "origin", "scheme"),
    row("PUT /methods", "preflight-method", "PUT").headers(JSON),
    row("GET /crash", "server-error", "500"),
    row(
        "GET /request-header",
        "origin",
        "access-control-allow-origin",
    ),
    row("GET /circle", "redirect-circle", "two rules"),
    row("GET /downgrade", "mixed-content", "x-forwarded-proto"),
    row("GET /quoted", "origin", "quotes"),
];

#[tokio::test]
async fn plain() {
    if let Some(port) = port("node") {
        check(port, PLAIN).await;
    }
}

const EXPRESS: &[Row] = &[
    row("GET /wildcard", "origin", "credentials").credentials(),
    row("GET /wildcard", "preflight-origin", "credentials")
        .headers(&["cookie: id=7", "x-token: 7"]),
    row("PUT /no-options", "preflight-origin", "app.use").headers(JSON),
    row("GET /late", "origin", "cors("),
    row("GET /login", "preflight-status", "401").headers(&["authorization: Bearer 7"]),
    row("GET /headers", "preflight-header", "x-token").headers(&["x-token: 7"]),
    row("GET /throws", "refused-by-server", "list"),
    row("PUT /moved", "preflight-redirect", "/moved/v2").headers(JSON),
    row("GET /development", "origin", "http://localhost:5173"),
    row("GET /cookies", "credentials", "credentials: true").credentials(),
    right("GET /right").credentials(),
    right("PUT /right").headers(JSON),
];

#[tokio::test]
async fn express() {
    if let Some(port) = port("express") {
        check(port, EXPRESS).await;
    }
}
