//! Layers of the user, inside CORS.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use tower_layer::Layer;
use tower_service::Service;

use super::{CorsRouter, Part, PathEntry};

impl<S> CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Applies a layer to all routes and the fallback, as [`axum::Router::layer`], but inside CORS: the
    /// layer gets no preflights of paths that have a policy, and its responses carry the headers.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service:
            Service<Request, Error: Into<Infallible> + 'static> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let of_methods = layer.clone();
        self.layered(
            |router| router.layer(layer.clone()),
            |fallback| fallback.layer(of_methods),
            |router| router.layer(layer.clone()),
        )
    }

    /// Applies a layer to the routes only, as [`axum::Router::route_layer`], inside CORS.
    ///
    /// # Panics
    ///
    /// If there are no routes yet.
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service:
            Service<Request, Error: Into<Infallible> + 'static> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let has_routes = self.rest.has_routes()
            || !self.paths.is_empty()
            || self.parts.iter().any(|part| part.router.has_routes());
        if !has_routes {
            // axum's own panic explains the mistake.
            let _ = Router::<S>::new().route_layer(layer.clone());
        }
        self.layered(
            |router| {
                if router.has_routes() {
                    router.route_layer(layer.clone())
                } else {
                    router
                }
            },
            |fallback| fallback,
            |fallback| fallback,
        )
    }

    fn layered(
        self,
        layer: impl Fn(Router<S>) -> Router<S>,
        of_fallback: impl FnOnce(MethodRouter<S>) -> MethodRouter<S>,
        of_nested_fallback: impl Fn(Router<S>) -> Router<S>,
    ) -> Self {
        let paths = self.paths.into_iter().map(|entry| PathEntry {
            path: entry.path,
            handlers: entry.handlers.layered(&layer),
            guard: entry.guard,
            others: entry.others,
        });
        let parts = self.parts.into_iter().map(|part| Part {
            router: layer(part.router),
            ..part
        });
        let nested_fallbacks = self.nested_fallbacks.into_iter();
        Self {
            paths: paths.collect(),
            rest: layer(self.rest),
            parts: parts.collect(),
            fallback: self.fallback.map(|fallback| fallback.map(of_fallback)),
            nested_fallbacks: nested_fallbacks
                .map(|fallback| fallback.map(&of_nested_fallback))
                .collect(),
            ..self
        }
    }
}
