//! Preflights per second: by an application alone, by gateways with its policies, and by the application
//! behind gateways that pass them on. All are measured side by side, in an order that rotates.
//!
//! The application has one thread, and so has the client. A gateway that is missing is left out.

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use cors_benches::report::{Figure, Section, Spread, Table, number};
use cors_edge::{Edge, Options};
use cors_runtime::{CorsRouter, cors, routes};
use tokio::runtime;

const ROUNDS: usize = 100;
/// The connections of the client, each with one request at a time.
const CONNECTIONS: usize = 16;
/// The requests of a batch on each connection.
const REQUESTS: usize = 16;

#[cors(
    origins = ["https://app.example", "https://*.app.example"],
    methods = [PUT],
    headers = ["content-type", "authorization"],
    max_age = 600,
    credentials,
)]
async fn save() {}

/// The policies of the application, as `CorsRouter::policies` has them.
const POLICIES: &str = r#"{
    "version": 1,
    "handlers": [{
        "path": "/jobs/{id}", "methods": ["PUT"], "handler": "save",
        "origins": ["https://app.example", "https://*.app.example"],
        "headers": ["content-type", "authorization"], "expose_headers": [],
        "max_age": 600, "credentials": true, "enforce": false, "writes_refused": true
    }],
    "plain": []
}"#;

/// No policies, so that everything reaches the application.
const NONE: &str = r#"{ "version": 1, "handlers": [], "plain": [] }"#;

const PREFLIGHT: &str = "OPTIONS /jobs/7 HTTP/1.1\r\n\
    host: api.example\r\n\
    origin: https://shop.app.example\r\n\
    access-control-request-method: PUT\r\n\
    access-control-request-headers: authorization,content-type\r\n\r\n";

fn main() -> io::Result<ExitCode> {
    let application = application()?;
    let mut peers = vec![("the application alone".to_owned(), application)];
    let mut programs = Vec::new();
    let mut rows = Vec::new();
    for gateway in &GATEWAYS {
        let Some(file) = gateway.find() else {
            println!("skipped: {} is missing", gateway.edge);
            continue;
        };
        rows.push(gateway.edge);
        for (name, table) in [("by", POLICIES), ("through", NONE)] {
            let program = Program::start(gateway, &file, application, table)?;
            peers.push((format!("{name} {}", gateway.edge), program.addr));
            programs.push(program);
        }
    }
    let rates = measure(&peers)?;

    let mut section = Section::new("edge");
    let ratio = |name: &str| {
        let of_round = |round: &Vec<f64>| {
            let at = peers.iter().position(|(peer, _)| peer == name)?;
            Some(round[at] / round[0])
        };
        Spread::of(rates.iter().filter_map(of_round))
    };
    let alone = Spread::of(rates.iter().map(|round| round[0]));
    section.figures([Figure::shown(
        "preflights per second",
        [(peers[0].0.clone(), alone)],
    )]);
    let heads = [
        "",
        "by the gateway",
        "by the application, through the gateway",
    ];
    let mut table = Table::new(&heads);
    for edge in rows {
        let [by, through] = ["by", "through"].map(|name| ratio(&format!("{name} {edge}")));
        table.row(&[edge.to_string(), by.to_string(), through.to_string()]);
    }
    section.text(&format!(
        "Preflights per second, divided by those of the application alone ({}) in the same round.",
        number(alone.median)
    ));
    section.table(&table);
    section.finish()
}

/// Returns the preflights per second of each peer, in each round.
fn measure(peers: &[(String, SocketAddr)]) -> io::Result<Vec<Vec<f64>>> {
    let mut rounds = vec![vec![0.0; peers.len()]; ROUNDS];
    for (number, rates) in rounds.iter_mut().enumerate() {
        for offset in 0..peers.len() {
            let at = (number + offset) % peers.len();
            rates[at] = batch(peers[at].1)?;
        }
    }
    Ok(rounds)
}

/// Starts the application on a thread of its own.
fn application() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let addr = listener.local_addr()?;
    let app: Router = CorsRouter::new()
        .route("/jobs/{id}", routes![save])
        .into_router();
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    thread::spawn(move || {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, app).await
        })
    });
    Ok(addr)
}

