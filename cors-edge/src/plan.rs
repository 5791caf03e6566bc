//! The decisions of an application, as lists of rules that every edge can be written from.

use crate::actual::actual_requests;
use crate::grant::{patterns, refusal};
use crate::others::other_requests;
use crate::pattern;
use crate::policy::PathPolicies;
use crate::preflight::{preflights, refused_preflights};
use crate::rule::when;

pub(crate) use crate::rule::{
    Condition, Hosts, Outcome, Part, RESPONSE_HEADERS, Rule, Test, Value,
};

/// The rules of one path. The first path that matches a request has its rules, and of those the first one
/// whose conditions hold decides. Without such a rule the request is passed on as it is.
#[derive(Debug)]
pub(crate) struct PathPlan<'p> {
    pub(crate) path: &'p PathPolicies<'p>,
    pub(crate) rules: Vec<Rule>,
}

/// Plans the rules of each path.
pub(crate) fn plan<'p>(paths: &'p [PathPolicies<'p>], hosts: Hosts) -> Vec<PathPlan<'p>> {
    let plan = |path: &'p PathPolicies<'p>| PathPlan {
        path,
        rules: rules(path, hosts),
    };
    paths.iter().map(plan).collect()
}

fn rules(path: &PathPolicies<'_>, hosts: Hosts) -> Vec<Rule> {
    let mut rules = Vec::new();
    rules.extend(misdirected(path));
    for policy in &path.policies {
        rules.extend(preflights(policy, path));
    }
    if !path.policies.is_empty() {
        rules.push(refused_preflights(path));
    }
    for policy in &path.policies {
        rules.extend(actual_requests(policy, path, hosts));
    }
    rules.extend(other_requests(path, hosts));
    rules
}

/// Requests to a host that is not the server's own.
fn misdirected(path: &PathPolicies<'_>) -> Option<Rule> {
    let protection = path.protection.filter(|it| !it.report_only)?;
    if path.own_origins.is_empty() {
        return None;
    }
    let hosts: Vec<String> = patterns(&path.own_origins)
        .iter()
        .map(pattern::host)
        .collect();
    let outside = vec![when(Part::Host, Test::Differs(hosts))];
    let then = refusal(421, protection.custom_response);
    Some(Rule::new(
        "a host that is not the server's own",
        outside,
        then,
    ))
}
