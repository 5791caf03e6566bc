//! A handler together with its policy.

use std::marker::PhantomData;

use axum::extract::Request;
use axum::handler::Handler;

use super::companion::{Companion, PolicyCell};
use crate::decision::Grant;
use crate::head::Head;
use crate::origins::Predicate;
use crate::policy::PolicyRef;
use crate::report::Listeners;
use crate::response::WithGrant;

/// The handler `H` under the policy of `P`. Zero-sized when `H` is, because the policy is a type
/// parameter: axum's `Box<dyn Handler>` then does not allocate.
#[derive(Debug)]
pub(crate) struct Guarded<H, P> {
    handler: H,
    policy: PhantomData<fn() -> P>,
}

impl<H, P> Guarded<H, P> {
    pub(crate) fn new(handler: H) -> Self {
        Self {
            handler,
            policy: PhantomData,
        }
    }
}

impl<H: Clone, P> Clone for Guarded<H, P> {
    fn clone(&self) -> Self {
        Self::new(self.handler.clone())
    }
}

impl<H, P, T, S> Handler<T, S> for Guarded<H, P>
where
    H: Handler<T, S>,
    P: Companion,
{
    type Future = WithGrant<H::Future>;

    // Each handler has one caller.
    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let grant = grant(P::CELL, &request);
        WithGrant::new(self.handler.call(request, state), grant)
    }
}

/// Decides about a request to a handler that applies its policy itself; `None` where a layer around
/// the path decides.
#[inline(never)]
fn grant(cell: &'static PolicyCell, request: &Request) -> Option<Grant> {
    let registration = cell.get().filter(|handler| handler.applies_itself())?;
    let head = Head::of(request);
    let grant = Grant::new(PolicyRef::Static(registration), &head, Predicate::Denies);
    if let Some(listeners) = Listeners::of(request.extensions()) {
        listeners.forwarded(&grant, &head);
    }
    Some(grant)
}
