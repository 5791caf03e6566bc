//! Policies around a router that somebody else built: its handlers stay where they are registered.

use std::any::Any;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, NestedPath, Request};
use axum::http::{Extensions, header};
use axum::response::Response;
use axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;

use super::companion::Annotated;
use super::diagnostics::Diagnostics;
use super::handler_source::HandlerSource;
use super::path::{assert_bound, assert_other_methods};
use super::pattern::{nested_path, sample};
use super::predicate::PredicateLayer;
use super::routes::{Identity, register};
use super::shell::Guard;
use crate::decision::PathPolicies;
use crate::layer::CorsLayer;

/// The policies of the handlers of one path, from [`policies!`](crate::policies!).
///
/// Pass it to [`CorsRouter::with_policies`](crate::CorsRouter::with_policies).
#[derive(Clone)]
#[must_use]
pub struct HandlerPolicies(pub(super) PathPolicies);

impl HandlerPolicies {
    /// Makes an empty list, as `policies![]` does.
    pub fn new() -> Self {
        Self(PathPolicies::default())
    }
}

impl Default for HandlerPolicies {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HandlerPolicies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerPolicies").finish_non_exhaustive()
    }
}

/// Adds the policy of a handler, for the methods of its `#[cors]`.
///
/// # Panics
///
/// If the policy belongs to another function, or breaks a rule that is only known at start-up.
#[track_caller]
pub fn policies_of<C, H>(policies: HandlerPolicies, _: &H, _: C) -> HandlerPolicies
where
    H: Annotated<C>,
{
    let HandlerPolicies(mut policies) = policies;
    let other = register(
        Identity::of::<H, H::Companion>(),
        const { &HandlerSource::of::<H::Companion>() },
    );
    assert_other_methods(&policies, &other);
    policies.merge(other);
    HandlerPolicies(policies)
}

/// The policies of one path of a router that somebody else built.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) policies: PathPolicies,
    pub(super) guard: Guard,
    /// The call that added them.
    pub(super) caller: &'static Location<'static>,
}

impl Entry {
    /// The same policies below a prefix.
    pub(super) fn below(self, prefix: &str, outer: &Guard) -> Self {
        Self {
            path: nested_path(prefix, &self.path),
            guard: self.guard.or(outer),
            ..self
        }
    }
}

/// The policies of each path, with the settings of its router.
pub(super) type ByPath = HashMap<String, (PathPolicies, Guard)>;

/// Joins the policies of each path.
#[track_caller]
pub(super) fn by_path(entries: &[Entry]) -> ByPath {
    let mut paths = ByPath::new();
    for Entry {
        path,
        policies,
        guard,
        ..
    } in entries
    {
        assert_bound(policies);
        match paths.get_mut(path) {
            Some((own, own_guard)) => {
                own.merge(policies.clone());
                *own_guard = own_guard.or(guard);
            }
            None => {
                paths.insert(path.clone(), (policies.clone(), guard.clone()));
            }
        }
    }
    paths
}

/// A layer around every route and fallback of a router. It decides by the policies of the route that
/// serves the request.
#[derive(Clone, Debug)]
pub(super) struct AroundLayer(Arc<Layers>);

#[derive(Debug)]
struct Layers {
    by_path: HashMap<String, PredicateLayer>,
    /// That of other routes and of fallbacks.
    others: Option<PredicateLayer>,
}

impl AroundLayer {
    pub(super) fn new(
        by_path: impl Iterator<Item = (String, CorsLayer<Diagnostics>)>,
        others: Option<CorsLayer<Diagnostics>>,
    ) -> Self {
        Self(Arc::new(Layers {
            by_path: by_path
                .map(|(path, layer)| (path, PredicateLayer(layer)))
                .collect(),
            others: others.map(PredicateLayer),
        }))
    }
}

impl Layers {
    fn of(&self, request: &Extensions) -> Option<&PredicateLayer> {
        let matched = request.get().map(MatchedPath::as_str);
        let prefix = request.get().map_or("", NestedPath::as_str);
        let own = matched.and_then(|matched| self.of_path(matched, prefix));
        own.or(self.others.as_ref())
    }

