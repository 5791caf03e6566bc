//! The conditions of all rules, each once: an edge evaluates a condition by its number.

use std::collections::HashMap;

use crate::plan::{Condition, PathPlan, Rule};

/// Conditions with numbers, from 0.
#[derive(Debug)]
pub(crate) struct Conditions<'p> {
    all: Vec<&'p Condition>,
    numbers: HashMap<&'p Condition, usize>,
}

impl<'p> Conditions<'p> {
    pub(crate) fn of(plans: &'p [PathPlan<'_>]) -> Self {
        let mut conditions = Self {
            all: Vec::new(),
            numbers: HashMap::new(),
        };
        let rules = plans.iter().flat_map(|plan| &plan.rules);
        for condition in rules.flat_map(|rule| &rule.when) {
            let next = conditions.all.len();
            if *conditions.numbers.entry(condition).or_insert(next) == next {
                conditions.all.push(condition);
            }
        }
        conditions
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &'p Condition)> {
        self.all.iter().copied().enumerate()
    }

    /// The numbers of a rule's conditions, in its order.
    pub(crate) fn of_rule(&self, rule: &Rule) -> impl Iterator<Item = (usize, &'p Condition)> {
        let numbers = rule
            .when
            .iter()
            .filter_map(|condition| self.numbers.get(condition));
        numbers.map(|&number| (number, self.all[number]))
    }
}
