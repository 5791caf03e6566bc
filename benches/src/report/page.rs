use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use super::figure::{self, Figure};
use super::marks::redrawn;
use super::readme;
use super::table::Table;

/// The part of `docs/benchmarks.md` that one bench writes, between the marks of its name:
/// the machine, the figures with their limits, then headings, text and tables.
#[derive(Debug)]
pub struct Section {
    name: &'static str,
    figures: Vec<Figure>,
    body: String,
}

impl Section {
    /// An empty section, with the name of its bench.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            figures: Vec::new(),
            body: String::new(),
        }
    }

    /// Adds figures to the table at the top.
    pub fn figures(&mut self, figures: impl IntoIterator<Item = Figure>) {
        self.figures.extend(figures);
    }

    /// Appends a heading of the third level.
    pub fn heading(&mut self, title: &str) {
        self.text(&format!("### {title}"));
    }

    /// Appends a paragraph.
    pub fn text(&mut self, text: &str) {
        self.body += text.trim_end();
        self.body += "\n\n";
    }

    /// Appends a table.
    pub fn table(&mut self, table: &Table) {
        self.text(&table.to_string());
    }

    /// Prints the figures and writes the section into the page; with `--check` among the arguments
    /// it leaves the page alone and fails if a limit is broken.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written, or the page lacks the marks.
    pub fn finish(self) -> io::Result<ExitCode> {
        for figure in &self.figures {
            println!("{figure}");
        }
        if env::args().any(|argument| argument == "--check") {
            let are_kept = self.figures.iter().all(Figure::is_kept);
            return Ok(ExitCode::from(u8::from(!are_kept)));
        }
        let file = root().join("docs/benchmarks.md");
        let section = format!(
            "\nMachine: {}.\n\n{}\n{}",
            machine(),
            figure::table(&self.figures),
            self.body
        );
        let page = redrawn(&fs::read_to_string(&file)?, self.name, &section)?;
        fs::write(file, &page)?;
        readme::quote(&root().join("README.md"), &page)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Describes the machine in a line, as far as its programs are installed.
fn machine() -> String {
    let first_line = |program: &str, argument: &str| {
        let mut command = Command::new(program);
        let output = command.arg(argument).current_dir(root()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        text.lines().next().map(str::to_owned)
    };
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(": ")?.1.to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let parts = [
        cpu.map(|cpu| format!("{cpu}, {cores} cores")),
        first_line("uname", "-srm"),
        first_line("rustc", "--version"),
        first_line("valgrind", "--version"),
        first_line("getconf", "GNU_LIBC_VERSION"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("; ")
}
