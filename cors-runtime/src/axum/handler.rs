//! A handler together with its policy.

use std::marker::PhantomData;

use axum::extract::Request;
use axum::handler::Handler;

use super::companion::{Companion, Slot};
use crate::compiled::PolicyRef;
use crate::layer::Told;
use crate::note::Probe;
use crate::origins::Vouched;
use crate::refusal::{self, Refusal};
use crate::response::{Grant, WithHeaders};

/// The handler `H` under the policy of `P`, which takes no room: a function stays a type without
/// size, and axum boxes those for nothing.
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
    type Future = WithHeaders<H::Future>;

    // It has one caller for each handler.
    #[inline]
    fn call(self, request: Request, state: S) -> Self::Future {
        let grant = grant(P::SLOT, &request);
        WithHeaders::new(self.handler.call(request, state), grant)
    }
}

/// What the response will carry; `None` where a layer around the path decides.
#[inline(never)]
fn grant(slot: &'static Slot, request: &Request) -> Option<Grant> {
    let policy = slot.get()?;
    if !policy.stands_alone() {
        return None;
    }
    let grant = PolicyRef::Static(policy).grant(request.headers(), Vouched::No);
    let is_heard = refusal::is_heard() && request.extensions().get::<Told>().is_none();
    let probe = Probe::of(request.extensions());
    if (is_heard || probe.is_some()) && grant.is_foreign(request.uri(), request.headers()) {
        let refusal = Refusal::of_origin(request.headers(), policy);
        if is_heard {
            refusal.tell("answer hidden");
        }
        if let Some(probe) = probe {
            probe.refused(&refusal);
        }
    } else if let Some(probe) = probe {
        probe.granted(policy);
    }
    Some(grant)
}
