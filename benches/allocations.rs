//! Heap allocations and bytes per request. With `--check` it fails if a limit is broken, and does
//! not write the page.

use std::io;
use std::process::ExitCode;

use allocation_counter::measure;
use cors_benches::costs::Costs;
use cors_benches::limits::{of_allocations, of_bytes};
use cors_benches::peers::Peer::{self, ByHand, Ours};
use cors_benches::report::{Section, number};
use cors_benches::service;
use cors_benches::workloads::{Group, Workload, groups};

fn main() -> io::Result<ExitCode> {
    let mut groups = groups();
    let [mut allocations, mut bytes] = [Costs::default(), Costs::default()];
    for workload in groups.iter_mut().flat_map(|group| &mut group.workloads) {
        assert_same_responses(workload);
        for (peer, app) in &mut workload.apps {
            // The first request fills axum's caches.
            drop(service::call(app, workload.head.request()));
            let request = workload.head.request();
            let heap = measure(|| drop(service::call(app, request)));
            let count = |count| f64::from(u32::try_from(count).expect("a request is small"));
            allocations.insert(&workload.name, *peer, count(heap.count_total));
            bytes.insert(&workload.name, *peer, count(heap.bytes_total));
        }
    }
    let mut section = Section::new("allocations");
    section.figures(of_allocations(&allocations));
    section.figures(of_bytes(&bytes));
    heap_tables(&mut section, &groups, &[allocations, bytes]);
    section.finish()
}

fn heap_tables(section: &mut Section, groups: &[Group], costs: &[Costs; 2]) {
    for group in groups {
        group.report(section, |workload, peer| {
            let [count, bytes] = costs
                .each_ref()
                .map(|costs| number(costs.of(&workload.name, peer)));
            format!("{count} / {bytes}")
        });
    }
}

/// Peers that are compared most closely have to send the same responses.
fn assert_same_responses(workload: &Workload) {
    let compared = workload.apps.iter();
    let compared = compared.filter(|(peer, _): &&(Peer, _)| matches!(peer, ByHand | Ours));
    let responses = compared.map(|(_, app)| {
        let response = service::call(&mut app.clone(), workload.head.request());
        let headers = response.headers().iter();
        let mut headers: Vec<_> = headers
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        headers.sort_unstable();
        (response.status(), headers)
    });
    let responses: Vec<_> = responses.collect();
    for pair in responses.windows(2) {
        assert_eq!(pair[0], pair[1], "{}", workload.name);
    }
}
