//! Heap allocations and bytes per request. With `--check` it fails where a limit is broken, and
//! leaves the page alone.

use std::process::ExitCode;

use allocation_counter::measure;
use cors_benches::contestants::Contestant::{ByHand, Ours};
use cors_benches::costs::{Costs, Results, Row, Spread};
use cors_benches::limits::{of_allocations, of_bytes};
use cors_benches::workloads::{Workload, groups};
use cors_benches::{page, service};

fn main() -> ExitCode {
    let [mut allocations, mut bytes] = [Results::default(), Results::default()];
    let [mut allocations_of, mut bytes_of] = [Costs::default(), Costs::default()];
    for group in groups() {
        for mut workload in group.workloads {
            let row = || Row {
                group: group.title.to_owned(),
                workload: workload.name.clone(),
                costs: Vec::new(),
                ratios: Vec::new(),
            };
            let [mut row_of_allocations, mut row_of_bytes] = [row(), row()];
            assert_same_answers(&workload);
            for (contestant, app) in &mut workload.apps {
                // The first request fills what axum keeps.
                drop(service::call(app, workload.asked.request()));
                let request = workload.asked.request();
                let heap = measure(|| drop(service::call(app, request)));
                for (costs, row, count) in [
                    (
                        &mut allocations_of,
                        &mut row_of_allocations,
                        heap.count_total,
                    ),
                    (&mut bytes_of, &mut row_of_bytes, heap.bytes_total),
                ] {
                    let count = f64::from(u32::try_from(count).expect("a request is small"));
                    costs.insert(&workload.name, *contestant, count);
                    row.costs.push((*contestant, Spread::exactly(count)));
                }
            }
            allocations.rows.push(row_of_allocations);
            bytes.rows.push(row_of_bytes);
        }
    }
    allocations.verdicts = of_allocations()
        .iter()
        .map(|limit| limit.judge(std::slice::from_ref(&allocations_of)))
        .collect();
    bytes.verdicts = of_bytes()
        .iter()
        .map(|limit| limit.judge(std::slice::from_ref(&bytes_of)))
        .collect();
    page::finish(vec![("allocations", allocations), ("bytes", bytes)])
}

/// What is held against each other has to do the same.
fn assert_same_answers(workload: &Workload) {
    let compared = workload.apps.iter();
    let compared = compared.filter(|(contestant, _)| matches!(contestant, ByHand | Ours));
    let answers = compared.map(|(_, app)| {
        let response = service::call(&mut app.clone(), workload.asked.request());
        let headers = response.headers().iter();
        let mut headers: Vec<_> = headers
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        headers.sort_unstable();
        (response.status(), headers)
    });
    let answers: Vec<_> = answers.collect();
    for pair in answers.windows(2) {
        assert_eq!(pair[0], pair[1], "{}", workload.name);
    }
}
