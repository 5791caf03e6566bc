//! What `#[cors]` and the dependency cost whoever compiles them: a crate of many handlers against
//! the same crate with axum alone, and an axum project with the dependency against one without.
//!
//! Times are seconds of CPU in user mode, of cargo and all that it starts: other programs on the
//! machine change them least. Each is the least of some rounds, in which everyone takes turns.
//! Writes its part of `docs/benchmarks.md`.

#[allow(dead_code, reason = "a test needs more of it")]
mod cargo;
mod crates;
mod page;
mod plot;
mod profile;

use std::{fs, io};

use cargo::{Cargo, dir};
use crates::{Generated, Kind, cors_runtime, empty, handlers};
use page::{Limit, Page, Table};

const SIZES: [usize; 3] = [100, 1000, 3000];
const CHECKS: usize = 5;
const BUILDS: usize = 2;
const CLEAN_RUNS: usize = 2;

fn main() -> io::Result<()> {
    let mut page = Page::default();
    growth(&mut page)?;
    binary(&mut page)?;
    lines(&mut page)?;
    profile::compare(&mut page)?;
    dependency(&mut page)?;
    page.finish()
}

/// The least of some rounds, for each of those who take turns.
fn least<const N: usize>(
    rounds: usize,
    mut turn: impl FnMut(usize) -> io::Result<f64>,
) -> io::Result<[f64; N]> {
    let mut least = [f64::INFINITY; N];
    for _ in 0..rounds {
        for (who, least) in least.iter_mut().enumerate() {
            *least = least.min(turn(who)?);
        }
    }
    Ok(least)
}

/// Seconds of CPU that the children of this process took so far.
fn children() -> io::Result<f64> {
    // The name, which may have spaces, is in parentheses; after it come the third and further
    // fields of proc(5), and `cutime` is the 16th. Linux counts 100 ticks to a second.
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().nth(13);
    let ticks = ticks.and_then(|ticks| ticks.parse::<f64>().ok());
    Ok(ticks.ok_or(io::ErrorKind::InvalidData)? / 100.0)
}

fn cpu(of: impl FnOnce()) -> io::Result<f64> {
    let before = children()?;
    of();
    Ok(children()? - before)
}

/// What compiling the last crate takes.
fn of_last_crate(cargo: &Cargo<'_>, arguments: &[&str]) -> io::Result<f64> {
    cargo.touch()?;
    cpu(|| cargo.run(arguments))
}

fn both(count: usize) -> io::Result<[Generated; 2]> {
    Ok([
        handlers(&dir(), Kind::Plain, count)?,
        handlers(&dir(), Kind::Annotated, count)?,
    ])
}

fn growth(page: &mut Page) -> io::Result<()> {
    let mut table = Table::new([
        "",
        "handlers",
        "plain axum",
        "`#[cors]`",
        "ratio",
        "for each",
    ]);
    let mut curves = Vec::new();
    for (command, rounds, limit) in [("check", CHECKS, 1.25), ("build", BUILDS, 1.25)] {
        let arguments = [command, "--quiet"];
        let mut added_by_one = Vec::new();
        let mut points = Vec::new();
        for size in SIZES {
            let packages = both(size)?;
            let cargos = packages.each_ref().map(Cargo::new);
            for cargo in &cargos {
                cargo.run(&arguments);
            }
            let [plain, ours] = least(rounds, |who| of_last_crate(&cargos[who], &arguments))?;
            table.row([
                format!("`cargo {command}`"),
                size.to_string(),
                seconds(plain),
                seconds(ours),
                format!("{:.2}", ours / plain),
                milliseconds((ours - plain) / count(size)),
            ]);
            if size == 1000 {
                let what = format!("`cargo {command}`, 1,000 handlers, times plain axum");
                page.limit(Limit::new(what, ours / plain, limit));
            }
            added_by_one.push((ours - plain) / count(size));
            points.push((count(size), plain, ours));
        }
        // From one size to the next, so that what comes once falls out.
        let slope = |from: usize, to: usize| {
            let added = |at: usize| points[at].2 - points[at].1;
            (added(to) - added(from)) / (points[to].0 - points[from].0)
        };
        let what = format!(
            "`cargo {command}`, a handler from 1,000 to 3,000, times one from 100 to 1,000"
        );
        page.limit(Limit::new(what, slope(1, 2) / slope(0, 1), 1.25));
        curves.push((format!("cargo {command}"), points));
    }
    let packages = both(1000)?;
    let cargos = packages
        .each_ref()
        .map(|package| Cargo::new(package).incremental().target("incremental"));
    for cargo in &cargos {
        cargo.run(&["check", "--quiet"]);
    }
    let mut version = 0;
    let [plain, ours] = least(CHECKS, |who| {
        version += 1;
        packages[who].touch_one_handler(version)?;
        cpu(|| cargos[who].run(&["check", "--quiet"]))
    })?;
    table.row([
        "`cargo check` again, one handler changed".to_owned(),
        "1000".to_owned(),
        seconds(plain),
        seconds(ours),
        format!("{:.2}", ours / plain),
        String::new(),
    ]);
    page.section(
        "A crate of handlers",
        "Seconds of CPU for the last crate, without incremental compilation but in the last line; \
         what a handler adds, in milliseconds.",
    );
    page.table(&table);
    page.plot("compile_time.svg", &plot::growth(&curves));
    Ok(())
}

