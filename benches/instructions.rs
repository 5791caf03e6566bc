//! Instructions per request, counted by callgrind. With `--check` it fails if a limit is broken, and
//! does not write the page; with `--keep` it keeps callgrind's profiles.
//!
//! gungraun (formerly iai-callgrind) has limits, too, but needs an installed runner of exactly its
//! version and starts valgrind once for each measurement. Here this program runs once under
//! callgrind: `--toggle-collect` counts inside of one function, and `--dump-after` writes a profile
//! each time that this function returns.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs, io, process};

use axum::Router;
use axum::extract::Request;
use cors_benches::costs::Costs;
use cors_benches::limits::of_instructions;
use cors_benches::report::{Section, number};
use cors_benches::service;
use cors_benches::workloads::{Group, groups};

/// Few enough for the allocator to serve them from its caches, because the cost of anything else
/// depends on earlier allocations.
const REQUESTS: u32 = 4;
const UNDER_CALLGRIND: &str = "--under-callgrind";

fn main() -> io::Result<ExitCode> {
    if env::args().any(|argument| argument == UNDER_CALLGRIND) {
        send_all(groups());
        return Ok(ExitCode::SUCCESS);
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("valgrind is not installed, so no instructions are counted");
        return Ok(match env::var("CI").as_deref() {
            Ok("true") => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        });
    }
    let folder = env::temp_dir().join(format!("cors-instructions-{}", process::id()));
    fs::create_dir_all(&folder)?;
    run_under_callgrind(&folder.join("counted"))?;
    let groups = groups();
    let costs = read(&folder, &groups)?;
    if env::args().any(|argument| argument == "--keep") {
        println!("the profiles are in {}", folder.display());
    } else {
        fs::remove_dir_all(&folder)?;
    }
    let mut section = Section::new("instructions");
    section.figures(of_instructions(&costs));
    for group in groups {
        group.report(&mut section, |workload, peer| {
            number(costs.of(&workload.name, peer))
        });
    }
    section.finish()
}

/// The function that callgrind finds by its name.
#[inline(never)]
fn counted_by_callgrind(app: &mut Router, requests: Vec<Request>) {
    service::call_all(app, requests.into_iter());
}

fn send_all(groups: Vec<Group>) {
    for workload in groups.into_iter().flat_map(|group| group.workloads) {
        for (_, mut app) in workload.apps {
            let requests = || (0..REQUESTS).map(|_| workload.head.request());
            // The first requests fill the caches of axum and the allocator.
            service::call_all(&mut app, requests());
            counted_by_callgrind(&mut app, requests().collect());
        }
    }
}

fn run_under_callgrind(out: &Path) -> io::Result<()> {
    // The full name, because callgrind does not accept a pattern for both options.
    let function = std::any::type_name_of_val(&counted_by_callgrind);
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(format!("--toggle-collect={function}"))
        .arg(format!("--dump-after={function}"))
        .arg(env::current_exe()?)
        .arg(UNDER_CALLGRIND)
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&output.stderr)))
    }
}

/// Reads the profiles, which are numbered in the order of the workloads and their peers.
fn read(folder: &Path, groups: &[Group]) -> io::Result<Costs> {
    let mut costs = Costs::default();
    let mut number = 0;
    for workload in groups.iter().flat_map(|group| &group.workloads) {
        for peer in workload.peers() {
            number += 1;
            let profile = fs::read_to_string(folder.join(format!("counted.{number}")))?;
            let count = instructions(&profile) / f64::from(REQUESTS);
            costs.insert(&workload.name, peer, count);
        }
    }
    Ok(costs)
}

fn instructions(profile: &str) -> f64 {
    let mut lines = profile.lines();
    let total = lines.find_map(|line| line.strip_prefix("summary: "));
    total
        .and_then(|total| total.trim().parse().ok())
        .expect("a profile has a summary")
}
