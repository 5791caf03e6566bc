//! The rules for held requests: writes, web sockets, and reads if those are held.

use crate::grant::{patterns, refusal};
use crate::pattern;
use crate::policy::PathPolicies;
use crate::rule::{Condition, Hosts, Outcome, Part, Rule, Test, is, is_not, matches, when};

/// The methods whose requests are reads.
pub(crate) const READS: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// Requests of a path that are held, apart from those of allowed origins.
pub(crate) struct Held<'p> {
    pub(crate) path: &'p PathPolicies<'p>,
    pub(crate) hosts: Hosts,
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
        let socket = matches(Part::Upgrade, pattern::WEB_SOCKET);
        let sockets = [is(Part::Method, ["GET"]), socket];
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
        let several = |part| vec![matches(part, pattern::SEVERAL_LINES)];
        let site = |test| when(Part::FetchSite, test);
        let origin = |test| when(Part::Origin, test);
        let mut rules = vec![rule(
            "several lines of `Origin`",
            several(Part::Origin),
            refused(),
        )];
        if links {
            // `same-origin` is no exception, because own origins are compared below.
            let link = vec![
                is(Part::Method, ["GET", "HEAD"]),
                is_not(Part::FetchSite, &["same-origin"]),
                is(Part::FetchMode, ["navigate"]),
                is(Part::FetchDest, ["document"]),
            ];
            rules.push(rule(
                "several lines of `Sec-Fetch-Site`",
                several(Part::FetchSite),
                refused(),
            ));
            rules.push(rule("a link", link, self.passed.clone()));
        }
        let another = is_not(Part::FetchSite, &["none", "same-origin"]);
        rules.push(rule("another site", vec![another], refused()));
        if self.path.own_origins.is_empty() {
            let old_browser = || vec![site(Test::Absent), origin(Test::Present)];
            match self.hosts {
                Hosts::Compared => {
                    let own = vec![site(Test::Absent), origin(Test::OfHost)];
                    rules.push(rule("the own origin", own, self.passed.clone()));
                    rules.push(rule("not the own origin", old_browser(), refused()));
                }
                // Where both are one response, that to any other request is the same.
                Hosts::Left if self.left == self.passed => {}
                Hosts::Left => rules.push(rule(
                    "no `Sec-Fetch-Site`: the application compares `Host`",
                    old_browser(),
                    self.left.clone(),
                )),
            }
        } else {
            let own = pattern::origins(&patterns(&self.path.own_origins)).swap_remove(0);
            let foreign = vec![site(Test::Absent), origin(Test::Differs(own.clone()))];
            rules.push(rule("not an own origin", foreign, refused()));
            let through_a_proxy = vec![
                is(Part::FetchSite, ["same-origin"]),
                origin(Test::Differs([vec!["null".to_owned()], own].concat())),
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
