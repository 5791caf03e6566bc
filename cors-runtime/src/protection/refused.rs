//! The mark of a refused request.

use std::fmt;

use crate::policy::HandlerLocation;

/// The rule by which a held request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalRule {
    /// `Origin` is neither allowed nor one of the server's own.
    Origin,
    /// `Origin` or `Sec-Fetch-Site` has several lines, which no browser sends.
    SeveralLines,
    /// `Sec-Fetch-Site` is of another origin, and the request is no link.
    CrossSite,
    /// The target's host is none of the server's own.
    Host,
}

impl RefusalRule {
    /// The name of the rule, as in log events: `origin`, `several_lines`, `cross_site` or `host`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::SeveralLines => "several_lines",
            Self::CrossSite => "cross_site",
            Self::Host => "host",
        }
    }
}

/// A refused request: an extension of its response, for metrics, and the argument of
/// [`Protection::refused`](crate::Protection::refused). `Display` prints the reason in one sentence.
///
/// ```
/// use axum::response::Response;
/// use cors_runtime::Refused;
///
/// fn count(response: &Response) {
///     if let Some(refused) = response.extensions().get::<Refused>() {
///         println!("refused_total{{rule={:?}}} 1", refused.rule().as_str());
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Refused {
    pub(crate) rule: RefusalRule,
    pub(crate) location: Option<HandlerLocation>,
    pub(crate) path: String,
    pub(crate) reason: String,
    pub(crate) is_reported_only: bool,
}

impl Refused {
    /// The rule.
    #[must_use]
    pub fn rule(&self) -> RefusalRule {
        self.rule
    }

    /// The path of the handler's function; `None` for a route without a policy.
    #[must_use]
    pub fn handler(&self) -> Option<&'static str> {
        self.location.map(|location| location.path)
    }

    /// The path of the request, without its query, escaped and at most 200 bytes of it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the request was passed on all the same, because the protection only reports.
    #[must_use]
    pub fn is_reported_only(&self) -> bool {
        self.is_reported_only
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
