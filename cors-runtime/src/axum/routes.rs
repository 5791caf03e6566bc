//! The handlers of one path, and `routes!`.

use std::any::{TypeId, type_name};
use std::convert::Infallible;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{self, MethodFilter, MethodRouter, Route};
use cors_rules::{Method, Rule, Violation};
use tower_layer::Layer;
use tower_service::Service;

use super::companion::{Annotated, Companion, ServesMethods};
use super::handler::Guarded;
use super::handler_source::HandlerSource;
use super::methods::Methods;
use super::path::PathHandlers;
use super::registered;
use super::shell::Shell;
use crate::decision::PathPolicies;
use crate::errors::PolicyErrors;
use crate::origins::StateType;
use crate::policy::{HandlerLocation, Policy, PolicyRef, Registration};

/// The handlers of one path with their policies, from [`routes!`](crate::routes!).
///
/// Pass it to [`CorsRouter::route`](crate::CorsRouter::route). It converts to a [`MethodRouter`] through
/// `From`, with an OPTIONS route that answers preflights, and so fits a plain [`axum::Router`]. There,
/// however, the router's layers are outside: a 401 of a layer carries no headers, and a login layer
/// refuses preflights. In a [`CorsRouter`](crate::CorsRouter) the layers are inside.
///
/// Two of them that are converted and given to a plain router for one path panic with axum's
/// "Overlapping method route. Handler for `OPTIONS /path` already exists", because both answer
/// preflights. [`merge`](Self::merge) them before, or give them to a `CorsRouter`.
///
/// A [`MethodRouter`] converts to `Routes` through `From`: routes without a policy, whose responses only
/// pages of the same origin can read.
#[must_use]
pub struct Routes<S = ()> {
    /// `None` where there are no handlers. Boxed, because each registration passes it along.
    pub(super) handlers: Option<Box<PathHandlers<MethodRouter<S>>>>,
}

impl<S> Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Makes routes without handlers, as `routes![]` does.
    pub fn new() -> Self {
        Self { handlers: None }
    }

    /// Joins two lists of routes for one path.
    ///
    /// # Panics
    ///
    /// If both serve the same method, as [`MethodRouter::merge`] does.
    #[track_caller]
    pub fn merge(mut self, other: impl Into<Self>) -> Self {
        match (&mut self.handlers, other.into().handlers) {
            (Some(own), Some(other)) => own.merge(*other),
            (own, other) => *own = own.take().or(other),
        }
        self
    }

    /// The part of [`on`] that does not depend on the handler's type, so that it is compiled once.
    #[track_caller]
    #[inline(never)]
    fn guarded(self, router: MethodRouter<S>, of: Identity, source: &HandlerSource) -> Self {
        let policies = register(of, source);
        assert_state::<S>(&policies);
        self.merge(Self {
            handlers: Some(Box::new(PathHandlers::guarded(router, policies))),
        })
    }

    /// Applies a layer to the handlers, inside CORS: it gets no preflights, and its responses carry the
    /// headers.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service:
            Service<Request, Error: Into<Infallible> + 'static> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let layered = |handlers: Box<PathHandlers<MethodRouter<S>>>| {
            Box::new(handlers.layered(|router| router.layer(layer.clone())))
        };
        Self {
            handlers: self.handlers.map(layered),
        }
    }
}

impl<S> Default for Routes<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Routes<S> {
    fn clone(&self) -> Self {
        Self {
            handlers: self.handlers.clone(),
        }
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Routes").finish_non_exhaustive()
    }
}

impl<S> From<MethodRouter<S>> for Routes<S> {
    fn from(router: MethodRouter<S>) -> Self {
        Self {
            handlers: Some(Box::new(PathHandlers::plain(router))),
        }
    }
}

impl<S> From<Routes<S>> for MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn from(routes: Routes<S>) -> Self {
        routes
            .handlers
            .and_then(|handlers| handlers.finish(&Shell::default(), None, false))
            .unwrap_or_default()
    }
}

