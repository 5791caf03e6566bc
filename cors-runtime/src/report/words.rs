//! Refusals in words.

use std::fmt;

use cors_rules::Method;

use crate::decision::Refusal;
use crate::head::Head;
use crate::policy::Registration;
use crate::protection::{RefusalRule, Refused};

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
                format!("methods have a case: let the page ask for `{method}`")
            }),
            Self::Origin {
                requested: Some(b"null"),
                ..
            }
            | Self::Held {
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
            Self::Method {
                requested: Some(requested_method),
                ..
            } if Method::parse(requested_method).is_none() => format!(
                "axum routes no `{requested}` to handlers: serve it by a service inside \
                 `Policy::layer()`, whose `methods` have `{requested}`"
            ),
            Self::Method { .. } => {
                // A layer around a plain handler answers no preflight beside other policies.
                format!(
                    "add `{requested}` to the `methods` of a policy of this path; a plain handler gets \
                     a policy of its own by `Policy::routes`, not by a layer"
                )
            }
            Self::Origin { .. } => {
                format!("add `{requested}` to `origins`, if its pages may read the responses")
            }
            Self::Headers {
                requested: None, ..
            } => "let the page send fewer".to_owned(),
            Self::Headers { .. } => {
                format!("add `{requested}` to `headers`, or let the page leave it out")
            }
            Self::Held {
                rule,
                requested: origin,
                policy,
            } => held_help(*rule, *origin, *policy, &requested),
        })
    }

    /// The mark of a refused request, for its response.
    pub(crate) fn mark(&self, head: &Head<'_>, is_reported_only: bool) -> Refused {
        let rule = match self {
            Self::Held { rule, .. } => *rule,
            _ => RefusalRule::Origin,
        };
        Refused {
            rule,
            location: self.location(),
            path: Escaped(head.path().as_bytes()).to_string(),
            reason: self.reason().to_string(),
            is_reported_only,
        }
    }
}

/// The reason, with the place of the policy and help, for a developer.
impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason().fmt(f)?;
        match (self, self.location()) {
            (Self::Method { policies, .. }, Some(handler)) if !policies.are_of_layer() => {
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

/// Help for a held request.
fn held_help(
    rule: RefusalRule,
    origin: Option<&[u8]>,
    policy: Option<&Registration>,
    requested: &Requested<'_>,
) -> String {
    match (rule, origin, policy) {
        (RefusalRule::SeveralLines, ..) => "send one line of each".to_owned(),
        (RefusalRule::Host, ..) => {
            "add the host to `own_origins`, as an origin such as `https://api.example.com`"
                .to_owned()
        }
        (RefusalRule::CrossSite, None, _) => {
            "let the page send the request with `fetch`, in mode `cors`".to_owned()
        }
        (rule, _, policy) => {
            let remedy = match policy {
                Some(_) => {
                    format!("add `{requested}` to `origins`, if its pages may use this handler")
                }
                None => format!(
                    "give the handler a policy with `#[cors(origins = [\"{requested}\"], ..)]`, or add \
                     the origin to `trust` of the router's `Protection`"
                ),
            };
            match rule {
                RefusalRule::Origin => format!(
                    "{remedy}; if it is the server's own and a proxy changes `Host`, add it to \
                     `own_origins` of the router's `Protection`"
                ),
                _ => remedy,
            }
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
            Refusal::Headers {
                requested: None, ..
            } => f.write_str("the preflight asks for too many request headers"),
            Refusal::Headers { .. } => write!(f, "the request header `{requested}` is not allowed"),
            Refusal::Held {
                rule: RefusalRule::SeveralLines,
                ..
            } => f.write_str("the request has several lines of `origin` or `sec-fetch-site`"),
            Refusal::Held {
                rule: RefusalRule::Host,
                ..
            } => f.write_str("the host of the request is none of the server's own"),
            Refusal::Held {
                requested: None, ..
            } => f.write_str("a page of another site sent the request, without its origin"),
            Refusal::Origin { .. }
            | Refusal::Held {
                policy: Some(_), ..
            } => write!(f, "the origin `{requested}` is not allowed"),
            Refusal::Held { policy: None, .. } => write!(
                f,
                "the origin `{requested}` is neither trusted nor the server's own"
            ),
        }?;
        match refusal {
            Refusal::Held { policy: None, .. } => Ok(()),
            _ => write!(f, "; allowed: {}", AllowedList(refusal)),
        }
    }
}

/// The requested value of a [`Refusal`].
pub(super) struct Requested<'a>(pub(super) &'a Refusal<'a>);

impl fmt::Display for Requested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.requested(), self.0) {
            (Some(requested), _) => Escaped(requested).fmt(f),
            // With a space, so that it cannot be confused with a request's value, in which spaces are
            // escaped.
            (None, Refusal::Headers { .. }) => f.write_str("too many headers"),
            (
                None,
                Refusal::Held {
                    rule: RefusalRule::CrossSite,
                    ..
                },
            ) => f.write_str("no origin"),
            (
                None,
                Refusal::Held {
                    rule: RefusalRule::Host,
                    ..
                },
            ) => f.write_str("no host"),
            (None, _) => f.write_str("more than one"),
        }
    }
}

/// Untrusted bytes, escaped and truncated, because they must not forge log lines or fields.
pub(super) struct Escaped<'a>(pub(super) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX_BYTES: usize = 200;
        let shown = &self.0[..self.0.len().min(MAX_BYTES)];
        for &byte in shown {
            match byte {
                b' ' => f.write_str("\\x20"),
                byte => byte.escape_ascii().fmt(f),
            }?;
        }
        if shown.len() < self.0.len() {
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
                let methods = policies.iter().map(|(method, _)| method);
                f.write_str(&list(methods, None))
            }
            Refusal::Held { policy: None, .. } => f.write_str("none"),
            Refusal::Origin { policy, .. }
            | Refusal::Held {
                policy: Some(policy),
                ..
            } => {
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
