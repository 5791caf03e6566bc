//! The values that the key `origins_from` takes: a set, a function, or an `async` function.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use cors_rules::Origin;
use http::request::Parts;

use super::predicate::{Answer, Function, IntoVerdict, extract};
use super::set::OriginSet;
use super::source::OriginsFrom;

/// A value that `origins_from` takes in a router with the state `S`. `Kind` keeps the implementations
/// apart.
#[diagnostic::on_unimplemented(
    message = "`origins_from` takes a static `OriginSet` or a function of an origin, and this is of another type",
    label = "not a source of origins for a router with the state `{S}`",
    note = "a set: `static TENANTS: OriginSet = OriginSet::new();`",
    note = "a function, which may be `async` and may return `Result<bool, impl IntoResponse>`: `fn is_tenant(origin: &Origin<'_>) -> bool`",
    note = "after the origin it takes `&http::request::Parts`, or up to 8 extractors that do not read the body: `async fn is_tenant(origin: &Origin<'_>, Path(realm): Path<String>) -> bool`",
    note = "`State<..>` needs the type of the router's state in the attribute, `origins_from = is_tenant, state = AppState`, and `FromRef` for a part of it",
    note = "the future of an `async` function must be `Send`"
)]
pub trait OriginSource<Kind, S> {
    #[allow(missing_docs, reason = "for generated code")]
    fn origins_from(&'static self) -> OriginsFrom;
}

/// Returns the source that a path names, for a router with the state `S`. That is the first argument,
/// because the compiler then knows it in errors about the second.
pub fn origins_from<S, Kind, O: OriginSource<Kind, S>>(
    _: PhantomData<S>,
    source: &'static O,
) -> OriginsFrom {
    source.origins_from()
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
pub struct ByHead<R>(PhantomData<R>);
#[allow(
    missing_docs,
    missing_debug_implementations,
    reason = "for generated code"
)]
pub struct ByAsyncHead<R>(PhantomData<R>);
#[allow(
    missing_docs,
    missing_debug_implementations,
    reason = "for generated code"
)]
pub struct ByExtractors<R, T>(PhantomData<(R, T)>);
#[allow(
    missing_docs,
    missing_debug_implementations,
    reason = "for generated code"
)]
pub struct ByAsyncExtractors<R, T>(PhantomData<(R, T)>);

#[diagnostic::do_not_recommend]
impl<S> OriginSource<BySet, S> for OriginSet {
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Set(self)
    }
}

#[diagnostic::do_not_recommend]
impl<F, R, S> OriginSource<ByHead<R>, S> for F
where
    F: Fn(&Origin<'_>, &Parts) -> R + Send + Sync + 'static,
    R: IntoVerdict,
{
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Function(Function::of_head(move |origin, request| {
            Answer::Ready(self(origin, request).into_verdict())
        }))
    }
}

#[diagnostic::do_not_recommend]
impl<F, R, S> OriginSource<ByAsyncHead<R>, S> for F
where
    F: for<'a> AsyncFunction<'a, &'a Parts, Output = R> + Send + Sync + 'static,
    R: IntoVerdict,
{
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Function(Function::of_head(move |origin, request| {
            let verdict = self.call(origin, &*request);
            Answer::Pending(Box::pin(async move { verdict.await.into_verdict() }))
        }))
    }
}

/// An `async fn` of an origin and of `T`: the head of a request, or a tuple of extractors. Its future
/// borrows the origin and the head.
///
/// The bounds above name `Output`, because the compiler infers `T` from an equation only.
pub trait AsyncFunction<'a, T> {
    #[allow(missing_docs, reason = "for generated code")]
    type Output;
    #[allow(missing_docs, reason = "for generated code")]
    type Future: Future<Output = Self::Output> + Send + 'a;

    #[allow(missing_docs, reason = "for generated code")]
    fn call(&self, origin: &'a Origin<'a>, arguments: T) -> Self::Future;
}

