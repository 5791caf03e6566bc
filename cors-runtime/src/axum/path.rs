//! The handlers of one path, with CORS around them.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{self, MethodRouter};
use cors_rules::{Method, Rule, Violation};

use super::diagnostics::Diagnostics;
use super::predicate::PredicateLayer;
use crate::decision::{PathPolicies, Scope, ServiceKind};
use crate::layer::CorsLayer;
use crate::protection::CompiledProtection;
use crate::report::listens;

/// Handlers with a policy and plain ones. They are kept apart until the path is finished, because the
/// headers of the former must not reach the latter. `R` is axum's router, of methods or of paths.
#[derive(Clone, Debug)]
pub(super) struct PathHandlers<R> {
    /// The handlers with a policy. They write the headers themselves, which costs least, or a layer
    /// around them does.
    pub(super) guarded: Option<R>,
    pub(super) plain: Option<R>,
    /// The OPTIONS route that answers preflights, for paths without plain handlers. Any other
    /// OPTIONS gets the response of a path without that route, the user's layers included. `None` if
    /// the handlers may serve OPTIONS themselves.
    options: Option<R>,
    pub(super) policies: PathPolicies,
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
            options: Some(routing::options(async || StatusCode::METHOD_NOT_ALLOWED)),
            policies,
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
}

impl<R> PathHandlers<R> {
    pub(super) fn plain(router: R) -> Self {
        Self {
            guarded: None,
            plain: Some(router),
            options: None,
            policies: PathPolicies::default(),
            layered: false,
            guarded_last: false,
        }
    }

    /// The same handlers after a change of their routers.
    #[track_caller]
    pub(super) fn map<R2>(self, mut change: impl FnMut(R) -> R2) -> PathHandlers<R2> {
        PathHandlers {
            guarded: self.guarded.map(&mut change),
            plain: self.plain.map(&mut change),
            options: self.options.map(&mut change),
            policies: self.policies,
            layered: self.layered,
            guarded_last: self.guarded_last,
        }
    }

    /// The same handlers inside a layer of the user's.
    #[track_caller]
    pub(super) fn layered(self, layer: impl FnMut(R) -> R) -> Self {
        Self {
            layered: true,
            ..self.map(layer)
        }
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
        // A method that both serve has panicked in axum already, but a policy can list methods that no
        // handler serves.
        if let Some((method, own, other)) = self.policies.common(&other.policies) {
            let [own, other] = [own, other].map(|policy| policy.location().path);
            let violation = Violation::new(Rule::RoutesSameMethod, own).part(other);
            panic!("{}", violation.fix(method));
        }
        self.policies.merge(other.policies);
        self.layered |= other.layered;
        self.guarded_last = other.guarded_last;
    }

    /// Makes one router of all handlers, with CORS around the layers, and answers preflights.
    #[track_caller]
    pub(super) fn finish(self, shell: &Shell) -> Option<R> {
        let Self {
            guarded,
            plain,
            options,
            policies,
            layered,
            guarded_last,
        } = self;
        let Some(mut guarded) = guarded else {
            return plain.map(|plain| shell.protect(plain));
        };
        let serves_options = policies.serving(Method::Options).is_some();
        let policies = Arc::new(policies);
        if layered || serves_options || policies.any_needs_layer() || shell.concerns_handlers() {
            guarded = guarded.inside(shell.layer(policies.clone(), ServiceKind::Guarded));
        } else {
            for (_, policy) in policies.iter() {
                policy.apply_itself();
            }
        }
        Some(match (plain, options) {
            // A plain router does not reveal whether it serves OPTIONS, or every method, so preflights
            // are answered in front of it.
            (Some(plain), _) => {
                let plain = plain.inside(shell.layer(policies, ServiceKind::Plain));
                if layered && guarded_last {
                    plain.merge(guarded)
                } else {
                    guarded.merge(plain)
                }
            }
            (None, Some(options)) if !serves_options => {
                let allow = policies.allow();
                let layer = shell.layer(policies, ServiceKind::Plain).allow(allow);
                options.inside(layer).merge(guarded)
            }
            (None, _) => guarded,
        })
    }
}

/// The settings of a router, which hold for each of its paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Shell {
    pub(super) diagnostics: Diagnostics,
    pub(super) protection: Option<Arc<CompiledProtection>>,
}

impl Shell {
    fn layer(&self, policies: Arc<PathPolicies>, service: ServiceKind) -> CorsLayer<Diagnostics> {
        let scope = Scope::new(policies, service, self.protection.clone());
        CorsLayer::new(scope, self.diagnostics)
    }

    /// Protects routes without a policy, if there is a protection, and reports requests to them, if
    /// somebody listens. Otherwise a layer would cost something and do nothing.
    pub(super) fn protect<R: AxumRouter>(&self, router: R) -> R {
        if self.protection.is_some() || listens() {
            router.inside(self.layer(Arc::default(), ServiceKind::Plain))
        } else {
            router
        }
    }

    /// Whether the protection adds anything to the policies of handlers.
    fn concerns_handlers(&self) -> bool {
        let protection = self.protection.as_ref();
        protection.is_some_and(|protection| protection.concerns_handlers())
    }
}

#[track_caller]
fn merge<R: AxumRouter>(own: &mut Option<R>, other: Option<R>) {
    *own = match (own.take(), other) {
        (Some(own), Some(other)) => Some(own.merge(other)),
        (own, other) => own.or(other),
    };
}

/// The operations that axum's router of paths and its router of methods share.
pub(super) trait AxumRouter {
    #[track_caller]
    fn merge(self, other: Self) -> Self;

    fn inside(self, layer: CorsLayer<Diagnostics>) -> Self;
}

macro_rules! axum_router {
    ($($router:ident),+) => {$(
        impl<S: Clone + Send + Sync + 'static> AxumRouter for $router<S> {
            fn merge(self, other: Self) -> Self {
                self.merge(other)
            }

            fn inside(self, layer: CorsLayer<Diagnostics>) -> Self {
                if layer.any_has_predicate() {
                    self.layer(PredicateLayer(layer))
                } else {
                    self.layer(layer)
                }
            }
        }
    )+};
}

axum_router!(Router, MethodRouter);
