//! The responses of rules: maps from the number of a rule to each part of a response, and the directives that
//! write these parts.

use super::map::{Line, Map, quoted};
use crate::plan::{Outcome, RESPONSE_HEADERS, Rule, Value};
use crate::refusal::Refusal;

/// The variable with the number of the rule that decides. It is empty if none does.
pub(super) const RULE: &str = "cors_rule";

/// The variable with the status of a response in place of the application's.
const STATUS: &str = "cors_status";

/// The headers that only responses in place of the application's set.
const IN_PLACE: [&str; 2] = ["vary", "cache-control"];

/// The names that are added to `Vary`, each on a line of its own, because the application may have the others.
fn varying<'p>(rules: &[&'p Rule]) -> Vec<&'p str> {
    let mut varying = Vec::new();
    for name in rules.iter().flat_map(|rule| added(&rule.then)) {
        if !varying.contains(&name) {
            varying.push(name);
        }
    }
    varying
}

/// The names that an outcome adds to the application's `Vary`.
fn added(outcome: &Outcome) -> impl Iterator<Item = &'static str> {
    let names = match outcome {
        Outcome::Respond { .. } => None,
        Outcome::Forward { vary, .. } | Outcome::Pass { vary } => *vary,
    };
    names.into_iter().flat_map(|names| names.split(", "))
}

pub(super) fn maps(rules: &[&Rule]) -> Vec<Map> {
    let mut maps = vec![of_rules(STATUS, "\"\"", rules, |outcome| {
        status(outcome).map(|status| status.to_string())
    })];
    for name in RESPONSE_HEADERS {
        // A request that no rule decides about gets the header of the application.
        let own = format!("$upstream_http_{}", name.replace('-', "_"));
        maps.push(of_rules(
            &variable(name),
            &own,
            rules,
            |outcome| match outcome {
                Outcome::Respond { .. } => value(outcome, name),
                Outcome::Forward { .. } => {
                    Some(value(outcome, name).unwrap_or_else(|| "\"\"".to_owned()))
                }
                Outcome::Pass { .. } => None,
            },
        ));
    }
    for name in IN_PLACE {
        maps.push(of_rules(&variable(name), "\"\"", rules, |outcome| {
            value(outcome, name)
        }));
    }
    for name in varying(rules) {
        let missing = format!("{}_if_missing", vary_variable(name));
        let has_it = quoted(&format!(r"~*(?:^|,)[ \t]*(?:{name}|\*)[ \t]*(?:,|$)"));
        maps.push(Map {
            source: "$upstream_http_vary".to_owned(),
            name: missing.clone(),
            lines: vec![Line::new(has_it, "\"\""), Line::default(name)],
        });
        maps.push(of_rules(&vary_variable(name), "\"\"", rules, |outcome| {
            added(outcome)
                .any(|added| added == name)
                .then(|| format!("${missing}"))
        }));
    }
    maps
}

/// A map from the number of each rule.
fn of_rules(
    name: &str,
    default: &str,
    rules: &[&Rule],
    value: impl Fn(&Outcome) -> Option<String>,
) -> Map {
    let values = rules.iter().zip(1..).filter_map(|(rule, number)| {
        let value = value(&rule.then)?;
        Some(Line::new(number.to_string(), value))
    });
    Map {
        source: format!("${RULE}"),
        name: name.to_owned(),
        lines: values.chain([Line::default(default)]).collect(),
    }
}

fn status(outcome: &Outcome) -> Option<u16> {
    match outcome {
        Outcome::Respond { status, .. } => Some(*status),
        Outcome::Forward { .. } | Outcome::Pass { .. } => None,
    }
}

fn headers(outcome: &Outcome) -> &[(&'static str, Value)] {
    match outcome {
        Outcome::Respond { headers, .. } | Outcome::Forward { headers, .. } => headers,
        Outcome::Pass { .. } => &[],
    }
}

fn value(outcome: &Outcome, name: &str) -> Option<String> {
    let mut headers = headers(outcome).iter();
    let (_, value) = headers.find(|(own, _)| *own == name)?;
    Some(match value {
        Value::Text(text) => quoted(text),
        Value::Origin => "$http_origin".to_owned(),
        Value::WithRequestedHeaders(names) => {
            let names: String = names.iter().map(|name| name.clone() + ", ").collect();
            quoted(&format!("{names}$http_access_control_request_headers"))
        }
    })
}

/// The variable with the value of a header.
fn variable(header: &str) -> String {
    match header.strip_prefix("access-control-") {
        Some(name) => format!("cors_{}", name.replace('-', "_")),
        None => format!("cors_{}", header.replace('-', "_")),
    }
}

/// The variable with a name for `Vary`.
fn vary_variable(name: &str) -> String {
    format!("cors_vary_{}", name.to_ascii_lowercase().replace('-', "_"))
}

/// The directives of the server.
pub(super) fn directives(rules: &[&Rule]) -> String {
    let mut statuses: Vec<u16> = rules.iter().filter_map(|rule| status(&rule.then)).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let mut lines = vec!["# In place of the application's: an empty body.".to_owned()];
    for status in statuses {
        lines.push(format!(
            "if (${STATUS} = {status}) {{ return {status} \"\"; }}"
        ));
    }
    lines.push("# `always` includes errors. nginx sends no header without a value.".to_owned());
    for name in RESPONSE_HEADERS {
        lines.push(format!("proxy_hide_header {name};"));
    }
    for name in RESPONSE_HEADERS.into_iter().chain(IN_PLACE) {
        lines.push(format!("add_header {name} ${} always;", variable(name)));
    }
    for name in varying(rules) {
        lines.push(format!("add_header vary ${} always;", vary_variable(name)));
    }
    format!(
        "        {}
",
        lines.join(
            "
        "
        )
    )
}

/// The texts in which nginx would find the name of a variable.
pub(super) fn refusals(rules: &[&Rule]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for rule in rules {
        for (name, value) in headers(&rule.then) {
            let has_variable = match value {
                Value::Text(text) => text.contains('$'),
                Value::WithRequestedHeaders(names) => names.iter().any(|name| name.contains('$')),
                Value::Origin => false,
            };
            if has_variable {
                let reason = format!("{}: nginx cannot write the `$` in `{name}`", rule.comment);
                refusals.push(Refusal::of_table(
                    reason,
                    "use a header without `$` in its name",
                ));
            }
        }
    }
    refusals
}
