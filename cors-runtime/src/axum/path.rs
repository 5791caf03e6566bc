//! The handlers of one path, with CORS around them.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{self, MethodRouter};
use cors_rules::{Method, Rule, Violation};

use super::pattern::assert_valid;
use super::shell::{AxumRouter, Shell};
use crate::decision::{PathPolicies, ServiceKind};

/// Handlers with a policy and plain ones. They are kept apart until the path is finished, because the
/// headers of the former must not reach the latter. `R` is axum's router, of methods or of paths.
#[derive(Clone, Debug)]
pub(super) struct PathHandlers<R> {
    /// The handlers with a policy. They write the headers themselves, which costs least, or a layer
    /// around them does.
    pub(super) guarded: Option<R>,
    /// The plain handlers, and the fallback for methods.
    pub(super) plain: Option<R>,
    /// Whether there are plain handlers. A fallback for methods is none.
    pub(super) has_plain: bool,
    /// The OPTIONS route that answers preflights, for paths without plain handlers. Any other
    /// OPTIONS gets the response of a path without that route, the user's layers included. `None` if
    /// the handlers may serve OPTIONS themselves.
    options: Option<R>,
    pub(super) policies: PathPolicies,
    /// The policies of the fallback for methods, if there is one.
    pub(super) unserved: Option<PathPolicies>,
    /// Whether the user has put layers around the handlers.
    layered: bool,
    /// Whether the handlers that were added last have a policy. The router of these is merged last,
    /// because axum keeps its response to other methods.
    guarded_last: bool,
}

impl<S: Clone + Send + Sync + 'static> PathHandlers<MethodRouter<S>> {
    pub(super) fn guarded(router: MethodRouter<S>, policies: PathPolicies) -> Self {
        Self {
            guarded: Some(router),
            plain: None,
            has_plain: false,
            options: Some(routing::options(async || StatusCode::METHOD_NOT_ALLOWED)),
            policies,
            unserved: None,
            layered: false,
            guarded_last: true,
        }
    }

    /// Plain handlers under a policy. A router does not reveal whether it serves OPTIONS.
    pub(super) fn unlisted(router: MethodRouter<S>, policies: PathPolicies) -> Self {
        Self {
            options: None,
            ..Self::guarded(router, policies)
        }
    }

    /// The same handlers in routers with only this path, so that axum's own rules for layers and
    /// fallbacks apply.
    #[track_caller]
    pub(super) fn at(self, path: &str, v07_checks: bool) -> PathHandlers<Router<S>> {
        assert_valid(path, v07_checks);
        // No closures, because those lose the caller.
        PathHandlers {
            guarded: at(self.guarded, path, v07_checks),
            plain: at(self.plain, path, v07_checks),
            has_plain: self.has_plain,
            options: at(self.options, path, v07_checks),
            policies: self.policies,
            unserved: self.unserved,
            layered: self.layered,
            guarded_last: self.guarded_last,
        }
    }

    /// Makes one router of all handlers, without CORS around them.
    pub(super) fn joined(self) -> (Option<MethodRouter<S>>, PathPolicies) {
        (
            join(self.guarded, self.plain, self.guarded_last),
            self.policies,
        )
    }
}

#[track_caller]
fn at<S: Clone + Send + Sync + 'static>(
    router: Option<MethodRouter<S>>,
    path: &str,
    v07_checks: bool,
) -> Option<Router<S>> {
    let router = router?;
    Some(empty_router(v07_checks).route(path, router))
}

/// A router that accepts the paths of the user's router.
pub(super) fn empty_router<S: Clone + Send + Sync + 'static>(v07_checks: bool) -> Router<S> {
    if v07_checks {
        Router::new()
    } else {
        Router::new().without_v07_checks()
    }
}

