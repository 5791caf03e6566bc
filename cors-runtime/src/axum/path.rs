//! The handlers of one path, and where CORS stands around them.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{self, MethodRouter};
use cors_rules::Method;

use super::diagnostics::Diagnostics;
use super::predicate::AskingLayer;
use crate::layer::CorsLayer;
use crate::response::preflight::PathPolicies;

/// Handlers with a policy and plain ones, kept apart until the path is finished: what CORS adds to
/// the one must not reach the other. `R` is axum's router, of methods or of paths.
#[derive(Clone, Debug)]
pub(super) struct PathHandlers<R> {
    /// They put on the headers themselves, which costs least, unless a layer has to stand around.
    pub(super) guarded: Option<R>,
    pub(super) plain: Option<R>,
    /// For paths without plain handlers: the OPTIONS route that answers preflights. Any other
    /// OPTIONS gets through it what it would have got without, the user's layers included.
    options: Option<R>,
    pub(super) policies: PathPolicies,
    /// There are layers of the user's around the handlers.
    layered: bool,
    /// The handlers that came last have a policy: axum keeps their answer to other methods.
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
        merge(&mut self.guarded, other.guarded);
        merge(&mut self.plain, other.plain);
        self.options = other.options.or(self.options.take());
        self.policies.merge(other.policies);
        self.layered |= other.layered;
        self.guarded_last = other.guarded_last;
    }

    /// All handlers in one router, with CORS around the layers and the answers to preflights.
    #[track_caller]
    pub(super) fn finish(self, diagnostics: Diagnostics) -> Option<R> {
        let Self {
            guarded,
            plain,
            options,
            policies,
            layered,
            guarded_last,
        } = self;
        let Some(mut guarded) = guarded else {
            return plain;
        };
        let serves_options = policies.serving(Method::Options).is_some();
        let policies = Arc::new(policies);
        if layered || serves_options || policies.need_layer() {
            guarded = guarded.inside(CorsLayer::whole(policies.clone(), diagnostics));
        } else {
            for (_, policy) in policies.iter() {
                policy.stand_alone();
            }
        }
        // Of two routers axum keeps the answer to other methods of the one that is merged in.
        Some(match (plain, options) {
            // Nobody can ask a plain router whether it serves OPTIONS, or every method: preflights
            // are taken out in front of whatever it does.
            (Some(plain), _) => {
                let plain = plain.inside(CorsLayer::preflights(policies, diagnostics));
                if layered && guarded_last {
                    plain.merge(guarded)
                } else {
                    guarded.merge(plain)
                }
            }
            (None, Some(options)) if !serves_options => {
                let layer = CorsLayer::options(policies, diagnostics);
                options.inside(layer).merge(guarded)
            }
            (None, _) => guarded,
        })
    }
}

#[track_caller]
fn merge<R: AxumRouter>(own: &mut Option<R>, other: Option<R>) {
    *own = match (own.take(), other) {
        (Some(own), Some(other)) => Some(own.merge(other)),
        (own, other) => own.or(other),
    };
}

/// What axum's router of paths and its router of methods have in common.
pub(super) trait AxumRouter {
    #[track_caller]
    fn merge(self, other: Self) -> Self;

    fn inside(self, layer: CorsLayer<Diagnostics>) -> Self;
}

impl<S: Clone + Send + Sync + 'static> AxumRouter for Router<S> {
    fn merge(self, other: Self) -> Self {
        self.merge(other)
    }

    fn inside(self, layer: CorsLayer<Diagnostics>) -> Self {
        if layer.asks() {
            self.layer(AskingLayer(layer))
        } else {
            self.layer(layer)
        }
    }
}

impl<S: Clone + Send + Sync + 'static> AxumRouter for MethodRouter<S> {
    fn merge(self, other: Self) -> Self {
        self.merge(other)
    }

    fn inside(self, layer: CorsLayer<Diagnostics>) -> Self {
        if layer.asks() {
            self.layer(AskingLayer(layer))
        } else {
            self.layer(layer)
        }
    }
}
