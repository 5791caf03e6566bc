//! Calls of predicates that may wait, or extract from the request, before the layer decides: the one
//! place that awaits.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;

use super::diagnostics::Diagnostics;
use crate::layer::{Cors, CorsLayer};
use crate::origins::{AnyState, Undecided};
use crate::report::report_undecided;
use crate::response::undecided;

#[derive(Clone, Debug)]
pub(super) struct PredicateLayer(pub(super) CorsLayer<Diagnostics>);

impl Layer<Route> for PredicateLayer {
    type Service = PredicateService;

    fn layer(&self, inner: Route) -> PredicateService {
        PredicateService(self.0.layer(inner))
    }
}

#[derive(Clone, Debug)]
pub(super) struct PredicateService(Cors<Route, Diagnostics>);

impl Service<Request> for PredicateService {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.0, cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Some(policy) = self.0.function_policy(&request).cloned() else {
            return Box::pin(self.0.call(request));
        };
        let mut cors = self.0.clone();
        let state = cors.state_of(&policy).cloned();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let state: &AnyState = state.as_deref().unwrap_or(&());
            match policy.origins.evaluate(&mut head, state).await {
                Ok(predicate) => {
                    let request = Request::from_parts(head, body);
                    cors.respond(request, predicate).await
                }
                Err(error) => {
                    let Undecided { failure, response } = *error;
                    report_undecided(&policy, failure, response.status(), &head);
                    Ok(undecided(response))
                }
            }
        })
    }
}
