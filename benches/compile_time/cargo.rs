//! Runs of cargo.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;
use std::{fs, io};

use crate::crates::Generated;

/// Returns the folder of the generated packages and their builds, which later runs reuse.
pub(crate) fn dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time")
}

/// Runs of cargo in a package, with a target directory.
#[derive(Clone, Debug)]
pub(crate) struct Cargo<'a> {
    package: &'a Generated,
    target: PathBuf,
    incremental: bool,
    unstable: bool,
}

impl<'a> Cargo<'a> {
    /// All packages share one target directory, and so the builds of their dependencies.
    pub(crate) fn new(package: &'a Generated) -> Self {
        Self {
            package,
            target: dir().join("target"),
            incremental: false,
            unstable: false,
        }
    }

    pub(crate) fn incremental(self) -> Self {
        Self {
            incremental: true,
            ..self
        }
    }

    /// Enables unstable options of a stable compiler. The target directory is another one, because
    /// build scripts depend on it.
    pub(crate) fn unstable(self) -> Self {
        Self {
            unstable: true,
            ..self.target("unstable")
        }
    }

    pub(crate) fn target(self, name: &str) -> Self {
        Self {
            target: dir().join(name),
            ..self
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(arguments)
            .current_dir(&self.package.dir)
            .env("CARGO_TARGET_DIR", &self.target)
            .env(
                "CARGO_INCREMENTAL",
                if self.incremental { "1" } else { "0" },
            )
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null());
        if self.unstable {
            command.env("RUSTC_BOOTSTRAP", "1");
        }
        command
    }

    /// Returns the output and the error output of a successful run.
    pub(crate) fn output(&self, arguments: &[&str]) -> (String, String) {
        output(&mut self.command(arguments))
    }

    /// Runs cargo.
    pub(crate) fn run(&self, arguments: &[&str]) {
        self.output(arguments);
    }

    /// Makes the last crate out of date.
    pub(crate) fn touch(&self) -> io::Result<()> {
        let main = fs::File::options()
            .append(true)
            .open(self.package.dir.join("src/main.rs"))?;
        main.set_modified(SystemTime::now())
    }

    pub(crate) fn remove_target(&self) {
        // It may not exist.
        let _ = fs::remove_dir_all(&self.target);
    }

    /// Builds the release binary and returns its size in bytes.
    pub(crate) fn release_bytes(&self) -> io::Result<u64> {
        self.run(&["build", "--quiet", "--release"]);
        let binary = self.target.join("release").join(&self.package.name);
        Ok(fs::metadata(binary)?.len())
    }

    /// Returns the name and version of each package that is compiled for this one.
    pub(crate) fn tree(&self) -> BTreeSet<String> {
        let (tree, _) = self.output(&[
            "tree",
            "--quiet",
            "--edges=normal,build",
            "--prefix=none",
            "--no-dedupe",
            "--format={p}",
        ]);
        let crates = tree.lines().map(|line| {
            let mut words = line.split(' ');
            let (name, version) = (words.next(), words.next());
            format!("{} {}", name.unwrap_or(""), version.unwrap_or(""))
        });
        let own = format!("{} ", self.package.name);
        crates.filter(|name| !name.starts_with(&own)).collect()
    }
}

/// # Panics
///
/// If the command fails.
fn output(command: &mut Command) -> (String, String) {
    let output = command.output().expect("the command starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}: {stdout}{stderr}");
    (stdout, stderr)
}
