//! The limits, and the ratios that are shown beside them.
//!
//! Counts don't depend on the load of the machine, so `tests/cost.rs` fails where one of their
//! limits is broken. The limits of added instructions are absolute counts: a ratio also moves with
//! its denominator, because another code layout alone changes axum's own count by some 50
//! instructions. They leave room of about 5 %: the same sources measured 2,626 and 2,751 instructions
//! under a layer in two folders, because paths change the layout. Times have their limits in the page only.

use crate::costs::{Costs, spread};
use crate::peers::Peer::{self, AxumOneMoreLayer, ByHand, Ours, TowerHttp};
use crate::report::readme::{ALLOCATIONS, BY_HAND, TOWER_HTTP};
use crate::report::{Figure, Spread};
use crate::workloads::{HOSTILE, HOSTILE_ORIGINS, KINDS, MANY, ORIGIN_SIZES, SIZES};

/// The name of a workload, and a value that was measured in it.
type Case = (String, Spread);

const STATIC: [&str; 7] = [
    "one origin, allowed",
    "one origin, refused",
    "one origin, without Origin",
    "three origins, allowed",
    "three origins, refused",
    "three origins, without Origin",
    "30 exposed headers, allowed",
];
const ONE_ORIGIN: [&str; 4] = [STATIC[0], STATIC[1], STATIC[2], STATIC[6]];
const LAYERED: [&str; 2] = ["layer, one origin", "layer, three origins"];
const PREFLIGHTS: [&str; 3] = [
    "preflight, one origin, allowed",
    "preflight, three origins, allowed",
    PREFLIGHT_OF_30,
];
const PREFLIGHT_OF_30: &str = "preflight, 30 headers, allowed";
const REFUSED: [(&str, &str); 6] = [
    ("preflight, one origin, method refused", PREFLIGHTS[0]),
    ("preflight, one origin, origin refused", PREFLIGHTS[0]),
    ("preflight, one origin, header refused", PREFLIGHTS[0]),
    ("preflight, three origins, method refused", PREFLIGHTS[1]),
    ("preflight, three origins, origin refused", PREFLIGHTS[1]),
    ("preflight, three origins, header refused", PREFLIGHTS[1]),
];

/// The most instructions that cors-runtime adds to axum alone, for each workload. axum alone answers
/// preflights with 405.
const INSTRUCTIONS_ADDED: [(&str, f64, &[&str]); 14] = [
    ("actual request, one origin", 1_050.0, &ONE_ORIGIN),
    (
        "actual request, three origins",
        1_750.0,
        &[STATIC[3], STATIC[4], STATIC[5]],
    ),
    ("under a layer, one origin", 2_850.0, &[LAYERED[0]]),
    ("under a layer, three origins", 3_475.0, &[LAYERED[1]]),
    ("preflight, allowed", 2_700.0, &PREFLIGHTS),
    (
        "preflight, refused",
        1_950.0,
        &[
            REFUSED[0].0,
            REFUSED[1].0,
            REFUSED[2].0,
            REFUSED[3].0,
            REFUSED[4].0,
            REFUSED[5].0,
        ],
    ),
    ("one exact origin, by a layer", 2_075.0, &["exact, 1"]),
    (
        "many exact origins, by a layer",
        2_900.0,
        &["exact, 3", "exact, 100", "exact, 10000"],
    ),
    (
        "wildcards, by a layer",
        4_450.0,
        &[
            "wildcard, 1",
            "wildcard, 3",
            "wildcard, 100",
            "wildcard, 10000",
        ],
    ),
    (
        "exact origins and wildcards, by a layer",
        4_750.0,
        &["mixed, 1", "mixed, 3", "mixed, 100", "mixed, 10000"],
    ),
    (
        "`OriginSet` of 100,000",
        1_675.0,
        &["set, hit", "set, miss", "set, near miss"],
    ),
    (
        "hostile preflight that is read",
        60_000.0,
        &[
            "hostile, one name, 4 KiB",
            "hostile, white space, 4 KiB",
            "hostile, lines, 4 KiB",
            "hostile, lines, 1 MiB",
        ],
    ),
    (
        "hostile preflight that is refused at once",
        2_000.0,
        &[
            "hostile, commas, 4 KiB",
            "hostile, commas, 1 MiB",
            "hostile, one name, 1 MiB",
            "hostile, white space, 1 MiB",
        ],
    ),
    (
        "hostile `Origin`",
        2_900.0,
        &[
            "hostile origin, exact, short",
            "hostile origin, exact, 400 kB",
            "hostile origin, wildcard, short",
            "hostile origin, wildcard, 400 kB",
        ],
    ),
];

fn case(rounds: &[Costs], workload: &str, value: impl Fn(&Costs) -> f64) -> Case {
    (workload.to_owned(), spread(rounds, value))
}

fn added(rounds: &[Costs], workload: &str) -> Case {
    case(rounds, workload, |costs| costs.added(workload, Ours))
}

