//! A router that keeps the user's layers inside CORS.

use std::convert::Infallible;
use std::fmt;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use cors_rules::Method;
use tower_layer::Layer;
use tower_service::Service;

use super::diagnostics::Diagnostics;
use super::path::PathHandlers;
use super::routes::Routes;
use crate::policy::{HandlerPolicy, Policies};

/// An [`axum::Router`] whose layers run inside CORS.
///
/// In a plain router the layers are outside the handlers, so the 401 of a login layer carries no CORS
/// headers: the page sees "CORS error" instead of 401. Preflights get the 401 as well, because they
/// never carry cookies or `Authorization`. Here preflights are answered before any layer runs, and
/// responses of layers carry the headers of the requested handler.
///
/// The methods are those of [`axum::Router`]. [`into_router`](Self::into_router) returns one; layers that
/// are added to it run outside CORS.
#[must_use]
pub struct CorsRouter<S = ()> {
    /// Everything without a policy and without an entry in `paths`: services, fallbacks, plain routers.
    rest: Router<S>,
    paths: Vec<PathEntry<S>>,
    diagnostics: Diagnostics,
}

/// One path that was given to `route`.
struct PathEntry<S> {
    path: String,
    /// In routers with only this path, so that axum's own rules for layers and fallbacks apply.
    handlers: PathHandlers<Router<S>>,
}

impl<S> CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Makes a router without routes.
    pub fn new() -> Self {
        Self::from(Router::new())
    }

    /// Adds the handlers of a path: [`routes!`](crate::routes!), or a plain [`MethodRouter`](axum::routing::MethodRouter),
    /// whose responses only pages of the same origin can read. A path may be added several times.
    ///
    /// # Panics
    ///
    /// As [`axum::Router::route`]: if a method is served twice or the path is malformed.
    #[track_caller]
    pub fn route(mut self, path: &str, routes: impl Into<Routes<S>>) -> Self {
        let handlers = routes.into().handlers;
        let handlers = handlers.map_or_else(
            || PathHandlers::plain(MethodRouter::new()),
            |handlers| *handlers,
        );
        self.add(PathEntry {
            path: path.to_owned(),
            handlers: handlers.map(|router| Router::new().route(path, router)),
        });
        self
    }

    /// Adds a service at a path, without a policy: see [`axum::Router::route_service`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn route_service<T>(self, path: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.map_rest(|rest| rest.route_service(path, service))
    }

    /// Adds another router, a [`CorsRouter`] or a plain [`axum::Router`], below a path: see
    /// [`axum::Router::nest`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn nest(mut self, prefix: &str, router: impl Into<Self>) -> Self {
        let Self { rest, paths, .. } = router.into();
        self.rest = self.rest.nest(prefix, rest);
        for entry in paths {
            self.add(PathEntry {
                path: nested_path(prefix, &entry.path),
                handlers: entry
                    .handlers
                    .map(|router| Router::new().nest(prefix, router)),
            });
        }
        self
    }

    /// Adds a service below a path, without a policy: see [`axum::Router::nest_service`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn nest_service<T>(self, prefix: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.map_rest(|rest| rest.nest_service(prefix, service))
    }

    /// Adds the routes of another router, a [`CorsRouter`] or a plain [`axum::Router`]: see
    /// [`axum::Router::merge`].
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn merge(mut self, other: impl Into<Self>) -> Self {
        let Self { rest, paths, .. } = other.into();
        self.rest = self.rest.merge(rest);
        for entry in paths {
            self.add(entry);
        }
        self
    }

    /// Applies a layer to all routes and the fallback, as [`axum::Router::layer`], but inside CORS: the
    /// layer gets no preflights, and its responses carry the headers.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service:
            Service<Request, Error: Into<Infallible> + 'static> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.layered(|router| router.layer(layer.clone()))
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
        // axum's own panic explains the mistake of a layer before every route.
        let nothing_yet = self.paths.is_empty();
        self.layered(|router| {
            if router.has_routes() || nothing_yet {
                router.route_layer(layer.clone())
            } else {
                router
            }
        })
    }

    /// Handles requests that no route matches: see [`axum::Router::fallback`].
    #[track_caller]
    pub fn fallback<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.map_rest(|rest| rest.fallback(handler))
    }

    /// Handles methods that the routes added so far don't serve: see
    /// [`axum::Router::method_not_allowed_fallback`]. Preflights don't reach it.
    pub fn method_not_allowed_fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        for PathEntry { path, handlers } in &mut self.paths {
            // Among the plain handlers, because preflights are answered in front of those.
            let plain = handlers.plain.take();
            let plain = plain.unwrap_or_else(|| Router::new().route(path, MethodRouter::new()));
            handlers.plain = Some(plain.method_not_allowed_fallback(handler.clone()));
        }
        self.map_rest(|rest| rest.method_not_allowed_fallback(handler))
    }

    /// Provides the state: see [`axum::Router::with_state`].
    pub fn with_state<S2>(self, state: S) -> CorsRouter<S2> {
        CorsRouter {
            rest: self.rest.with_state(state.clone()),
            diagnostics: self.diagnostics,
            paths: self
                .paths
                .into_iter()
                .map(|entry| PathEntry {
                    path: entry.path,
                    handlers: entry
                        .handlers
                        .map(|router| router.with_state(state.clone())),
                })
                .collect(),
        }
    }

    /// Answers refused preflights with 200, the headers of the steps that passed, and the reason as
    /// plain text. The browser's console then names the step that failed instead of a missing header.
    /// An origin that is not allowed still gets no allow-origin; a method or header that is not allowed
    /// fails in the browser's own comparison.
    ///
    /// Browsers always accept GET, HEAD and POST in the list of methods. Where one of these has no
    /// policy, the console names a header or the response instead; the text and the log event are
    /// right.
    ///
    /// It is opt-in and meant for development, because the reason discloses the policies.
    ///
    /// ```
    /// # use cors_runtime::CorsRouter;
    /// # let router: CorsRouter = CorsRouter::new();
    /// let router = router.diagnostics(cfg!(debug_assertions));
    /// ```
    ///
    /// The router on which [`into_router`](Self::into_router) is called decides; the settings of routers
    /// that were nested or merged into it are ignored.
    pub fn diagnostics(self, are_wanted: bool) -> Self {
        Self {
            diagnostics: Diagnostics(are_wanted),
            ..self
        }
    }

    /// Lists the policy of every handler on every path: the paths in the order in which they were
    /// added, the handlers of each in the order of their methods. Routes that were converted to an
    /// [`axum::Router`] or a [`MethodRouter`](axum::routing::MethodRouter) before they were added are
    /// missing.
    #[must_use]
    pub fn policies(&self) -> Policies {
        let rows = self.paths.iter().flat_map(|PathEntry { path, handlers }| {
            let handlers = handlers.policies.handlers();
            handlers.into_iter().filter_map(move |(policy, methods)| {
                let methods = methods.into_iter().map(Method::as_str).collect();
                let summary = policy.summary.clone();
                let location = policy.location()?;
                Some(HandlerPolicy::new(path.clone(), methods, location, summary))
            })
        });
        Policies::new(rows.collect())
    }

    /// Returns the finished [`axum::Router`], with CORS around the layers. It answers preflights on each
    /// path that has a policy.
    ///
    /// Layers that are added to it run outside CORS. That is right for tracing and wrong for
    /// authentication. Set a fallback for methods before, with
    /// [`method_not_allowed_fallback`](Self::method_not_allowed_fallback).
    ///
    /// # Panics
    ///
    /// If a plain router that was merged or nested serves a path with a policy as well, and there the
    /// same method or OPTIONS, or if both have a fallback for methods. Add such routes with
    /// [`route`](Self::route).
    #[track_caller]
    pub fn into_router(self) -> Router<S> {
        let mut router = Router::new();
        for entry in self.paths {
            if let Some(path) = entry.handlers.finish(self.diagnostics) {
                router = router.merge(path);
            }
        }
        // Last, because axum keeps the fallback of the router that is merged in.
        router.merge(self.rest)
    }

    #[track_caller]
    fn add(&mut self, entry: PathEntry<S>) {
        match self.paths.iter_mut().find(|own| own.path == entry.path) {
            Some(own) => {
                own.handlers.merge(entry.handlers);
            }
            None => self.paths.push(entry),
        }
    }

    #[track_caller]
    fn map_rest(self, map: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        Self {
            rest: map(self.rest),
            ..self
        }
    }

    #[track_caller]
    fn layered(self, layer: impl Fn(Router<S>) -> Router<S>) -> Self {
        let paths = self.paths.into_iter().map(|entry| PathEntry {
            path: entry.path,
            handlers: entry.handlers.layered(&layer),
        });
        Self {
            paths: paths.collect(),
            rest: layer(self.rest),
            diagnostics: self.diagnostics,
        }
    }
}

