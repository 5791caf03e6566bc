//! A function of the user's is asked about the origin, before anything else happens.

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
use crate::layer::{Cors, CorsLayer, withheld};

#[derive(Clone, Debug)]
pub(super) struct AskingLayer(pub(super) CorsLayer<Diagnostics>);

impl Layer<Route> for AskingLayer {
    type Service = Asking;

    fn layer(&self, inner: Route) -> Asking {
        Asking(self.0.layer(inner))
    }
}

#[derive(Clone, Debug)]
pub(super) struct Asking(Cors<Route, Diagnostics>);

impl Service<Request> for Asking {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.0, cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut cors = self.0.clone();
        let Some(policy) = cors.asking(&request).cloned() else {
            return Box::pin(cors.call(request));
        };
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let vouched = policy.ask(&head).await;
            let request = Request::from_parts(head, body);
            if let Ok(vouched) = vouched {
                cors.respond(request, vouched).await
            } else {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Ok(withheld(status, Body::empty()))
            }
        })
    }
}
