//! Fallbacks: handlers of paths and of methods that no route serves.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, any, any_service};
use tower_service::Service;

use super::diagnostics::Diagnostics;
use super::path::{Unserved, assert_bound};
use super::routes::Routes;
use super::shell::{AxumRouter, Guard, Shell};
use crate::decision::{PathPolicies, Scope, ServiceKind};
use crate::layer::{CorsLayer, OwnPolicy};

/// The argument of [`CorsRouter::fallback`](crate::CorsRouter::fallback) and
/// [`CorsRouter::method_not_allowed_fallback`](crate::CorsRouter::method_not_allowed_fallback): a handler, or
/// [`routes!`](crate::routes!) of handlers with a policy.
///
/// It is implemented for every [`Handler`] and for [`Routes`], and cannot be implemented for other types.
/// `M` distinguishes the two for the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a handler nor `routes![..]`",
    label = "not a handler",
    note = "`policies!` registers nothing: pass `routes![..]`",
    note = "pass a service, such as a file server, to `fallback_service`",
    note = "`#[axum::debug_handler]` above a function shows why it is not a handler"
)]
pub trait IntoFallback<M, S> {
    #[doc(hidden)]
    fn into_routes(self, sealed: sealed::Sealed) -> Routes<S>;
}

mod sealed {
    /// Keeps other crates from implementing the trait, because they cannot name it.
    #[derive(Debug)]
    pub struct Sealed;
}

/// Marks a handler, whose own marker in axum is `T`.
#[derive(Debug)]
pub struct ByHandler<T>(std::marker::PhantomData<T>);

/// Marks [`Routes`].
#[derive(Debug)]
pub struct ByRoutes(());

#[diagnostic::do_not_recommend]
impl<H, T, S> IntoFallback<ByHandler<T>, S> for H
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    fn into_routes(self, _: sealed::Sealed) -> Routes<S> {
        any(self).into()
    }
}

#[diagnostic::do_not_recommend]
impl<S> IntoFallback<ByRoutes, S> for Routes<S> {
    fn into_routes(self, _: sealed::Sealed) -> Self {
        self
    }
}

/// The handlers of a fallback, and their policies. Methods that none of them serves get `status`.
#[track_caller]
fn joined<M, S: Clone + Send + Sync + 'static>(
    fallback: impl IntoFallback<M, S>,
    status: StatusCode,
) -> (MethodRouter<S>, PathPolicies) {
    let Some(handlers) = fallback.into_routes(sealed::Sealed).handlers else {
        return (any(status), PathPolicies::default());
    };
    // Other handlers may have a fallback of their own, and axum does not reveal that.
    let others = handlers.are_known().then(|| any(async move || status));
    let (router, policies) = handlers.joined();
    let router = match (router, others) {
        (Some(router), Some(others)) => router.merge(others),
        (router, others) => router.or(others).unwrap_or_default(),
    };
    (router, policies)
}

impl<S: Clone + Send + Sync + 'static> Unserved<S> {
    /// The fallback for methods. It applies its policies itself: only a handler that axum calls as the
    /// fallback is certain that no other handler serves the method.
    #[track_caller]
    pub(super) fn new<M>(fallback: impl IntoFallback<M, S>) -> Self {
        let (router, policies) = joined(fallback, StatusCode::METHOD_NOT_ALLOWED);
        // It is finished before a state is provided.
        if let Some((policy, wanted)) = policies.unbound() {
            panic!(
                "the function of `origins_from` of `{}` extracts from the state `{}`, which a fallback for methods \
                 does not get\n\
                 help: take no `State<..>` in it, or allow the origins by a static `OriginSet`",
                policy.location().path,
                wanted.name
            );
        }
        let router = if policies.any_needs_layer() {
            let scope = Scope::new(Arc::new(policies.clone()), ServiceKind::Actual, None);
            router.inside(CorsLayer::new(scope, Diagnostics::default()))
        } else {
            for (_, policy) in policies.iter() {
                policy.apply_itself();
            }
            router
        };
        Self { router, policies }
    }
}

/// A fallback for paths. One with policies is kept apart from the other routes until the router is
/// finished, because CORS is around its layers and not around theirs.
#[derive(Clone, Debug)]
pub(super) struct Fallback<R> {
    pub(super) router: R,
    pub(super) policies: PathPolicies,
    pub(super) guard: Guard,
    /// Its name in tables.
    pub(super) path: String,
}

/// The name of a fallback in tables.
pub(super) const FALLBACK: &str = "(fallback)";

/// The name of a fallback for methods in tables.
pub(super) const METHOD_NOT_ALLOWED: &str = "(method not allowed)";

impl<S: Clone + Send + Sync + 'static> Fallback<MethodRouter<S>> {
    /// The fallback for paths. Methods that none of its handlers serves get 404.
    #[track_caller]
    pub(super) fn new<M>(fallback: impl IntoFallback<M, S>) -> Self {
        let (router, policies) = joined(fallback, StatusCode::NOT_FOUND);
        Self {
            router,
            policies,
            guard: Guard::default(),
            path: FALLBACK.to_owned(),
        }
    }

    /// A service that has a policy of its own.
    pub(super) fn of_service<T>(service: T, own: OwnPolicy) -> Self
    where
        T: Service<Request, Error = Infallible, Response: IntoResponse, Future: Send + 'static>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let policies = own.policies.clone();
        Self {
            router: any_service(service),
            policies,
            guard: Guard::of_service(own),
            path: FALLBACK.to_owned(),
        }
    }
}

impl<R> Fallback<R> {
    /// Provides the state, to the predicates as well. `provide` is the method of axum's router.
    pub(super) fn with_state<S, R2>(
        mut self,
        state: &S,
        provide: impl FnOnce(R, S) -> R2,
    ) -> Fallback<R2>
    where
        S: Clone + Send + Sync + 'static,
    {
        self.policies.bind(state);
        self.map(|router| provide(router, state.clone()))
    }

    /// The same fallback after a change of its router.
    pub(super) fn map<R2>(self, change: impl FnOnce(R) -> R2) -> Fallback<R2> {
        Fallback {
            router: change(self.router),
            policies: self.policies,
            guard: self.guard,
            path: self.path,
        }
    }
}

impl<R: AxumRouter> Fallback<R> {
    /// The router with CORS around the layers.
    ///
    /// # Panics
    ///
    /// If a predicate extracts from a state that no router has provided.
    #[track_caller]
    pub(super) fn finish(self, shell: &Shell) -> R {
        assert_bound(&self.policies);
        self.router.inside(shell.mixed(self.policies))
    }
}

/// Panics as axum does if the router has a fallback.
#[track_caller]
pub(super) fn assert_no_fallback<S: Clone + Send + Sync + 'static>(router: &Router<S>) {
    let other = Router::new().fallback(async || StatusCode::NOT_FOUND);
    let _ = other.merge(router.clone());
}
