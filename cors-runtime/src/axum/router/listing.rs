//! The policies of a router, for people.

use super::{ANY_PATH, CorsRouter};
use crate::axum::shell::Guard;
use crate::decision::PathPolicies;
use crate::policy::{HandlerPolicy, PlainRoute, Policies};

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
        let mut handlers = Vec::new();
        let mut list = |path: &str, policies: &PathPolicies, guard: &Guard| {
            let only_reports = guard.or(&self.guard).only_reports();
            for (policy, methods) in policies.handlers() {
                let methods = methods.into_iter().map(str::to_owned).collect();
                handlers.push(HandlerPolicy {
                    writes_refused: policy.enforce || !only_reports,
                    ..HandlerPolicy::new(
                        path.to_owned(),
                        methods,
                        policy.location(),
                        policy.summary.clone(),
                    )
                });
            }
        };
        for entry in &self.paths {
            list(&entry.path, &entry.handlers.policies, &entry.guard);
        }
        for entry in &self.around {
            list(&entry.path, &entry.policies, &entry.guard);
        }
        for fallback in &self.nested_fallbacks {
            list(&fallback.path, &fallback.policies, &fallback.guard);
        }
        if let Some(fallback) = &self.fallback {
            list(&fallback.path, &fallback.policies, &fallback.guard);
        }
        for (path, policies) in &self.unserved {
            list(path, policies, &Guard::default());
        }
        for part in &self.parts {
            if let Some(default) = &part.guard.default {
                list(&part.path, default, &part.guard);
            }
        }
        if let Some(default) = &self.guard.default {
            list(ANY_PATH, default, &self.guard);
        }
        let mut plain = Vec::new();
        for entry in self.paths.iter().filter(|entry| entry.handlers.has_plain) {
            let guard = entry.guard.or(&self.guard);
            plain.push(guard.listed(&PlainRoute::new(&entry.path)));
        }
        plain.extend(self.plain.iter().map(|route| self.guard.listed(route)));
        Policies::new(handlers, plain)
    }

    /// Adds a route without a policy to the list for people.
    pub(super) fn plain(mut self, path: &str) -> Self {
        self.plain.push(PlainRoute::new(path));
        self
    }

    /// Takes over the list of another router, with its settings.
    pub(super) fn add_plain(&mut self, inner: &Self, nested: impl Fn(&str) -> String) {
        for route in &inner.plain {
            self.plain.push(PlainRoute {
                path: nested(&route.path),
                ..inner.guard.listed(route)
            });
        }
    }
}
