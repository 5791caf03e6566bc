//! From the policy that was written to the one that requests are answered from.

use std::sync::OnceLock;

use cors_policy::Policy;
use http::HeaderValue;

use crate::origins::AllowedOrigins;
use crate::requested_headers::{AllowedHeaders, joined};

/// A policy with every header value made: the hot path allocates none.
#[derive(Debug)]
pub(crate) struct CompiledPolicy {
    pub(crate) origins: AllowedOrigins,
    pub(crate) headers: AllowedHeaders,
    pub(crate) expose_headers: Option<HeaderValue>,
    pub(crate) max_age: Option<HeaderValue>,
    pub(crate) credentials: bool,
}

impl CompiledPolicy {
    fn new(policy: &Policy<'static>) -> Self {
        let exposed: Vec<String> = policy
            .expose_headers
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect();
        Self {
            origins: AllowedOrigins::new(policy.origins),
            headers: AllowedHeaders::new(policy.headers),
            expose_headers: joined(&exposed),
            max_age: policy.max_age.map(HeaderValue::from),
            credentials: policy.credentials,
        }
    }
}

/// The policy of a handler, compiled when the handler is registered.
#[derive(Debug)]
pub struct StaticPolicy {
    written: Policy<'static>,
    compiled: OnceLock<CompiledPolicy>,
}

impl StaticPolicy {
    #[must_use]
    #[allow(missing_docs, reason = "for generated code")]
    pub const fn new(written: Policy<'static>) -> Self {
        Self {
            written,
            compiled: OnceLock::new(),
        }
    }

    pub(crate) fn compiled(&'static self) -> &'static CompiledPolicy {
        self.compiled
            .get_or_init(|| CompiledPolicy::new(&self.written))
    }
}

/// The type beside a handler with `#[cors]`, which has its name.
pub trait Companion: 'static {
    #[allow(missing_docs, reason = "for generated code")]
    fn policy() -> &'static StaticPolicy;
}

/// What `routes!` asks for. It stands in front of [`Companion`] so that the compiler, which lists
/// the types that do have a trait, has nothing to list.
#[diagnostic::on_unimplemented(
    message = "this handler has no `#[cors]` attribute",
    label = "no `#[cors]` on this function",
    note = "write `#[cors(origins = [\"https://app.example.com\"], methods = [GET])]` above it",
    note = "or, for same-origin pages alone, register it as in plain axum: `.route(path, get(handler))`"
)]
pub trait Annotated: Companion {}

#[diagnostic::do_not_recommend]
impl<C: Companion> Annotated for C {}
