//! Why a request was refused: for the log, and for the console of the browser.

use std::fmt;

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue};

use crate::compiled::CompiledPolicy;
use crate::described::{Described, Handler};
use crate::preflight::PathPolicies;

/// The step that failed, with what was asked and what would have been allowed.
#[derive(Debug)]
pub(crate) enum Refusal<'a> {
    /// The method has no policy on this path.
    Method {
        asked: Option<&'a [u8]>,
        policies: &'a PathPolicies,
    },
    /// The origin isn't allowed.
    Origin {
        asked: Option<&'a [u8]>,
        policy: &'a CompiledPolicy,
    },
    /// A header isn't allowed; `None` where there were too many.
    Headers {
        asked: Option<&'a [u8]>,
        /// What the step before has granted.
        origin: HeaderValue,
        policy: &'a CompiledPolicy,
    },
}

impl<'a> Refusal<'a> {
    /// The origin of an actual request.
    pub(crate) fn of_origin(headers: &'a HeaderMap, policy: &'a CompiledPolicy) -> Self {
        Self::Origin {
            asked: headers.get(ORIGIN).map(HeaderValue::as_bytes),
            policy,
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn step(&self) -> &'static str {
        match self {
            Self::Method { .. } => "method",
            Self::Origin { .. } => "origin",
            Self::Headers { .. } => "headers",
        }
    }

    pub(crate) fn asked(&self) -> Visible<'a> {
        let (Self::Method { asked, .. } | Self::Origin { asked, .. } | Self::Headers { asked, .. }) =
            self;
        Visible(asked.unwrap_or(match self {
            Self::Headers { .. } => b"too many headers",
            Self::Method { .. } | Self::Origin { .. } => b"more than one",
        }))
    }

    /// The handler with the policy; where the method has none, one of the path.
    pub(crate) fn handler(&self) -> Option<Handler> {
        match self {
            Self::Method { policies, .. } => policies.iter().next()?.1.described.handler,
            Self::Origin { policy, .. } | Self::Headers { policy, .. } => policy.described.handler,
        }
    }

    /// Emits the event, if somebody listens.
    #[cfg(feature = "tracing")]
    pub(crate) fn tell(&self, request: &'static str) {
        if !is_heard() {
            return;
        }
        let handler = self.handler();
        tracing::debug!(
            target: "cors",
            handler = handler.map(|handler| handler.path),
            file = handler.map(|handler| handler.file),
            line = handler.map(|handler| handler.line),
            step = self.step(),
            asked = %self.asked(),
            allowed = %Allowed(self),
            "{request} refused"
        );
    }

    #[cfg(not(feature = "tracing"))]
    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(crate) fn tell(&self, _: &'static str) {}
}

/// Whether anybody listens to what is refused.
#[cfg(feature = "tracing")]
pub(crate) fn is_heard() -> bool {
    tracing::enabled!(target: "cors", tracing::Level::DEBUG)
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn is_heard() -> bool {
    false
}

/// The reason in words, for a developer.
impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = self.asked();
        let allowed = Allowed(self);
        match self {
            Self::Method { .. } => write!(
                f,
                "no handler of this path has a policy for the method `{asked}`; it has: {allowed}"
            )?,
            Self::Origin { .. } => {
                write!(f, "the origin `{asked}` is not allowed; allowed: {allowed}")?;
            }
            Self::Headers { .. } => write!(
                f,
                "the request header `{asked}` is not allowed; allowed: {allowed}"
            )?,
        }
        match self.handler() {
            Some(handler) => write!(f, " (policy of {handler})"),
            None => Ok(()),
        }
    }
}

/// Bytes of a request, so that they write no line of a log and no control character, and are cut
/// where they are long.
pub(crate) struct Visible<'a>(&'a [u8]);

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 200;
        let shown = &self.0[..self.0.len().min(LONGEST)];
        shown.escape_ascii().fmt(f)?;
        if shown.len() < self.0.len() {
            f.write_str("...")?;
        }
        Ok(())
    }
}

/// What would have passed the step.
struct Allowed<'a>(&'a Refusal<'a>);

impl fmt::Display for Allowed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Refusal::Method { policies, .. } => {
                list(f, policies.iter().map(|(method, _)| method.as_str()), None)
            }
            Refusal::Origin { policy, .. } => {
                let Described {
                    origins,
                    origins_from,
                    ..
                } = &policy.described;
                list(f, origins.iter().map(String::as_str), *origins_from)
            }
            Refusal::Headers { policy, .. } => {
                let headers = &policy.described.headers;
                list(f, headers.iter().map(String::as_str), None)
            }
        }
    }
}

/// The first few, and how many more there are.
fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = &'a str> + Clone,
    more: Option<&'static str>,
) -> fmt::Result {
    const FEW: usize = 10;
    let beyond = items.clone().count().saturating_sub(FEW);
    let mut is_first = true;
    for item in items.take(FEW).chain(more) {
        if !is_first {
            f.write_str(", ")?;
        }
        f.write_str(item)?;
        is_first = false;
    }
    match (beyond, is_first) {
        (0, true) => f.write_str("none"),
        (0, false) => Ok(()),
        _ => write!(f, " and {beyond} more"),
    }
}
