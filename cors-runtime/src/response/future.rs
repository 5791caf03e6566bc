//! The futures of responses. They are generic over neither handler nor policy, because a thousand
//! handlers would then make a thousand of them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::ALLOW;
use http::{HeaderValue, Response};
use pin_project_lite::pin_project;

use crate::decision::Forward;
#[cfg(feature = "axum")]
use crate::decision::Grant;
use crate::protection::Refused;

pin_project! {
    /// A response in place of the service's, or the service's with the headers of a decision. `allow` is
    /// the value of `Allow` where the service sends none, `reported` the refusal that is only reported.
    #[derive(Debug)]
    #[project = Projection]
    pub enum ResponseFuture<F, B> {
        #[doc(hidden)]
        InPlace { response: Option<Response<B>> },
        #[doc(hidden)]
        Forwarded {
            #[pin]
            response: F,
            forward: Forward,
            allow: Option<HeaderValue>,
            reported: Option<Box<Refused>>,
        },
    }
}

impl<F, B> ResponseFuture<F, B> {
    pub(crate) fn in_place(response: Response<B>) -> Self {
        Self::InPlace {
            response: Some(response),
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            Projection::InPlace { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response)),
                // Polled again after it was ready, which is an error of the caller.
                None => Poll::Pending,
            },
            Projection::Forwarded {
                response,
                forward,
                allow,
                reported,
            } => {
                let mut outcome = ready!(response.poll(cx));
                if let Ok(response) = &mut outcome {
                    forward.apply(response.headers_mut());
                    if let Some(allow) = allow.take() {
                        response.headers_mut().entry(ALLOW).or_insert(allow);
                    }
                    if let Some(refused) = reported.take() {
                        response.extensions_mut().insert(*refused);
                    }
                }
                Poll::Ready(outcome)
            }
        }
    }
}

#[cfg(feature = "axum")]
pin_project! {
    /// The response of a handler that applies its policy itself, or one in place of it. Boxed, because
    /// a response would make the future of every handler larger.
    #[derive(Debug)]
    #[project = HandlerProjection]
    pub enum HandlerFuture<F, B> {
        #[doc(hidden)]
        InPlace { response: Option<Box<Response<B>>> },
        #[doc(hidden)]
        Forwarded { #[pin] response: F, grant: Option<Grant> },
    }
}

#[cfg(feature = "axum")]
impl<F, B> Future for HandlerFuture<F, B>
where
    F: Future<Output = Response<B>>,
{
    type Output = Response<B>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response<B>> {
        match self.project() {
            HandlerProjection::InPlace { response } => unboxed(response),
            HandlerProjection::Forwarded { response, grant } => {
                let mut response = ready!(response.poll(cx));
                if let Some(grant) = grant {
                    grant.write_all(response.headers_mut());
                }
                Poll::Ready(response)
            }
        }
    }
}

/// Cold, so that the response of a handler is not copied for the sake of this one.
#[cfg(feature = "axum")]
#[cold]
#[inline(never)]
fn unboxed<B>(response: &mut Option<Box<Response<B>>>) -> Poll<Response<B>> {
    match response.take() {
        Some(response) => Poll::Ready(*response),
        // Polled again after it was ready, which is an error of the caller.
        None => Poll::Pending,
    }
}
