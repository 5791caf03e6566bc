//! Prints the origin that a page of the development server is granted, or `nothing`.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use renamed::{CorsRouter, cors, routes};
use tower_service::Service;

#[cors(
    crate = renamed,
    origins = ["https://app.example"],
    dev_origins = ["http://dev-server.localhost:5173"],
    methods = [GET],
    credentials,
)]
async fn list() -> &'static str {
    "[]"
}

fn main() {
    // Not written out: the binary is searched for the origin afterwards.
    let origin = std::env::args().nth(1).unwrap_or_default();
    let mut app: Router = CorsRouter::new().route("/", routes![list]).into_router();
    let request = Request::builder()
        .header("origin", origin)
        .body(Body::empty())
        .unwrap_or_default();
    // Nothing in the handler waits, so one poll sees it through.
    let response = match pin!(app.call(request)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        Poll::Ready(Err(never)) => match never {},
        Poll::Pending => return println!("pending"),
    };
    let granted = response
        .headers()
        .get("access-control-allow-origin")
        .and_then(|value| value.to_str().ok());
    println!("{}", granted.unwrap_or("nothing"));
}