impl Policy<'_> {
    /// Puts plain handlers of one path under this policy. They and the handlers of
    /// [`routes!`](crate::routes!) can share a path: each preflight is answered by the policy of the
    /// requested method. The layers of several [`Policy::layer`](Self::layer) on one path cannot
    /// do so, because each of them answers all preflights.
    ///
    /// ```
    /// use axum::routing::{get, post};
    /// use cors_runtime::{CorsRouter, Policy};
    ///
    /// const READ: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();
    /// const WRITE: Policy = Policy::new(&["https://admin.example.com"])
    ///     .methods(&["POST"])
    ///     .headers(&["content-type"])
    ///     .checked();
    ///
    /// # fn main() -> Result<(), cors_runtime::PolicyErrors> {
    /// let app: axum::Router = CorsRouter::new()
    ///     .route("/jobs", READ.routes(get(async || "[]"))?)
    ///     .route("/jobs", WRITE.routes(post(async || "saved"))?)
    ///     .into_router();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The policy holds for the methods that it lists, and for HEAD if it lists GET. Other methods that
    /// the [`MethodRouter`] serves have no policy. In [`CorsRouter::policies`](crate::CorsRouter::policies)
    /// and in events the place of the call takes the place of a handler.
    ///
    /// Two policies of a path that list the same method are an error when the routes are joined.
    ///
    /// # Errors
    ///
    /// As those of [`layer`](Self::layer), and methods that axum cannot route to handlers.
    #[track_caller]
    pub fn routes<S>(&self, router: MethodRouter<S>) -> Result<Routes<S>, PolicyErrors>
    where
        S: Clone + Send + Sync + 'static,
    {
        self.check_of_handlers()?;
        let (methods, policy) = placed(self, "Policy::routes", Location::caller());
        let policies = PathPolicies::new(methods, &policy);
        Ok(Routes {
            handlers: Some(Box::new(PathHandlers::unlisted(router, policies))),
        })
    }
}

/// The methods of a constant, which has passed the rules, and its policy under the name of `function`,
/// which was called at `caller`.
pub(super) fn placed(
    policy: &Policy<'_>,
    function: &'static str,
    caller: &'static Location<'static>,
) -> (Vec<Method>, PolicyRef) {
    let location = HandlerLocation {
        path: function,
        file: caller.file(),
        line: caller.line(),
    };
    let registration = Registration::of_routes(policy, location);
    let methods = policy.source.methods.iter();
    let methods = methods.filter_map(|method| Method::parse(method.as_bytes()));
    (methods.collect(), PolicyRef::Shared(Arc::new(registration)))
}

/// Adds a handler for the methods of its `#[cors]`.
///
/// # Panics
///
/// If the policy belongs to another function, breaks a rule that is only known at start-up, or has a
/// predicate that extracts from another state than `S`.
#[track_caller]
pub fn on<C, H, T, S>(routes: Routes<S>, handler: H, _: C) -> Routes<S>
where
    H: Annotated<C> + Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    let source = const { &HandlerSource::of::<H::Companion>() };
    let guarded = routing::on(filter(source), Guarded::<H, H::Companion>::new(handler));
    routes.guarded(guarded, Identity::of::<H, H::Companion>(), source)
}

/// A handler and its companion, without their types.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    handler: &'static str,
    name: &'static str,
    companion: TypeId,
}

impl Identity {
    pub(super) fn of<H, C: Companion>() -> Self {
        Self {
            handler: type_name::<H>(),
            name: type_name::<C>(),
            companion: TypeId::of::<C>(),
        }
    }
}

#[track_caller]
pub(super) fn register(of: Identity, source: &HandlerSource) -> PathPolicies {
    assert_own_policy(of.handler, of.name);
    let policy = match registered::get_or_try(of.companion, || source.compile(of.name)) {
        Ok(policy) => PolicyRef::Static(policy),
        Err(errors) => panic!("{}: {errors}", of.name),
    };
    let policies = PathPolicies::new(source.methods().iter(), &policy);
    if source.opens_web_sockets() {
        policies.with_web_sockets()
    } else {
        policies
    }
}

/// Panics if a predicate extracts from another state than that of the router, `S`.
#[track_caller]
fn assert_state<S: 'static>(policies: &PathPolicies) {
    let Some((policy, wanted)) = policies.unbound() else {
        return;
    };
    let own = StateType::of::<S>();
    if wanted.id != own.id {
        let handler = policy.location().path;
        let violation = Violation::new(Rule::RoutesOtherState, handler).part(wanted.name);
        panic!("{}", violation.fix(own.name));
    }
}

