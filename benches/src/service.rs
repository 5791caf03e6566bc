//! Calls of a router without a server.

use std::convert::Infallible;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use tower::Service;

/// Sends one request. A single poll is enough, because nothing in these APIs waits.
///
/// # Panics
///
/// If the future is pending.
pub fn call(app: &mut Router, request: Request) -> Response {
    let future = pin!(app.call(request));
    let answer: Poll<Result<Response, Infallible>> =
        future.poll(&mut Context::from_waker(Waker::noop()));
    match answer {
        Poll::Ready(Ok(response)) => response,
        Poll::Ready(Err(never)) => match never {},
        Poll::Pending => panic!("the response is pending"),
    }
}

/// Sends the requests and drops the responses.
pub fn call_all(app: &mut Router, requests: impl Iterator<Item = Request>) {
    for request in requests {
        drop(black_box(call(app, request)));
    }
}