/// Joins the path of a nested route as axum does.
fn nested_path(prefix: &str, path: &str) -> String {
    if prefix.ends_with('/') {
        format!("{prefix}{}", path.trim_start_matches('/'))
    } else if path == "/" {
        prefix.to_owned()
    } else {
        format!("{prefix}{path}")
    }
}

impl<S> Default for CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for CorsRouter<S> {
    fn clone(&self) -> Self {
        Self {
            rest: self.rest.clone(),
            paths: self.paths.clone(),
            diagnostics: self.diagnostics,
        }
    }
}

impl<S> Clone for PathEntry<S> {
    fn clone(&self) -> Self {
        Self {
            path: self.path.clone(),
            handlers: self.handlers.clone(),
        }
    }
}

impl<S> fmt::Debug for CorsRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&str> = self.paths.iter().map(|entry| entry.path.as_str()).collect();
        f.debug_struct("CorsRouter")
            .field("paths", &paths)
            .finish_non_exhaustive()
    }
}

impl<S> From<Router<S>> for CorsRouter<S> {
    fn from(rest: Router<S>) -> Self {
        Self {
            rest,
            paths: Vec::new(),
            diagnostics: Diagnostics::default(),
        }
    }
}

impl<S> From<CorsRouter<S>> for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn from(router: CorsRouter<S>) -> Self {
        router.into_router()
    }
}