/// Panics if the companion is that of another function. A function without `#[cors]` can shadow a
/// handler in the value namespace, while the companion stays visible in the type namespace. One path
/// then refers to both, and only the names of their types differ.
#[track_caller]
fn assert_own_policy(handler: &str, companion: &str) {
    let is_own = handler
        .strip_prefix(companion)
        .is_some_and(|generics| generics.is_empty() || generics.starts_with('<'));
    if !is_own {
        let violation = Violation::new(Rule::RoutesPolicyOfAnother, handler).part(companion);
        panic!("{violation}");
    }
}

#[inline(never)]
fn filter(source: &HandlerSource) -> MethodFilter {
    let methods = source.methods().iter();
    let filter = methods
        .map(|method| match method {
            Method::Get => MethodFilter::GET,
            Method::Head => MethodFilter::HEAD,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Patch => MethodFilter::PATCH,
            Method::Delete => MethodFilter::DELETE,
            Method::Options => MethodFilter::OPTIONS,
        })
        .reduce(MethodFilter::or);
    let filter = filter.expect("an attribute without methods is an error of the compiler");
    if source.opens_web_sockets() {
        filter.or(MethodFilter::CONNECT)
    } else {
        filter
    }
}

/// A handler's path and its attribute.
pub type Served = (&'static str, Methods);

/// Takes the place of a handler that `#[cfg(..)]` compiles out.
pub const NOTHING_SERVED: Served = ("", Methods(0));

/// The methods that a handler with the companion `C` serves.
#[must_use]
pub const fn methods_of<C: ServesMethods>(_: &C) -> Methods {
    C::METHODS
}

/// Stops the compiler where the handler at `index` serves a method that one before it serves.
///
/// # Panics
///
/// During const evaluation, which makes it an error at the handler's path.
#[track_caller]
pub const fn assert_serves_other_methods(handlers: &[Served], index: usize) {
    let (path, methods) = handlers[index];
    let mut before = 0;
    while before < index {
        let (other, other_methods) = handlers[before];
        if let Some(method) = methods.common(other_methods) {
            let message = Violation::new(Rule::RoutesSameMethod, other)
                .part(path)
                .fix(method.as_str())
                .message();
            panic!("{}", message.as_str());
        }
        before += 1;
    }
}

/// Registers the handlers of one path, each for exactly the methods of its `#[cors]`. A GET handler
/// serves HEAD as well, and with an argument of axum's type `WebSocketUpgrade` also CONNECT, by which
/// browsers open web sockets over HTTP/2. The policy of GET decides about it. The type is found by its
/// name, which may be inside of another type.
///
/// Takes the paths of the handlers, with their generics, and returns [`Routes`]. A path may have
/// `#[cfg(..)]` in front, such as `routes![list, #[cfg(feature = "write")] save]`.
///
/// ```
/// use cors_runtime::{CorsRouter, cors, routes};
///
/// mod jobs {
///     use cors_runtime::cors;
///
///     #[cors(origins = ["https://app.example.com"], methods = [POST, PUT])]
///     pub async fn save() {}
///
///     #[cors(origins = ["https://app.example.com"], methods = [DELETE])]
///     pub async fn remove<T: Send + 'static>() {}
/// }
///
/// #[cors(origins = ["*"], methods = [GET])]
/// async fn list() -> &'static str {
///     "[]"
/// }
///
/// let app: axum::Router = CorsRouter::new()
///     .route("/jobs", routes![list, jobs::save, jobs::remove::<String>])
///     .into_router();
/// ```
///
/// # Compile errors
///
/// Two handlers that serve the same method, a handler without `#[cors]`, an associated function of a
/// type, an attribute other than `#[cfg(..)]`, and anything that is not a path.
///
/// A name that is wrong, private or not imported has the compiler's own error, at the name. In a path
/// that is E0432, "unresolved import", or E0603, "enum `save` is private", because the expansion imports
/// the handler together with the hidden type that carries its policy.
///
/// "Expected type, found module" is about a module with the name of a handler:
///
/// ```text
/// pub mod health_check;
/// pub use health_check::*; // the function, but not its hidden type, which the module hides
///
/// routes![handlers::health_check]               // error
/// routes![handlers::health_check::health_check] // right
/// ```
///
/// # What it cannot see
///
/// The function stays a plain one, so `put(save)` of axum registers it as well, and without its policy.
/// Name a handler with `#[cors]` in `routes!` only.
#[macro_export]
macro_rules! routes {
    ($($path:tt)*) => {
        $crate::__private::__routes!($crate; $($path)*)
    };
}