fn ratio_of_added(rounds: &[Costs], workload: &str, to: Peer) -> Case {
    case(rounds, workload, |costs| {
        costs.added(workload, Ours) / costs.added(workload, to)
    })
}

fn ratio(rounds: &[Costs], workload: &str, to: Peer) -> Case {
    case(rounds, workload, |costs| {
        costs.of(workload, Ours) / costs.of(workload, to)
    })
}

/// Compares a workload with another one of the same kind, by this operation on our costs.
fn compared(
    rounds: &[Costs],
    [workload, to]: [&str; 2],
    compare: impl Fn(f64, f64) -> f64,
) -> Case {
    // axum itself drops the lines of a header one by one, so its share is left out.
    let cost = |costs: &Costs, workload: &str| {
        if workload.starts_with("hostile, lines") {
            costs.added(workload, Ours)
        } else {
            costs.of(workload, Ours)
        }
    };
    case(rounds, workload, |costs| {
        compare(cost(costs, workload), cost(costs, to))
    })
}

fn refused(rounds: &[Costs], compare: fn(f64, f64) -> f64) -> impl Iterator<Item = Case> {
    REFUSED
        .into_iter()
        .map(move |(refused, allowed)| compared(rounds, [refused, allowed], compare))
}

fn hostile(rounds: &[Costs], compare: fn(f64, f64) -> f64) -> impl Iterator<Item = Case> {
    HOSTILE.into_iter().map(move |kind| {
        let [first, whole] = SIZES.map(|size| format!("hostile, {kind}, {size}"));
        compared(rounds, [&whole, &first], compare)
    })
}

fn ten_thousand_origins(
    rounds: &[Costs],
    compare: fn(f64, f64) -> f64,
) -> impl Iterator<Item = Case> {
    KINDS.into_iter().map(move |kind| {
        let [one, many] = [1, 10_000].map(|count| format!("{kind}, {count}"));
        compared(rounds, [&many, &one], compare)
    })
}

/// Compares lists of `*.` patterns with lists of as many exact origins.
fn wildcards(rounds: &[Costs], compare: fn(f64, f64) -> f64) -> impl Iterator<Item = Case> {
    MANY.into_iter().map(move |count| {
        let [wildcard, exact] = ["wildcard", "exact"].map(|kind| format!("{kind}, {count}"));
        compared(rounds, [&wildcard, &exact], compare)
    })
}

fn hostile_origins(rounds: &[Costs], compare: fn(f64, f64) -> f64) -> impl Iterator<Item = Case> {
    HOSTILE_ORIGINS.into_iter().map(move |kind| {
        let [short, long] = ORIGIN_SIZES.map(|size| format!("hostile origin, {kind}, {size}"));
        compared(rounds, [&long, &short], compare)
    })
}

fn difference(a: f64, b: f64) -> f64 {
    a - b
}

fn quotient(a: f64, b: f64) -> f64 {
    a / b
}

/// The figures of allocations per request.
#[must_use]
pub fn of_allocations(counts: &Costs) -> Vec<Figure> {
    let counts = std::slice::from_ref(counts);
    let hostile = HOSTILE.into_iter().flat_map(|kind| {
        SIZES.map(|size| {
            let workload = format!("hostile, {kind}, {size}");
            compared(counts, [&workload, REFUSED[2].0], difference)
        })
    });
    vec![
        Figure::limited(ALLOCATIONS, 0.0, STATIC.map(|name| added(counts, name))),
        Figure::limited(
            "under a layer: allocations added / one more layer of axum adds",
            1.0,
            LAYERED.map(|name| ratio_of_added(counts, name, AxumOneMoreLayer)),
        ),
        Figure::limited(
            "under a layer: allocations added / tower-http adds",
            0.5,
            LAYERED.map(|name| ratio_of_added(counts, name, TowerHttp)),
        ),
        Figure::limited(
            "preflight, allowed: allocations in all",
            12.0,
            PREFLIGHTS.map(|name| case(counts, name, |costs| costs.of(name, Ours))),
        ),
        Figure::limited(
            "preflight: allocations if refused / if allowed",
            1.0,
            refused(counts, quotient),
        ),
        Figure::limited(
            "hostile preflight: allocations beyond a refused one",
            0.0,
            hostile,
        ),
    ]
}

/// The figures of bytes allocated per request. axum boxes the future of a handler, so a policy adds
/// here what it adds to that future.
#[must_use]
pub fn of_bytes(counts: &Costs) -> Vec<Figure> {
    let counts = std::slice::from_ref(counts);
    vec![
        // The future holds the origin of the response, its policy, and whether the response varies.
        Figure::limited(
            "actual request: bytes added to the handler's future",
            64.0,
            STATIC.map(|name| added(counts, name)),
        ),
        Figure::limited(
            "hostile preflight: bytes beyond those for 4 KiB of it",
            0.0,
            hostile(counts, difference),
        ),
    ]
}

