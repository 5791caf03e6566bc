//! What `#[cors]` puts beside a handler: a type of its name, with its policy.

use std::sync::OnceLock;

use crate::compiled::CompiledPolicy;
use crate::described::Handler;
use crate::errors::PolicyErrors;
use crate::origins_from::OriginsFrom;
use crate::policy::Policy;

/// The policy of a handler, compiled when the handler is registered.
#[derive(Debug)]
pub struct StaticPolicy {
    written: Policy<'static>,
    /// For the sources that a constant can't hold.
    from: Option<fn() -> OriginsFrom>,
    file: &'static str,
    line: u32,
    compiled: OnceLock<CompiledPolicy>,
}

impl StaticPolicy {
    #[must_use]
    #[allow(missing_docs, reason = "for generated code")]
    pub const fn new(
        written: Policy<'static>,
        from: Option<fn() -> OriginsFrom>,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            written,
            from,
            file,
            line,
            compiled: OnceLock::new(),
        }
    }

    /// Compiles the policy of the handler at `path`.
    ///
    /// # Errors
    ///
    /// What the compiler couldn't know.
    pub(crate) fn compile(
        &'static self,
        path: &'static str,
    ) -> Result<&'static CompiledPolicy, PolicyErrors> {
        let set = self.written.set.map(OriginsFrom::Set);
        let from = self.from.map(|from| from()).or(set);
        if let Some(OriginsFrom::Set(set)) = from {
            PolicyErrors::unless_empty(set.intolerable(&self.written.written))?;
        }
        Ok(self.compiled.get_or_init(|| {
            let handler = Handler {
                path,
                file: self.file,
                line: self.line,
            };
            CompiledPolicy::new(&self.written, from, Some(handler))
        }))
    }

    /// The policy of a handler that has been registered.
    pub(crate) fn compiled(&'static self) -> Option<&'static CompiledPolicy> {
        self.compiled.get()
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
