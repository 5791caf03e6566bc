//! The rules for actual requests: the headers of their responses, and the refusal of held ones.

use crate::grant::{
    BY_ORIGIN, BY_SITE, allowed_origin, origin_headers, patterns, refusal, served_methods,
};
use crate::pattern;
use crate::policy::{PathPolicies, Policy};
use crate::rule::{Condition, Outcome, Part, Rule, Test, is, text, when};

/// The requests of one policy that are no preflights.
pub(crate) fn actual_requests(policy: &Policy<'_>, path: &PathPolicies<'_>) -> Vec<Rule> {
    Actual::of(policy, path).rules()
}

/// The actual requests of one policy.
struct Actual<'p> {
    policy: &'p Policy<'p>,
    path: &'p PathPolicies<'p>,
    methods: Vec<&'p str>,
}

/// The methods whose requests are reads.
const READS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

impl<'p> Actual<'p> {
    fn of(policy: &'p Policy<'p>, path: &'p PathPolicies<'p>) -> Self {
        let methods = served_methods(policy, path);
        Self {
            policy,
            path,
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

    /// The rules for held requests whose origin is not allowed: writes, web sockets, and reads if those are
    /// held.
    fn held(&self) -> Vec<Rule> {
        let handler = self.policy.handler;
        let reports = self.path.protection.is_some_and(|it| it.report_only);
        let holds_reads =
            handler.enforce || (!reports && self.path.protection.is_some_and(|it| it.reads));
        let (reads, writes): (Vec<&str>, Vec<&str>) = self
            .methods
            .iter()
            .partition(|method| READS.contains(method));
        let mut rules = Vec::new();
        if handler.writes_refused && !writes.is_empty() {
            rules.extend(self.cross_site("write", &[is(Part::Method, writes)], false));
        }
        if handler.writes_refused && reads.contains(&"GET") {
            let socket = Test::Matches(pattern::WEB_SOCKET.to_owned());
            let sockets = [is(Part::Method, ["GET"]), when(Part::Upgrade, socket)];
            rules.extend(self.cross_site("web socket", &sockets, false));
        }
        if holds_reads && !reads.is_empty() {
            let links = reads.contains(&"GET");
            rules.extend(self.cross_site("read", &[is(Part::Method, reads)], links));
        }
        rules
    }

    /// Refuses the requests of another site. `Sec-Fetch-Site` decides, because pages cannot set it.
    fn cross_site(&self, kind: &str, requests: &[Condition], links: bool) -> Vec<Rule> {
        let is_custom = self.path.protection.is_some_and(|it| it.custom_response);
        let rule = |detail: &str, conditions: Vec<Condition>, then: Outcome| {
            let conditions = [requests, &conditions].concat();
            self.rule(&format!("{kind}, {detail}"), conditions, then)
        };
        let refused = || refusal(403, is_custom);
        let several = || Test::Matches(pattern::SEVERAL_LINES.to_owned());
        let site = |test| when(Part::FetchSite, test);
        let origin = |test| when(Part::Origin, test);
        let mut rules = vec![rule(
            "several lines of `Origin`",
            vec![origin(several())],
            refused(),
        )];
        if links {
            let is_fixed = self.policy.fixed_origin().is_some();
            // `same-origin` is no exception, because own origins are compared below.
            let link = vec![
                is(Part::Method, ["GET", "HEAD"]),
                site(other_than(&["same-origin"])),
                is(Part::FetchMode, ["navigate"]),
                is(Part::FetchDest, ["document"]),
            ];
            rules.push(rule(
                "several lines of `Sec-Fetch-Site`",
                vec![site(several())],
                refused(),
            ));
            rules.push(rule("a link", link, self.forward(is_fixed)));
        }
        let another = other_than(&["none", "same-origin"]);
        rules.push(rule("another site", vec![site(another)], refused()));
        if self.path.own_origins.is_empty() {
            // The edge cannot compare `Origin` with `Host`. Only the application's response to its own
            // pages has the header of a single origin, and its refusal has none.
            let old_browser = vec![site(Test::Absent), origin(Test::Present)];
            let then = match self.policy.fixed_origin() {
                Some(_) => Outcome::Pass { vary: self.vary() },
                None => self.forward(false),
            };
            rules.push(rule(
                "no `Sec-Fetch-Site`: the application compares `Host`",
                old_browser,
                then,
            ));
        } else {
            let own = pattern::origins(&patterns(&self.path.own_origins)).swap_remove(0);
            let foreign = vec![site(Test::Absent), origin(Test::Differs(own.clone()))];
            rules.push(rule("not an own origin", foreign, refused()));
            let through_a_proxy = vec![
                is(Part::FetchSite, ["same-origin"]),
                origin(Test::Differs(pattern::any_of(&["null".to_owned(), own]))),
            ];
            rules.push(rule("not an own origin", through_a_proxy, refused()));
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

/// A value that is none of these texts. Not [`Test::Differs`], because an edge may test each line of a header,
/// and one bad line has to be enough.
fn other_than(texts: &[&str]) -> Test {
    Test::Matches(pattern::none_of(texts))
}
