//! Recipes for nginx.

use std::fs::{self, File};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use cors_test_support::{find, skip};

use super::node;
use super::row::{Row, check, row};

/// nginx with `nginx.conf`, in front of the servers of `node.js`.
struct Nginx {
    addr: SocketAddr,
    folder: PathBuf,
    process: Child,
}

impl Nginx {
    fn start(program: &Path, node: u16, express: u16) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let addr = listener.local_addr()?;
        let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("servers-nginx-{addr}"));
        fs::create_dir_all(folder.join("files/files"))?;
        fs::write(folder.join("files/files/jobs.json"), "[]")?;
        fs::write(folder.join("users"), "user:{PLAIN}password\n")?;
        let config = include_str!("nginx.conf")
            .replace("PORT", &addr.port().to_string())
            .replace("NODE", &node.to_string())
            .replace("EXPRESS", &express.to_string())
            .replace("CLOSED", &closed.to_string());
        fs::write(folder.join("nginx.conf"), config)?;
        let process = Command::new(program)
            .arg("-p")
            .arg(&folder)
            .args(["-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"])
            // As in an upgrade, nginx inherits a listening socket: no other process can take the
            // port, and no request can arrive too early.
            .env("NGINX", "0;")
            .stdin(OwnedFd::from(listener))
            .stderr(File::create(folder.join("errors"))?)
            .spawn()?;
        Ok(Self {
            addr,
            folder,
            process,
        })
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // A killed nginx would leave its worker behind.
        let stop = format!("kill -TERM {}", self.process.id());
        let _ = Command::new("sh").args(["-c", &stop]).status();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

const JSON: &[&str] = &["content-type: application/json"];

const ROWS: &[Row] = &[
    row("GET /errors/jobs", "not-found", "error responses"),
    row("GET /inherited/jobs", "origin", "always"),
    row("PUT /if-options/jobs", "preflight-origin", "add_header").headers(JSON),
    row(
        "GET /twice/",
        "origin",
        "https://app.example, https://app.example",
    ),
    row("PUT /large/", "body-too-large", "client_max_body_size")
        .headers(JSON)
        .body("[1, 2, 3, 4]"),
    row("GET /down/", "gateway-error", "502"),
    row("PUT /files/jobs.json", "preflight-status", "405").headers(JSON),
    row("GET /login/jobs", "preflight-status", "401").headers(&["authorization: Basic dTpw"]),
    row("PUT /folder", "slash-redirect", "/folder/").headers(JSON),
    row(
        "GET /lines/jobs",
        "origin",
        "https://app.example, https://admin.example",
    ),
    row("GET /empty/jobs", "origin", "access-control-allow-origin"),
];

#[tokio::test]
async fn nginx() {
    let Some(program) = find("nginx") else {
        skip("nginx is missing; install it, such as with `apt-get install nginx-light`");
        return;
    };
    if let (Some(node), Some(express)) = (node::port("node"), node::port("express")) {
        let nginx = Nginx::start(&program, node, express).expect("nginx starts");
        check(nginx.addr.port(), ROWS).await;
    }
}
