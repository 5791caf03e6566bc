//! A router that keeps the user's layers inside CORS.

mod fallbacks;
mod layers;
mod listing;
mod settings;

use std::convert::Infallible;
use std::fmt;
use std::panic::Location;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::MethodRouter;
use tower_service::Service;

use crate::axum::arguments::{IntoPolicies, IntoRoutes};
use crate::axum::around::{
    AroundLayer, ByPath, Entry, FoundRoutes, HandlerPolicies, assert_served, by_path,
};
use crate::axum::diagnostics::Diagnostics;
#[cfg(feature = "utoipa")]
use crate::axum::document::Document;
use crate::axum::fallback::{Fallback, assert_no_fallback};
use crate::axum::path::{PathHandlers, assert_other_methods, empty_router};
use crate::axum::pattern::{assert_valid, assert_valid_prefix, nested_path};
use crate::axum::routes::placed;
use crate::axum::shell::{Guard, Shell};
use crate::decision::PathPolicies;
use crate::layer::{OwnPolicy, take_policy};
use crate::policy::Policy;

/// An [`axum::Router`] whose layers run inside CORS.
///
/// In a plain router the layers are outside the handlers, so the 401 of a login layer carries no CORS
/// headers: the page sees "CORS error" instead of 401. Preflights get the 401 as well, because they
/// never carry cookies or `Authorization`. Here preflights are answered before any layer runs, and
/// responses of layers carry the headers of the requested handler.
///
/// The methods are those of [`axum::Router`]. [`into_router`](Self::into_router) returns one; layers that
/// are added to it run outside CORS.
#[doc(alias("CorsLayer"))]
#[must_use]
pub struct CorsRouter<S = ()> {
    /// Everything without a policy and without an entry in `paths`: services, fallbacks, plain routers.
    rest: Router<S>,
    /// Whether `rest` may have a fallback, because axum does not reveal it.
    rest_may_have_fallback: bool,
    paths: Vec<PathEntry<S>>,
    /// The `rest` of nested and merged routers that have settings of their own.
    parts: Vec<Part<S>>,
    /// The policies of routes in `rest` and `parts`, and of plain handlers in `paths`.
    around: Vec<Entry>,
    /// The fallback, if it has a policy. It replaces that of `rest`.
    fallback: Option<Fallback<MethodRouter<S>>>,
    /// The fallbacks with a policy of nested routers.
    nested_fallbacks: Vec<Fallback<Router<S>>>,
    /// The policies of fallbacks for methods, for people.
    unserved: Vec<(String, PathPolicies)>,
    /// The routes without a policy that are known, for people.
    plain: Vec<PlainPath>,
    diagnostics: Diagnostics,
    is_at_the_edge: bool,
    guard: Guard,
    /// Whether a segment that begins like a parameter of axum 0.7 is an error.
    v07_checks: bool,
    #[cfg(feature = "utoipa")]
    pub(super) document: Document,
}

/// One path that was given to `route`.
struct PathEntry<S> {
    path: String,
    /// In routers with only this path, so that axum's own rules for layers and fallbacks apply.
    handlers: PathHandlers<Router<S>>,
    /// That of the nested or merged router from which the path comes.
    guard: Guard,
    /// Those of other routers from which plain handlers of the path come.
    others: Vec<Guard>,
}

/// The path of a route without a policy, for people.
#[derive(Clone, Debug)]
struct PlainPath {
    path: String,
    /// That of the nested or merged router from which the path comes.
    guard: Guard,
}

/// The routes without an entry in `paths` of a nested or merged router.
struct Part<S> {
    router: Router<S>,
    guard: Guard,
    /// Their name in tables.
    path: String,
}

