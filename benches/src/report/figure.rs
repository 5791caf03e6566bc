use std::fmt;

use super::table::{Table, number};

/// The median of many values, with their lower and upper quartiles.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are the statistician's")]
pub struct Spread {
    pub lower: f64,
    pub median: f64,
    pub upper: f64,
}

impl Spread {
    /// The spread of values in any order.
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

    /// The spread of a count, which is the same in each run.
    #[must_use]
    pub fn exactly(value: f64) -> Self {
        Self::of([value])
    }
}

/// Shows the median, with the quartiles where they differ.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lower, median, upper] = [self.lower, self.median, self.upper].map(number);
        if self.lower.to_bits() == self.upper.to_bits() {
            f.write_str(&median)
        } else {
            write!(f, "{median} ({lower} to {upper})")
        }
    }
}

/// A number of the report, in the case where it is highest, with its limit if it has one.
#[derive(Clone, Debug)]
pub struct Figure {
    name: String,
    case: String,
    measured: Spread,
    limit: Option<f64>,
}

impl Figure {
    /// A figure that is shown without a limit.
    ///
    /// # Panics
    ///
    /// If there is no case.
    pub fn shown(
        name: impl Into<String>,
        cases: impl IntoIterator<Item = (String, Spread)>,
    ) -> Self {
        let highest = cases
            .into_iter()
            .max_by(|(_, a), (_, b)| a.median.total_cmp(&b.median));
        let (case, measured) = highest.expect("a figure has a case");
        Self {
            name: name.into(),
            case,
            measured,
            limit: None,
        }
    }

    /// A figure whose median is at most `limit` in each case.
    ///
    /// # Panics
    ///
    /// If there is no case.
    pub fn limited(
        name: impl Into<String>,
        limit: f64,
        cases: impl IntoIterator<Item = (String, Spread)>,
    ) -> Self {
        Self {
            limit: Some(limit),
            ..Self::shown(name, cases)
        }
    }

    /// Whether the limit is kept, or there is none.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.limit.is_none_or(|limit| self.measured.median <= limit)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.limit {
            None => "shown",
            Some(_) if self.is_kept() => "kept",
            Some(_) => "BROKEN",
        };
        write!(f, "{mark:6}  {}: {}", self.name, self.measured)?;
        if let Some(limit) = self.limit {
            write!(f, ", at most {}", number(limit))?;
        }
        if !self.case.is_empty() {
            write!(f, " ({})", self.case)?;
        }
        Ok(())
    }
}

/// The column of [`table`] with the measured value, counted from 0.
pub(super) const MEASURED: usize = 1;

pub(super) fn table(figures: &[Figure]) -> Table {
    let mut table = Table::new(&["", "measured", "at most", "kept", "highest in"]);
    for figure in figures {
        let (limit, kept) = match figure.limit {
            None => (String::new(), ""),
            Some(limit) if figure.is_kept() => (number(limit), "yes"),
            Some(limit) => (number(limit), "**no**"),
        };
        table.row(&[
            figure.name.as_str(),
            &figure.measured.to_string(),
            &limit,
            kept,
            &figure.case,
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Figure, Spread};

    #[test]
    fn a_limit_is_broken_in_the_highest_case() {
        let cases =
            || [("low", 1.0), ("high", 3.0)].map(|(name, n)| (name.to_owned(), Spread::exactly(n)));
        assert!(Figure::limited("count", 3.0, cases()).is_kept());
        let broken = Figure::limited("count", 2.0, cases());
        assert!(!broken.is_kept());
        assert_eq!(broken.to_string(), "BROKEN  count: 3, at most 2 (high)");
        assert!(Figure::shown("count", cases()).is_kept());
    }

    #[test]
    fn a_spread_has_quartiles() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0, 5.0]);
        assert_eq!(spread.to_string(), "3 (2 to 4)");
    }
}
