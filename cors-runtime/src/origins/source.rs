//! The values that `origins_from` takes: a set, a function, or an `async` function.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use cors_rules::Origin;
use http::request::Parts;

use super::set::OriginSet;

/// A source of origins beside the list.
pub enum OriginsFrom {
    #[allow(missing_docs, reason = "for generated code")]
    Set(&'static OriginSet),
    #[allow(missing_docs, reason = "for generated code")]
    Function(Function),
}

type Function =
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

impl OriginsFrom {
    /// Whether the function allows the origin. A panic is caught, because it must fail this request
    /// alone and not the others of the connection.
    pub(super) async fn evaluate(&self, origin: &Origin<'_>, parts: &Parts) -> Result<bool, Panicked> {
        let Self::Function(function) = self else {
            return Ok(false);
        };
        let mut answer = pin!(async {
            match function(origin, parts) {
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
}

impl fmt::Debug for OriginsFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(set) => set.fmt(f),
            Self::Function(_) => f.write_str("function"),
        }
    }
}

/// A value that `origins_from` takes. `Kind` keeps the implementations apart.
#[diagnostic::on_unimplemented(
    message = "`origins_from` takes a static `OriginSet` or a function, and this is neither",
    label = "not a source of origins",
    note = "write `static TENANTS: OriginSet = OriginSet::new();`",
    note = "or `fn is_tenant(origin: &Origin, request: &http::request::Parts) -> bool`, which may be `async`"
)]
pub trait OriginSource<Kind> {
    #[allow(missing_docs, reason = "for generated code")]
    fn origins_from(&'static self) -> OriginsFrom;
}

#[allow(
    missing_docs,
    missing_debug_implementations,
    reason = "for generated code"
)]
pub enum BySet {}
#[allow(
    missing_docs,
    missing_debug_implementations,
    reason = "for generated code"
)]
pub enum ByFunction {}
#[allow(
    missing_docs,
    missing_debug_implementations,
    reason = "for generated code"
)]
pub enum ByAsyncFunction {}

/// Returns the source that a path names.
pub fn origins_from<Kind, S: OriginSource<Kind>>(source: &'static S) -> OriginsFrom {
    source.origins_from()
}

#[diagnostic::do_not_recommend]
impl OriginSource<BySet> for OriginSet {
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Set(self)
    }
}

#[diagnostic::do_not_recommend]
impl<F> OriginSource<ByFunction> for F
where
    F: Fn(&Origin<'_>, &Parts) -> bool + Send + Sync + 'static,
{
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Function(Box::new(move |origin, parts| {
            Answer::Ready(self(origin, parts))
        }))
    }
}

#[diagnostic::do_not_recommend]
impl<F> OriginSource<ByAsyncFunction> for F
where
    F: for<'a> AsyncFunction<'a> + Send + Sync + 'static,
{
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Function(Box::new(move |origin, parts| {
            Answer::Pending(Box::pin(self.call(origin, parts)))
        }))
    }
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
