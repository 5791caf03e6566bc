//! The results: on the screen, and in `docs/benchmarks.md` with its plots and the README's figures.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use crate::contestants::Contestant::{Ours, TowerHttp};
use crate::costs::{Results, Row, Spread, Verdict};
use crate::limits::{ACTUAL, BY_HAND, ONE_TO_TOWER_HTTP};
use crate::plot::{Line, bars, lines};
use crate::workloads::{KINDS, MANY};

const MEASURES: [&str; 4] = ["allocations", "bytes", "instructions", "times"];

/// Prints what was measured and draws the page; or, with `--check`, leaves the page alone and fails
/// where a limit is broken.
///
/// # Panics
///
/// If the page can't be written.
#[must_use]
pub fn finish(measured: Vec<(&str, Results)>) -> ExitCode {
    let mut are_kept = true;
    for (measure, results) in &measured {
        for verdict in &results.verdicts {
            let mark = if verdict.is_kept() { "kept" } else { "BROKEN" };
            let Verdict {
                what,
                case,
                at_most,
                measured,
            } = verdict;
            println!(
                "{mark:6}  {measure}: {what}: {} of {at_most} ({case})",
                told(*measured)
            );
            are_kept &= verdict.is_kept();
        }
    }
    if env::args().any(|argument| argument == "--check") {
        return if are_kept {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    for (measure, results) in measured {
        results.store(measure).expect("the results can be kept");
    }
    let results = MEASURES.map(Results::load);
    match results {
        [
            Some(allocations),
            Some(bytes),
            Some(instructions),
            Some(times),
        ] => draw(&[allocations, bytes, instructions, times]).expect("the page can be written"),
        _ => println!("the page is drawn when each bench has run once"),
    }
    ExitCode::SUCCESS
}

fn draw(results: &[Results; 4]) -> io::Result<()> {
    let [allocations, bytes, instructions, times] = results;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let plots = root.join("docs/benchmarks");
    fs::create_dir_all(&plots)?;
    let of_groups = |titles: &[&str]| -> Vec<&Row> {
        let rows = times.rows.iter();
        rows.filter(|row| titles.contains(&row.group.as_str()))
            .collect()
    };
    fs::write(
        plots.join("actual.svg"),
        bars(
            "Actual requests: time against axum alone",
            &of_groups(&[
                "Actual requests",
                "Actual requests under one layer of the user's",
            ]),
        ),
    )?;
    fs::write(
        plots.join("preflights.svg"),
        bars(
            "Preflights: time against the first",
            &of_groups(&["Preflights"]),
        ),
    )?;
    fs::write(
        plots.join("server.svg"),
        bars(
            "A server over loopback: time against the first",
            &of_groups(&["A server over loopback"]),
        ),
    )?;
    fs::write(plots.join("origins.svg"), by_origins(instructions))?;

    let mut limits = String::from(
        "| | limit | at most | measured | most in | kept |\n|---|---|---|---|---|---|\n",
    );
    for (measure, results) in MEASURES.iter().zip(results) {
        for verdict in &results.verdicts {
            let Verdict {
                what,
                case,
                at_most,
                measured,
            } = verdict;
            let kept = if verdict.is_kept() { "yes" } else { "**no**" };
            let measured = told(*measured);
            let _ = writeln!(
                limits,
                "| {measure} | {what} | {at_most} | {measured} | {case} | {kept} |"
            );
        }
    }
    let of_heap = tables(&allocations.rows, |at, column| {
        let [count, bytes] = [&allocations.rows[at], &bytes.rows[at]].map(|row| {
            let (_, spread) = row.costs[column];
            grouped(spread.median)
        });
        format!("{count} / {bytes}")
    });
    let of_instructions = tables(&instructions.rows, |at, column| {
        grouped(instructions.rows[at].costs[column].1.median)
    });
    let of_times = tables(&times.rows, |at, column| {
        let row = &times.rows[at];
        if column == 0 {
            format!("{} ns", grouped(row.costs[0].1.median))
        } else {
            told(row.ratios[column].1)
        }
    });
    let page = root.join("docs/benchmarks.md");
    let mut text = fs::read_to_string(&page)?;
    for (name, drawn) in [
        ("machine", &machine()),
        ("limits", &limits),
        ("heap", &of_heap),
        ("instructions", &of_instructions),
        ("times", &of_times),
    ] {
        text = redrawn(&text, name, drawn)?;
    }
    fs::write(&page, text)?;

    let readme = root.join("README.md");
    let text = fs::read_to_string(&readme)?;
    fs::write(&readme, redrawn(&text, "figures", &figures(results)?)?)
}

/// What the README quotes.
fn figures([allocations, _, instructions, times]: &[Results; 4]) -> io::Result<String> {
    let median = |results: &Results, what: &str| {
        let mut verdicts = results.verdicts.iter();
        let verdict = verdicts.find(|verdict| verdict.what == what);
        verdict
            .map(|verdict| verdict.measured.median)
            .ok_or_else(|| io::Error::other(format!("no limit is called {what:?}")))
    };
    Ok(format!(
        "Without layers on the router a policy adds {} allocations to a request; with one origin, \
         {:.2} times the instructions that its headers take when they are inserted by hand, and \
         {:.0} % of the time that tower-http's `CorsLayer` adds ([benchmarks](docs/benchmarks.md)).\n",
        median(allocations, ACTUAL)?,
        median(instructions, BY_HAND)?,
        100.0 * median(times, ONE_TO_TOWER_HTTP)?,
    ))
}

/// `text` with what stands between the two marks of this name drawn again.
///
/// # Errors
///
/// If the marks aren't there.
pub fn redrawn(text: &str, name: &str, drawn: &str) -> io::Result<String> {
    let [start, end] = [format!("<!-- {name} -->\n"), format!("<!-- /{name} -->")];
    let halves = text
        .split_once(&start)
        .and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let Some((before, after)) = halves else {
        return Err(io::Error::other(format!("there is no {start:?}")));
    };
    Ok(format!("{before}{start}{drawn}{end}{after}"))
}

fn by_origins(instructions: &Results) -> String {
    let of = |kind: &str, contestant, name: String| {
        let cost = |count: usize| {
            let mut rows = instructions.rows.iter();
            let row = rows.find(|row| row.workload == format!("{kind}, {count}"))?;
            let (_, cost) = row.costs.iter().find(|(who, _)| *who == contestant)?;
            let count = f64::from(u32::try_from(count).ok()?);
            Some((count, cost.median))
        };
        Line {
            name,
            contestant,
            points: MANY.into_iter().filter_map(cost).collect(),
        }
    };
    let mut drawn: Vec<Line> = KINDS
        .into_iter()
        .map(|kind| of(kind, Ours, format!("cors-runtime, {kind}")))
        .collect();
    drawn.push(of("exact", TowerHttp, "tower-http, exact".to_owned()));
    lines(
        "Instructions per request by the number of origins",
        ["origins", "instructions"],
        &drawn,
    )
}

/// A table for each group.
fn tables(rows: &[Row], cell: impl Fn(usize, usize) -> String) -> String {
    let mut text = String::new();
    let mut head = (String::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        let contestants: Vec<_> = row.costs.iter().map(|(who, _)| *who).collect();
        if head.0 != row.group {
            let _ = writeln!(text, "\n### {}", row.group);
        }
        if head != (row.group.clone(), contestants.clone()) {
            let labels: Vec<&str> = contestants.iter().map(|who| who.label()).collect();
            let _ = writeln!(text, "\n| | {} |", labels.join(" | "));
            let _ = writeln!(text, "|---|{}", "---:|".repeat(labels.len()));
            head = (row.group.clone(), contestants.clone());
        }
        let cells: Vec<String> = (0..contestants.len())
            .map(|column| cell(at, column))
            .collect();
        let _ = writeln!(text, "| {} | {} |", row.workload, cells.join(" | "));
    }
    text + "\n"
}

/// A value, with the middle half of all rounds where there were many.
fn told(spread: Spread) -> String {
    let Spread {
        lower,
        median,
        upper,
    } = spread;
    let short = |value: f64| {
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if lower.to_bits() == upper.to_bits() {
        short(median)
    } else {
        format!("{} ({} to {})", short(median), short(lower), short(upper))
    }
}

/// With commas between thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn machine() -> String {
    let first_line = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        text.lines().next().map(str::to_owned)
    };
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(": ")?.1.to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let rows = [
        cpu.map(|cpu| format!("{cpu}, {cores} cores")),
        first_line("uname", "-srm"),
        first_line("rustc", "--version"),
        first_line("valgrind", "--version"),
        first_line("getconf", "GNU_LIBC_VERSION"),
    ];
    let mut text = String::new();
    for row in rows.into_iter().flatten() {
        let _ = writeln!(text, "- {row}");
    }
    text
}