impl<S: Clone + Send + Sync + 'static> PathEntry<S> {
    /// The same path in a router with these settings.
    fn inside(self, outer: &Guard) -> Self {
        Self {
            guard: self.guard.or(outer),
            others: self.others.iter().map(|guard| guard.or(outer)).collect(),
            ..self
        }
    }

    /// Adds the handlers of another router. A default policy is that of the plain handlers, because the
    /// others have their own.
    #[track_caller]
    fn merge(&mut self, other: Self) {
        let are_known = [&self.handlers, &other.handlers].map(PathHandlers::are_known);
        self.handlers.merge(other.handlers);
        self.others.extend(other.others);
        let joined = self.guard.or(&other.guard);
        let default = match are_known {
            [true, true] => joined.default,
            [true, false] => other.guard.default,
            [false, true] => self.guard.default.take(),
            [false, false] => {
                self.others.push(other.guard);
                self.guard.default.take()
            }
        };
        self.guard = Guard { default, ..joined };
    }

    /// Panics if plain handlers of the path have different default policies. A preflight for one of
    /// them would be answered by the policy of another, because a router does not reveal its methods.
    #[track_caller]
    fn assert_one_default(&self, outer: &Guard) {
        let own = self.guard.or(outer);
        let mut others = self.others.iter().map(|other| other.or(outer));
        assert!(
            others.all(|other| own.has_default_of(&other)),
            "the path `{}` has plain handlers of two routers that do not have the same default policy\n\
             help: register them in one router, or give them policies of their own",
            self.path
        );
    }
}

