//! Instructions per request, as callgrind counts them. With `--check` it fails where a limit is
//! broken, and leaves the page alone.
//!
//! Of the harnesses around callgrind only gungraun (iai-callgrind before) is kept up. It wants a
//! runner of exactly its version installed, starts valgrind for each measurement, and knows of
//! limits against the run before, not against another benchmark of the same run, which is what
//! every limit here is. Callgrind by itself does what is needed: this program runs once under it,
//! `--toggle-collect` counts inside of one function, and `--dump-after` writes what was counted
//! each time that this function returns.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, process};

use axum::Router;
use axum::extract::Request;
use cors_benches::costs::{Costs, Results, Row, Spread};
use cors_benches::limits::of_instructions;
use cors_benches::workloads::{Group, groups};
use cors_benches::{page, service};

/// Few enough for the allocator to keep all of their memory at hand: what it does beyond depends on
/// what happened before.
const REQUESTS: u32 = 4;
const UNDER_CALLGRIND: &str = "--under-callgrind";

fn main() -> ExitCode {
    if env::args().any(|argument| argument == UNDER_CALLGRIND) {
        send_all(groups());
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("no valgrind, so no instructions are counted");
        Results::forget("instructions").expect("old results go");
        return match env::var("CI").as_deref() {
            Ok("true") => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        };
    }
    let folder = env::temp_dir().join(format!("cors-instructions-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder for what callgrind writes");
    run_under_callgrind(&folder.join("counted"));
    let results = read(&folder);
    if env::args().any(|argument| argument == "--keep") {
        println!("the profiles are in {}", folder.display());
    } else {
        fs::remove_dir_all(&folder).expect("the folder goes");
    }
    page::finish(vec![("instructions", results)])
}

/// What callgrind looks for by its name.
#[inline(never)]
fn counted_by_callgrind(app: &mut Router, requests: Vec<Request>) {
    service::call_all(app, requests.into_iter());
}

fn send_all(groups: Vec<Group>) {
    for workload in groups.into_iter().flat_map(|group| group.workloads) {
        for (_, mut app) in workload.apps {
            let requests = || (0..REQUESTS).map(|_| workload.asked.request());
            // The first requests fill what axum and the allocator keep.
            service::call_all(&mut app, requests());
            counted_by_callgrind(&mut app, requests().collect());
        }
    }
}

fn run_under_callgrind(out: &Path) {
    // Its own name: callgrind does not do both for a pattern.
    let function = std::any::type_name_of_val(&counted_by_callgrind);
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(format!("--toggle-collect={function}"))
        .arg(format!("--dump-after={function}"))
        .arg(env::current_exe().expect("this program has a path"))
        .arg(UNDER_CALLGRIND)
        .output()
        .expect("valgrind runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The files are numbered in the order in which they were written, which is that of the workloads.
fn read(folder: &Path) -> Results {
    let mut numbers = 1..;
    let mut costs = Costs::default();
    let mut results = Results::default();
    for group in groups() {
        for workload in group.workloads {
            let mut row = Row {
                group: group.title.to_owned(),
                workload: workload.name,
                costs: Vec::new(),
                ratios: Vec::new(),
            };
            for ((contestant, _), number) in workload.apps.iter().zip(&mut numbers) {
                let text = fs::read_to_string(folder.join(format!("counted.{number}")))
                    .expect("callgrind wrote one file for each workload");
                let count = instructions(&text) / f64::from(REQUESTS);
                costs.insert(&row.workload, *contestant, count);
                row.costs.push((*contestant, Spread::exactly(count)));
            }
            results.rows.push(row);
        }
    }
    results.verdicts = of_instructions()
        .iter()
        .map(|limit| limit.judge(std::slice::from_ref(&costs)))
        .collect();
    results
}

fn instructions(profile: &str) -> f64 {
    let mut lines = profile.lines();
    let total = lines.find_map(|line| line.strip_prefix("summary: "));
    total
        .and_then(|total| total.trim().parse().ok())
        .expect("a profile has a summary")
}
