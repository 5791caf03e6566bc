//! The values that the key `origins_from` takes: a set, a function, or an `async` function.

use cors_rules::Origin;
use http::request::Parts;

use super::predicate::{Answer, AsyncFunction};
use super::set::OriginSet;
use super::source::OriginsFrom;

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
