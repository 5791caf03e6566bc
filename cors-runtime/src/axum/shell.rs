//! The settings of a router, and the layers that carry them out.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use super::diagnostics::Diagnostics;
use super::predicate::PredicateLayer;
use crate::decision::{PathPolicies, Scope, ServiceKind};
use crate::layer::{CorsLayer, OwnPolicy};
use crate::policy::RouteProtection;
use crate::protection::CompiledProtection;
use crate::report::listens;

/// The settings of a router, which hold for each of its paths.
#[derive(Clone, Debug, Default)]
pub(super) struct Shell {
    pub(super) diagnostics: Diagnostics,
    pub(super) is_at_the_edge: bool,
    pub(super) guard: Guard,
}

/// The protection and the default policy of a router. Its routes keep them where it is nested or merged.
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    pub(super) protection: Option<Arc<CompiledProtection>>,
    pub(super) default: Option<Arc<PathPolicies>>,
    /// Whether the service inside gives the reasons of refused preflights, whatever the router does.
    pub(super) gives_reasons: bool,
}

impl Guard {
    /// The settings of a service that has a policy of its own. No default policy replaces it.
    pub(super) fn of_service(own: OwnPolicy) -> Self {
        Self {
            default: Some(Arc::new(own.policies)),
            gives_reasons: own.gives_reasons,
            ..Self::default()
        }
    }

    /// The settings of routes inside a router.
    pub(super) fn or(&self, outer: &Self) -> Self {
        let protection = self.protection.as_ref().or(outer.protection.as_ref());
        let default = self.default.as_ref().or(outer.default.as_ref());
        Self {
            protection: protection.cloned(),
            default: default.cloned(),
            gives_reasons: self.gives_reasons,
        }
    }

    /// Whether both have the same default policy, or none.
    pub(super) fn has_default_of(&self, other: &Self) -> bool {
        match (&self.default, &other.default) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other) || own.is_equal_default(other),
            (None, None) => true,
            _ => false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.protection.is_none() && self.default.is_none()
    }

    /// The values of the protection, for people.
    pub(super) fn listed_protection(&self) -> Option<&RouteProtection> {
        let protection = self.protection.as_ref()?;
        Some(&protection.listed)
    }
}

impl Shell {
    /// The settings of routes with a guard of their own inside this router.
    pub(super) fn inside(&self, guard: &Guard) -> Self {
        let Diagnostics(are_wanted) = self.diagnostics;
        Self {
            diagnostics: Diagnostics(are_wanted || guard.gives_reasons),
            is_at_the_edge: self.is_at_the_edge,
            guard: guard.or(&self.guard),
        }
    }

    pub(super) fn layer(
        &self,
        policies: Arc<PathPolicies>,
        service: ServiceKind,
    ) -> CorsLayer<Diagnostics> {
        let scope = Scope::new(policies, service, self.guard.protection.clone());
        CorsLayer::new(scope.at_the_edge(self.is_at_the_edge), self.diagnostics)
    }

    /// The layer of handlers that have no policy of their own, which can also have some for their
    /// methods.
    pub(super) fn mixed(&self, policies: PathPolicies) -> CorsLayer<Diagnostics> {
        match &self.guard.default {
            _ if policies.are_of_whole_service() => {
                self.layer(Arc::new(policies), ServiceKind::Single)
            }
            Some(default) => {
                self.layer(Arc::new(policies.or_default(default)), ServiceKind::Single)
            }
            None => self.layer(Arc::new(policies), ServiceKind::Mixed),
        }
    }

    /// The layer of routes without a policy: their default policy and their protection, or reports to
    /// somebody who listens. Otherwise a layer would cost something and do nothing.
    pub(super) fn for_plain(&self) -> Option<CorsLayer<Diagnostics>> {
        let Guard {
            protection,
            default,
            ..
        } = &self.guard;
        match default {
            Some(default) => Some(self.layer(default.clone(), ServiceKind::Single)),
            None if protection.is_some() || listens() => {
                Some(self.layer(Arc::default(), ServiceKind::Plain))
            }
            None => None,
        }
    }

    /// Puts the layer of routes without a policy around a router.
    pub(super) fn protect<R: AxumRouter>(&self, router: R) -> R {
        match self.for_plain() {
            Some(layer) => router.inside(layer),
            None => router,
        }
    }

    /// Whether the router adds anything to the policies of handlers.
    pub(super) fn concerns_handlers(&self) -> bool {
        let protection = self.guard.protection.as_ref();
        self.is_at_the_edge || protection.is_some_and(|protection| protection.concerns_handlers())
    }
}

/// The operations that axum's router of paths and its router of methods share.
pub(super) trait AxumRouter: Clone {
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
                if layer.any_has_function() {
                    self.layer(PredicateLayer(layer))
                } else {
                    self.layer(layer)
                }
            }
        }
    )+};
}

axum_router!(Router, MethodRouter);
