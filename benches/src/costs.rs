//! What was measured.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

use crate::contestants::Contestant;

/// What one request costs in one measure.
#[derive(Clone, Debug, Default)]
pub struct Costs(HashMap<(String, Contestant), f64>);

impl Costs {
    /// Notes one.
    pub fn insert(&mut self, workload: &str, contestant: Contestant, cost: f64) {
        self.0.insert((workload.to_owned(), contestant), cost);
    }

    /// What a contestant takes.
    ///
    /// # Panics
    ///
    /// If nobody measured that.
    #[must_use]
    pub fn of(&self, workload: &str, contestant: Contestant) -> f64 {
        let cost = self.0.get(&(workload.to_owned(), contestant));
        *cost.unwrap_or_else(|| panic!("{workload:?} of {contestant:?} was measured"))
    }

    /// What it takes beyond axum alone.
    #[must_use]
    pub fn added(&self, workload: &str, contestant: Contestant) -> f64 {
        self.of(workload, contestant) - self.of(workload, Contestant::Axum)
    }
}

/// The middle of many values, and of its halves.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Spread {
    pub lower: f64,
    pub median: f64,
    pub upper: f64,
}

impl Spread {
    /// Of values in any order.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_unstable_by(f64::total_cmp);
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Self {
            lower: at(1),
            median: at(2),
            upper: at(3),
        }
    }

    /// Of what was counted, where each run gives the same.
    #[must_use]
    pub fn exactly(value: f64) -> Self {
        Self::of([value])
    }
}

/// A line of a table: a workload, and what it costs who was asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Row {
    pub group: String,
    pub workload: String,
    pub costs: Vec<(Contestant, Spread)>,
    /// To the first of them, where they were measured side by side.
    pub ratios: Vec<(Contestant, Spread)>,
}

/// A limit, and what was measured in the case where it is most.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Verdict {
    pub what: String,
    pub case: String,
    pub at_most: f64,
    pub measured: Spread,
}

impl Verdict {
    /// Whether the limit is kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.measured.median <= self.at_most
    }
}

/// Everything of one measure.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs, reason = "their names say it")]
pub struct Results {
    pub rows: Vec<Row>,
    pub verdicts: Vec<Verdict>,
}

/// Where results are kept until all are there.
fn file(measure: &str) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    target.join("cors-benches").join(format!("{measure}.json"))
}

impl Results {
    /// Keeps them for the page.
    ///
    /// # Errors
    ///
    /// If they can't be written.
    pub fn store(&self, measure: &str) -> io::Result<()> {
        let file = file(measure);
        fs::create_dir_all(file.parent().unwrap_or(&file))?;
        fs::write(file, serde_json::to_vec_pretty(self)?)
    }

    /// What was kept, if it was, by benches that were as they are.
    #[must_use]
    pub fn load(measure: &str) -> Option<Self> {
        serde_json::from_slice(&fs::read(file(measure)).ok()?).ok()
    }

    /// Keeps nothing any longer, so that the page is not drawn with what is out of date.
    ///
    /// # Errors
    ///
    /// If what was kept can't be removed.
    pub fn forget(measure: &str) -> io::Result<()> {
        match fs::remove_file(file(measure)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