    /// The layer of a route. Where the finished router is nested in another one, `matched` begins with
    /// the path of that.
    fn of_path(&self, matched: &str, prefix: &str) -> Option<&PredicateLayer> {
        let path = matched.strip_prefix(prefix.trim_end_matches('/'))?;
        match path {
            "" => self.by_path.get("/"),
            path => self.by_path.get(path).or_else(|| {
                // `nest_service` serves `/prefix/` as `/` below `/prefix/`.
                let path = path.strip_prefix('/')?;
                path.starts_with('/').then(|| self.by_path.get(path))?
            }),
        }
    }
}

impl Layer<Route> for AroundLayer {
    type Service = AroundService;

    fn layer(&self, inner: Route) -> AroundService {
        AroundService {
            layers: self.0.clone(),
            inner,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct AroundService {
    layers: Arc<Layers>,
    inner: Route,
}

impl Service<Request> for AroundService {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.inner, cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.layers.of(request.extensions()) {
            Some(layer) => layer.layer(self.inner.clone()).call(request),
            None => Box::pin(self.inner.call(request)),
        }
    }
}

/// Finds paths and methods of the entries that the router does not serve. No code of the user runs,
/// because the requests that find out are answered by a layer.
fn unserved(router: &Router, entries: &[Entry]) -> Vec<String> {
    let probed = with_probes(router);
    entries
        .iter()
        .filter_map(|entry| entry.mistakes(&probed))
        .collect()
}

fn with_probes(router: &Router) -> Router {
    let probed = router.clone().layer(ProbeLayer { is_route: false });
    if probed.has_routes() {
        probed.route_layer(ProbeLayer { is_route: true })
    } else {
        probed
    }
}

/// The routes of a router, as far as a request can find them.
pub(super) enum FoundRoutes {
    None,
    /// A router that still lacks its state cannot be called.
    Unknown,
    Of(Router),
}

impl FoundRoutes {
    pub(super) fn of<S>(router: &Router<S>) -> Self
    where
        S: Clone + Send + Sync + 'static,
    {
        if !router.has_routes() {
            return Self::None;
        }
        match (router as &dyn Any).downcast_ref() {
            Some(router) => Self::Of(with_probes(router)),
            None => Self::Unknown,
        }
    }

    /// Whether the router may have handlers on a path.
    pub(super) fn may_serve(&self, path: &str) -> bool {
        match self {
            Self::None => false,
            Self::Unknown => true,
            Self::Of(probed) => match probe(probed, path, "GET") {
                Found::Route(found) | Found::OtherMethods(found, _) => found == path,
                Found::Service | Found::Nothing => false,
            },
        }
    }
}

/// Panics if the router is complete and does not serve what the entries name. A router that still
/// lacks its state cannot be called.
#[track_caller]
pub(super) fn assert_served<S: 'static>(router: &Router<S>, entries: &[Entry]) {
    let Some(router) = (router as &dyn Any).downcast_ref::<Router>() else {
        return;
    };
    if entries.is_empty() {
        return;
    }
    let mistakes = unserved(router, entries);
    assert!(
        mistakes.is_empty(),
        "`into_router`: policies of what the router does not serve\n{}",
        mistakes.join("\n")
    );
}

impl Entry {
    fn mistakes(&self, probed: &Router) -> Option<String> {
        let handlers = self.policies.handlers();
        let methods = handlers.iter().flat_map(|(_, methods)| methods);
        // An empty list names no method, and its path is an error as any other.
        let any_method = handlers.is_empty().then_some(&"GET");
        let mut missing: Vec<&str> = Vec::new();
        let mut served = String::new();
        for &method in methods.chain(any_method) {
            let (path, others) = match probe(probed, &self.path, method) {
                Found::Route(path) => (path, None),
                Found::OtherMethods(path, others) => (path, Some(others)),
                Found::Service => {
                    return Some(self.mistake(
                        &format!(
                            "`{}` is below a nested service, whose routes are not known",
                            self.path
                        ),
                        "add its router with `nest`, or put `Policy::layer` around the service",
                    ));
                }
                Found::Nothing => return Some(self.no_route(self.other_slash(probed, method))),
            };
            if path != self.path {
                return Some(self.no_route(Some(path)));
            }
            if let (Some(others), None) = (others, any_method) {
                missing.push(method);
                served = others.replace(',', ", ");
            }
        }
        if missing.is_empty() {
            return None;
        }
        let missing = missing.join(" and ");
        if served.is_empty() {
            "nothing".clone_into(&mut served);
        }
        Some(self.mistake(
            &format!("no handler of `{}` serves {missing}", self.path),
            &format!("the router serves {served} there; name only handlers of this path"),
        ))
    }

