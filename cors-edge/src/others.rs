//! The rules for requests that no policy names: methods beside those of the policies, and routes without a
//! policy.

use crate::grant::{BY_SITE, allowed_origin, patterns, served_methods};
use crate::held::{Held, READS};
use crate::pattern;
use crate::policy::{PathPolicies, Policy};
use crate::rule::{Condition, Hosts, Outcome, Part, Rule, Test, is, is_not, when};

/// Holds what the protection of the path's router holds, or a policy that holds other methods as well. The
/// responses get no headers but `Vary`.
pub(crate) fn other_requests(path: &PathPolicies<'_>, hosts: Hosts) -> Vec<Rule> {
    let mut policies = path.policies.iter();
    let holder = policies.find(|policy| policy.handler.holds_other_methods);
    if holder.is_none() && path.protection.is_none() {
        return Vec::new();
    }
    let others = Others {
        path,
        hosts,
        holder,
        named: path
            .policies
            .iter()
            .flat_map(|policy| served_methods(policy, path))
            .collect(),
    };
    others.rules()
}

struct Others<'p> {
    path: &'p PathPolicies<'p>,
    hosts: Hosts,
    /// The policy that holds the other methods.
    holder: Option<&'p Policy<'p>>,
    /// The methods that have a policy.
    named: Vec<&'p str>,
}

impl Others<'_> {
    fn rules(&self) -> Vec<Rule> {
        let protection = self.path.protection;
        let enforces = self.holder.is_some_and(|policy| policy.handler.enforce);
        let reports = protection.is_some_and(|it| it.report_only) && !enforces;
        let holds_reads = enforces || protection.is_some_and(|it| it.reads);
        let vary = holds_reads.then_some(BY_SITE);
        let held = Held {
            path: self.path,
            hosts: self.hosts,
            methods: if self.named.is_empty() {
                "all methods".to_owned()
            } else {
                "other methods".to_owned()
            },
            source: self.source(),
            passed: Outcome::Pass { vary },
            left: Outcome::Pass { vary },
        };
        let mut rules = Vec::new();
        if !reports {
            let allowed = self.allowed_origins();
            if !allowed.is_empty() {
                let conditions = [self.method_beside(&[]), allowed].concat();
                rules.push(held.rule("an allowed origin", conditions, held.passed.clone()));
            }
            rules.extend(held.cross_site("write", &self.method_beside(&READS), false));
            let reads = READS
                .into_iter()
                .filter(|method| !self.named.contains(method));
            let reads: Vec<&str> = reads.collect();
            if reads.contains(&"GET") {
                rules.extend(held.sockets());
            }
            if holds_reads && !reads.is_empty() {
                // A preflight neither reads nor writes.
                let preflight = vec![
                    is(Part::Method, ["OPTIONS"]),
                    when(Part::RequestedMethod, Test::Present),
                    when(Part::Origin, Test::Present),
                ];
                rules.push(held.rule("a preflight", preflight, held.passed.clone()));
                let links = reads.contains(&"GET");
                rules.extend(held.cross_site("read", &[is(Part::Method, reads)], links));
            }
        }
        if vary.is_some() {
            let rest = self.method_beside(&[]);
            rules.push(held.rule("any other request", rest, held.passed.clone()));
        }
        rules
    }

    /// The conditions under which an origin is allowed. A policy for every origin, of some methods, is no
    /// permission for the others.
    fn allowed_origins(&self) -> Vec<Condition> {
        if let Some(policy) = self.holder.filter(|policy| !policy.allows_any()) {
            return allowed_origin(policy);
        }
        if self.path.trust.is_empty() {
            return Vec::new();
        }
        let tests = pattern::origins(&patterns(&self.path.trust)).into_iter();
        tests
            .map(|test| when(Part::Origin, Test::Matches(test)))
            .collect()
    }

    /// The condition that a method is none of those that have a policy, and none of these.
    fn method_beside(&self, others: &[&str]) -> Vec<Condition> {
        let mut methods = [self.named.as_slice(), others].concat();
        methods.sort_unstable();
        methods.dedup();
        if methods.is_empty() {
            return Vec::new();
        }
        vec![is_not(Part::Method, &methods)]
    }

    fn source(&self) -> String {
        match self.holder {
            Some(policy) => policy.source(),
            None => format!("the protection of {}", self.path.path),
        }
    }
}
