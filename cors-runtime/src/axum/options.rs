//! The OPTIONS route that comes with a policy.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::MethodRouter;
use tower_service::Service;

use crate::preflight::{PathPolicies, answer, is_preflight};

/// Answers preflights; any other OPTIONS goes where it would have gone without this route.
#[derive(Clone)]
pub(crate) struct Options<R> {
    pub(crate) policies: PathPolicies,
    pub(crate) otherwise: R,
}

/// What a path is without the OPTIONS route: the same routes, waiting for their state.
pub(crate) trait Otherwise<S>: Clone + Send + Sync + 'static {
    fn call(
        self,
        request: Request,
        state: S,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + 'static;
}

impl<S: Clone + Send + Sync + 'static> Otherwise<S> for Router<S> {
    fn call(
        self,
        request: Request,
        state: S,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + 'static {
        Service::call(&mut self.with_state(state), request)
    }
}

impl<S: Clone + Send + Sync + 'static> Otherwise<S> for MethodRouter<S> {
    fn call(
        self,
        request: Request,
        state: S,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + 'static {
        Service::call(&mut self.with_state::<()>(state), request)
    }
}

impl<R: Otherwise<S>, S> Handler<(), S> for Options<R> {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        if is_preflight(request.method(), request.headers()) {
            return Box::pin(ready(answer(request.headers(), &self.policies)));
        }
        let response = self.otherwise.call(request, state);
        Box::pin(async move {
            match response.await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
    }
}
