//! The results, on the screen and in the page.

use std::env;
use std::process::ExitCode;

use crate::costs::Results;

/// Prints what was measured and keeps it for the page; fails where a limit is broken that a test
/// holds.
///
/// # Panics
///
/// If the page can't be written.
#[must_use]
pub fn finish(measured: &[(&str, Results)]) -> ExitCode {
    let is_check = env::args().any(|argument| argument == "--check");
    let mut are_kept = true;
    for (measure, results) in measured {
        println!("{measure}");
        for row in &results.rows {
            print!("  {}:", row.workload);
            for (contestant, spread) in &row.costs {
                print!("  {} {:.0}", contestant.label(), spread.median);
            }
            println!();
        }
        for verdict in &results.verdicts {
            println!(
                "{}  {}: {:.3} (at most {})",
                if verdict.is_kept() {
                    "kept  "
                } else {
                    "BROKEN"
                },
                verdict.what,
                verdict.measured.median,
                verdict.at_most
            );
            are_kept &= verdict.is_kept();
        }
        if !is_check {
            results.store(measure).expect("the results can be kept");
        }
    }
    if is_check && !are_kept {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
