//! A development server from npm in front of an API: `dev_proxy/server.js`.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use axum::{Json, Router};
use cors_runtime::{CorsRouter, cors, routes};
use cors_test_support::{Connection, WireRequest, find, skip};

use super::api::Api;
use super::engines::{Session, in_each_engine};

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["content-type"])]
async fn released(Json(salary): Json<u32>) -> Json<u32> {
    Json(salary)
}

#[cors(
    origins = ["https://app.example"],
    dev_origins = ["http://127.0.0.1:*"],
    methods = [PUT],
    headers = ["content-type"],
    credentials,
)]
async fn developed(Json(salary): Json<u32>) -> Json<u32> {
    Json(salary)
}

#[cors(origins = ["https://app.example"], methods = [GET, POST], enforce)]
async fn enforced() -> &'static str {
    "let in"
}

fn app() -> Router {
    CorsRouter::new()
        .route("/released", routes![released])
        .route("/developed", routes![developed])
        .route("/enforced", routes![enforced])
        .into_router()
}

/// The folder with the server and its packages, outside of the sources; or the reason for none.
static INSTALLED: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    if find("node").is_none() || find("npm").is_none() {
        let install = "install them, such as with `apt-get install nodejs npm`";
        return Err(format!("node or npm is missing; {install}"));
    }
    install().map_err(|error| format!("npm installs nothing: {error}"))
});

fn install() -> io::Result<PathBuf> {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/dev_proxy");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("dev_proxy");
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(sources)? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    let npm = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--prefer-offline"])
        .args(["--no-audit", "--no-fund"])
        .current_dir(&folder)
        .output()?;
    if npm.status.success() {
        Ok(folder)
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&npm.stderr)))
    }
}

#[derive(Debug)]
struct DevServer {
    process: Child,
    url: String,
}

impl DevServer {
    /// `None` if a program is missing, which is reported.
    fn start(api: SocketAddr, change_origin: bool) -> Option<Self> {
        let folder = INSTALLED.as_ref().map_err(|missing| skip(missing)).ok()?;
        let mut process = Command::new("node")
            .args(["server.js", &format!("http://{api}")])
            .arg(change_origin.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let stdout = process.stdout.take().expect("a pipe");
        let mut url = String::new();
        BufReader::new(stdout).read_line(&mut url).expect("its URL");
        let url = url.trim_end().to_owned();
        Some(Self { process, url })
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

in_each_engine!(a_development_proxy_makes_requests_same_origin);
async fn a_development_proxy_makes_requests_same_origin(session: &Session) {
    let api = Api::start(app()).await;
    let Some(server) = DevServer::start(api.addr, true) else {
        return;
    };
    let direct = format!("http://{}", api.addr);
    let with_dev_origins = if cfg!(debug_assertions) {
        "OPTIONS PUT -> 200 1"
    } else {
        "OPTIONS -> network error"
    };
    let rows = [
        // No preflight for any policy, because page and API have the same origin.
        (&server.url, "PUT /api/released", "PUT -> 200 1"),
        (&server.url, "PUT /api/developed", "PUT -> 200 1"),
        (&server.url, "POST /api/enforced", "POST -> 200 let in"),
        // Without the proxy the policy decides, in a debug build with its `dev_origins`.
        (&direct, "PUT /released", "OPTIONS -> network error"),
        (&direct, "PUT /developed", with_dev_origins),
        (&direct, "POST /enforced", "POST -> network error"),
    ];
    session.open(&server.url).await;
    for (base, request, expected) in rows {
        let outcome = api.outcome(session, base, request).await;
        assert_eq!(outcome, expected, "{request} at {base}");
    }
}

/// Over http from another machine browsers send no `Sec-Fetch-Site`, so `enforce` compares `Origin`
/// with `Host`, which a proxy may have changed.
#[tokio::test(flavor = "multi_thread")]
async fn change_origin_makes_enforce_refuse_pages_of_the_proxy() {
    for (change_origin, expected) in [(true, 403), (false, 200)] {
        let api = Api::start(app()).await;
        let Some(server) = DevServer::start(api.addr, change_origin) else {
            return;
        };
        let host = server.url.trim_start_matches("http://");
        let mut connection = Connection::open(host.parse().expect("an address"));
        let request = WireRequest::from("POST /api/enforced")
            .header("host", host)
            .header("origin", &server.url);
        let response = connection.exchange(request);
        assert_eq!(response.status(), expected, "changeOrigin: {change_origin}");
    }
}
