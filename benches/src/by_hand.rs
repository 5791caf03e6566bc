//! CORS by hand for one handler, as the reference of cors-runtime.
//!
//! The responses are those of `#[cors]`, header for header. Names and values are constants, handler
//! and policy are zero-sized, and with one origin the `Origin` of an actual request is not read,
//! because the response is the same for all.

#![allow(
    clippy::declare_interior_mutable_const,
    reason = "the bytes of a header's value never change"
)]

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use pin_project_lite::pin_project;

/// A policy. All of them allow `authorization` and credentials.
pub trait Site: Send + 'static {
    /// The value of `Access-Control-Expose-Headers`.
    const EXPOSED: HeaderValue;

    /// Returns the allowed origins.
    fn origins() -> &'static [HeaderValue];

    /// Returns the request's origin if it is allowed.
    #[must_use]
    fn origin(request: &HeaderMap) -> Option<HeaderValue> {
        let requested = request.get(ORIGIN)?;
        let listed = Self::origins().iter().find(|&origin| origin == requested);
        listed.cloned()
    }
}

/// Answers an OPTIONS request on a path that serves GET.
pub async fn preflight<P: Site>(request: Request) -> Response {
    const CREDENTIALS: HeaderValue = HeaderValue::from_static("true");
    const METHODS: HeaderValue = HeaderValue::from_static("GET");
    const HEADERS: HeaderValue = HeaderValue::from_static("authorization");
    const MAX_AGE: HeaderValue = HeaderValue::from_static("600");
    const VARIES: HeaderValue = HeaderValue::from_static(
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    );
    let request = request.headers();
    let has = |name, value: &str| request.get(name).is_some_and(|found| found == value);
    let Some(origin) = P::origin(request).filter(|_| {
        has(ACCESS_CONTROL_REQUEST_METHOD, "GET")
            && has(ACCESS_CONTROL_REQUEST_HEADERS, "authorization")
    }) else {
        let mut refused = StatusCode::FORBIDDEN.into_response();
        refused.headers_mut().insert(VARY, VARIES);
        return refused;
    };
    // axum adds `Content-Length`.
    let mut headers = HeaderMap::with_capacity(7);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, CREDENTIALS);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    headers.insert(VARY, VARIES);
    let mut response = StatusCode::NO_CONTENT.into_response();
    *response.headers_mut() = headers;
    response
}

/// A handler with the CORS headers of a site on its responses.
#[derive(Debug)]
pub struct Guarded<H, P> {
    handler: H,
    site: PhantomData<P>,
}

impl<H, P> Guarded<H, P> {
    /// Puts a handler under the policy.
    pub fn new(handler: H) -> Self {
        Self {
            handler,
            site: PhantomData,
        }
    }
}

impl<H: Clone, P> Clone for Guarded<H, P> {
    fn clone(&self) -> Self {
        Self::new(self.handler.clone())
    }
}

impl<H: Handler<T, S>, P: Site + Sync, T, S> Handler<T, S> for Guarded<H, P> {
    type Future = Inserting<H::Future, P>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let origin = match P::origins() {
            [one] => Some(one.clone()),
            _ => P::origin(request.headers()),
        };
        Inserting {
            response: self.handler.call(request, state),
            origin,
            site: PhantomData,
        }
    }
}

pin_project! {
    /// The future of a [`Guarded`] handler.
    #[derive(Debug)]
    pub struct Inserting<F, P> {
        #[pin]
        response: F,
        origin: Option<HeaderValue>,
        site: PhantomData<P>,
    }
}

impl<F: Future<Output = Response>, P: Site> Future for Inserting<F, P> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        const CREDENTIALS: HeaderValue = HeaderValue::from_static("true");
        const VARIES: HeaderValue = HeaderValue::from_static("Origin");
        let this = self.project();
        let mut response = ready!(this.response.poll(cx));
        let headers = response.headers_mut();
        if let Some(origin) = this.origin.take() {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, CREDENTIALS);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, P::EXPOSED);
        }
        if P::origins().len() > 1 {
            headers.append(VARY, VARIES);
        }
        Poll::Ready(response)
    }
}
