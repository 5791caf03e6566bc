//! The handlers of one path, and where CORS stands around them.

use std::convert::Infallible;
use std::future::Future;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{self, MethodRouter};
use tower_service::Service;

use super::options::Options;
use crate::layer::CorsLayer;
use crate::preflight::PathPolicies;

/// Handlers with a policy and plain ones, kept apart until the path is finished: what CORS adds to
/// the one must not reach the other. `R` is axum's router, of methods or of paths.
#[derive(Clone, Debug)]
pub(super) struct PathHandlers<R> {
    /// They put on the headers themselves, which costs least.
    pub(super) guarded: Option<R>,
    pub(super) plain: Option<R>,
    pub(super) policies: PathPolicies,
    /// There are layers of the user's around the handlers.
    pub(super) layered: bool,
    /// A handler with a policy serves OPTIONS.
    pub(super) serves_options: bool,
}

impl<R> PathHandlers<R> {
    pub(super) fn plain(router: R) -> Self {
        Self {
            guarded: None,
            plain: Some(router),
            policies: PathPolicies::default(),
            layered: false,
            serves_options: false,
        }
    }

    /// The same handlers after a change of their routers.
    #[track_caller]
    pub(super) fn map<R2>(self, mut change: impl FnMut(R) -> R2) -> PathHandlers<R2> {
        PathHandlers {
            guarded: self.guarded.map(&mut change),
            plain: self.plain.map(&mut change),
            policies: self.policies,
            layered: self.layered,
            serves_options: self.serves_options,
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
        self.policies.merge(other.policies);
        self.layered |= other.layered;
        self.serves_options |= other.serves_options;
    }

    /// All handlers in one router, with CORS around the layers and the answers to preflights.
    /// `with_route` adds one more route of this path, before others.
    #[track_caller]
    pub(super) fn finish(
        self,
        with_route: impl FnOnce(MethodRouter<R::State>, R) -> R,
    ) -> Option<R> {
        let Self {
            guarded,
            plain,
            policies,
            layered,
            serves_options,
        } = self;
        let Some(mut guarded) = guarded else {
            return plain;
        };
        if layered || serves_options {
            guarded = guarded.inside(CorsLayer::whole(policies));
        }
        Some(match plain {
            // Nobody can ask a plain router whether it serves OPTIONS, or every method: preflights
            // are taken out in front of whatever it does.
            Some(plain) => guarded.merge(plain.inside(CorsLayer::preflights(policies))),
            None if serves_options => guarded,
            None => {
                let otherwise = guarded.clone();
                let options = routing::options(Options {
                    policies,
                    otherwise,
                });
                with_route(options, guarded)
            }
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
pub(super) trait AxumRouter: Clone + Send + Sync + 'static {
    type State: Clone + Send + Sync + 'static;

    #[track_caller]
    fn merge(self, other: Self) -> Self;

    fn inside(self, layer: CorsLayer) -> Self;

    fn answer(
        self,
        request: Request,
        state: Self::State,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + 'static;
}

impl<S: Clone + Send + Sync + 'static> AxumRouter for Router<S> {
    type State = S;

    fn merge(self, other: Self) -> Self {
        self.merge(other)
    }

    fn inside(self, layer: CorsLayer) -> Self {
        self.layer(layer)
    }

    fn answer(
        self,
        request: Request,
        state: S,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + 'static {
        self.with_state(state).call(request)
    }
}

impl<S: Clone + Send + Sync + 'static> AxumRouter for MethodRouter<S> {
    type State = S;

    fn merge(self, other: Self) -> Self {
        self.merge(other)
    }

    fn inside(self, layer: CorsLayer) -> Self {
        self.layer(layer)
    }

    fn answer(
        self,
        request: Request,
        state: S,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + 'static {
        self.with_state::<()>(state).call(request)
    }
}
