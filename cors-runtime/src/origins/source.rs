//! Sources of origins beside the list.

use std::fmt;

#[cfg(feature = "axum")]
use super::predicate::Function;
use super::set::OriginSet;

/// A source of origins beside the list.
pub enum OriginsFrom {
    #[allow(missing_docs, reason = "for generated code")]
    Set(&'static OriginSet),
    #[cfg(feature = "axum")]
    #[allow(missing_docs, reason = "for generated code")]
    Function(Function),
}

impl fmt::Debug for OriginsFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(set) => set.fmt(f),
            #[cfg(feature = "axum")]
            Self::Function(_) => f.write_str("function"),
        }
    }
}