impl<S: Clone + Send + Sync + 'static> PathHandlers<Router<S>> {
    /// The same handlers below a prefix.
    #[track_caller]
    pub(super) fn below(self, prefix: &str, v07_checks: bool) -> Self {
        Self {
            guarded: below(self.guarded, prefix, v07_checks),
            plain: below(self.plain, prefix, v07_checks),
            options: below(self.options, prefix, v07_checks),
            ..self
        }
    }

    /// Adds a fallback for the methods that no handler serves. It is among the plain handlers, because
    /// preflights are answered in front of those.
    pub(super) fn method_not_allowed_fallback(&mut self, path: &str, fallback: &Unserved<S>) {
        let plain = self.plain.take();
        // The path has been accepted.
        let plain = plain.unwrap_or_else(|| empty_router(false).route(path, MethodRouter::new()));
        self.plain = Some(plain.method_not_allowed_fallback(fallback.router.clone()));
        // axum keeps the first one.
        self.unserved
            .get_or_insert_with(|| fallback.policies.clone());
    }
}

#[track_caller]
fn below<S: Clone + Send + Sync + 'static>(
    router: Option<Router<S>>,
    prefix: &str,
    v07_checks: bool,
) -> Option<Router<S>> {
    let router = router?;
    Some(empty_router(v07_checks).nest(prefix, router))
}

/// A fallback for methods, and its policies.
#[derive(Debug)]
pub(super) struct Unserved<S> {
    pub(super) router: MethodRouter<S>,
    pub(super) policies: PathPolicies,
}

impl<R> PathHandlers<R> {
    pub(super) fn plain(router: R) -> Self {
        Self {
            guarded: None,
            plain: Some(router),
            has_plain: true,
            options: None,
            policies: PathPolicies::default(),
            unserved: None,
            layered: false,
            guarded_last: false,
        }
    }

    /// Whether all handlers are those of `routes!`, whose methods are known.
    pub(super) fn are_known(&self) -> bool {
        !self.has_plain && self.options.is_some()
    }

    /// The same handlers after a change of their routers.
    pub(super) fn map<R2>(self, mut change: impl FnMut(R) -> R2) -> PathHandlers<R2> {
        PathHandlers {
            guarded: self.guarded.map(&mut change),
            plain: self.plain.map(&mut change),
            has_plain: self.has_plain,
            options: self.options.map(&mut change),
            policies: self.policies,
            unserved: self.unserved,
            layered: self.layered,
            guarded_last: self.guarded_last,
        }
    }

    /// The same handlers inside a layer of the user's.
    pub(super) fn layered(self, layer: impl FnMut(R) -> R) -> Self {
        Self {
            layered: true,
            ..self.map(layer)
        }
    }
}

impl<S: Clone + Send + Sync + 'static> PathHandlers<Router<S>> {
    /// Provides the state, to the predicates as well.
    pub(super) fn with_state<S2>(mut self, state: &S) -> PathHandlers<Router<S2>> {
        self.policies.bind(state);
        self.map(|router| router.with_state(state.clone()))
    }
}

impl<R: AxumRouter> PathHandlers<R> {
    #[track_caller]
    pub(super) fn merge(&mut self, other: Self) {
        self.options = match (&self.guarded, &other.guarded) {
            (Some(_), Some(_)) => self.options.take().and(other.options),
            _ => other.options.or(self.options.take()),
        };
        merge(&mut self.guarded, other.guarded);
        merge(&mut self.plain, other.plain);
        if let (Some(guarded), Some(plain)) = (&self.guarded, &self.plain) {
            // They are merged at last, but a method that both serve is an error of this call.
            let _ = guarded.clone().merge(plain.clone());
        }
        // A method that both serve has panicked in axum already, but a policy can list methods that no
        // handler serves.
        assert_other_methods(&self.policies, &other.policies);
        self.policies.merge(other.policies);
        self.has_plain |= other.has_plain;
        self.unserved = self.unserved.take().or(other.unserved);
        self.layered |= other.layered;
        self.guarded_last = other.guarded_last;
    }

