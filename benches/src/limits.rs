//! What must hold. Counts are the same on every machine, so that `tests/cost.rs` fails where one of
//! theirs is broken; times are judged in the page alone.

use std::fmt;

use crate::contestants::Contestant::{self, AxumOneMoreLayer, ByHand, Ours, TowerHttp};
use crate::costs::{Costs, Spread, Verdict};
use crate::workloads::{HOSTILE, KINDS, SIZES};

/// A number that is to stay low, in each of some cases.
pub struct Limit {
    what: &'static str,
    at_most: f64,
    cases: Vec<Case>,
}

/// A name, and the number.
type Case = (String, Box<dyn Fn(&Costs) -> f64>);

fn case(name: impl Into<String>, measure: impl Fn(&Costs) -> f64 + 'static) -> Case {
    (name.into(), Box::new(measure))
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit")
            .field("what", &self.what)
            .field("at_most", &self.at_most)
            .finish_non_exhaustive()
    }
}

impl Limit {
    fn new(what: &'static str, at_most: f64, cases: impl IntoIterator<Item = Case>) -> Self {
        Self {
            what,
            at_most,
            cases: cases.into_iter().collect(),
        }
    }

    /// What was measured, once or in many rounds, in the case where it is most.
    ///
    /// # Panics
    ///
    /// If there is no case.
    #[must_use]
    pub fn judge(&self, rounds: &[Costs]) -> Verdict {
        let cases = self.cases.iter().map(|(name, measure)| Verdict {
            what: self.what.to_owned(),
            case: name.clone(),
            at_most: self.at_most,
            measured: Spread::of(rounds.iter().map(measure)),
        });
        cases
            .max_by(|a, b| a.measured.median.total_cmp(&b.measured.median))
            .expect("a limit has a case")
    }
}

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
const PREFLIGHTS: [&str; 2] = [
    "preflight, one origin, allowed",
    "preflight, three origins, allowed",
];
const PREFLIGHT_OF_30: &str = "preflight, 30 headers, allowed";

fn added(workload: &'static str) -> Case {
    case(workload, move |costs| costs.added(workload, Ours))
}

fn added_ratio(workload: &'static str, to: Contestant) -> Case {
    case(workload, move |costs| {
        costs.added(workload, Ours) / costs.added(workload, to)
    })
}

fn layer_and_inserts() -> [Case; 2] {
    [(LAYERED[0], STATIC[0]), (LAYERED[1], STATIC[3])].map(|(layered, alone)| {
        case(layered, move |costs| {
            let layer = costs.added(layered, AxumOneMoreLayer);
            costs.added(layered, Ours) / (layer + costs.added(alone, ByHand))
        })
    })
}

fn whole_ratio(workload: &'static str, to: Contestant) -> Case {
    case(workload, move |costs| {
        costs.of(workload, Ours) / costs.of(workload, to)
    })
}

fn refused_to_allowed() -> impl Iterator<Item = Case> {
    ["one origin", "three origins"]
        .into_iter()
        .flat_map(|policy| {
            ["method", "origin", "header"].map(|step| {
                let refused = format!("preflight, {policy}, {step} refused");
                let allowed = format!("preflight, {policy}, allowed");
                case(refused.clone(), move |costs| {
                    costs.of(&refused, Ours) / costs.of(&allowed, Ours)
                })
            })
        })
}

/// The lines are axum's to drop as well, so that what axum takes for them is left out.
fn hostile_to_4_kib() -> impl Iterator<Item = Case> {
    HOSTILE.into_iter().map(|kind| {
        let [first, all] = SIZES.map(|size| format!("hostile, {kind}, {size}"));
        let cost = move |costs: &Costs, workload: &str| match kind {
            "lines" => costs.added(workload, Ours),
            _ => costs.of(workload, Ours),
        };
        case(all.clone(), move |costs| {
            cost(costs, &all) / cost(costs, &first)
        })
    })
}

/// Of allocations per request.
#[must_use]
pub fn of_allocations() -> Vec<Limit> {
    let beyond_a_refused_one = HOSTILE.into_iter().flat_map(|kind| {
        SIZES.map(|size| {
            let workload = format!("hostile, {kind}, {size}");
            case(workload.clone(), move |costs| {
                costs.of(&workload, Ours) - costs.of("preflight, one origin, header refused", Ours)
            })
        })
    });
    vec![
        Limit::new(ACTUAL, 0.0, STATIC.map(added)),
        Limit::new(
            LAYER,
            1.0,
            LAYERED.map(|workload| added_ratio(workload, AxumOneMoreLayer)),
        ),
        Limit::new(
            LAYER_TO_TOWER_HTTP,
            0.5,
            LAYERED.map(|workload| added_ratio(workload, TowerHttp)),
        ),
        Limit::new(
            "preflight, allowed: in all",
            12.0,
            PREFLIGHTS
                .into_iter()
                .chain([PREFLIGHT_OF_30])
                .map(|workload| case(workload, move |costs| costs.of(workload, Ours))),
        ),
        Limit::new(REFUSED, 1.0, refused_to_allowed()),
        Limit::new(
            "hostile preflight: beyond a refused one",
            0.0,
            beyond_a_refused_one,
        ),
    ]
}

