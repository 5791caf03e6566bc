//! The first rule that a list entry breaks.

use crate::rule::Rule;

/// What is wrong with a list entry, and the slice of it that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault<'a> {
    pub(crate) rule: Rule,
    pub(crate) part: &'a str,
}

impl<'a> Fault<'a> {
    pub(crate) const fn new(rule: Rule, part: &'a str) -> Self {
        Self { rule, part }
    }
}
