//! A page on one origin, nginx on another, axum behind it: `examples/nginx`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, cors, routes};
use cors_test_support::{Connection, WireRequest, WireResponse, find, skip};

use super::api::Api;
use super::engines::{Session, in_each_engine};

#[cors(
    origins = ["http://127.0.0.1:*"],
    methods = [GET],
    expose_headers = ["x-total"],
    credentials,
)]
async fn list() -> impl IntoResponse {
    (
        [("x-total", "4")],
        Json([120_000, 160_000, 75_000, 110_000]),
    )
}

#[cors(
    origins = ["http://127.0.0.1:*"],
    methods = [PUT],
    headers = ["content-type"],
    max_age = 600,
    credentials,
)]
async fn save(Json(_): Json<u32>) -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(origins = ["https://admin.example"], methods = [DELETE], credentials)]
async fn remove() -> StatusCode {
    StatusCode::NO_CONTENT
}

#[cors(origins = ["https://admin.example"], methods = [GET], enforce)]
async fn own() {}

fn app() -> Router {
    CorsRouter::new()
        .route("/salaries", routes![list, save, remove])
        .route("/own", routes![own])
        .into_router()
}

const WORKING: &str = include_str!("../../examples/nginx/nginx.conf");
const BROKEN: &str = include_str!("../../examples/nginx/broken.conf");

/// nginx on a free port, with a configuration as those of `examples/nginx`.
#[derive(Debug)]
pub(crate) struct Nginx {
    pub(crate) addr: SocketAddr,
    folder: PathBuf,
    process: Child,
    log: BufReader<ChildStdout>,
}

impl Nginx {
    /// `None` if there is no nginx, which is reported.
    pub(crate) fn start(config: &str, api: SocketAddr) -> Option<Self> {
        let Some(program) = find("nginx") else {
            skip("nginx is missing; install it, such as with `apt-get install nginx-light`");
            return None;
        };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("a bound address");
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("nginx-{addr}"));
        fs::create_dir_all(&folder).expect("a folder");
        let config = config
            .replace("127.0.0.1:8000", &addr.to_string())
            .replace("127.0.0.1:3000", &api.to_string());
        fs::write(folder.join("nginx.conf"), config).expect("a file");

