//! What must hold. Counts are the same on every machine, so that `tests/cost.rs` fails where one of
//! theirs is broken; times are judged in the page alone.

use crate::contestants::Contestant::{self, AxumOneMoreLayer, ByHand, Ours, TowerHttp};
use crate::costs::{Costs, Spread, Verdict};
use crate::workloads::{HOSTILE, SIZES};

/// A number that is to stay low.
pub struct Limit {
    what: String,
    at_most: f64,
    measure: Box<dyn Fn(&Costs) -> f64>,
}

impl std::fmt::Debug for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limit")
            .field("what", &self.what)
            .field("at_most", &self.at_most)
            .finish_non_exhaustive()
    }
}

impl Limit {
    fn new(
        what: impl Into<String>,
        at_most: f64,
        measure: impl Fn(&Costs) -> f64 + 'static,
    ) -> Self {
        Self {
            what: what.into(),
            at_most,
            measure: Box::new(measure),
        }
    }

    /// What was measured: once, or in many rounds.
    #[must_use]
    pub fn judge(&self, rounds: &[Costs]) -> Verdict {
        Verdict {
            what: self.what.clone(),
            at_most: self.at_most,
            measured: Spread::of(rounds.iter().map(|costs| (self.measure)(costs))),
        }
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
const LAYERED: [&str; 2] = ["layer, one origin", "layer, three origins"];
const POLICIES: [&str; 2] = ["one origin", "three origins"];
const STEPS: [&str; 3] = ["method", "origin", "header"];

/// How much of one cost another is.
fn ratio(
    workload: impl Into<String>,
    [part, whole]: [Contestant; 2],
) -> impl Fn(&Costs) -> f64 + 'static {
    let workload = workload.into();
    move |costs| costs.added(&workload, part) / costs.added(&workload, whole)
}

/// A refused preflight against an allowed one.
fn refusals() -> impl Iterator<Item = (String, impl Fn(&Costs) -> f64 + 'static)> {
    POLICIES.into_iter().flat_map(|policy| {
        STEPS.into_iter().map(move |step| {
            let what = format!("preflight, {policy}, {step} refused / allowed");
            let measure = move |costs: &Costs| {
                costs.of(&format!("preflight, {policy}, {step} refused"), Ours)
                    / costs.of(&format!("preflight, {policy}, allowed"), Ours)
            };
            (what, measure)
        })
    })
}

/// 1 MiB of a hostile preflight against 4 KiB of it. The lines are axum's to drop as well, so that
/// what axum takes for them is left out.
fn hostile() -> impl Iterator<Item = (String, impl Fn(&Costs) -> f64 + 'static)> {
    HOSTILE.into_iter().map(|kind| {
        let cost = move |costs: &Costs, size| {
            let workload = format!("hostile, {kind}, {size}");
            match kind {
                "lines" => costs.added(&workload, Ours),
                _ => costs.of(&workload, Ours),
            }
        };
        let what = match kind {
            "lines" => "hostile preflight, 1,024 lines / 256 lines".to_owned(),
            _ => format!("hostile preflight, 1 MiB / 4 KiB of {kind}"),
        };
        (what, move |costs: &Costs| {
            cost(costs, SIZES[1]) / cost(costs, SIZES[0])
        })
    })
}

/// Of allocations per request.
#[must_use]
pub fn of_allocations() -> Vec<Limit> {
    let mut limits = Vec::new();
    for workload in STATIC {
        let what = format!("{workload}: added to axum alone");
        limits.push(Limit::new(what, 0.0, move |costs| {
            costs.added(workload, Ours)
        }));
    }
    for workload in LAYERED {
        let what = format!("{workload}: added beyond one more layer of axum");
        limits.push(Limit::new(what, 0.0, move |costs| {
            costs.added(workload, Ours) - costs.added(workload, AxumOneMoreLayer)
        }));
        let what = format!("{workload}: added / tower-http adds");
        limits.push(Limit::new(what, 0.5, ratio(workload, [Ours, TowerHttp])));
    }
    for policy in POLICIES {
        let workload = format!("preflight, {policy}, allowed");
        let what = format!("{workload}: in all");
        limits.push(Limit::new(what, 12.0, move |costs| {
            costs.of(&workload, Ours)
        }));
    }
    limits.extend(refusals().map(|(what, measure)| Limit::new(what, 1.0, measure)));
    for kind in HOSTILE {
        for size in SIZES {
            let what = format!("hostile preflight, {size} of {kind}: beyond a refused one");
            limits.push(Limit::new(what, 0.0, move |costs| {
                costs.of(&format!("hostile, {kind}, {size}"), Ours)
                    - costs.of("preflight, one origin, header refused", Ours)
            }));
        }
    }
    limits
}

/// Of bytes allocated per request. axum keeps the future of a handler on the heap, so that what a
/// request adds here is what the policy adds to that future.
#[must_use]
pub fn of_bytes() -> Vec<Limit> {
    let mut limits = Vec::new();
    for workload in STATIC {
        let what = format!("{workload}: added to the handler's future, bytes");
        limits.push(Limit::new(what, FUTURE_BYTES, move |costs| {
            costs.added(workload, Ours)
        }));
    }
    for kind in HOSTILE {
        let what = format!("hostile preflight, 1 MiB of {kind}: beyond 4 KiB, bytes");
        limits.push(Limit::new(what, 0.0, move |costs| {
            costs.of(&format!("hostile, {kind}, {}", SIZES[1]), Ours)
                - costs.of(&format!("hostile, {kind}, {}", SIZES[0]), Ours)
        }));
    }
    limits
}

/// What a policy may add to the future of its handler: whose it is, and the origin to answer with.
const FUTURE_BYTES: f64 = 64.0;

/// Of instructions per request.
#[must_use]
pub fn of_instructions() -> Vec<Limit> {
    let mut limits = vec![Limit::new(
        "one origin, allowed: added / added by hand",
        1.15,
        ratio("one origin, allowed", [Ours, ByHand]),
    )];
    for workload in LAYERED {
        let what = format!("{workload}: added / one more layer of axum");
        let measure = ratio(workload, [Ours, AxumOneMoreLayer]);
        limits.push(Limit::new(what, 1.0, measure));
    }
    for kind in ["exact", "wildcard"] {
        let what = format!("10,000 origins / 1 origin, {kind}");
        limits.push(Limit::new(what, 1.2, move |costs| {
            costs.of(&format!("{kind}, 10000"), Ours) / costs.of(&format!("{kind}, 1"), Ours)
        }));
    }
    limits.extend(refusals().map(|(what, measure)| Limit::new(what, 1.0, measure)));
    limits.extend(hostile().map(|(what, measure)| Limit::new(what, 2.0, measure)));
    limits
}

/// Of times per request, as ratios within a round.
#[must_use]
pub fn of_times() -> Vec<Limit> {
    let mut limits = Vec::new();
    for workload in ["one origin, allowed", "three origins, allowed"] {
        let what = format!("{workload}: added / tower-http adds");
        limits.push(Limit::new(what, 0.2, ratio(workload, [Ours, TowerHttp])));
    }
    for workload in LAYERED {
        let what = format!("{workload}: added / one more layer of axum");
        let measure = ratio(workload, [Ours, AxumOneMoreLayer]);
        limits.push(Limit::new(what, 1.0, measure));
        let what = format!("{workload}: added / tower-http adds");
        limits.push(Limit::new(what, 0.5, ratio(workload, [Ours, TowerHttp])));
    }
    for policy in POLICIES {
        let workload = format!("preflight, {policy}, allowed");
        let what = format!("{workload}: whole / tower-http's");
        limits.push(Limit::new(what, 0.8, move |costs| {
            costs.of(&workload, Ours) / costs.of(&workload, TowerHttp)
        }));
    }
    limits.extend(refusals().map(|(what, measure)| Limit::new(what, 1.0, measure)));
    limits.extend(hostile().map(|(what, measure)| Limit::new(what, 2.0, measure)));
    limits
}

/// Of the seconds that `OriginSet::replace` takes for 100,000 origins, and of what a look-up takes
/// meanwhile against before.
#[must_use]
pub fn of_replacing(seconds: Spread, lookups: Spread) -> [Verdict; 2] {
    [
        Verdict {
            what: "`OriginSet::replace` of 100,000, seconds".to_owned(),
            at_most: 1.0,
            measured: seconds,
        },
        Verdict {
            what: "a look-up while they are replaced / otherwise".to_owned(),
            at_most: 1.1,
            measured: lookups,
        },
    ]
}
