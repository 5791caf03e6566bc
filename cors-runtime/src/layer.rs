//! CORS around a whole path: outside of the user's own layers, so that a 401 of theirs carries the
//! headers and a preflight never reaches them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use cors_policy::Method;
use http::header::ALLOW;
use http::{HeaderValue, Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::preflight::{PathPolicies, answer, is_preflight};
use crate::response::WithHeaders;

#[derive(Clone, Copy, Debug)]
pub(crate) struct CorsLayer {
    policies: PathPolicies,
    around: Around,
}

/// What a layer stands around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Guarded,
    Plain,
    Options,
}

impl CorsLayer {
    /// Answers preflights, and puts the headers on actual responses.
    pub(crate) fn whole(policies: PathPolicies) -> Self {
        Self {
            policies,
            around: Around::Guarded,
        }
    }

    /// Answers preflights alone: what is inside has no policy.
    pub(crate) fn preflights(policies: PathPolicies) -> Self {
        Self {
            policies,
            around: Around::Plain,
        }
    }

    /// Answers preflights, and names the methods of the policies where axum would if there were no
    /// OPTIONS route: in `Allow` of whatever else it answers.
    pub(crate) fn options(policies: PathPolicies) -> Self {
        Self {
            policies,
            around: Around::Options,
        }
    }
}

impl<S> Layer<S> for CorsLayer {
    type Service = Cors<S>;

    fn layer(&self, inner: S) -> Cors<S> {
        let allow = match self.around {
            Around::Options => self.policies.allow(),
            Around::Guarded | Around::Plain => None,
        };
        Cors {
            layer: *self,
            allow,
            inner,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Cors<S> {
    layer: CorsLayer,
    allow: Option<HeaderValue>,
    inner: S,
}

impl<S, A, B> Service<Request<A>> for Cors<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: Default,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = CorsFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let CorsLayer { policies, around } = &self.layer;
        if is_preflight(request.method(), request.headers()) {
            return CorsFuture::Preflight {
                response: Some(answer(request.headers(), policies)),
            };
        }
        let grant = Method::parse(request.method().as_str().as_bytes())
            .filter(|_| *around == Around::Guarded)
            .and_then(|method| policies.serving(method))
            .map(|policy| policy.grant(request.headers()));
        CorsFuture::Actual {
            response: WithHeaders::new(self.inner.call(request), grant),
            allow: self.allow.clone(),
        }
    }
}

pin_project! {
    #[project = CorsFutureProjection]
    pub(crate) enum CorsFuture<F, B> {
        Preflight { response: Option<Response<B>> },
        Actual { #[pin] response: WithHeaders<F>, allow: Option<HeaderValue> },
    }
}

impl<F, B, E> Future for CorsFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            CorsFutureProjection::Preflight { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response)),
                // Polled again after it was done, which no caller may do.
                None => Poll::Pending,
            },
            CorsFutureProjection::Actual { response, allow } => {
                let mut response = ready!(response.poll(cx));
                if let (Some(allow), Ok(response)) = (allow.take(), &mut response) {
                    response.headers_mut().entry(ALLOW).or_insert(allow);
                }
                Poll::Ready(response)
            }
        }
    }
}
