//! Why a request was refused: for the log, and for the console of the browser.

use std::fmt;

use http::header::ORIGIN;
use http::{HeaderMap, HeaderValue};

use crate::policy::compiled::CompiledPolicy;
use crate::policy::summary::{Described, Handler};
use crate::response::preflight::{PathPolicies, only};

/// The step that failed, with what was asked and what would have been allowed.
#[derive(Debug)]
pub(crate) enum Refusal<'a> {
    /// The method has no policy on this path; `None` where several were asked for.
    Method {
        asked: Option<&'a [u8]>,
        policies: &'a PathPolicies,
    },
    /// The origin isn't allowed; `None` where there were several.
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
            asked: only(headers, ORIGIN).map(HeaderValue::as_bytes),
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

    /// The handler with the policy; where the method has none, one of the path.
    pub(crate) fn handler(&self) -> Option<Handler> {
        match self {
            Self::Method { policies, .. } => policies.iter().next()?.1.described.handler,
            Self::Origin { policy, .. } | Self::Headers { policy, .. } => policy.described.handler,
        }
    }

    /// What was asked, and what would have been allowed.
    pub(crate) fn reason(&self) -> Reason<'_> {
        Reason(self)
    }

    /// What helps beside changing the policy.
    fn hint(&self) -> Option<String> {
        match self {
            Self::Method {
                asked: Some(asked),
                policies,
            } => policies.spelled_otherwise(asked).map(|method| {
                let method = method.as_str();
                format!("methods have a case: let the page ask for `{method}`")
            }),
            Self::Origin {
                asked: Some(b"null"),
                ..
            } => Some(
                "`null` stands for sandboxed frames, files and some redirects; serve the page from \
                 an origin of its own"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    /// What to change, for whoever writes the policy.
    pub(crate) fn help(&self) -> String {
        let asked = Asked(self);
        self.hint().unwrap_or_else(|| match self {
            Self::Method { .. } => {
                format!("add `{asked}` to the `methods` of a policy of this path")
            }
            Self::Origin { .. } => {
                format!("add `{asked}` to `origins`, if its pages may read the answers")
            }
            Self::Headers { asked: None, .. } => "let the page send fewer".to_owned(),
            Self::Headers { .. } => {
                format!("add `{asked}` to `headers`, or let the page leave it out")
            }
        })
    }

    /// Emits the event, if somebody listens: `what` came of it.
    #[cfg(feature = "tracing")]
    pub(crate) fn tell(&self, what: &'static str) {
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
            asked = %Asked(self),
            allowed = %Allowed(self),
            "{what}"
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
        self.reason().fmt(f)?;
        match (self, self.handler()) {
            (Self::Method { .. }, Some(handler)) => {
                write!(f, " (policies of this path, the first is of {handler})")
            }
            (_, Some(handler)) => write!(f, " (policy of {handler})"),
            (_, None) => Ok(()),
        }?;
        match self.hint() {
            Some(hint) => write!(f, "\nhelp: {hint}"),
            None => Ok(()),
        }
    }
}

/// Of a [`Refusal`], without where the policy stands.
pub(crate) struct Reason<'a>(&'a Refusal<'a>);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refusal = self.0;
        let asked = Asked(refusal);
        match refusal {
            Refusal::Method { asked: None, .. } => {
                f.write_str("the preflight names more than one method")
            }
            Refusal::Method { .. } => write!(
                f,
                "no handler of this path has a policy for the method `{asked}`"
            ),
            Refusal::Origin { asked: None, .. } => {
                f.write_str("the request names more than one origin")
            }
            Refusal::Origin { .. } => write!(f, "the origin `{asked}` is not allowed"),
            Refusal::Headers { asked: None, .. } => {
                f.write_str("the preflight asks for too many request headers")
            }
            Refusal::Headers { .. } => write!(f, "the request header `{asked}` is not allowed"),
        }?;
        write!(f, "; allowed: {}", Allowed(refusal))
    }
}

/// What was asked, so that no request writes a line of a log, another field or a control
/// character, and none writes much.
struct Asked<'a>(&'a Refusal<'a>);

impl fmt::Display for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 200;
        let asked = match self.0 {
            Refusal::Method { asked, .. }
            | Refusal::Origin { asked, .. }
            | Refusal::Headers { asked, .. } => *asked,
        };
        let Some(asked) = asked else {
            // With spaces, which nothing of a request keeps.
            return f.write_str(match self.0 {
                Refusal::Headers { .. } => "too many headers",
                Refusal::Method { .. } | Refusal::Origin { .. } => "more than one",
            });
        };
        let shown = &asked[..asked.len().min(LONGEST)];
        for &byte in shown {
            match byte {
                b' ' => f.write_str("\\x20"),
                byte => byte.escape_ascii().fmt(f),
            }?;
        }
        if shown.len() < asked.len() {
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
                let methods = policies.iter().map(|(method, _)| method.as_str());
                f.write_str(&list(methods, None))
            }
            Refusal::Origin { policy, .. } => {
                let Described {
                    origins,
                    origins_from,
                    ..
                } = &policy.described;
                f.write_str(&list(origins.iter().map(String::as_str), *origins_from))
            }
            Refusal::Headers { policy, .. } => {
                let headers = policy.described.headers.iter();
                f.write_str(&list(headers.map(String::as_str), None))
            }
        }
    }
}

/// The first few, and how many more there are.
fn list<'a>(mut items: impl Iterator<Item = &'a str>, from: Option<&'static str>) -> String {
    const FEW: usize = 10;
    let mut parts: Vec<String> = items.by_ref().take(FEW).map(str::to_owned).collect();
    match items.count() {
        0 => {}
        more => parts.push(format!("and {more} more")),
    }
    parts.extend(from.map(|from| format!("origins_from ({from})")));
    match parts.as_slice() {
        [] => "none".to_owned(),
        parts => parts.join(", "),
    }
}
