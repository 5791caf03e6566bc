//! Predicates: functions, `async` or not, that allow an origin.

use std::any::{Any, TypeId, type_name};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cors_rules::Origin;
use http::request::Parts;

use super::Failure;

/// The state of a router of any type.
pub(crate) type State = Arc<AnyState>;

/// A state behind a reference.
pub(crate) type AnyState = dyn Any + Send + Sync;

/// The type of a router's state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StateType {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
}

impl StateType {
    pub(crate) fn of<S: 'static>() -> Self {
        Self {
            id: TypeId::of::<S>(),
            name: type_name::<S>(),
        }
    }
}

/// A predicate of any type.
#[allow(missing_debug_implementations, reason = "a closure has none")]
pub struct Function {
    /// The state that it extracts from; `None` if it works with any.
    state: Option<StateType>,
    call: Box<Call>,
}

type Call = dyn for<'a> Fn(&'a Origin<'a>, &'a mut Parts, &'a AnyState) -> Answer<'a> + Send + Sync;

/// The result of a predicate, which an `async` one gives later.
pub(super) enum Answer<'a> {
    Ready(Verdict),
    Pending(Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>),
}

/// Whether the origin is allowed, or the response to a request that the predicate cannot decide about.
pub(super) type Verdict = Result<bool, Box<Undecided>>;

/// The response to a request that a predicate cannot decide about, and the reason.
#[derive(Debug)]
pub(crate) struct Undecided {
    pub(crate) failure: Failure,
    pub(crate) response: Response,
}

impl Undecided {
    fn new(failure: Failure, response: impl IntoResponse) -> Box<Self> {
        Box::new(Self {
            failure,
            response: response.into_response(),
        })
    }
}

/// The result of a predicate: `bool`, or `Result<bool, E>` with an `E` that is a response.
pub trait IntoVerdict {
    #[allow(missing_docs, private_interfaces, reason = "for generated code")]
    fn into_verdict(self) -> Verdict;
}

impl IntoVerdict for bool {
    #[allow(private_interfaces, reason = "for generated code")]
    fn into_verdict(self) -> Verdict {
        Ok(self)
    }
}

impl<E: IntoResponse> IntoVerdict for Result<bool, E> {
    #[allow(private_interfaces, reason = "for generated code")]
    fn into_verdict(self) -> Verdict {
        self.map_err(|error| Undecided::new(Failure::Error, error))
    }
}

/// Extracts an argument of a predicate from the head of a request.
pub(super) async fn extract<T: FromRequestParts<S>, S: Send + Sync>(
    request: &mut Parts,
    state: &S,
) -> Result<T, Box<Undecided>> {
    let extracted = T::from_request_parts(request, state).await;
    extracted.map_err(|rejection| Undecided::new(Failure::Extractor(type_name::<T>()), rejection))
}

impl Function {
    /// A predicate that extracts from a router's state.
    pub(super) fn of_state<S: Send + Sync + 'static>(
        call: impl for<'a> Fn(&'a Origin<'a>, &'a mut Parts, &'a S) -> Answer<'a>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let state = StateType::of::<S>();
        Self {
            state: (state.id != TypeId::of::<()>()).then_some(state),
            call: Box::new(move |origin, request, any| {
                let state = any.downcast_ref();
                call(
                    origin,
                    request,
                    state.expect("registration checks the type"),
                )
            }),
        }
    }

    /// A predicate that needs no state.
    pub(super) fn of_head(
        call: impl for<'a> Fn(&'a Origin<'a>, &'a mut Parts) -> Answer<'a> + Send + Sync + 'static,
    ) -> Self {
        Self {
            state: None,
            call: Box::new(move |origin, request, _| call(origin, request)),
        }
    }

    /// The state that the predicate extracts from.
    pub(super) fn state(&self) -> Option<StateType> {
        self.state
    }

    /// Calls the predicate. A panic is caught, because it must fail only this request and not the
    /// others of the connection.
    pub(super) async fn call(
        &self,
        origin: &Origin<'_>,
        request: &mut Parts,
        state: &AnyState,
    ) -> Verdict {
        let mut answer = pin!(async {
            match (self.call)(origin, request, state) {
                Answer::Ready(verdict) => verdict,
                Answer::Pending(verdict) => verdict.await,
            }
        });
        poll_fn(
            |cx| match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx))) {
                Ok(answer) => answer,
                Err(_) => Poll::Ready(Err(Undecided::new(
                    Failure::Panic,
                    StatusCode::INTERNAL_SERVER_ERROR,
                ))),
            },
        )
        .await
    }
}
