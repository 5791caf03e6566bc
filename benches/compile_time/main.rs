//! The cost of compiling `#[cors]` and the dependency: a crate of many handlers is compared with the
//! same crate with axum alone, and an axum project with the dependency with one without.
//!
//! Times are seconds of CPU in user mode, of cargo and its children, because other programs on the
//! machine change them least. Each is the least of some rounds, in which the crates take turns.

mod cargo;
mod crates;
mod profile;

use std::process::ExitCode;
use std::{fs, io};

use cargo::{Cargo, dir};
use cors_benches::report::{Figure, Section, Spread, Table, number};
use crates::{Generated, Kind, cors_runtime, empty, handlers};

const SIZES: [usize; 3] = [100, 1000, 3000];
const CHECKS: usize = 5;
const BUILDS: usize = 2;
const CLEAN_RUNS: usize = 2;

fn main() -> io::Result<ExitCode> {
    let mut section = Section::new("compile_time");
    growth(&mut section)?;
    binary(&mut section)?;
    lines(&mut section)?;
    profile::compare(&mut section)?;
    dependency(&mut section)?;
    section.finish()
}

/// A figure that was measured once.
fn figure(name: impl Into<String>, limit: f64, measured: f64) -> [Figure; 1] {
    let case = (String::new(), Spread::exactly(measured));
    [Figure::limited(name, limit, [case])]
}

/// Returns the least of some rounds, for each of `N` crates that take turns.
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

/// Returns the seconds of CPU in user mode of all children of this process so far.
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

/// Measures compiling the last crate, with its dependencies compiled.
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

fn growth(section: &mut Section) -> io::Result<()> {
    let mut table = Table::new(&[
        "",
        "handlers",
        "plain axum",
        "`#[cors]`",
        "ratio",
        "for each",
    ]);
    for (command, rounds, limit) in [("check", CHECKS, 1.25), ("build", BUILDS, 1.25)] {
        let arguments = [command, "--quiet"];
        let mut points = Vec::new();
        for size in SIZES {
            let packages = both(size)?;
            let cargos = packages.each_ref().map(Cargo::new);
            for cargo in &cargos {
                cargo.run(&arguments);
            }
            let [plain, ours] = least(rounds, |who| of_last_crate(&cargos[who], &arguments))?;
            table.row(&[
                format!("`cargo {command}`"),
                size.to_string(),
                seconds(plain),
                seconds(ours),
                format!("{:.2}", ours / plain),
                milliseconds((ours - plain) / count(size)),
            ]);
            if size == 1000 {
                let what = format!("`cargo {command}`, 1,000 handlers, times plain axum");
                section.figures(figure(what, limit, ours / plain));
            }
            points.push((count(size), plain, ours));
        }
        // The slope leaves out the costs that don't depend on the number of handlers.
        let slope = |from: usize, to: usize| {
            let added = |at: usize| points[at].2 - points[at].1;
            (added(to) - added(from)) / (points[to].0 - points[from].0)
        };
        let what = format!(
            "`cargo {command}`, a handler from 1,000 to 3,000, times one from 100 to 1,000"
        );
        section.figures(figure(what, 1.25, slope(1, 2) / slope(0, 1)));
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
    table.row(&[
        "`cargo check` again, one handler changed".to_owned(),
        "1000".to_owned(),
        seconds(plain),
        seconds(ours),
        format!("{:.2}", ours / plain),
        String::new(),
    ]);
    section.heading("A crate of handlers");
    section.text(
        "Seconds of CPU for the last crate, incremental only in the last row; \"for each\" is what a \
         handler adds, in milliseconds.",
    );
    section.table(&table);
    Ok(())
}

fn binary(section: &mut Section) -> io::Result<()> {
    let mut table = Table::new(&["handlers", "plain axum", "`#[cors]`"]);
    let mut added = Vec::new();
    for size in [100, 1000] {
        let [plain, ours] = both(size)?;
        let (plain, ours) = (
            Cargo::new(&plain).release_bytes()?,
            Cargo::new(&ours).release_bytes()?,
        );
        table.row(&[count(size), bytes(plain), bytes(ours)].map(number));
        added.push(ours.saturating_sub(plain));
    }
    let of_one = bytes(added[1].saturating_sub(added[0])) / 900.0;
    section.heading("The release binary");
    section.text(
        "Bytes, stripped. The limit is for the difference of the two sizes, so it leaves out what \
         does not depend on the number of handlers.",
    );
    section.table(&table);
    section.figures(figure(
        "bytes of the stripped release binary, a handler",
        1024.0,
        of_one,
    ));
    Ok(())
}

fn lines(section: &mut Section) -> io::Result<()> {
    section.heading("Monomorphised lines");
    section.text(
        "Lines of LLVM's code of a debug build before optimisation, counted by `cargo llvm-lines`.",
    );
    let packages = both(1000)?;
    let mut table = Table::new(&["", "lines", "copies of functions"]);
    for package in &packages {
        let counted = Cargo::new(package).command(&["llvm-lines"]).output()?;
        let printed = String::from_utf8_lossy(&counted.stdout);
        let total = printed.lines().find(|line| line.contains("(TOTAL)"));
        let Some(total) = total.filter(|_| counted.status.success()) else {
            section.text(
                "Not counted, because `cargo llvm-lines` is not installed (`cargo install cargo-llvm-lines`).",
            );
            return Ok(());
        };
        let mut numbers = total.split_whitespace();
        let mut next = || numbers.next().unwrap_or_default();
        table.row(&[package.label(), next(), next()]);
    }
    section.table(&table);
    Ok(())
}

fn dependency(section: &mut Section) -> io::Result<()> {
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
    let mut table = Table::new(&["", "crates", "`cargo check`", "`cargo build`"]);
    for (who, label) in labels.into_iter().enumerate() {
        table.row(&[
            label.to_owned(),
            trees[who].len().to_string(),
            seconds(checks[who]),
            seconds(builds[who]),
        ]);
    }
    let added: Vec<&str> = trees[1].difference(&trees[0]).map(String::as_str).collect();
    section.heading("The dependency");
    section.text("Seconds of CPU from a clean state, of a project without code.");
    section.table(&table);
    section.text(&format!("Added to axum's tree: {}.", added.join(", ")));
    section.figures(figure(
        "crates added to axum's tree",
        7.0,
        count(added.len()),
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
