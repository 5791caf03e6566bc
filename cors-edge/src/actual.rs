//! The rules for actual requests: the headers of their responses, and the refusal of held ones.

use crate::grant::{BY_ORIGIN, BY_SITE, allowed_origin, origin_headers, served_methods};
use crate::held::{Held, READS};
use crate::pattern;
use crate::policy::{PathPolicies, Policy};
use crate::rule::{Condition, Hosts, Outcome, Part, Rule, Test, is, text, when};

/// The requests of one policy that are no preflights.
pub(crate) fn actual_requests(
    policy: &Policy<'_>,
    path: &PathPolicies<'_>,
    hosts: Hosts,
) -> Vec<Rule> {
    Actual::of(policy, path, hosts).rules()
}

/// The actual requests of one policy.
struct Actual<'p> {
    policy: &'p Policy<'p>,
    path: &'p PathPolicies<'p>,
    hosts: Hosts,
    methods: Vec<&'p str>,
}

impl<'p> Actual<'p> {
    fn of(policy: &'p Policy<'p>, path: &'p PathPolicies<'p>, hosts: Hosts) -> Self {
        let methods = served_methods(policy, path);
        Self {
            policy,
            path,
            hosts,
            methods,
        }
    }

    fn rules(&self) -> Vec<Rule> {
        let methods = || is(Part::Method, self.methods.iter().copied());
        let held = self.held();
        let mut rules = Vec::new();
        if self.policy.allows_any() {
            if !held.is_empty() {
                let one = Test::MatchesOrAbsent(pattern::ONE_LINE.to_owned());
                let conditions = vec![methods(), when(Part::Origin, one)];
                rules.push(self.rule("at most one `Origin`", conditions, self.forward(true)));
            }
        } else if !held.is_empty() || self.policy.fixed_origin().is_none() {
            let mut conditions = vec![methods()];
            conditions.extend(allowed_origin(self.policy));
            rules.push(self.rule("an allowed origin", conditions, self.forward(true)));
        }
        rules.extend(held);
        let is_fixed = self.policy.fixed_origin().is_some();
        rules.push(self.rule("any other request", vec![methods()], self.forward(is_fixed)));
        rules
    }

    /// The response to a request that is passed on. Only that to an allowed origin has CORS headers.
    fn forward(&self, is_allowed: bool) -> Outcome {
        let mut headers = Vec::new();
        if is_allowed {
            headers = origin_headers(self.policy);
            let exposed = &self.policy.handler.expose_headers;
            if !exposed.is_empty() {
                headers.push(("access-control-expose-headers", text(&exposed.join(", "))));
            }
        }
        Outcome::Forward {
            headers,
            vary: self.vary(),
        }
    }

    fn vary(&self) -> Option<&'static str> {
        if self.policy.handler.enforce || self.path.protection.is_some_and(|it| it.reads) {
            return Some(BY_SITE);
        }
        self.policy.fixed_origin().is_none().then_some(BY_ORIGIN)
    }

    /// The rules for held requests whose origin is not allowed.
    fn held(&self) -> Vec<Rule> {
        let handler = self.policy.handler;
        let reports = self.path.protection.is_some_and(|it| it.report_only);
        let holds_reads =
            handler.enforce || (!reports && self.path.protection.is_some_and(|it| it.reads));
        let (reads, writes): (Vec<&str>, Vec<&str>) = self
            .methods
            .iter()
            .partition(|method| READS.contains(method));
        let is_fixed = self.policy.fixed_origin().is_some();
        let held = Held {
            path: self.path,
            hosts: self.hosts,
            methods: self.methods.join(", "),
            source: self.policy.source(),
            passed: self.forward(is_fixed),
            // Only the application's response to its own pages has the header of a single origin, and its
            // refusal has none.
            left: if is_fixed {
                Outcome::Pass { vary: self.vary() }
            } else {
                self.forward(false)
            },
        };
        let mut rules = Vec::new();
        if handler.writes_refused && !writes.is_empty() {
            rules.extend(held.cross_site("write", &[is(Part::Method, writes)], false));
        }
        if handler.writes_refused && reads.contains(&"GET") {
            rules.extend(held.sockets());
        }
        if holds_reads && !reads.is_empty() {
            let links = reads.contains(&"GET");
            rules.extend(held.cross_site("read", &[is(Part::Method, reads)], links));
        }
        rules
    }

    fn rule(&self, kind: &str, conditions: Vec<Condition>, then: Outcome) -> Rule {
        let comment = format!(
            "{}, {kind}: {}",
            self.methods.join(", "),
            self.policy.source()
        );
        Rule::new(&comment, conditions, then)
    }
}
