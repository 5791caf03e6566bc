//! The part of `docs/benchmarks.md` that this command writes, and the same on the screen.

use std::fmt::Write as _;
use std::process::Command;
use std::{fs, io};

use cors_benches::page::redrawn;

use crate::cargo::output;
use crate::crates::root;

#[derive(Default)]
pub(crate) struct Page {
    text: String,
    limits: Vec<Limit>,
}

/// A number that is to stay low.
pub(crate) struct Limit {
    what: String,
    measured: f64,
    at_most: f64,
}

impl Limit {
    pub(crate) fn new(what: impl Into<String>, measured: f64, at_most: f64) -> Self {
        Self {
            what: what.into(),
            measured,
            at_most,
        }
    }
}

pub(crate) struct Table<const N: usize>(String);

impl<const N: usize> Table<N> {
    pub(crate) fn new(heads: [&str; N]) -> Self {
        let mut table = Self(String::new());
        table.row(heads.map(str::to_owned));
        let _ = writeln!(table.0, "|---{}|", "|--:".repeat(N - 1));
        table
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        for cell in cells {
            let _ = write!(self.0, "| {cell} ");
        }
        self.0 += "|\n";
    }
}

impl Page {
    pub(crate) fn section(&mut self, title: &str, text: &str) {
        eprintln!("{title}");
        let _ = writeln!(self.text, "### {title}\n\n{text}\n");
    }

    pub(crate) fn text(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}\n");
    }

    pub(crate) fn table<const N: usize>(&mut self, table: &Table<N>) {
        self.text(&table.0);
    }

    pub(crate) fn limit(&mut self, limit: Limit) {
        self.limits.push(limit);
    }

    /// Writes a plot beside the page.
    pub(crate) fn plot(&mut self, name: &str, svg: &str) {
        let plots = root().join("docs/benchmarks");
        let written = fs::create_dir_all(&plots).and_then(|()| fs::write(plots.join(name), svg));
        written.expect("docs/ can be written");
        self.text(&format!("![Seconds by handlers](benchmarks/{name})"));
    }

    pub(crate) fn finish(self) -> io::Result<()> {
        let mut limits = Table::new(["", "measured", "at most", ""]);
        for limit in &self.limits {
            let is_kept = limit.measured <= limit.at_most;
            limits.row([
                limit.what.clone(),
                shown(limit.measured),
                shown(limit.at_most),
                if is_kept { "kept" } else { "**not kept**" }.to_owned(),
            ]);
        }
        let section = format!(
            "## What compiling costs\n\n\
             `cargo bench --package cors-benches --bench compile_time` writes this part. It generates \
             crates of 100, 1,000 and 3,000 handlers, 20 to a module, each with state, a path \
             parameter and JSON in both directions; with `#[cors]` each handler has two origins, a \
             method, two request headers, an exposed one, `max_age` and `credentials`, and stands in \
             `routes![..]`. Times are seconds of CPU in user mode, of cargo and all that it starts, \
             the least of some rounds in which the crates take turns.\n\n\
             {}\n\n\
             {}\n{}\n",
            machine(),
            limits.0,
            self.text.trim_end(),
        );
        print!("{section}");
        let file = root().join("docs/benchmarks.md");
        let page = fs::read_to_string(&file)?;
        fs::write(file, redrawn(&page, "compile_time", &section)?)
    }
}

fn shown(number: f64) -> String {
    if number >= 10.0 {
        format!("{number:.0}")
    } else {
        format!("{number:.2}")
    }
}

fn machine() -> String {
    let read = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(key));
        let value = line.and_then(|line| line.split_once(':'));
        value.map_or("?".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let (rustc, _) = output(Command::new("rustc").arg("--version").current_dir(root()));
    format!(
        "Machine: {cores} cores of {}, {} of memory, Linux {}; {}.",
        read("/proc/cpuinfo", "model name"),
        read("/proc/meminfo", "MemTotal"),
        fs::read_to_string("/proc/sys/kernel/osrelease")
            .unwrap_or_default()
            .trim(),
        rustc.trim(),
    )
}
