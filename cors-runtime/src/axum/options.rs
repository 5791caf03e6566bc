//! The OPTIONS route that comes with a policy.

use std::future::{Future, ready};
use std::pin::Pin;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;

use super::path::AxumRouter;
use crate::preflight::{PathPolicies, answer, is_preflight};

/// Answers preflights; any other OPTIONS goes where it would have gone without this route.
#[derive(Clone)]
pub(crate) struct Options<R> {
    pub(crate) policies: PathPolicies,
    /// What the path is without this route.
    pub(crate) otherwise: R,
}

impl<R: AxumRouter> Handler<(), R::State> for Options<R> {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(self, request: Request, state: R::State) -> Self::Future {
        if is_preflight(request.method(), request.headers()) {
            return Box::pin(ready(answer(request.headers(), &self.policies)));
        }
        let response = self.otherwise.answer(request, state);
        Box::pin(async move {
            match response.await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
    }
}