fn binary(page: &mut Page) -> io::Result<()> {
    let mut table = Table::new(["handlers", "plain axum", "`#[cors]`"]);
    let mut added = Vec::new();
    for size in [100, 1000] {
        let [plain, ours] = both(size)?;
        let (plain, ours) = (
            Cargo::new(&plain).release_bytes()?,
            Cargo::new(&ours).release_bytes()?,
        );
        table.row([size.to_string(), plain.to_string(), ours.to_string()]);
        added.push(ours.saturating_sub(plain));
    }
    let of_one = bytes(added[1].saturating_sub(added[0])) / 900.0;
    page.section(
        "The release binary",
        "Bytes, stripped. What comes once, however many handlers there are, falls out of the limit.",
    );
    page.table(&table);
    page.limit(Limit::new(
        "bytes of the stripped release binary, a handler",
        of_one,
        1024.0,
    ));
    Ok(())
}

fn lines(page: &mut Page) -> io::Result<()> {
    page.section(
        "Monomorphised lines",
        "Lines of LLVM's code before it optimises, of a debug build, as `cargo llvm-lines` counts \
         them.",
    );
    let packages = both(1000)?;
    let mut table = Table::new(["", "lines", "copies of functions"]);
    for package in &packages {
        let counted = Cargo::new(package).command(&["llvm-lines"]).output()?;
        let printed = String::from_utf8_lossy(&counted.stdout);
        let total = printed.lines().find(|line| line.contains("(TOTAL)"));
        let Some(total) = total.filter(|_| counted.status.success()) else {
            page.text("Not counted: there is no `cargo llvm-lines` here (`cargo install cargo-llvm-lines`).");
            return Ok(());
        };
        let mut numbers = total.split_whitespace();
        let mut number = || numbers.next().unwrap_or_default().to_owned();
        table.row([package.label().to_owned(), number(), number()]);
    }
    page.table(&table);
    Ok(())
}

fn dependency(page: &mut Page) -> io::Result<()> {
    let below = dir();
    let without_list = ", default-features = false, features = [\"axum\", \"tracing\"]";
    let packages = [
        empty(&below, "axum_alone", "")?,
        empty(&below, "with_cors_runtime", &cors_runtime(""))?,
        empty(&below, "without_list", &cors_runtime(without_list))?,
    ];
    let labels = [
        "axum",
        "axum and cors-runtime",
        "axum and cors-runtime without `public-suffix-list`",
    ];
    let cargos = packages
        .each_ref()
        .map(|package| Cargo::new(package).target("clean"));
    let clean = |command: &'static str| {
        least::<3>(CLEAN_RUNS, |who| {
            cargos[who].remove_target();
            cpu(|| cargos[who].run(&[command, "--quiet"]))
        })
    };
    let (checks, builds) = (clean("check")?, clean("build")?);
    let trees = cargos.each_ref().map(Cargo::tree);
    let mut table = Table::new(["", "crates", "`cargo check`", "`cargo build`"]);
    for (who, label) in labels.into_iter().enumerate() {
        table.row([
            label.to_owned(),
            trees[who].len().to_string(),
            seconds(checks[who]),
            seconds(builds[who]),
        ]);
    }
    let added: Vec<&str> = trees[1].difference(&trees[0]).map(String::as_str).collect();
    page.section(
        "The dependency",
        "Seconds of CPU from a clean state, of a project without code.",
    );
    page.table(&table);
    page.text(&format!("What axum's tree lacks: {}.", added.join(", ")));
    page.limit(Limit::new(
        "crates that axum's own tree lacks",
        count(added.len()),
        7.0,
    ));
    Ok(())
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.2}")
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.2}", seconds * 1e3)
}

fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a small number"))
}

fn bytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes).expect("a small number"))
}
