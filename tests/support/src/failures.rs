use std::fmt::{Debug, Display};

/// The number of failures that are printed.
const PRINTED: usize = 30;

/// Collects the rows of a table that went wrong, so that a test fails with all of them.
#[derive(Debug, Default)]
#[must_use = "only `finish` fails the test"]
pub struct Failures(Vec<String>);

impl Failures {
    /// Compares the expected value of a row with the found one.
    pub fn compare<N: Display, T: Debug + PartialEq>(
        &mut self,
        name: impl FnOnce() -> N,
        expected: &T,
        found: &T,
    ) {
        if expected != found {
            let [expected, found] = [expected, found].map(|value| indented(&format!("{value:?}")));
            let name = name();
            self.0.push(format!(
                "{name:.1000}\n  expected\n{expected}\n  found\n{found}"
            ));
        }
    }

    /// Ends the test.
    ///
    /// # Panics
    ///
    /// If a row went wrong. The message has the first 30 of them.
    #[track_caller]
    pub fn finish(self) {
        let Self(failures) = self;
        assert!(
            failures.is_empty(),
            "{} rows are wrong:\n\n{}",
            failures.len(),
            failures[..failures.len().min(PRINTED)].join("\n\n")
        );
    }
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::Failures;

    #[test]
    fn rows_that_hold() {
        let mut failures = Failures::default();
        failures.compare(|| "a row", &1, &1);
        failures.finish();
    }

    #[test]
    #[should_panic(
        expected = "2 rows are wrong:\n\na row\n  expected\n    1\n  found\n    2\n\nanother\n"
    )]
    fn rows_that_fail() {
        let mut failures = Failures::default();
        failures.compare(|| "a row", &1, &2);
        failures.compare(|| "the one between", &1, &1);
        failures.compare(|| "another", &[1, 2], &[2, 1]);
        failures.finish();
    }
}
