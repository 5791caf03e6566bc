//! Measured costs.

use std::collections::HashMap;

use crate::peers::Peer;
use crate::report::Spread;

/// The cost of one request of each workload for each peer, in one unit.
#[derive(Clone, Debug, Default)]
pub struct Costs(HashMap<(String, Peer), f64>);

impl Costs {
    /// Records one cost; a later one replaces it.
    pub fn insert(&mut self, workload: &str, peer: Peer, cost: f64) {
        self.0.insert((workload.to_owned(), peer), cost);
    }

    /// Returns the cost of a workload for a peer.
    ///
    /// # Panics
    ///
    /// If it was not measured.
    #[must_use]
    pub fn of(&self, workload: &str, peer: Peer) -> f64 {
        let cost = self.0.get(&(workload.to_owned(), peer));
        *cost.unwrap_or_else(|| panic!("{workload:?} of {peer:?} was not measured"))
    }

    /// Returns what a peer adds to the cost of axum alone.
    ///
    /// # Panics
    ///
    /// If one of the two was not measured.
    #[must_use]
    pub fn added(&self, workload: &str, peer: Peer) -> f64 {
        self.of(workload, peer) - self.of(workload, Peer::Axum)
    }
}

/// Returns the spread of a value over all rounds.
///
/// # Panics
///
/// If there are no rounds.
pub fn spread(rounds: &[Costs], value: impl Fn(&Costs) -> f64) -> Spread {
    Spread::of(rounds.iter().map(value))
}
