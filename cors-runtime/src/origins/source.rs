//! Sources of origins beside the list.

use std::fmt;

use cors_rules::Origin;
use http::request::Parts;

#[cfg(feature = "axum")]
use super::predicate::Function;
use super::set::OriginSet;

/// A predicate that needs only the head of a request, so that it works without axum.
pub(crate) type HeadPredicate = fn(&Origin<'_>, &Parts) -> bool;

/// A source of origins beside the list.
pub enum OriginsFrom {
    #[allow(missing_docs, reason = "for generated code")]
    Set(&'static OriginSet),
    #[allow(missing_docs, reason = "for generated code")]
    Head(HeadPredicate),
    #[cfg(feature = "axum")]
    #[allow(missing_docs, reason = "for generated code")]
    Function(Function),
}

impl OriginsFrom {
    /// The source in words.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Set(_) => "a set",
            Self::Head(_) => "a function",
            #[cfg(feature = "axum")]
            Self::Function(_) => "a function",
        }
    }
}

impl fmt::Debug for OriginsFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(set) => set.fmt(f),
            Self::Head(_) => f.write_str(self.as_str()),
            #[cfg(feature = "axum")]
            Self::Function(_) => f.write_str(self.as_str()),
        }
    }
}

/// A source that a constant can hold.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PolicySource {
    Set(&'static OriginSet),
    Head(HeadPredicate),
}

impl From<PolicySource> for OriginsFrom {
    fn from(source: PolicySource) -> Self {
        match source {
            PolicySource::Set(set) => Self::Set(set),
            PolicySource::Head(predicate) => Self::Head(predicate),
        }
    }
}
