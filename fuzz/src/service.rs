//! A service behind a policy.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use cors_runtime::Policy;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use tower::{Layer, Service, service_fn};

pub(super) const PAGE: &str = "https://a.example";

/// The answer to a request with these headers; `None` where the policy breaks a rule.
pub(super) fn answer(
    policy: &Policy<'_>,
    method: Method,
    headers: HeaderMap,
) -> Option<Response<()>> {
    let handler = service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(Response::new(()))));
    let mut service = policy.layer().ok()?.layer(handler);
    let mut request = Request::new(());
    *request.method_mut() = method;
    *request.headers_mut() = headers;
    // Nothing here waits.
    let response = pin!(service.call(request));
    match response.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => Some(response),
        Poll::Ready(Err(never)) => match never {},
        Poll::Pending => panic!("the service waits"),
    }
}

pub(super) fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a [u8]> {
    let values = headers.get_all(name).into_iter();
    values.map(HeaderValue::as_bytes).collect()
}
