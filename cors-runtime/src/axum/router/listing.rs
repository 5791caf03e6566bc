//! The policies of a router, for people and for gateways.

use std::collections::BTreeMap;

use super::{ANY_PATH, CorsRouter, PlainPath};
use crate::axum::fallback::FALLBACK;
use crate::axum::shell::Guard;
use crate::decision::PathPolicies;
use crate::policy::{HandlerPolicy, PlainRoute, Policies, PolicyRef};

impl<S> CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Lists the policy of every handler on every path, and the routes without a policy: the paths in the
    /// order in which they were added, the handlers of each in the order of their methods. `/*` stands
    /// for the routes of an [`axum::Router`] or a nested service, whose paths and policies are not known.
    ///
    /// The policies of [`with_policies`](Self::with_policies), of fallbacks and of services follow. A
    /// [default policy](Self::default_policy) is listed once, for `/*`. The routes that have it are in
    /// [`Policies::plain`], because they have none of their own.
    #[must_use]
    pub fn policies(&self) -> Policies {
        let rows = |path: &str, policies: &PathPolicies, guard: &Guard| {
            listed(path, policies, &guard.or(&self.guard), |_| true)
        };
        let mut handlers = Vec::new();
        for (path, policies, guard) in self.own_policies() {
            handlers.extend(rows(path, policies, guard));
        }
        for (path, policies) in &self.unserved {
            handlers.extend(rows(path, policies, &Guard::default()));
        }
        let mut defaults = Vec::new();
        for part in &self.parts {
            if let Some(policies) = &part.guard.default {
                let list = if policies.are_of_layer() {
                    &mut handlers
                } else {
                    &mut defaults
                };
                list.extend(rows(&part.path, policies, &part.guard));
            }
        }
        if let Some(default) = &self.guard.default {
            defaults.extend(rows(ANY_PATH, default, &self.guard));
        }
        let beside_handlers = self.paths.iter().filter(|entry| entry.handlers.has_plain);
        let plain = beside_handlers
            .map(|entry| (&entry.path, &entry.guard))
            .chain(self.plain.iter().map(|route| (&route.path, &route.guard)))
            .map(|(path, guard)| guard.or(&self.guard).listed(path))
            .collect();
        Policies::new(handlers, defaults, self.defaults_by_path(), plain)
    }

    /// The policies of handlers, of what is around and of fallbacks, with their paths.
    fn own_policies(&self) -> impl Iterator<Item = (&str, &PathPolicies, &Guard)> {
        let paths = self.paths.iter();
        let paths = paths.map(|it| (it.path.as_str(), &it.handlers.policies, &it.guard));
        let around = self.around.iter();
        let around = around.map(|it| (it.path.as_str(), &it.policies, &it.guard));
        let nested = self.nested_fallbacks.iter();
        let nested = nested.map(|it| (it.path.as_str(), &it.policies, &it.guard));
        let fallback = self.fallback.iter();
        let fallback = fallback.map(|it| (it.path.as_str(), &it.policies, &it.guard));
        paths.chain(around).chain(nested).chain(fallback)
    }

    /// The default policies on each path, for the methods that have no policy of their own there.
    fn defaults_by_path(&self) -> Vec<HandlerPolicy> {
        let mut own: BTreeMap<&str, (PathPolicies, Guard)> = BTreeMap::new();
        for (path, policies, guard) in self.own_policies() {
            let (own, own_guard) = own.entry(path).or_default();
            own.merge(policies.clone());
            *own_guard = own_guard.or(guard);
        }
        let mut rows = Vec::new();
        let mut list = |path: &str, own: PathPolicies, guard: &Guard| {
            let guard = guard.or(&self.guard);
            if let Some(default) = guard.default.clone()
                && !own.are_of_whole_service()
            {
                let is_default =
                    |policy: &PolicyRef| default.handlers().iter().any(|(it, _)| it.is(policy));
                rows.extend(listed(path, &own.or_default(&default), &guard, is_default));
            }
        };
        // axum's own 404, unless there is another one.
        let not_found = PlainPath::new(FALLBACK);
        let mut plain: Vec<&PlainPath> = self.plain.iter().collect();
        if plain.iter().all(|route| route.path != FALLBACK) {
            plain.push(&not_found);
        }
        for route in plain {
            if !own.contains_key(route.path.as_str()) {
                list(&route.path, PathPolicies::default(), &route.guard);
            }
        }
        for (path, (own, guard)) in own {
            list(path, own, &guard);
        }
        rows
    }

    /// Adds a route without a policy to the list for people.
    pub(super) fn plain(mut self, path: &str) -> Self {
        self.plain.push(PlainPath::new(path));
        self
    }

    /// Takes over the list of another router, with its settings.
    pub(super) fn add_plain(&mut self, inner: &Self, nested: impl Fn(&str) -> String) {
        for route in &inner.plain {
            self.plain.push(PlainPath {
                path: nested(&route.path),
                guard: route.guard.or(&inner.guard),
            });
        }
    }
}

impl PlainPath {
    pub(super) fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            guard: Guard::default(),
        }
    }
}

impl Guard {
    /// The entry of a route without a policy of its own.
    fn listed(&self, path: &str) -> PlainRoute {
        let protection = self.listed_protection();
        let only_reports = protection.is_some_and(|protection| protection.report_only);
        let has_default_policy = self.default.is_some();
        PlainRoute {
            path: path.to_owned(),
            has_default_policy,
            writes_refused: (has_default_policy || protection.is_some()) && !only_reports,
            protection: protection.cloned(),
        }
    }
}

/// The rows of these policies of a path.
fn listed(
    path: &str,
    policies: &PathPolicies,
    guard: &Guard,
    is_listed: impl Fn(&PolicyRef) -> bool,
) -> Vec<HandlerPolicy> {
    let handlers = policies.handlers().into_iter();
    let handlers = handlers.filter(|(policy, _)| is_listed(policy));
    handlers
        .map(|(policy, methods)| HandlerPolicy {
            holds_other_methods: policies.others().is_some_and(|others| others.is(policy)),
            ..HandlerPolicy::new(path, &methods, policy, guard.listed_protection())
        })
        .collect()
}
