//! Sets of origins, which the options have by name.

use std::collections::HashSet;

use cors_rules::{Tolerance, check};

use crate::options::Options;
use crate::refusal::Refusal;
use crate::table::{Protection, Table};

/// The listed origins and those of the set that a row names, each once.
pub(crate) fn with_set(
    place: &str,
    listed: &[String],
    from: Option<&str>,
    name: Option<&str>,
    options: &Options,
) -> Result<Vec<String>, Refusal> {
    let name = match (from, name) {
        (None, _) => return Ok(listed.to_vec()),
        (Some("a set"), Some(name)) => name,
        (Some("a set"), None) => {
            let reason = "the set of its origins has no name";
            let remedy = "name it: `OriginSet::new().named(\"tenants\")`";
            return Err(Refusal::at(place, reason, remedy));
        }
        (Some(from), _) => {
            let reason = format!("its origins come from {from}, which no edge can call");
            let remedy = "use an `OriginSet` with a name, and give its origins with `--set`";
            return Err(Refusal::at(place, reason, remedy));
        }
    };
    let Some(set) = options.sets.get(name) else {
        let reason = format!("the origins of the set `{name}` are not in the table");
        let remedy = format!("add `--set {name}=FILE`, a file with one origin on each line");
        return Err(Refusal::at(place, reason, remedy));
    };
    let mut violations = set
        .iter()
        .filter_map(|origin| check::set_origin(origin, Tolerance::ALL));
    if let Some(violation) = violations.next() {
        let message = violation.to_string();
        let reason = message.lines().next().unwrap_or_default();
        let reason = format!("the set `{name}`: {reason}");
        let remedy = format!(
            "correct it in the file of `--set {name}`, which has one origin on each line, such as \
             `https://app.example`"
        );
        return Err(Refusal::at(place, reason, remedy));
    }
    let mut seen = HashSet::new();
    let origins = listed.iter().chain(set);
    let origins: Vec<String> = origins
        .filter(|origin| seen.insert(origin.as_str()))
        .cloned()
        .collect();
    if origins.is_empty() {
        let reason = format!("the set `{name}` is empty, and there are no other origins");
        return Err(Refusal::at(place, reason, "add an origin to its file"));
    }
    Ok(origins)
}

/// The sets of the options that no row names.
pub(crate) fn unused(table: &Table, options: &Options) -> Vec<Refusal> {
    let of_policies = table.handlers.iter().map(|handler| &handler.origins_set);
    let of_handlers = table.handlers.iter().map(|handler| &handler.protection);
    let of_plain = table.plain.iter().map(|plain| &plain.protection);
    let of_protection = |it: &Protection| [it.own_origins_set.clone(), it.trust_set.clone()];
    let protections = of_handlers.chain(of_plain).flatten();
    let named: Vec<String> = of_policies
        .cloned()
        .chain(protections.flat_map(of_protection))
        .flatten()
        .collect();
    let unused = options.sets.keys().filter(|name| !named.contains(name));
    let refusal = |name: &String| {
        let reason = format!("the table has no set `{name}`");
        let remedy = match named.first() {
            Some(other) => format!("correct the name, such as `--set {other}=FILE`"),
            None => format!("leave out `--set {name}`"),
        };
        Refusal::of_table(reason, remedy)
    };
    unused.map(refusal).collect()
}
