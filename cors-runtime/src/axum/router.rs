//! A router that keeps the user's layers inside CORS.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use cors_rules::Method;
use tower_layer::Layer;
use tower_service::Service;

use super::diagnostics::Diagnostics;
use super::path::{PathHandlers, Shell};
use super::routes::Routes;
use crate::policy::{HandlerPolicy, PlainRoute, Policies};
use crate::protection::{CompiledProtection, Protection};

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
    /// The `rest` of nested and merged routers that have a protection of their own.
    protected: Vec<(Router<S>, Arc<CompiledProtection>)>,
    /// The routes without a policy that are known, for people.
    plain: Vec<PlainRoute>,
    diagnostics: Diagnostics,
    protection: Option<Arc<CompiledProtection>>,
}

/// One path that was given to `route`.
struct PathEntry<S> {
    path: String,
    /// In routers with only this path, so that axum's own rules for layers and fallbacks apply.
    handlers: PathHandlers<Router<S>>,
    /// That of the nested or merged router from which the path comes.
    protection: Option<Arc<CompiledProtection>>,
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
            protection: None,
        });
        self
    }

    /// Adds a service at a path, without a policy: see [`axum::Router::route_service`].
    ///
    /// # Panics
    ///
    /// Panics as that method does.
    #[track_caller]
    pub fn route_service<T>(self, path: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.plain(path)
            .map_rest(|rest| rest.route_service(path, service))
    }

    /// Adds another router, a [`CorsRouter`] or a plain [`axum::Router`], below a path: see
    /// [`axum::Router::nest`].
    ///
    /// # Panics
    ///
    /// Panics as that method does.
    #[track_caller]
    pub fn nest(mut self, prefix: &str, router: impl Into<Self>) -> Self {
        let inner = router.into();
        for route in inner.plain {
            let path = nested_path(prefix, &route.path);
            self.plain.push(PlainRoute { path, ..route });
        }
        for (router, protection) in inner.protected {
            let router = Router::new().nest(prefix, router);
            self.protected.push((router, protection));
        }
        match &inner.protection {
            Some(protection) => {
                let router = Router::new().nest(prefix, inner.rest);
                self.protected.push((router, protection.clone()));
            }
            None => self.rest = self.rest.nest(prefix, inner.rest),
        }
        for entry in inner.paths {
            self.add(PathEntry {
                path: nested_path(prefix, &entry.path),
                handlers: entry
                    .handlers
                    .map(|router| Router::new().nest(prefix, router)),
                protection: entry.protection.or_else(|| inner.protection.clone()),
            });
        }
        self
    }

    /// Adds a service below a path, without a policy: see [`axum::Router::nest_service`].
    ///
    /// # Panics
    ///
    /// Panics as that method does.
    #[track_caller]
    pub fn nest_service<T>(self, prefix: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        self.plain(&nested_path(prefix, ANY_PATH))
            .map_rest(|rest| rest.nest_service(prefix, service))
    }

    /// Adds the routes of another router, a [`CorsRouter`] or a plain [`axum::Router`]: see
    /// [`axum::Router::merge`].
    ///
    /// # Panics
    ///
    /// Panics as that method does.
    #[track_caller]
    pub fn merge(mut self, other: impl Into<Self>) -> Self {
        let inner = other.into();
        self.plain.extend(inner.plain);
        self.protected.extend(inner.protected);
        match &inner.protection {
            Some(protection) => self.protected.push((inner.rest, protection.clone())),
            None => self.rest = self.rest.merge(inner.rest),
        }
        for entry in inner.paths {
            self.add(PathEntry {
                protection: entry.protection.or_else(|| inner.protection.clone()),
                ..entry
            });
        }
        self
    }

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
        self.plain(FALLBACK).map_rest(|rest| rest.fallback(handler))
    }

    /// Handles methods that the routes added so far don't serve: see
    /// [`axum::Router::method_not_allowed_fallback`]. Preflights don't reach it.
    pub fn method_not_allowed_fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        for PathEntry { path, handlers, .. } in &mut self.paths {
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
            protected: self
                .protected
                .into_iter()
                .map(|(router, protection)| (router.with_state(state.clone()), protection))
                .collect(),
            plain: self.plain,
            diagnostics: self.diagnostics,
            protection: self.protection,
            paths: self
                .paths
                .into_iter()
                .map(|entry| PathEntry {
                    path: entry.path,
                    handlers: entry
                        .handlers
                        .map(|router| router.with_state(state.clone())),
                    protection: entry.protection,
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

    /// Lists the policy of every handler on every path, and the routes without a policy: the paths in the
    /// order in which they were added, the handlers of each in the order of their methods. `/*` stands
    /// for the routes of an [`axum::Router`] or a nested service, whose paths and policies are not known.
    #[must_use]
    pub fn policies(&self) -> Policies {
        let refuses = |protection: Option<&Arc<CompiledProtection>>| {
            let protection = protection.or(self.protection.as_ref());
            protection.is_some_and(|protection| !protection.report_only)
        };
        let only_reports = |protection: Option<&Arc<CompiledProtection>>| {
            let protection = protection.or(self.protection.as_ref());
            protection.is_some_and(|protection| protection.report_only)
        };
        let mut handlers = Vec::new();
        let mut plain = Vec::new();
        for entry in &self.paths {
            for (policy, methods) in entry.handlers.policies.handlers() {
                let methods = methods.into_iter().map(Method::as_str).collect();
                let writes_refused = policy.enforce || !only_reports(entry.protection.as_ref());
                handlers.push(HandlerPolicy {
                    writes_refused,
                    ..HandlerPolicy::new(
                        entry.path.clone(),
                        methods,
                        policy.location(),
                        policy.summary.clone(),
                    )
                });
            }
            if entry.handlers.plain.is_some() {
                let route = PlainRoute::new(&entry.path);
                plain.push(route.refusing(refuses(entry.protection.as_ref())));
            }
        }
        let others = self.plain.iter().cloned();
        plain.extend(others.map(|route| route.refusing(refuses(None))));
        Policies::new(handlers, plain)
    }

    /// Returns the finished [`axum::Router`], with CORS around the layers. It answers preflights on each
    /// path that has a policy.
    ///
    /// Layers that are added to it run outside CORS. That is right for tracing and wrong for
    /// authentication. Set a fallback for methods before, with
    /// [`method_not_allowed_fallback`](Self::method_not_allowed_fallback).
    ///
    /// Two finished routers with one path cannot be merged or nested together: axum panics with
    /// "Overlapping method route. Handler for `OPTIONS /path` already exists", because both answer
    /// preflights. Return a `CorsRouter` from each module, merge these, and finish the result.
    ///
    /// # Panics
    ///
    /// If a plain router that was merged or nested, a finished one included, serves a path with a policy
    /// as well, and there the same method or OPTIONS, or if both have a fallback for methods. Add such
    /// routes with [`route`](Self::route).
    #[track_caller]
    pub fn into_router(self) -> Router<S> {
        let shell = |protection| Shell {
            diagnostics: self.diagnostics,
            protection,
        };
        let mut router = Router::new();
        for entry in self.paths {
            let protection = entry.protection.or_else(|| self.protection.clone());
            if let Some(path) = entry.handlers.finish(&shell(protection)) {
                router = router.merge(path);
            }
        }
        for (rest, protection) in self.protected {
            router = router.merge(shell(Some(protection)).protect(rest));
        }
        // Last, because axum keeps the fallback of the router that is merged in.
        router.merge(shell(self.protection).protect(self.rest))
    }

    /// Protects every route of this router against cross-site writes and web sockets: plain handlers,
    /// services, nested routers and fallbacks. Their requests are refused with 403 before any layer,
    /// extractor or handler runs. Handlers with a policy keep that.
    ///
    /// It holds for routes that are added before and after, until
    /// [`into_router`](Self::into_router). A nested or merged [`CorsRouter`] with a protection keeps its
    /// own.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::routing::post;
    /// use cors_runtime::{CorsRouter, Protection};
    ///
    /// let app: Router = CorsRouter::new()
    ///     .route("/profile", post(async || "saved"))
    ///     .protect(Protection::new())
    ///     .into_router();
    /// ```
    ///
    /// # Panics
    ///
    /// If the protection breaks a rule, with every error. A [`checked`](Protection::checked) constant
    /// breaks none.
    #[track_caller]
    pub fn protect(self, protection: Protection<'_>) -> Self {
        if let Err(errors) = protection.check() {
            panic!("`protect`: {errors}");
        }
        Self {
            protection: Some(Arc::new(CompiledProtection::new(&protection))),
            ..self
        }
    }

    #[track_caller]
    fn add(&mut self, entry: PathEntry<S>) {
        match self.paths.iter_mut().find(|own| own.path == entry.path) {
            Some(own) => {
                own.handlers.merge(entry.handlers);
                own.protection = own.protection.take().or(entry.protection);
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
            protection: entry.protection,
        });
        let protected = self.protected.into_iter();
        Self {
            paths: paths.collect(),
            rest: layer(self.rest),
            protected: protected
                .map(|(router, protection)| (layer(router), protection))
                .collect(),
            plain: self.plain,
            diagnostics: self.diagnostics,
            protection: self.protection,
        }
    }

    /// Adds a route without a policy to the list for people.
    fn plain(mut self, path: &str) -> Self {
        self.plain.push(PlainRoute::new(path));
        self
    }
}

/// The routes of an [`axum::Router`] or a nested service, which do not list their paths.
const ANY_PATH: &str = "/*";

const FALLBACK: &str = "(fallback)";

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
            protected: self.protected.clone(),
            plain: self.plain.clone(),
            diagnostics: self.diagnostics,
            protection: self.protection.clone(),
        }
    }
}

impl<S> Clone for PathEntry<S> {
    fn clone(&self) -> Self {
        Self {
            path: self.path.clone(),
            handlers: self.handlers.clone(),
            protection: self.protection.clone(),
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

impl<S> From<Router<S>> for CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn from(rest: Router<S>) -> Self {
        let plain = rest.has_routes().then(|| PlainRoute::new(ANY_PATH));
        Self {
            rest,
            paths: Vec::new(),
            protected: Vec::new(),
            plain: plain.into_iter().collect(),
            diagnostics: Diagnostics::default(),
            protection: None,
        }
    }
}