/// The figures of instructions per request.
#[must_use]
pub fn of_instructions(counts: &Costs) -> Vec<Figure> {
    let counts = std::slice::from_ref(counts);
    let mut figures: Vec<Figure> = INSTRUCTIONS_ADDED
        .iter()
        .map(|(name, limit, workloads)| {
            let cases = workloads.iter().map(|workload| added(counts, workload));
            Figure::limited(format!("{name}: instructions added"), *limit, cases)
        })
        .collect();
    let layer_and_inserts = [(LAYERED[0], STATIC[0]), (LAYERED[1], STATIC[3])];
    figures.extend([
        Figure::limited(
            "10,000 origins: instructions beyond those of 1 origin",
            1_000.0,
            ten_thousand_origins(counts, difference),
        ),
        Figure::limited(
            "preflight, refused: instructions beyond those of an allowed one",
            0.0,
            refused(counts, difference),
        ),
        Figure::limited(
            "hostile preflight: instructions beyond those for 4 KiB of it",
            1_000.0,
            hostile(counts, difference),
        ),
        // Both counts are of some thousand instructions, so the noise of the layout is small.
        Figure::limited(
            "wildcards: instructions / those of as many exact origins",
            1.3,
            wildcards(counts, quotient),
        ),
        Figure::limited(
            "`Origin` of 400 kB: instructions / those of a short one",
            1.05,
            hostile_origins(counts, quotient),
        ),
        Figure::shown(
            BY_HAND,
            ONE_ORIGIN.map(|name| ratio_of_added(counts, name, ByHand)),
        ),
        Figure::shown(
            "under a layer: instructions added / one more layer of axum and the inserts add",
            layer_and_inserts.map(|(layered, alone)| {
                case(counts, layered, |costs| {
                    let layer = costs.added(layered, AxumOneMoreLayer);
                    costs.added(layered, Ours) / (layer + costs.added(alone, ByHand))
                })
            }),
        ),
        Figure::shown(
            "10,000 origins: instructions / those of 1 origin",
            ten_thousand_origins(counts, quotient),
        ),
        Figure::shown(
            "preflight: instructions if refused / if allowed",
            refused(counts, quotient),
        ),
        Figure::shown(
            "hostile preflight: instructions / those for 4 KiB of it",
            hostile(counts, quotient),
        ),
    ]);
    figures
}

/// The figures of times per request: ratios within a round.
#[must_use]
pub fn of_times(rounds: &[Costs]) -> Vec<Figure> {
    let to_tower_http = |workload| ratio_of_added(rounds, workload, TowerHttp);
    let preflight_to_tower_http = |workload| ratio(rounds, workload, TowerHttp);
    vec![
        Figure::limited(TOWER_HTTP, 0.2, [to_tower_http(STATIC[0])]),
        Figure::limited(
            "actual request, three origins: time added / tower-http adds",
            0.2,
            [to_tower_http(STATIC[3])],
        ),
        Figure::limited(
            "under a layer: time added / tower-http adds",
            0.5,
            LAYERED.map(to_tower_http),
        ),
        Figure::limited(
            "preflight, allowed: time / tower-http's",
            0.8,
            [PREFLIGHTS[0], PREFLIGHTS[1]].map(preflight_to_tower_http),
        ),
        Figure::limited(
            "preflight for 30 headers, allowed: time / tower-http's",
            0.8,
            [preflight_to_tower_http(PREFLIGHT_OF_30)],
        ),
        Figure::limited(
            "preflight: time if refused / if allowed",
            1.0,
            refused(rounds, quotient),
        ),
        Figure::limited(
            "hostile preflight: time / that for 4 KiB of it",
            2.0,
            hostile(rounds, quotient),
        ),
    ]
}

/// The figures of `OriginSet::replace` with 100,000 origins: its seconds, and the time of a look-up
/// meanwhile divided by that just before.
#[must_use]
pub fn of_replacing(seconds: Spread, lookups: Spread) -> [Figure; 2] {
    [
        ("`OriginSet::replace`: seconds", 1.0, seconds),
        ("a look-up during `replace`: time / otherwise", 1.1, lookups),
    ]
    .map(|(name, limit, measured)| {
        Figure::limited(name, limit, [("100,000 origins".to_owned(), measured)])
    })
}

#[cfg(test)]
mod tests {
    use super::INSTRUCTIONS_ADDED;
    use crate::workloads::groups;

    #[test]
    fn instructions_of_each_workload_are_limited_once() {
        let limited = INSTRUCTIONS_ADDED.iter().flat_map(|(_, _, names)| *names);
        let mut limited: Vec<&str> = limited.copied().collect();
        let groups = groups();
        let workloads = groups.iter().flat_map(|group| &group.workloads);
        let mut workloads: Vec<&str> = workloads.map(|workload| &*workload.name).collect();
        limited.sort_unstable();
        workloads.sort_unstable();
        assert_eq!(limited, workloads);
    }
}