    /// Makes one router of all handlers, with CORS around the layers, and answers preflights. `around` are
    /// the policies of handlers that another router serves on this path, and `may_have_others` is whether
    /// one may serve more there.
    ///
    /// # Panics
    ///
    /// If a predicate extracts from a state that no router has provided.
    #[track_caller]
    pub(super) fn finish(
        self,
        shell: &Shell,
        around: Option<&PathPolicies>,
        may_have_others: bool,
    ) -> Option<R> {
        assert_bound(&self.policies);
        let methods_are_known = self.are_known() && !may_have_others;
        let Self {
            guarded,
            plain,
            options,
            policies,
            unserved,
            layered,
            guarded_last,
            ..
        } = self;
        let mut all = policies.clone();
        if let Some(around) = around {
            all.merge(around.clone());
        }
        let allow = all.allow();
        // A plain router does not reveal its methods, so beside one the fallback's policy approves no
        // preflight: it could be that of a plain handler.
        let unserved = unserved.filter(|_| methods_are_known);
        let plain_kind = if around.is_some() || unserved.is_some() {
            ServiceKind::Mixed
        } else {
            ServiceKind::Plain
        };
        if let Some(unserved) = unserved {
            all = all.or_default(&unserved);
        }
        if let Some(default) = &shell.guard.default {
            let layer = shell.layer(Arc::new(all.or_default(default)), ServiceKind::Single);
            return join(guarded, plain, guarded_last).map(|router| router.inside(layer));
        }
        let Some(mut guarded) = guarded else {
            return plain.map(|plain| {
                if all.is_empty() {
                    shell.protect(plain)
                } else {
                    plain.inside(shell.layer(Arc::new(all), plain_kind))
                }
            });
        };
        let serves_options = policies.serving(Method::Options).is_some();
        let all = Arc::new(all);
        if layered || serves_options || policies.any_needs_layer() || shell.concerns_handlers() {
            guarded = guarded.inside(shell.layer(all.clone(), ServiceKind::Guarded));
        } else {
            for (_, policy) in policies.iter() {
                policy.apply_itself();
            }
        }
        Some(match (plain, options) {
            // A plain router does not reveal whether it serves OPTIONS, or every method, so preflights
            // are answered in front of it.
            (Some(plain), _) => {
                let plain = plain.inside(shell.layer(all, plain_kind));
                join_layered(guarded, plain, layered && guarded_last)
            }
            (None, Some(options)) if !serves_options => {
                let layer = shell.layer(all, ServiceKind::Plain).allow(allow);
                options.inside(layer).merge(guarded)
            }
            (None, _) => guarded,
        })
    }
}

/// Panics if both name one method.
#[track_caller]
pub(super) fn assert_other_methods(own: &PathPolicies, other: &PathPolicies) {
    if let Some((method, own, other)) = own.common(other) {
        let [own, other] = [own, other].map(|policy| policy.location().path);
        let violation = Violation::new(Rule::RoutesSameMethod, own).part(other);
        panic!("{}", violation.fix(method));
    }
}

#[track_caller]
fn join<R: AxumRouter>(guarded: Option<R>, plain: Option<R>, guarded_last: bool) -> Option<R> {
    match (guarded, plain) {
        (Some(guarded), Some(plain)) => Some(join_layered(guarded, plain, guarded_last)),
        (guarded, plain) => guarded.or(plain),
    }
}

#[track_caller]
fn join_layered<R: AxumRouter>(guarded: R, plain: R, guarded_last: bool) -> R {
    if guarded_last {
        plain.merge(guarded)
    } else {
        guarded.merge(plain)
    }
}

#[track_caller]
fn merge<R: AxumRouter>(own: &mut Option<R>, other: Option<R>) {
    *own = match (own.take(), other) {
        (Some(own), Some(other)) => Some(own.merge(other)),
        (own, other) => own.or(other),
    };
}

/// Panics if a predicate extracts from a state that no router has provided.
#[track_caller]
pub(super) fn assert_bound(policies: &PathPolicies) {
    if let Some((policy, wanted)) = policies.unbound() {
        let handler = policy.location().path;
        let violation = Violation::new(Rule::RoutesStateMissing, handler).part(wanted.name);
        panic!("{violation}");
    }
}
