//! The sets of origins that the table names, and the options have.

use std::collections::HashSet;

use cors_rules::{Tolerance, check};

use crate::options::Options;
use crate::refusal::Refusal;
use crate::table::{Handler, Table};

/// Puts the origins of a list and of the set that a row names together, each once.
///
/// # Errors
///
/// Everything for which the origins are not known, and an origin that breaks a rule.
pub(crate) fn with_set(
    handler: &Handler,
    listed: &[String],
    (from, name): (Option<&str>, Option<&str>),
    options: &Options,
) -> Result<Vec<String>, Refusal> {
    let set = match (from, name) {
        (None, _) => return Ok(listed.to_vec()),
        (Some("a set"), Some(name)) => options.sets.get(name).ok_or_else(|| {
            let reason = format!("the origins of the set `{name}` are not in the table");
            let remedy = format!("add `--set {name}=FILE`, a file with one origin on each line");
            Refusal::of(handler, reason, remedy)
        })?,
        (Some("a set"), None) => {
            let reason = "the set of its origins has no name";
            let remedy = "name it: `OriginSet::new().named(\"tenants\")`";
            return Err(Refusal::of(handler, reason, remedy));
        }
        (Some(from), _) => {
            let reason = format!("its origins come from {from}, which no edge can call");
            let remedy = "use an `OriginSet` with a name, and give its origins with `--set`";
            return Err(Refusal::of(handler, reason, remedy));
        }
    };
    let mut violations = set
        .iter()
        .filter_map(|it| check::set_origin(it, Tolerance::ALL));
    if let Some(violation) = violations.next() {
        return Err(Refusal::of_rule(handler, &violation));
    }
    let mut seen = HashSet::new();
    let origins = listed.iter().chain(set);
    let origins: Vec<String> = origins
        .filter(|it| seen.insert(it.as_str()))
        .cloned()
        .collect();
    if origins.is_empty() {
        let reason = "its set is empty, and it has no other origin";
        let remedy = "add an origin to the file of `--set`";
        return Err(Refusal::of(handler, reason, remedy));
    }
    Ok(origins)
}

/// The sets of the options that no row names.
pub(crate) fn unused_sets(table: &Table, options: &Options) -> Vec<Refusal> {
    let is_named = |name: &String| {
        table.handlers.iter().any(|handler| {
            let own = handler
                .protection
                .as_ref()
                .and_then(|it| it.own_origins_set.as_ref());
            handler.origins_set.as_ref() == Some(name) || own == Some(name)
        })
    };
    let unused = options.sets.keys().filter(|name| !is_named(name));
    let refusal = |name: &String| {
        let reason = format!("the table has no set `{name}`");
        Refusal::of_table(
            reason,
            format!("leave out `--set {name}`, or correct the name"),
        )
    };
    unused.map(refusal).collect()
}