impl<S> CorsRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Makes a router without routes.
    pub fn new() -> Self {
        Self {
            rest_may_have_fallback: false,
            ..Self::from(Router::new())
        }
    }

    /// Takes a finished [`axum::Router`], such as that of utoipa-axum, aide or leptos, to put policies around
    /// its routes with [`with_policies`](Self::with_policies). The handlers stay where
    /// they are registered, and the layers of that router are inside CORS.
    ///
    /// ```
    /// use axum::Router;
    /// use axum::routing::get;
    /// use cors_runtime::{CorsRouter, Policy, cors, policies};
    ///
    /// #[cors(origins = ["https://app.example.com"], methods = [GET])]
    /// async fn show() {}
    ///
    /// // As another crate returns it.
    /// fn finished() -> Router {
    ///     Router::new()
    ///         .route("/users/{id}", get(show))
    ///         .route("/feed", get(async || "feed"))
    /// }
    ///
    /// const FEED: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();
    ///
    /// let app: Router = CorsRouter::around(finished())
    ///     .with_policies("/users/{id}", policies![show])
    ///     .with_policy("/feed", FEED)
    ///     .into_router();
    /// ```
    ///
    /// [`merge`](Self::merge) and [`nest`](Self::nest) take a finished router as well.
    pub fn around(router: Router<S>) -> Self {
        router.into()
    }

    /// Gives a path of a finished router the policies of its handlers. Preflights are answered
    /// before the layers of that router, and responses of these methods carry the headers. Other methods
    /// of the path have no policy. The path is written as it was given to `route`, with the prefixes of
    /// `nest`.
    ///
    /// It may be called several times for a path. The router may be added before or after. HEAD follows
    /// the policy of GET, even if a handler of its own serves it, because a router does not reveal that.
    ///
    /// # Panics
    ///
    /// If two policies of the path name the same method, or the path is malformed.
    ///
    /// [`into_router`](Self::into_router) panics with every path and method that the router does not
    /// serve. It finds them without calling a handler or a layer. A router that gets its state
    /// afterwards, as in `into_router().with_state(..)`, cannot be checked: call
    /// [`with_state`](Self::with_state) before. It is never checked whether the router serves the path by
    /// the same function that has the policy, because axum does not reveal its handlers.
    ///
    /// Routes inside of a service, as of [`nest_service`](axum::Router::nest_service), are not reached.
    /// The policies do not hold either where a handler or a service of another router calls the finished
    /// router below a route of its own; `nest` and `nest_service` are right.
    #[track_caller]
    pub fn with_policies(self, path: &str, policies: impl IntoPolicies) -> Self {
        let HandlerPolicies(policies) = policies.into_policies();
        self.with_entry(path, policies, Location::caller())
    }

    /// Gives a path of a finished router a policy for the methods that the policy names, as
    /// [`with_policies`](Self::with_policies). It is for handlers that have none of their own.
    ///
    /// In [`policies`](Self::policies) and in events the place of the call takes the place of a
    /// handler.
    ///
    /// # Panics
    ///
    /// As `with_policies`, and if the policy breaks a rule, with every error. A
    /// [`checked`](Policy::checked) constant breaks none.
    #[track_caller]
    pub fn with_policy(self, path: &str, policy: Policy<'_>) -> Self {
        if let Err(errors) = policy.check_of_handlers() {
            panic!("`with_policy` of `{path}`: {errors}");
        }
        let caller = Location::caller();
        let (methods, policy) = placed(&policy, "CorsRouter::with_policy", caller);
        self.with_entry(path, PathPolicies::new(methods, &policy), caller)
    }

    #[track_caller]
    fn with_entry(
        mut self,
        path: &str,
        policies: PathPolicies,
        caller: &'static Location<'static>,
    ) -> Self {
        assert_valid(path, self.v07_checks);
        self.add_around(Entry {
            path: path.to_owned(),
            policies,
            guard: Guard::default(),
            caller,
        });
        self
    }

    #[track_caller]
    fn add_around(&mut self, entry: Entry) {
        for own in self.around.iter().filter(|own| own.path == entry.path) {
            assert_other_methods(&own.policies, &entry.policies);
        }
        self.around.push(entry);
    }

    /// Adds the handlers of a path: [`routes!`](crate::routes!), or a plain [`MethodRouter`](axum::routing::MethodRouter),
    /// whose responses only pages of the same origin can read. A path may be added several times.
    ///
    /// # Panics
    ///
    /// As [`axum::Router::route`]: if a method is served twice or the path is malformed.
    #[track_caller]
    pub fn route(mut self, path: &str, routes: impl IntoRoutes<S>) -> Self {
        let handlers = match routes.into_routes().handlers {
            Some(handlers) => *handlers,
            None => PathHandlers::plain(MethodRouter::new()),
        };
        self.add(PathEntry {
            path: path.to_owned(),
            handlers: handlers.at(path, self.v07_checks),
            guard: Guard::default(),
            others: Vec::new(),
        });
        self
    }

    /// Adds a service at a path: see [`axum::Router::route_service`].
    ///
    /// It has the policy of [`Policy::layer`] if that is around the whole service, as in
    /// `route_service("/", POLICY.layer()?.layer(service))`: the layers of this router are then inside that
    /// policy, and no default policy replaces it. The router does not see a policy inside another
    /// middleware, or inside a router: such a service has none here.
    ///
    /// # Panics
    ///
    /// Panics as that method does.
    #[track_caller]
    pub fn route_service<T>(mut self, path: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        assert_valid(path, self.v07_checks);
        let mut service = service;
        if let Some(own) = take_policy(&mut service) {
            // A path that is served already is an error of this call.
            let _ = self.rest.clone().route_service(path, service.clone());
            let router = empty_router(self.v07_checks).route_service(path, service);
            return self.with_own_policy(router, own, path.to_owned());
        }
        self.rest = self.rest.route_service(path, service);
        self.plain(path)
    }

    /// Keeps the route of a service with a policy apart, because that is not the policy of the others.
    fn with_own_policy(mut self, router: Router<S>, own: OwnPolicy, path: String) -> Self {
        self.parts.push(Part {
            router,
            guard: Guard::of_service(own),
            path,
        });
        self
    }

    /// Adds another router, a [`CorsRouter`] or a plain [`axum::Router`], below a path: see
    /// [`axum::Router::nest`].
    ///
    /// # Panics
    ///
    /// Panics as that method does.
    #[track_caller]
    pub fn nest(mut self, prefix: &str, router: impl Into<Self>) -> Self {
        assert_valid_prefix(prefix, self.v07_checks);
        let inner = router.into();
        let guard = inner.guard.clone();
        self.add_plain(&inner, |path| nested_path(prefix, path));
        #[cfg(feature = "utoipa")]
        self.document
            .nest(inner.document, |path| nested_path(prefix, path));
        for (path, policies) in inner.unserved {
            self.unserved.push((nested_path(prefix, &path), policies));
        }
        let v07_checks = self.v07_checks;
        for part in inner.parts {
            self.parts.push(Part {
                router: empty_router(v07_checks).nest(prefix, part.router),
                guard: part.guard.or(&guard),
                path: nested_path(prefix, &part.path),
            });
        }
        let mut rest = inner.rest;
        for fallback in inner.nested_fallbacks {
            self.nested_fallbacks.push(Fallback {
                router: empty_router(v07_checks).nest(prefix, fallback.router),
                guard: fallback.guard.or(&guard),
                policies: fallback.policies,
                path: nested_path(prefix, &fallback.path),
            });
        }
        if let Some(fallback) = inner.fallback {
            if inner.rest_may_have_fallback {
                // Two of them cannot be nested at one prefix.
                rest = rest.reset_fallback();
            }
            let router = Router::new().fallback(fallback.router);
            self.nested_fallbacks.push(Fallback {
                router: empty_router(v07_checks).nest(prefix, router),
                guard: fallback.guard.or(&guard),
                policies: fallback.policies,
                path: nested_path(prefix, &fallback.path),
            });
        }
        if guard.is_empty() {
            self.rest = self.rest.nest(prefix, rest);
        } else {
            self.parts.push(Part {
                router: empty_router(v07_checks).nest(prefix, rest),
                guard: guard.clone(),
                path: nested_path(prefix, ANY_PATH),
            });
        }
        for entry in inner.around {
            self.add_around(entry.below(prefix, &guard));
        }
        for entry in inner.paths {
            let path = nested_path(prefix, &entry.path);
            assert_valid(&path, v07_checks);
            let entry = entry.inside(&guard);
            self.add(PathEntry {
                path,
                handlers: entry.handlers.below(prefix, v07_checks),
                guard: entry.guard,
                others: entry.others,
            });
        }
        self
    }

    /// Adds a service below a path: see [`axum::Router::nest_service`]. It has the policy of
    /// [`Policy::layer`] as in [`route_service`](Self::route_service).
    ///
    /// # Panics
    ///
    /// Panics as that method does.
    #[track_caller]
    pub fn nest_service<T>(mut self, prefix: &str, service: T) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        assert_valid_prefix(prefix, self.v07_checks);
        let path = nested_path(prefix, ANY_PATH);
        let mut service = service;
        if let Some(own) = take_policy(&mut service) {
            let _ = self.rest.clone().nest_service(prefix, service.clone());
            let router = empty_router(self.v07_checks).nest_service(prefix, service);
            return self.with_own_policy(router, own, path);
        }
        self.rest = self.rest.nest_service(prefix, service);
        self.plain(&path)
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
        if self.fallback.is_some() && (inner.fallback.is_some() || inner.rest_may_have_fallback) {
            match inner.fallback {
                Some(_) => panic!("{TWO_FALLBACKS}"),
                None => assert_no_fallback(&inner.rest),
            }
        }
        if inner.fallback.is_some() && self.rest_may_have_fallback {
            assert_no_fallback(&self.rest);
        }
        let guard = inner.guard.clone();
        self.add_plain(&inner, str::to_owned);
        #[cfg(feature = "utoipa")]
        self.document.merge(inner.document);
        self.unserved.extend(inner.unserved);
        self.rest_may_have_fallback |= inner.rest_may_have_fallback;
        for part in inner.parts {
            self.parts.push(Part {
                guard: part.guard.or(&guard),
                ..part
            });
        }
        for fallback in inner.nested_fallbacks {
            self.nested_fallbacks.push(Fallback {
                guard: fallback.guard.or(&guard),
                ..fallback
            });
        }
        if let Some(fallback) = inner.fallback {
            self.fallback = Some(Fallback {
                guard: fallback.guard.or(&guard),
                ..fallback
            });
        }
        if guard.is_empty() {
            self.rest = self.rest.merge(inner.rest);
            if !self.v07_checks {
                // The other router has turned them on.
                self.rest = self.rest.without_v07_checks();
            }
        } else {
            self.parts.push(Part {
                router: inner.rest,
                guard: guard.clone(),
                path: ANY_PATH.to_owned(),
            });
        }
        for entry in inner.around {
            self.add_around(Entry {
                guard: entry.guard.or(&guard),
                ..entry
            });
        }
        for entry in inner.paths {
            assert_valid(&entry.path, self.v07_checks);
            self.add(entry.inside(&guard));
        }
        self
    }

    /// Accepts paths of which a segment begins with `:` or `*`, from now on: see
    /// [`axum::Router::without_v07_checks`].
    pub fn without_v07_checks(self) -> Self {
        Self {
            rest: self.rest.without_v07_checks(),
            v07_checks: false,
            ..self
        }
    }

    /// Provides the state: see [`axum::Router::with_state`]. Functions of `origins_from` that extract
    /// from it need it here, before [`into_router`](Self::into_router).
    pub fn with_state<S2>(self, state: S) -> CorsRouter<S2> {
        let paths = self.paths.into_iter().map(|entry| PathEntry {
            path: entry.path,
            handlers: entry.handlers.with_state(&state),
            guard: entry.guard,
            others: entry.others,
        });
        let parts = self.parts.into_iter().map(|part| Part {
            router: part.router.with_state(state.clone()),
            guard: part.guard,
            path: part.path,
        });
        let nested_fallbacks = self.nested_fallbacks.into_iter();
        let mut around = self.around;
        for entry in &mut around {
            entry.policies.bind(&state);
        }
        CorsRouter {
            paths: paths.collect(),
            parts: parts.collect(),
            fallback: self
                .fallback
                .map(|fallback| fallback.with_state(&state, MethodRouter::with_state)),
            nested_fallbacks: nested_fallbacks
                .map(|fallback| fallback.with_state(&state, Router::with_state))
                .collect(),
            around,
            rest: self.rest.with_state(state),
            rest_may_have_fallback: self.rest_may_have_fallback,
            unserved: self.unserved,
            plain: self.plain,
            diagnostics: self.diagnostics,
            is_at_the_edge: self.is_at_the_edge,
            guard: self.guard,
            v07_checks: self.v07_checks,
            #[cfg(feature = "utoipa")]
            document: self.document,
        }
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
    /// If a function of `origins_from` extracts from a state that is not provided yet. If a plain router
    /// that was merged or nested, a finished one included, serves a path with a policy
    /// as well, and there the same method or OPTIONS, or if both have a fallback for methods. Add such
    /// routes with [`route`](Self::route).
    ///
    /// If [`with_policies`](Self::with_policies) or [`with_policy`](Self::with_policy) names a path or a
    /// method that the router does not serve, with each of them and the place of the call.
    ///
    /// If plain handlers of one path come from routers that do not have the same
    /// [default policy](Self::default_policy).
    #[track_caller]
    pub fn into_router(self) -> Router<S> {
        let router_shell = Shell {
            diagnostics: self.diagnostics,
            is_at_the_edge: self.is_at_the_edge,
            guard: self.guard.clone(),
        };
        let shell = |guard: &Guard| router_shell.inside(guard);
        let around = by_path(&self.around);
        let v07_checks = self.v07_checks;
        let accepted = |router: Router<S>| {
            if v07_checks {
                router
            } else {
                // One router with the checks would turn them on for all that are merged after it.
                router.without_v07_checks()
            }
        };
        // Only paths with a fallback for methods need them.
        let others: Vec<FoundRoutes> = if self.paths.iter().any(|it| it.handlers.unserved.is_some())
        {
            let parts = self.parts.iter().map(|part| &part.router);
            parts.chain([&self.rest]).map(FoundRoutes::of).collect()
        } else {
            Vec::new()
        };
        let mut router = empty_router(v07_checks);
        let mut guarded = Vec::new();
        for entry in self.paths {
            let own = around.get(&entry.path).map(|(policies, _)| policies);
            if let Some(own) = own {
                assert_other_methods(&entry.handlers.policies, own);
                guarded.push((entry.path.clone(), entry.handlers.policies.clone()));
            }
            entry.assert_one_default(&self.guard);
            // The policy of a fallback for methods would approve preflights of these.
            let may_have_others = entry.handlers.unserved.is_some()
                && others.iter().any(|routes| routes.may_serve(&entry.path));
            let shell = shell(&entry.guard);
            if let Some(path) = entry.handlers.finish(&shell, own, may_have_others) {
                router = router.merge(accepted(path));
            }
        }
        let around = with_guarded(around, guarded);
        let cover = |router: Router<S>, guard: &Guard| {
            let shell = shell(guard);
            if around.is_empty() {
                return shell.protect(router);
            }
            let layers = around.iter().map(|(path, (policies, own))| {
                // The default policy is that of the other handlers of the route, which may be in a part
                // with settings that the call did not see.
                let own = Guard {
                    default: None,
                    ..own.clone()
                };
                let shell = shell.inside(&own);
                (path.clone(), shell.mixed(policies.clone()))
            });
            router.layer(AroundLayer::new(layers, shell.for_plain()))
        };
        for part in self.parts {
            let part = cover(part.router, &part.guard);
            router = router.merge(accepted(part));
        }
        for fallback in self.nested_fallbacks {
            let shell = shell(&fallback.guard);
            router = router.merge(accepted(fallback.finish(&shell)));
        }
        // Last, because axum keeps the fallback of the router that is merged in.
        let rest = cover(self.rest, &self.guard);
        router = router.merge(accepted(rest));
        if let Some(fallback) = self.fallback {
            let shell = shell(&fallback.guard);
            router = router.fallback(fallback.finish(&shell));
        }
        assert_served(&router, &self.around);
        router
    }

    #[track_caller]
    fn add(&mut self, entry: PathEntry<S>) {
        match self.paths.iter_mut().find(|own| own.path == entry.path) {
            Some(own) => {
                own.merge(entry);
            }
            None => self.paths.push(entry),
        }
    }
}