impl<'a, F, A> AsyncFunction<'a, &'a Parts> for F
where
    F: Fn(&'a Origin<'a>, &'a Parts) -> A,
    A: Future + Send + 'a,
{
    type Output = A::Output;
    type Future = A;

    fn call(&self, origin: &'a Origin<'a>, request: &'a Parts) -> A {
        self(origin, request)
    }
}

#[diagnostic::do_not_recommend]
impl<F, R, S> OriginSource<ByExtractors<R, ()>, S> for F
where
    F: Fn(&Origin<'_>) -> R + Send + Sync + 'static,
    R: IntoVerdict,
{
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Function(Function::of_head(move |origin, _| {
            Answer::Ready(self(origin).into_verdict())
        }))
    }
}

#[diagnostic::do_not_recommend]
impl<F, R, S> OriginSource<ByAsyncExtractors<R, ()>, S> for F
where
    F: for<'a> AsyncFunction<'a, (), Output = R> + Send + Sync + 'static,
    R: IntoVerdict,
{
    fn origins_from(&'static self) -> OriginsFrom {
        OriginsFrom::Function(Function::of_head(move |origin, _| {
            let verdict = self.call(origin, ());
            Answer::Pending(Box::pin(async move { verdict.await.into_verdict() }))
        }))
    }
}

impl<'a, F, A> AsyncFunction<'a, ()> for F
where
    F: Fn(&'a Origin<'a>) -> A,
    A: Future + Send + 'a,
{
    type Output = A::Output;
    type Future = A;

    fn call(&self, origin: &'a Origin<'a>, (): ()) -> A {
        self(origin)
    }
}

/// Implements [`OriginSource`] for functions of an origin and of these extractors.
macro_rules! functions_of {
    ($($T:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<F, R, S, $($T),+> OriginSource<ByExtractors<R, ($($T,)+)>, S> for F
        where
            F: Fn(&Origin<'_>, $($T),+) -> R + Send + Sync + 'static,
            R: IntoVerdict,
            S: Send + Sync + 'static,
            $($T: FromRequestParts<S> + Send,)+
        {
            #[allow(non_snake_case, reason = "a variable for each type")]
            fn origins_from(&'static self) -> OriginsFrom {
                OriginsFrom::Function(Function::of_state(move |origin, request, state: &S| {
                    Answer::Pending(Box::pin(async move {
                        $(let $T = extract::<$T, S>(request, state).await?;)+
                        self(origin, $($T),+).into_verdict()
                    }))
                }))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<F, R, S, $($T),+> OriginSource<ByAsyncExtractors<R, ($($T,)+)>, S> for F
        where
            F: for<'a> AsyncFunction<'a, ($($T,)+), Output = R> + Send + Sync + 'static,
            R: IntoVerdict,
            S: Send + Sync + 'static,
            $($T: FromRequestParts<S> + Send,)+
        {
            #[allow(non_snake_case, reason = "a variable for each type")]
            fn origins_from(&'static self) -> OriginsFrom {
                OriginsFrom::Function(Function::of_state(move |origin, request, state: &S| {
                    Answer::Pending(Box::pin(async move {
                        $(let $T = extract::<$T, S>(request, state).await?;)+
                        self.call(origin, ($($T,)+)).await.into_verdict()
                    }))
                }))
            }
        }

        impl<'a, F, A, $($T),+> AsyncFunction<'a, ($($T,)+)> for F
        where
            F: Fn(&'a Origin<'a>, $($T),+) -> A,
            A: Future + Send + 'a,
        {
            type Output = A::Output;
            type Future = A;

            #[allow(non_snake_case, reason = "a variable for each type")]
            fn call(&self, origin: &'a Origin<'a>, ($($T,)+): ($($T,)+)) -> A {
                self(origin, $($T),+)
            }
        }
    };
}

functions_of!(T1);
functions_of!(T1, T2);
functions_of!(T1, T2, T3);
functions_of!(T1, T2, T3, T4);
functions_of!(T1, T2, T3, T4, T5);
functions_of!(T1, T2, T3, T4, T5, T6);
functions_of!(T1, T2, T3, T4, T5, T6, T7);
functions_of!(T1, T2, T3, T4, T5, T6, T7, T8);
