//! A process with the recipes of a language.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cors_test_support::skip;

/// A running script. It ends with this process, whose end of its standard input is then closed.
#[derive(Debug)]
pub(crate) struct Script {
    _process: Child,
    ports: BTreeMap<String, u16>,
}

impl Script {
    /// Starts a script, which prints its ports.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(Self {
            ports: serde_json::from_str(&line)?,
            _process: process,
        })
    }
}

/// Returns the port of a server. `None` if its packages are not installed, or if the script does not run,
/// which is reported.
pub(crate) fn port(script: &Result<Script, String>, server: &str) -> Option<u16> {
    match script {
        Ok(script) => script.ports.get(server).copied(),
        Err(missing) => {
            skip(missing);
            None
        }
    }
}

/// Returns the folder with the scripts.
pub(crate) fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers")
}

/// Installs packages into a folder for them, unless a lock file was installed there before.
pub(crate) fn install(
    name: &str,
    lock: &str,
    installer: impl FnOnce(&Path) -> Command,
) -> io::Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let locked = fs::read(sources().join(lock))?;
    let marker = folder.join("installed");
    if fs::read(&marker).is_ok_and(|installed| installed == locked) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    let output = installer(&folder).output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr)));
    }
    fs::write(marker, locked)?;
    Ok(folder)
}