        let mut process = Command::new(program)
            .arg("-p")
            .arg(&folder)
            .args(["-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"])
            // As in an upgrade, nginx inherits a listening socket: no other process can take the
            // port, and no request can arrive too early.
            .env("NGINX", "0;")
            .stdin(OwnedFd::from(listener))
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("errors")).expect("a file"))
            .spawn()
            .expect("nginx starts");
        let log = BufReader::new(process.stdout.take().expect("a pipe"));
        Some(Self {
            addr,
            folder,
            process,
            log,
        })
    }

    /// The numbers of the connections on which the next requests arrived, so many of them.
    fn connections_of(&mut self, requests: usize) -> BTreeSet<String> {
        let lines = (&mut self.log).lines().take(requests);
        lines
            .map(|line| {
                let line = line.expect("a line of the log");
                let (connection, _) = line.split_once(' ').expect("the number comes first");
                connection.to_owned()
            })
            .collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // A killed nginx would leave its worker behind.
        let stop = format!("kill -TERM {}", self.process.id());
        let stopped = Command::new("sh").args(["-c", &stop]).status();
        let ended = stopped.and_then(|_| self.process.wait());
        if thread::panicking() {
            let errors = fs::read_to_string(self.folder.join("errors"));
            eprintln!("nginx: {ended:?} {}", errors.unwrap_or_default());
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A page that may use the API, and the same page under a name that may not.
async fn pages() -> [String; 2] {
    let blank = Html("<!doctype html><link rel=icon href=data:,><title>page</title>");
    let page = Api::start(Router::new().route("/", get(blank))).await;
    let port = page.addr.port();
    [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
    ]
}

const ALLOWED: usize = 0;
const STRANGER: usize = 1;
/// A page, its request, and the outcome.
type Row = (usize, &'static str, &'static str);

const LISTED: &str = "GET -> 200 x-total: 4 [120000,160000,75000,110000]";
const STOLEN: &str = "GET -> 200 [120000,160000,75000,110000]";

async fn test_nginx(
    session: &Session,
    config: &str,
    rows: &[Row],
    check: impl FnOnce(&mut Nginx, &Api),
) {
    let api = Api::start(app()).await;
    let pages = pages().await;
    let Some(mut nginx) = Nginx::start(config, api.addr) else {
        return;
    };
    let base = format!("http://{}", nginx.addr);
    for (page, request, expected) in rows {
        let page = &pages[*page];
        session.open(page).await;
        let outcome = api.outcome(session, &base, request).await;
        assert_eq!(outcome, *expected, "{request} of {page}");
    }
    check(&mut nginx, &api);
}

in_each_engine!(pages_use_an_api_behind_nginx);
async fn pages_use_an_api_behind_nginx(session: &Session) {
    let rows: [Row; 7] = [
        (ALLOWED, "GET /api/salaries", LISTED),
        (ALLOWED, "PUT /api/salaries", "OPTIONS PUT -> 204"),
        (ALLOWED, "PUT /api/salaries", "PUT -> 204"),
        (ALLOWED, "DELETE /api/salaries", "OPTIONS -> network error"),
        (STRANGER, "GET /api/salaries", "GET -> network error"),
        (STRANGER, "PUT /api/salaries", "OPTIONS -> network error"),
        (ALLOWED, "GET /api/salaries", LISTED),
    ];
    test_nginx(session, WORKING, &rows, |nginx, api| {
        // Such as one for each page with credentials, and one without, that of preflights.
        let connections = nginx.connections_of(8);
        assert!(connections.len() < 8, "{connections:?}");
        assert_eq!(api.connections(), 1, "nginx keeps its connection");
    })
    .await;
}

in_each_engine!(nginx_that_adds_cors_headers_breaks_them);
/// The table of `broken.conf` in `README.md`.
async fn nginx_that_adds_cors_headers_breaks_them(session: &Session) {
    let rows: [Row; 10] = [
        // Both lines of allow-origin are right, and browsers accept only one line.
        (ALLOWED, "GET /twice/salaries", "GET -> network error"),
        (ALLOWED, "PUT /twice/salaries", "OPTIONS -> network error"),
        // nginx refuses requests that the policy allows, and allows others.
        (ALLOWED, "GET /preflights/salaries", LISTED),
        (ALLOWED, "PUT /preflights/salaries", "-> network error"),
        (
            ALLOWED,
            "DELETE /preflights/salaries",
            "DELETE -> network error",
        ),
        (
            STRANGER,
            "DELETE /preflights/salaries",
            "DELETE -> network error",
        ),
        // The server's lines are hidden, so there is one of each, for every origin.
        (ALLOWED, "GET /hidden/salaries", LISTED),
        (ALLOWED, "PUT /hidden/salaries", "OPTIONS PUT -> 204"),
        (STRANGER, "PUT /hidden/salaries", "OPTIONS -> network error"),
        (STRANGER, "GET /hidden/salaries", STOLEN),
    ];
    test_nginx(session, BROKEN, &rows, |_, _| {}).await;
}

const PAGE: &str = "origin: http://127.0.0.1:5173";

/// The request line and these headers, with the `host` that a browser would send.
fn request(line: &str, host: SocketAddr, headers: &[&str]) -> WireRequest {
    WireRequest::from(format!("{line}\nhost: {host}\n{}", headers.join("\n")))
}

/// The status and the headers that CORS and proxies change, sorted.
fn lines(response: WireResponse) -> Vec<String> {
    let is_compared =
        |name: &str| name.starts_with("access-control-") || name == "vary" || name == "allow";
    let text = response.retain(is_compared).to_string();
    let head = text.lines().take_while(|line| !line.is_empty());
    let mut lines: Vec<String> = head.map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_arrive_once_and_intact() {
    let api = Api::start(app()).await;
    let Some(mut nginx) = Nginx::start(WORKING, api.addr) else {
        return;
    };
    let stranger = "origin: https://a.example";
    let put = "access-control-request-method: PUT";
    let delete = "access-control-request-method: DELETE";
    let json = "access-control-request-headers: content-type";
    let gzip = "accept-encoding: gzip";
    let rows: [(&str, &[&str], &[&str]); 9] = [
        ("GET", &[PAGE], &["vary: Accept-Encoding"]),
        ("GET", &[PAGE, gzip], &["vary: Accept-Encoding"]),
        ("GET", &[stranger, gzip], &["vary: Accept-Encoding"]),
        ("GET", &[gzip], &["vary: Accept-Encoding"]),
        ("HEAD", &[PAGE], &["vary: Accept-Encoding"]),
        ("OPTIONS", &[PAGE, put, json], &[]),
        ("OPTIONS", &[stranger, put, json], &[]),
        ("OPTIONS", &[PAGE, delete], &[]),
        ("POST", &[PAGE], &[]),
    ];
    let mut direct = Connection::open(api.addr);
    let mut proxied = Connection::open(nginx.addr);
    for (method, headers, added) in rows {
        let own = request(&format!("{method} /salaries"), api.addr, headers);
        let mut expected = lines(direct.exchange(own));
        expected.extend(added.iter().map(ToString::to_string));
        expected.sort_unstable();
        let through_nginx = request(&format!("{method} /api/salaries"), nginx.addr, headers);
        let found = lines(proxied.exchange(through_nginx));
        assert_eq!(found, expected, "{method} {headers:?}");
    }
    assert_eq!(nginx.connections_of(rows.len()).len(), 1);
    assert_eq!(api.connections(), 2, "the direct one, and nginx's");
}

/// The table of `nginx.conf` in `README.md`: the responses with each line, and without.
#[tokio::test(flavor = "multi_thread")]
async fn each_line_of_the_configuration_is_needed() {
    let all = (200, 200, true, 1);
    let rows = [
        ("", "", all),
        ("http://api/;", "http://api;", (404, 404, false, 1)),
        ("proxy_http_version 1.1;", "", (200, 200, true, 4)),
        ("proxy_set_header Connection \"\";", "", (200, 200, true, 4)),
        ("keepalive 16;", "", (200, 200, true, 4)),
        ("proxy_set_header Host $http_host;", "", (200, 403, true, 1)),
        ("gzip_vary on;", "", (200, 200, false, 1)),
    ];
    for (line, instead, expected) in rows {
        assert!(WORKING.contains(line), "{line}");
        let api = Api::start(app()).await;
        let Some(nginx) = Nginx::start(&WORKING.replace(line, instead), api.addr) else {
            return;
        };
        let mut connection = Connection::open(nginx.addr);
        let own = format!("origin: http://{}", nginx.addr);
        let list = request("GET /api/salaries", nginx.addr, &[PAGE]);
        let listed = connection.exchange(&list);
        let enforced = connection.exchange(request("GET /api/own", nginx.addr, &[&own]));
        for _ in 0..2 {
            connection.exchange(&list);
        }
        let varies = listed
            .values("vary")
            .any(|value| value == "Accept-Encoding");
        let found = (
            listed.status(),
            enforced.status(),
            varies,
            api.connections(),
        );
        assert_eq!(found, expected, "with `{instead}` in place of `{line}`");
    }
}
