//! From the policy that was written to the one that requests are answered from.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cors_rules::Origin;
use http::HeaderValue;
use http::header::ORIGIN;
use http::request::Parts;

use crate::header_value::{Make, counted, joined, kept};
use crate::origins::source::{OriginsFrom, Panicked};
use crate::origins::{AllowedOrigins, Vouched};
use crate::policy::Policy;
use crate::policy::headers::AllowedHeaders;
use crate::policy::summary::{Described, Handler};
use crate::response::preflight::only;

/// A policy with every header value made: the hot path allocates none.
#[derive(Debug)]
pub(crate) struct CompiledPolicy {
    pub(crate) origins: AllowedOrigins,
    pub(crate) headers: AllowedHeaders,
    pub(crate) expose_headers: Option<HeaderValue>,
    pub(crate) max_age: Option<HeaderValue>,
    pub(crate) credentials: bool,
    pub(crate) enforce: bool,
    pub(crate) described: Described,
    /// Some router serves the handler without a layer that decides in its place.
    stands_alone: AtomicBool,
}

impl CompiledPolicy {
    /// The policy of a handler, which has kept the rules.
    pub(crate) fn of_handler(
        policy: &Policy<'_>,
        from: Option<OriginsFrom>,
        handler: Handler,
    ) -> Self {
        Self::new(policy, from, Some(handler), kept)
    }

    /// The policy of a layer, which has kept the rules.
    pub(crate) fn of_layer(policy: &Policy<'_>) -> Self {
        Self::new(policy, policy.set.map(OriginsFrom::Set), None, counted)
    }

    fn new(
        policy: &Policy<'_>,
        from: Option<OriginsFrom>,
        handler: Option<Handler>,
        make: Make,
    ) -> Self {
        let written = &policy.written;
        let exposed: Vec<String> = written
            .expose_headers
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let origins = AllowedOrigins::new(policy, from, make);
        Self {
            described: Described::new(written, &origins, handler),
            origins,
            headers: AllowedHeaders::new(written.headers, make),
            expose_headers: joined(&exposed, make),
            max_age: written.max_age.map(HeaderValue::from),
            credentials: written.credentials,
            enforce: written.enforce,
            stands_alone: AtomicBool::new(false),
        }
    }

    /// Whether a function of the user's has to be asked.
    pub(crate) fn asks(&self) -> bool {
        self.origins.asks()
    }

    /// Whether it takes more than a handler can do by itself.
    pub(crate) fn needs_layer(&self) -> bool {
        self.enforce || self.asks()
    }

    /// No layer decides for the handler, in one router at least.
    pub(crate) fn stand_alone(&self) {
        self.stands_alone.store(true, Ordering::Relaxed);
    }

    /// Whether the handler has to put on the headers. Where a layer does the same, that is last.
    pub(crate) fn stands_alone(&self) -> bool {
        self.stands_alone.load(Ordering::Relaxed)
    }

    /// What the function says to the origin of this request, if the list doesn't allow it already.
    pub(crate) async fn ask(&self, request: &Parts) -> Result<Vouched, Panicked> {
        let AllowedOrigins::Several(list, Some(from)) = &self.origins else {
            return Ok(Vouched::No);
        };
        let Some(value) = only(&request.headers, ORIGIN).filter(|value| !list.contains(value))
        else {
            return Ok(Vouched::No);
        };
        let Some(origin) = Origin::parse(value.as_bytes()) else {
            return Ok(Vouched::No);
        };
        Ok(if from.ask(&origin, request).await? {
            Vouched::Yes
        } else {
            Vouched::No
        })
    }
}

/// A policy of a handler, or one that was made when the program started.
#[derive(Clone, Debug)]
pub(crate) enum PolicyRef {
    Static(&'static CompiledPolicy),
    Shared(Arc<CompiledPolicy>),
}

impl PolicyRef {
    /// Whether both are of one handler.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const **self, &raw const **other)
    }
}

impl Deref for PolicyRef {
    type Target = CompiledPolicy;

    fn deref(&self) -> &CompiledPolicy {
        match self {
            Self::Static(policy) => policy,
            Self::Shared(policy) => policy,
        }
    }
}