    /// The route of the same path with a slash at its end, or without.
    fn other_slash(&self, probed: &Router, method: &str) -> Option<String> {
        let path = match self.path.strip_suffix('/') {
            Some(path) => path.to_owned(),
            None => format!("{}/", self.path),
        };
        match probe(probed, &path, method) {
            Found::Route(path) | Found::OtherMethods(path, _) => Some(path),
            Found::Service | Found::Nothing => None,
        }
    }

    fn no_route(&self, similar: Option<String>) -> String {
        let problem = format!("the router has no route `{}`", self.path);
        let help = match similar {
            Some(path) => format!("write `{path}`, as it was given to `route`"),
            None => {
                "write the path as it was given to `route`, after the prefixes of `nest`".to_owned()
            }
        };
        self.mistake(&problem, &help)
    }

    fn mistake(&self, problem: &str, help: &str) -> String {
        format!("{}: {problem}\nhelp: {help}", self.caller)
    }
}

/// The part of a router that a request reaches.
enum Found {
    /// A route, with its path.
    Route(String),
    /// A route without a handler for the method, with its path and its methods.
    OtherMethods(String, String),
    Service,
    Nothing,
}

fn probe(probed: &Router, path: &str, method: &str) -> Found {
    let request = Request::builder()
        .method(method)
        .uri(sample(path))
        .body(Body::empty());
    // A path that no request can have is served by nothing.
    let Ok(request) = request else {
        return Found::Nothing;
    };
    let mut router = probed.clone();
    let response = pin!(Service::<Request>::call(&mut router, request));
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(response)) = response.poll(&mut cx) else {
        return Found::Nothing;
    };
    // axum adds it where no handler serves the method.
    let allow = response.headers().get(header::ALLOW);
    let allow = allow.map(|allow| String::from_utf8_lossy(allow.as_bytes()).into_owned());
    match (response.extensions().get::<Probed>(), allow) {
        (Some(Probed(Some(path))), None) => Found::Route(path.as_str().to_owned()),
        (Some(Probed(Some(path))), Some(allow)) => {
            Found::OtherMethods(path.as_str().to_owned(), allow)
        }
        (Some(Probed(None)), _) => Found::Service,
        (None, _) => Found::Nothing,
    }
}

/// Response extension: a route would have served the request, with its path.
#[derive(Clone, Debug)]
struct Probed(Option<MatchedPath>);

/// Answers every request in place of the router, and of its layers.
#[derive(Clone, Copy, Debug)]
struct ProbeLayer {
    is_route: bool,
}

impl Layer<Route> for ProbeLayer {
    type Service = Self;

    fn layer(&self, _: Route) -> Self {
        *self
    }
}

impl Service<Request> for ProbeLayer {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut response = Response::new(Body::empty());
        if self.is_route {
            let path = request.extensions().get().cloned();
            response.extensions_mut().insert(Probed(path));
        }
        ready(Ok(response))
    }
}

/// Lists the policies of handlers that another router serves, for
/// [`CorsRouter::with_policies`](crate::CorsRouter::with_policies). It registers nothing, and does not depend
/// on the router's state.
///
/// Takes the paths of the handlers as [`routes!`](crate::routes!) does, with generics and `#[cfg(..)]`, and
/// returns [`HandlerPolicies`](crate::HandlerPolicies). The compile errors are those of `routes!`. A handler
/// that is named here counts as registered for the warning about handlers that are not.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use cors_runtime::{CorsRouter, cors, policies};
///
/// #[cors(origins = ["https://app.example.com"], methods = [GET])]
/// async fn show() {}
///
/// #[cors(origins = ["https://app.example.com"], methods = [PUT], headers = ["content-type"])]
/// async fn save() {}
///
/// let router: Router = Router::new().route("/users/{id}", get(show).put(save));
/// let app: Router = CorsRouter::around(router)
///     .with_policies("/users/{id}", policies![show, save])
///     .into_router();
/// ```
#[macro_export]
macro_rules! policies {
    ($($path:tt)*) => {
        $crate::__private::__policies!($crate; $($path)*)
    };
}
