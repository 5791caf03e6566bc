//! A handler together with its policy.

use std::marker::PhantomData;

use axum::extract::Request;
use axum::handler::Handler;

use crate::compiled::Companion;
use crate::response::WithHeaders;

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

    fn call(self, request: Request, state: S) -> Self::Future {
        let grant = P::policy().compiled().grant(request.headers());
        WithHeaders::new(self.handler.call(request, state), Some(grant))
    }
}
