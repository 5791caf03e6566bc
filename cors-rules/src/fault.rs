//! The first rule that a list entry breaks.

use crate::rule::Rule;

/// The rule that an entry breaks, and the slice of the entry that breaks it.
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
