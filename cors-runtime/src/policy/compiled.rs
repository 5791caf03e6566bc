//! Policies in the form that requests are answered from.

use std::ops::Deref;
use std::sync::Arc;
#[cfg(feature = "axum")]
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(feature = "axum")]
use cors_rules::Tolerance;
use http::HeaderValue;

use super::Policy;
use super::headers::AllowedHeaders;
use super::summary::{HandlerLocation, PolicySummary};
#[cfg(feature = "axum")]
use crate::header_value::static_value;
use crate::header_value::{MakeValue, comma_separated, shared_value};
use crate::origins::{AllowedOrigins, OriginsFrom};

/// A policy with every header value made, so that requests allocate none.
#[derive(Debug)]
pub(crate) struct CompiledPolicy {
    pub(crate) origins: AllowedOrigins,
    pub(crate) headers: AllowedHeaders,
    pub(crate) expose_headers: Option<HeaderValue>,
    pub(crate) max_age: Option<HeaderValue>,
    pub(crate) credentials: bool,
    pub(crate) enforce: bool,
    /// The opt-outs, for people.
    #[cfg(feature = "axum")]
    pub(super) tolerance: Tolerance,
    pub(crate) summary: PolicySummary,
}

impl CompiledPolicy {
    /// `policy` has passed the rules.
    fn new(policy: &Policy<'_>, from: Option<OriginsFrom>, make: MakeValue) -> Self {
        let source = &policy.source;
        let exposed = source.expose_headers.iter();
        let exposed: Vec<String> = exposed.map(|name| name.to_ascii_lowercase()).collect();
        let origins = source.origins.iter().chain(source.dev_origins).copied();
        let origins = AllowedOrigins::new(origins, from, make);
        Self {
            summary: PolicySummary::new(source, &origins),
            origins,
            headers: AllowedHeaders::new(source.headers, make),
            expose_headers: comma_separated(&exposed, make),
            max_age: source.max_age.map(HeaderValue::from),
            credentials: source.credentials,
            enforce: source.enforce,
            #[cfg(feature = "axum")]
            tolerance: source.tolerance,
        }
    }

    /// Whether a handler cannot apply the policy itself, because `enforce` and predicates come
    /// before its extractors.
    #[cfg(feature = "axum")]
    pub(crate) fn needs_layer(&self) -> bool {
        self.enforce || self.origins.has_predicate()
    }
}

/// A policy in use, with the handler that it was written for.
#[derive(Debug)]
pub(crate) struct Registration {
    policy: CompiledPolicy,
    location: HandlerLocation,
    /// Whether the policy is of a layer, which answers all preflights of its service.
    is_of_layer: bool,
    /// Set when a router registers the handler without a CORS layer around it: the handler then
    /// writes the headers itself. Under a layer in another router it does so as well, and the layer
    /// overwrites them.
    #[cfg(feature = "axum")]
    applies_itself: AtomicBool,
}

impl Registration {
    /// The policy of a handler, which has passed the rules.
    #[cfg(feature = "axum")]
    pub(crate) fn of_handler(
        policy: &Policy<'_>,
        from: Option<OriginsFrom>,
        location: HandlerLocation,
    ) -> Self {
        Self {
            policy: CompiledPolicy::new(policy, from, static_value),
            location,
            is_of_layer: false,
            applies_itself: AtomicBool::new(false),
        }
    }

    /// The policy of [`Policy::layer`], which has passed the rules, with the place of the call.
    pub(crate) fn of_layer(policy: &Policy<'_>, file: &'static str, line: u32) -> Self {
        let location = HandlerLocation {
            path: "Policy::layer",
            file,
            line,
        };
        Self {
            is_of_layer: true,
            ..Self::shared(policy, location)
        }
    }

    /// The policy of [`Policy::routes`], which has passed the rules, with the place of the call.
    #[cfg(feature = "axum")]
    pub(crate) fn of_routes(policy: &Policy<'_>, location: HandlerLocation) -> Self {
        Self::shared(policy, location)
    }

    fn shared(policy: &Policy<'_>, location: HandlerLocation) -> Self {
        Self {
            policy: CompiledPolicy::new(policy, policy.from.map(OriginsFrom::from), shared_value),
            location,
            is_of_layer: false,
            #[cfg(feature = "axum")]
            applies_itself: AtomicBool::new(false),
        }
    }

    /// Whether both policies are equal in every key. Sources of more origins cannot be compared, so a
    /// policy with one is only equal to itself.
    pub(crate) fn is_equal(&self, other: &Self) -> bool {
        let is_fixed = self.summary.origins_from.is_none();
        std::ptr::eq(self, other) || (is_fixed && self.summary == other.summary)
    }

    /// The handler that the policy was written for, or the place of the call that takes its place.
    pub(crate) fn location(&self) -> HandlerLocation {
        self.location
    }

    /// Whether the policy is of a layer.
    pub(crate) fn is_of_layer(&self) -> bool {
        self.is_of_layer
    }

    /// Lets the handler write the headers itself, because one router has no layer around it.
    #[cfg(feature = "axum")]
    pub(crate) fn apply_itself(&self) {
        self.applies_itself.store(true, Ordering::Relaxed);
    }

    /// Whether the handler writes the headers itself.
    #[cfg(feature = "axum")]
    pub(crate) fn applies_itself(&self) -> bool {
        self.applies_itself.load(Ordering::Relaxed)
    }
}

impl Deref for Registration {
    type Target = CompiledPolicy;

    #[inline]
    fn deref(&self) -> &CompiledPolicy {
        &self.policy
    }
}

/// The policy of a handler, or of a layer that was made when the program started.
#[derive(Clone, Debug)]
pub(crate) enum PolicyRef {
    #[cfg(feature = "axum")]
    Static(&'static Registration),
    Shared(Arc<Registration>),
}

#[cfg(feature = "axum")]
impl PolicyRef {
    /// Whether both are one registration.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const **self, &raw const **other)
    }
}

impl Deref for PolicyRef {
    type Target = Registration;

    #[inline]
    fn deref(&self) -> &Registration {
        match self {
            #[cfg(feature = "axum")]
            Self::Static(registration) => registration,
            Self::Shared(registration) => registration,
        }
    }
}
