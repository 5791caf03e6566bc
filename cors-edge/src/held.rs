//! The rules for held requests: writes, web sockets, and reads if those are held.

use crate::grant::{patterns, refusal};
use crate::pattern;
use crate::policy::PathPolicies;
use crate::rule::{Condition, Outcome, Part, Rule, Test, is, when};

/// The methods whose requests are reads.
pub(crate) const READS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// Requests of a path that are held, apart from those of allowed origins.
pub(crate) struct Held<'p> {
    pub(crate) path: &'p PathPolicies<'p>,
    /// The beginning and the end of comments.
    pub(crate) methods: String,
    pub(crate) source: String,
    /// The response to a request that passes.
    pub(crate) passed: Outcome,
    /// The response where the application compares `Origin` with `Host`, because not every edge can.
    pub(crate) left: Outcome,
}

impl Held<'_> {
    /// Web sockets over HTTP/1.1.
    pub(crate) fn sockets(&self) -> Vec<Rule> {
        let socket = Test::Matches(pattern::WEB_SOCKET.to_owned());
        let sockets = [is(Part::Method, ["GET"]), when(Part::Upgrade, socket)];
        self.cross_site("web socket", &sockets, false)
    }

    /// Refuses the requests of another site. `Sec-Fetch-Site` decides, because pages cannot set it.
    pub(crate) fn cross_site(&self, kind: &str, requests: &[Condition], links: bool) -> Vec<Rule> {
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
            rules.push(rule("a link", link, self.passed.clone()));
        }
        let another = other_than(&["none", "same-origin"]);
        rules.push(rule("another site", vec![site(another)], refused()));
        if self.path.own_origins.is_empty() {
            // Where both are one response, that to any other request is the same.
            if self.left != self.passed {
                let old_browser = vec![site(Test::Absent), origin(Test::Present)];
                rules.push(rule(
                    "no `Sec-Fetch-Site`: the application compares `Host`",
                    old_browser,
                    self.left.clone(),
                ));
            }
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

    pub(crate) fn rule(&self, kind: &str, conditions: Vec<Condition>, then: Outcome) -> Rule {
        let comment = format!("{}, {kind}: {}", self.methods, self.source);
        Rule::new(&comment, conditions, then)
    }
}

/// A value that is none of these texts. Not [`Test::Differs`], because an edge may test each line of a header,
/// and one bad line has to be enough.
fn other_than(texts: &[&str]) -> Test {
    Test::Matches(pattern::none_of(texts))
}
