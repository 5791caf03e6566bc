//! Predicates: functions, `async` or not, that allow an origin.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use cors_rules::Origin;
use http::request::Parts;

/// A predicate of any type.
pub(super) type Function =
    Box<dyn for<'a> Fn(&'a Origin<'a>, &'a Parts) -> Answer<'a> + Send + Sync + 'static>;

/// The result of a predicate, which an `async` one gives later.
#[allow(missing_debug_implementations, reason = "a future has none")]
pub enum Answer<'a> {
    #[allow(missing_docs, reason = "for generated code")]
    Ready(bool),
    #[allow(missing_docs, reason = "for generated code")]
    Pending(Pin<Box<dyn Future<Output = bool> + Send + 'a>>),
}

/// The user's function panicked.
#[derive(Debug)]
pub(crate) struct Panicked;

/// Calls a predicate. A panic is caught, because it must fail this request alone and not the others
/// of the connection.
pub(super) async fn call(
    function: &Function,
    origin: &Origin<'_>,
    request: &Parts,
) -> Result<bool, Panicked> {
    let mut answer = pin!(async {
        match function(origin, request) {
            Answer::Ready(allowed) => allowed,
            Answer::Pending(answer) => answer.await,
        }
    });
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
            Ok(answer) => answer.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        },
    )
    .await
}

/// An `async fn` of an origin and a request's head. Its future borrows both.
pub trait AsyncFunction<'a> {
    #[allow(missing_docs, reason = "for generated code")]
    type Future: Future<Output = bool> + Send + 'a;

    #[allow(missing_docs, reason = "for generated code")]
    fn call(&self, origin: &'a Origin<'a>, parts: &'a Parts) -> Self::Future;
}

impl<'a, F, A> AsyncFunction<'a> for F
where
    F: Fn(&'a Origin<'a>, &'a Parts) -> A,
    A: Future<Output = bool> + Send + 'a,
{
    type Future = A;

    fn call(&self, origin: &'a Origin<'a>, parts: &'a Parts) -> A {
        self(origin, parts)
    }
}