/// Adds the policies of handlers on the same path, because a preflight may reach either.
fn with_guarded(mut around: ByPath, guarded: Vec<(String, PathPolicies)>) -> ByPath {
    for (path, policies) in guarded {
        if let Some((own, _)) = around.get_mut(&path) {
            own.merge(policies);
        }
    }
    around
}

/// The routes of an [`axum::Router`] or a nested service, which do not list their paths.
const ANY_PATH: &str = "/*";

/// The text of axum.
const TWO_FALLBACKS: &str = "Cannot merge two `Router`s that both have a fallback";

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
            rest_may_have_fallback: self.rest_may_have_fallback,
            paths: self.paths.clone(),
            parts: self.parts.clone(),
            around: self.around.clone(),
            fallback: self.fallback.clone(),
            nested_fallbacks: self.nested_fallbacks.clone(),
            unserved: self.unserved.clone(),
            plain: self.plain.clone(),
            diagnostics: self.diagnostics,
            is_at_the_edge: self.is_at_the_edge,
            guard: self.guard.clone(),
            v07_checks: self.v07_checks,
            #[cfg(feature = "utoipa")]
            document: self.document.clone(),
        }
    }
}

impl<S> Clone for PathEntry<S> {
    fn clone(&self) -> Self {
        Self {
            path: self.path.clone(),
            handlers: self.handlers.clone(),
            guard: self.guard.clone(),
            others: self.others.clone(),
        }
    }
}

impl<S> Clone for Part<S> {
    fn clone(&self) -> Self {
        Self {
            router: self.router.clone(),
            guard: self.guard.clone(),
            path: self.path.clone(),
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
        let plain = rest.has_routes().then(|| PlainPath::new(ANY_PATH));
        Self {
            rest,
            rest_may_have_fallback: true,
            paths: Vec::new(),
            parts: Vec::new(),
            around: Vec::new(),
            fallback: None,
            nested_fallbacks: Vec::new(),
            unserved: Vec::new(),
            plain: plain.into_iter().collect(),
            diagnostics: Diagnostics::default(),
            is_at_the_edge: false,
            guard: Guard::default(),
            v07_checks: true,
            #[cfg(feature = "utoipa")]
            document: Document::default(),
        }
    }
}
