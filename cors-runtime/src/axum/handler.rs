//! A handler together with its policy.

use std::marker::PhantomData;

use axum::body::Body;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;

use super::companion::Companion;
use super::registered::Place;
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
        match decide(Place::of::<P>(), &request) {
            Ok(grant) => HandlerFuture::Forwarded {
                response: self.handler.call(request, state),
                grant,
            },
            Err(response) => HandlerFuture::InPlace {
                response: Some(response),
            },
        }
    }
}

/// Decides about a request to a handler that applies its policy itself. Where a layer around the path
/// decides, there is no grant.
///
/// # Errors
///
/// Returns the response to a refused request, because that must reach no extractor and no handler.
#[inline(never)]
fn decide(policy: Place, request: &Request) -> Result<Option<Grant>, Box<Response>> {
    let Some(registration) = policy.get().filter(|handler| handler.applies_itself()) else {
        return Ok(None);
    };
    let head = Head::of(request);
    let grant = Grant::new(PolicyRef::Static(registration), &head, Predicate::Denies);
    if let Err(refusal) = hold(&grant, registration, &head) {
        if is_decided(request.extensions()) {
            return Ok(None);
        }
        return Err(Box::new(refused(&refusal, &head, request)));
    }
    if let Some(listeners) = Listeners::of(request.extensions(), false) {
        listeners.forwarded(&grant, &head);
    }
    Ok(Some(grant))
}

#[cold]
fn refused(refusal: &Refusal<'_>, head: &Head<'_>, request: &Request) -> Response {
    if let Some(listeners) = Listeners::of(request.extensions(), true) {
        listeners.refused(refusal, head);
    }
    refuse(refusal.mark(head, false), None, &Silent)
}