/// The limits that the page or the README names.
pub(crate) const ACTUAL: &str = "actual request: added";
pub(crate) const BY_HAND: &str = "actual request, one origin: added / added by hand";
pub(crate) const ONE_TO_TOWER_HTTP: &str = "actual request, one origin: added / tower-http adds";
const THREE_TO_TOWER_HTTP: &str = "actual request, three origins: added / tower-http adds";
const LAYER: &str = "under a layer: added / one more layer of axum adds";
/// A layer of axum does nothing yet, and the inserts have to be somewhere.
const LAYER_AND_INSERTS: &str = "under a layer: added / one more layer of axum and the inserts add";
const LAYER_TO_TOWER_HTTP: &str = "under a layer: added / tower-http adds";
const REFUSED: &str = "preflight: refused / allowed";
const HOSTILE_TO_4_KIB: &str = "hostile preflight: whole / 4 KiB of it";

/// Of bytes allocated per request. axum keeps the future of a handler on the heap, so that what a
/// request adds here is what the policy adds to that future.
#[must_use]
pub fn of_bytes() -> Vec<Limit> {
    let beyond_4_kib = HOSTILE.into_iter().map(|kind| {
        let [first, all] = SIZES.map(|size| format!("hostile, {kind}, {size}"));
        case(all.clone(), move |costs| {
            costs.of(&all, Ours) - costs.of(&first, Ours)
        })
    });
    vec![
        // The origin to answer with, whose policy it is, and whether the answer varies.
        Limit::new(
            "actual request: added to the handler's future",
            64.0,
            STATIC.map(added),
        ),
        Limit::new("hostile preflight: beyond 4 KiB of it", 0.0, beyond_4_kib),
    ]
}

/// Of instructions per request.
#[must_use]
pub fn of_instructions() -> Vec<Limit> {
    let ten_thousand_to_one = KINDS.into_iter().map(|kind| {
        let [one, all] = [1, 10_000].map(|count| format!("{kind}, {count}"));
        case(all.clone(), move |costs| {
            costs.of(&all, Ours) / costs.of(&one, Ours)
        })
    });
    vec![
        Limit::new(
            BY_HAND,
            1.15,
            ONE_ORIGIN.map(|workload| added_ratio(workload, ByHand)),
        ),
        Limit::new(LAYER_AND_INSERTS, 1.4, layer_and_inserts()),
        Limit::new("10,000 origins / 1 origin", 1.2, ten_thousand_to_one),
        Limit::new(REFUSED, 1.0, refused_to_allowed()),
        Limit::new(HOSTILE_TO_4_KIB, 2.0, hostile_to_4_kib()),
    ]
}

/// Of times per request, as ratios within a round.
#[must_use]
pub fn of_times() -> Vec<Limit> {
    let to_tower_http = |workload| added_ratio(workload, TowerHttp);
    vec![
        Limit::new(
            ONE_TO_TOWER_HTTP,
            0.2,
            [to_tower_http("one origin, allowed")],
        ),
        Limit::new(
            THREE_TO_TOWER_HTTP,
            0.2,
            [to_tower_http("three origins, allowed")],
        ),
        Limit::new(LAYER_TO_TOWER_HTTP, 0.5, LAYERED.map(to_tower_http)),
        Limit::new(
            "preflight, allowed: whole / tower-http's",
            0.8,
            PREFLIGHTS.map(|workload| whole_ratio(workload, TowerHttp)),
        ),
        Limit::new(
            "preflight for 30 headers, allowed: whole / tower-http's",
            0.8,
            [whole_ratio(PREFLIGHT_OF_30, TowerHttp)],
        ),
        Limit::new(REFUSED, 1.0, refused_to_allowed()),
        Limit::new(HOSTILE_TO_4_KIB, 2.0, hostile_to_4_kib()),
    ]
}

/// Of the seconds that `OriginSet::replace` takes for 100,000 origins, and of what a look-up takes
/// meanwhile against just before.
#[must_use]
pub fn of_replacing(seconds: Spread, lookups: Spread) -> [Verdict; 2] {
    let verdict = |what: &str, at_most, measured| Verdict {
        what: what.to_owned(),
        case: "100,000 origins".to_owned(),
        at_most,
        measured,
    };
    [
        verdict("`OriginSet::replace`: seconds", 1.0, seconds),
        verdict("a look-up meanwhile / otherwise", 1.1, lookups),
    ]
}
