//! The future of a response.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::ALLOW;
use http::{HeaderValue, Response};
use pin_project_lite::pin_project;

use super::Effects;

pin_project! {
    /// A response in place of the service's, or the service's with the effects of a decision. It is
    /// generic over neither handler nor policy, because a thousand handlers would then make a thousand
    /// of them.
    #[derive(Debug)]
    #[project = Projection]
    pub enum ResponseFuture<F, B> {
        #[doc(hidden)]
        InPlace { response: Option<Response<B>> },
        #[doc(hidden)]
        Forwarded { #[pin] response: F, effects: Effects, allow: Option<HeaderValue> },
    }
}

impl<F, B> ResponseFuture<F, B> {
    pub(crate) fn in_place(response: Response<B>) -> Self {
        Self::InPlace {
            response: Some(response),
        }
    }

    /// `allow` is the value of `Allow`, where the service sends none.
    pub(crate) fn forwarded(response: F, effects: Effects, allow: Option<HeaderValue>) -> Self {
        Self::Forwarded {
            response,
            effects,
            allow,
        }
    }
}

impl<F, B> Future for ResponseFuture<F, B>
where
    F: Future<Output: Outcome<B>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            Projection::InPlace { response } => match response.take() {
                Some(response) => Poll::Ready(F::Output::new(response)),
                // Polled again after it was ready, which is an error of the caller.
                None => Poll::Pending,
            },
            Projection::Forwarded {
                response,
                effects,
                allow,
            } => {
                let mut outcome = ready!(response.poll(cx));
                if let Some(response) = outcome.response_mut() {
                    effects.apply(response);
                    if let Some(allow) = allow.take() {
                        response.headers_mut().entry(ALLOW).or_insert(allow);
                    }
                }
                Poll::Ready(outcome)
            }
        }
    }
}

/// The output of handlers (a response) and of services (a result).
pub(crate) trait Outcome<B> {
    fn new(response: Response<B>) -> Self;

    /// The response; `None` where there is an error instead.
    fn response_mut(&mut self) -> Option<&mut Response<B>>;
}

impl<B> Outcome<B> for Response<B> {
    fn new(response: Response<B>) -> Self {
        response
    }

    fn response_mut(&mut self) -> Option<&mut Response<B>> {
        Some(self)
    }
}

impl<B, E> Outcome<B> for Result<Response<B>, E> {
    fn new(response: Response<B>) -> Self {
        Ok(response)
    }

    fn response_mut(&mut self) -> Option<&mut Response<B>> {
        self.as_mut().ok()
    }
}
