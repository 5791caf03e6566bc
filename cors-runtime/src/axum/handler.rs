//! A handler together with its policy.

use std::marker::PhantomData;

use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;

use super::companion::{Companion, PolicyCell};
use crate::decision::{Grant, Refusal, hold};
use crate::head::Head;
use crate::origins::Predicate;
use crate::policy::PolicyRef;
use crate::report::{Listeners, is_decided};
use crate::response::{HandlerFuture, Silent, refuse};

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
    type Future = HandlerFuture<H::Future, Body>;

    // Each handler has one caller.
    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let mut grant = None;
        if let Some(response) = decide(P::CELL, &request, &mut grant) {
            return HandlerFuture::InPlace {
                response: Some(response),
            };
        }
        HandlerFuture::Forwarded {
            response: self.handler.call(request, state),
            grant,
        }
    }
}

/// Decides about a request to a handler that applies its policy itself. Where a layer around the path
/// decides, there is no grant. Returns the response to a refused request, which no extractor and no
/// handler may see. The grant is written in place, because moving it costs more than deciding.
#[inline(never)]
fn decide(
    cell: &'static PolicyCell,
    request: &Request,
    grant: &mut Option<Grant>,
) -> Option<Box<Response>> {
    let registration = cell.get().filter(|handler| handler.applies_itself())?;
    let head = Head::of(request);
    let policy = PolicyRef::Static(registration);
    let granted = grant.insert(Grant::new(policy, &head, Predicate::Denies));
    if let Err(refusal) = hold(granted, registration, &head) {
        *grant = None;
        if is_decided(request.extensions()) {
            return None;
        }
        return Some(Box::new(refused(&refusal, &head, request)));
    }
    if let Some(listeners) = Listeners::of(request.extensions(), false) {
        listeners.forwarded(granted, &head);
    }
    None
}

#[cold]
fn refused(refusal: &Refusal<'_>, head: &Head<'_>, request: &Request) -> Response {
    if let Some(listeners) = Listeners::of(request.extensions(), true) {
        listeners.refused(refusal, head);
    }
    refuse(refusal.mark(head, false), None, &Silent)
}
