//! Calls of the user's predicate, before the layer decides: the one place that awaits.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;

use super::diagnostics::Diagnostics;
use crate::layer::{Cors, CorsLayer};
use crate::response::in_place;

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
        let mut cors = self.0.clone();
        let Some(policy) = cors.predicate_policy(&request).cloned() else {
            return Box::pin(cors.call(request));
        };
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let predicate = policy.origins.evaluate(&head).await;
            let request = Request::from_parts(head, body);
            if let Ok(predicate) = predicate {
                cors.respond(request, predicate).await
            } else {
                Ok(in_place(StatusCode::INTERNAL_SERVER_ERROR, Body::empty()))
            }
        })
    }
}
