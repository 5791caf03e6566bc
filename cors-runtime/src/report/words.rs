//! Refusals in words.

use std::fmt;

use crate::decision::Refusal;

impl Refusal<'_> {
    /// The requested and the allowed values, without where the policy is.
    pub(super) fn reason(&self) -> Reason<'_> {
        Reason(self)
    }

    /// Help beside changing the policy.
    fn hint(&self) -> Option<String> {
        match self {
            Self::Method {
                requested: Some(requested),
                policies,
            } => policies.matching_other_case(requested).map(|method| {
                let method = method.as_str();
                format!("methods have a case: let the page ask for `{method}`")
            }),
            Self::Origin {
                requested: Some(b"null"),
                ..
            } => Some(
                "`null` stands for sandboxed frames, files and some redirects; serve the page from \
                 an origin of its own"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    /// The change that lets the request pass, for the author of the policy.
    pub(super) fn help(&self) -> String {
        let requested = Requested(self);
        self.hint().unwrap_or_else(|| match self {
            Self::Method { policies, .. } if policies.are_of_layer() => format!(
                "add `{requested}` to the `methods` of the layer's policy; if another policy of the \
                 path has it, pass the handlers of both to `Policy::routes` in place of the layers"
            ),
            Self::Method { .. } => {
                format!("add `{requested}` to the `methods` of a policy of this path")
            }
            Self::Origin { .. } => {
                format!("add `{requested}` to `origins`, if its pages may read the answers")
            }
            Self::Headers {
                requested: None, ..
            } => "let the page send fewer".to_owned(),
            Self::Headers { .. } => {
                format!("add `{requested}` to `headers`, or let the page leave it out")
            }
        })
    }
}

/// The reason, with the place of the policy and help, for a developer.
impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason().fmt(f)?;
        match (self, self.location()) {
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

/// The reason of a [`Refusal`].
pub(super) struct Reason<'a>(&'a Refusal<'a>);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refusal = self.0;
        let requested = Requested(refusal);
        match refusal {
            Refusal::Method {
                requested: None, ..
            } => f.write_str("the preflight names more than one method"),
            Refusal::Method { policies, .. } if policies.are_of_layer() => write!(
                f,
                "the layer of a policy answers preflights for the methods of that policy only, which \
                 lacks `{requested}`"
            ),
            Refusal::Method { .. } => write!(
                f,
                "no handler of this path has a policy for the method `{requested}`"
            ),
            Refusal::Origin {
                requested: None, ..
            } => f.write_str("the request names more than one origin"),
            Refusal::Origin { .. } => write!(f, "the origin `{requested}` is not allowed"),
            Refusal::Headers {
                requested: None, ..
            } => f.write_str("the preflight asks for too many request headers"),
            Refusal::Headers { .. } => write!(f, "the request header `{requested}` is not allowed"),
        }?;
        write!(f, "; allowed: {}", AllowedList(refusal))
    }
}

/// The requested value, escaped and truncated, because untrusted input must not forge log lines or
/// fields.
pub(super) struct Requested<'a>(pub(super) &'a Refusal<'a>);

impl fmt::Display for Requested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_BYTES: usize = 200;
        let Some(requested) = self.0.requested() else {
            // Contains spaces, so that it cannot be confused with a request's value, in which spaces
            // are escaped.
            return f.write_str(match self.0 {
                Refusal::Headers { .. } => "too many headers",
                Refusal::Method { .. } | Refusal::Origin { .. } => "more than one",
            });
        };
        let shown = &requested[..requested.len().min(MAX_BYTES)];
        for &byte in shown {
            match byte {
                b' ' => f.write_str("\\x20"),
                byte => byte.escape_ascii().fmt(f),
            }?;
        }
        if shown.len() < requested.len() {
            f.write_str("...")?;
        }
        Ok(())
    }
}

/// The values that would have passed the step.
pub(super) struct AllowedList<'a>(pub(super) &'a Refusal<'a>);

impl fmt::Display for AllowedList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Refusal::Method { policies, .. } => {
                let methods = policies.iter().map(|(method, _)| method.as_str());
                f.write_str(&list(methods, None))
            }
            Refusal::Origin { policy, .. } => {
                let summary = &policy.summary;
                let origins = summary.origins.iter().map(String::as_str);
                f.write_str(&list(origins, summary.origins_from))
            }
            Refusal::Headers { policy, .. } => {
                let headers = policy.summary.headers.iter();
                f.write_str(&list(headers.map(String::as_str), None))
            }
        }
    }
}

/// The first few items, and the number of the others.
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
