//! What `origins_from` may name: a set, a function, or an `async` function.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;

use cors_rules::Origin;
use http::request::Parts;

use crate::origins::set::OriginSet;

/// Where the origins come from that a list doesn't name.
pub enum OriginsFrom {
    #[allow(missing_docs, reason = "for generated code")]
    Set(&'static OriginSet),
    #[allow(missing_docs, reason = "for generated code")]
    Function(Predicate),
}

type Predicate =
    Box<dyn for<'a> Fn(&'a Origin<'a>, &'a Parts) -> Verdict<'a> + Send + Sync + 'static>;

/// What a function says, now or later.
#[allow(missing_debug_implementations, reason = "a future has none")]
pub enum Verdict<'a> {
    #[allow(missing_docs, reason = "for generated code")]
    Now(bool),
    #[allow(missing_docs, reason = "for generated code")]
    Later(Pin<Box<dyn Future<Output = bool> + Send + 'a>>),
}

/// The function panicked.
#[derive(Debug)]
pub(crate) struct Panicked;

impl OriginsFrom {
    /// Whether the function allows the origin. Its panic is caught, so that it fails this request
    /// and not the others of the connection.
    pub(crate) async fn ask(&self, origin: &Origin<'_>, parts: &Parts) -> Result<bool, Panicked> {
        let Self::Function(function) = self else {
            return Ok(false);
        };
        let mut answer = pin!(async {
            match function(origin, parts) {
                Verdict::Now(allowed) => allowed,
                Verdict::Later(answer) => answer.await,
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

/// What `origins_from` may name. `Kind` keeps the implementations apart.
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

/// The source that a path names.
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
            Verdict::Now(self(origin, parts))
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
            Verdict::Later(Box::pin(self.call(origin, parts)))
        }))
    }
}

/// An `async fn` of an origin and a request's head, whose future borrows both.
pub trait AsyncFunction<'a> {
    #[allow(missing_docs, reason = "for generated code")]
    type Answer: Future<Output = bool> + Send + 'a;

    #[allow(missing_docs, reason = "for generated code")]
    fn call(&self, origin: &'a Origin<'a>, parts: &'a Parts) -> Self::Answer;
}

impl<'a, F, A> AsyncFunction<'a> for F
where
    F: Fn(&'a Origin<'a>, &'a Parts) -> A,
    A: Future<Output = bool> + Send + 'a,
{
    type Answer = A;

    fn call(&self, origin: &'a Origin<'a>, parts: &'a Parts) -> A {
        self(origin, parts)
    }
}