/// Sends a batch of preflights over new connections, and returns how many are answered in a second.
/// nginx closes a connection after a thousand requests.
#[allow(clippy::cast_precision_loss, reason = "there are few requests")]
fn batch(peer: SocketAddr) -> io::Result<f64> {
    let connections = (0..CONNECTIONS).map(|_| {
        let connection = TcpStream::connect(peer)?;
        connection.set_nodelay(true)?;
        Ok(connection)
    });
    let mut connections: Vec<TcpStream> = connections.collect::<io::Result<_>>()?;
    let mut start = Instant::now();
    // The first requests open the gateway's own connections.
    for number in 0..=REQUESTS {
        if number == 1 {
            start = Instant::now();
        }
        for connection in &mut connections {
            connection.write_all(PREFLIGHT.as_bytes())?;
        }
        for connection in &mut connections {
            receive(connection)?;
        }
    }
    Ok((CONNECTIONS * REQUESTS) as f64 / start.elapsed().as_secs_f64())
}

/// Reads the response to an allowed preflight, which has no body.
fn receive(connection: &mut TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    let mut buffer = [0; 2048];
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => head.extend(&buffer[..length]),
        }
    }
    let is_allowed = head.starts_with(b"HTTP/1.1 204");
    is_allowed
        .then_some(())
        .ok_or_else(|| io::Error::other(format!("not allowed: {}", String::from_utf8_lossy(&head))))
}

/// A program that stands before an application.
struct Gateway {
    edge: Edge,
    /// The file of the configuration, and the arguments that run it on one thread, if they can.
    file: &'static str,
    arguments: &'static [&'static str],
}

const GATEWAYS: [Gateway; 4] = [
    Gateway {
        edge: Edge::Envoy,
        file: "envoy.yaml",
        arguments: &[
            "--disable-hot-restart",
            "--concurrency",
            "1",
            "-c",
            "envoy.yaml",
        ],
    },
    Gateway {
        edge: Edge::Nginx,
        file: "nginx.conf",
        arguments: &[
            "-e",
            "stderr",
            "-p",
            ".",
            "-c",
            "nginx.conf",
            "-g",
            "daemon off;",
        ],
    },
    Gateway {
        edge: Edge::HaProxy,
        file: "haproxy.cfg",
        arguments: &["-db", "-f", "haproxy.cfg"],
    },
    Gateway {
        edge: Edge::Caddy,
        file: "Caddyfile",
        arguments: &["run", "--config", "Caddyfile"],
    },
];

impl Gateway {
    /// Finds the program among the packages of Python in the target folder, in `PATH` and in the folder
    /// of Debian's servers.
    fn find(&self) -> Option<PathBuf> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
        let folders = ["edges/envoy/_bin", "edges/bin"].map(|folder| target.join(folder));
        let path = env::var_os("PATH").unwrap_or_default();
        let mut files = folders
            .into_iter()
            .chain(env::split_paths(&path))
            .chain(["/usr/sbin".into()])
            .map(|folder| folder.join(self.edge.as_str()));
        files.find(|file| file.is_file())
    }
}

/// A running gateway. It ends when this is dropped.
struct Program {
    addr: SocketAddr,
    folder: PathBuf,
    process: Child,
}

impl Program {
    fn start(
        gateway: &Gateway,
        file: &Path,
        application: SocketAddr,
        table: &str,
    ) -> io::Result<Self> {
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut options = Options::default();
        options.listen = addr.to_string();
        options.upstream = application.to_string();
        let table = table.parse().map_err(io::Error::other)?;
        let configuration = cors_edge::export(gateway.edge, &table, &options)
            .map_err(|refusals| io::Error::other(format!("{refusals:?}")))?;
        let name = format!("bench-{}-{addr}", gateway.edge);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(gateway.file), configuration)?;
        let log = File::create(folder.join("log"))?;
        let process = Command::new(file)
            .args(gateway.arguments)
            .current_dir(&folder)
            // Caddy keeps its files below the home folder.
            .env("HOME", &folder)
            .env("GOMAXPROCS", "1")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let program = Self {
            addr,
            folder,
            process,
        };
        let started = Instant::now();
        while TcpStream::connect(addr).is_err() {
            if started.elapsed() > Duration::from_secs(20) {
                return Err(io::Error::other(format!(
                    "{} does not listen",
                    gateway.edge
                )));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(program)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A killed nginx would leave its worker behind.
        let stop = format!("kill -TERM {}", self.process.id());
        let _ = Command::new("sh").args(["-c", &stop]).status();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
