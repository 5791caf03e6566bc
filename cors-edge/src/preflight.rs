//! The rules for preflights.

use crate::grant::{BY_PREFLIGHT, allow_methods, allowed_origin, origin_headers, served_methods};
use crate::pattern;
use crate::policy::{PathPolicies, Policy};
use crate::rule::{Condition, Outcome, Part, Rule, Test, Value, is, matches, text, when};

/// The preflights that a policy allows.
pub(crate) fn preflights(policy: &Policy<'_>, path: &PathPolicies<'_>) -> Vec<Rule> {
    let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for method in served_methods(policy, path) {
        let allowed = allow_methods(policy, path, method);
        match groups.iter_mut().find(|(other, _)| *other == allowed) {
            Some((_, methods)) => methods.push(method),
            None => groups.push((allowed, vec![method])),
        }
    }
    let mut rules = Vec::new();
    for (allowed, methods) in groups {
        let comment = format!("preflight for {}: {}", methods.join(", "), policy.source());
        let mut conditions = vec![
            is(Part::Method, ["OPTIONS"]),
            is(Part::RequestedMethod, methods),
        ];
        conditions.extend(allowed_origin(policy));
        let headers = |allow_headers: Option<Value>| {
            let mut headers = origin_headers(policy);
            headers.push(("access-control-allow-methods", text(&allowed.join(", "))));
            headers.extend(allow_headers.map(|value| ("access-control-allow-headers", value)));
            let max_age = policy
                .handler
                .max_age
                .map(|seconds| text(&seconds.to_string()));
            headers.extend(max_age.map(|value| ("access-control-max-age", value)));
            headers.push(("vary", text(BY_PREFLIGHT)));
            Outcome::Respond {
                status: 204,
                headers,
            }
        };
        let names = &policy.handler.headers;
        if !names.is_empty() {
            let mut conditions = conditions.clone();
            conditions.extend(requested_headers(names));
            rules.push(Rule::new(
                &comment,
                conditions,
                headers(Some(allow_headers(names))),
            ));
        }
        let nothing = Test::MatchesOrAbsent(pattern::no_requested_headers());
        conditions.push(when(Part::RequestedHeaders, nothing));
        rules.push(Rule::new(&comment, conditions, headers(None)));
    }
    rules
}

/// Every other preflight of a path that has a policy.
pub(crate) fn refused_preflights(path: &PathPolicies<'_>) -> Rule {
    let preflights = vec![
        is(Part::Method, ["OPTIONS"]),
        when(Part::RequestedMethod, Test::Present),
        when(Part::Origin, Test::Present),
    ];
    let refused = Outcome::Respond {
        status: 403,
        headers: vec![("vary", text(BY_PREFLIGHT))],
    };
    Rule::new(
        &format!("any other preflight: {}", path.path),
        preflights,
        refused,
    )
}

/// The conditions under which a preflight asks for allowed headers.
fn requested_headers(names: &[String]) -> Vec<Condition> {
    let part = Part::RequestedHeaders;
    let most_bytes = cors_rules::requested_headers::MAX_BYTES;
    let mut conditions = vec![
        matches(part, &pattern::requested_headers(names)),
        when(part, Test::AtMostBytes(most_bytes)),
        matches(part, &pattern::bounded_names()),
        matches(part, &pattern::bounded_empty()),
    ];
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    let policy = cors_rules::Policy {
        headers: &listed,
        ..cors_rules::Policy::default()
    };
    if listed.contains(&"*") && !policy.allows_header("authorization") {
        let authorization = vec![pattern::AUTHORIZATION.to_owned()];
        conditions.push(when(part, Test::Differs(authorization)));
    }
    conditions
}

fn allow_headers(names: &[String]) -> Value {
    let (prefixes, names): (Vec<&String>, Vec<&String>) = names
        .iter()
        .partition(|name| cors_rules::header_prefix(name).is_some());
    let names: Vec<String> = names.into_iter().cloned().collect();
    if prefixes.is_empty() {
        Value::Text(names.join(", "))
    } else {
        Value::WithRequestedHeaders(names)
    }
}
