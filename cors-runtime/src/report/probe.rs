//! The hook of cors-testing: a request may carry a [`Probe`], which records the decision about it.
//! Nothing of it is sent.

use std::sync::{Arc, OnceLock};

use http::{Extensions, StatusCode};

use super::words::Escaped;
use crate::decision::Refusal;
use crate::head::Head;
use crate::origins::Failure;
use crate::policy::{HandlerLocation, Registration};

/// A request extension that `cors_testing::Browser` inserts. The first policy that decides fills it
/// in. It keeps the first decision, because the outermost policy overwrites the headers of the others.
#[derive(Clone, Debug, Default)]
pub struct Probe(Arc<Findings>);

#[derive(Debug, Default)]
struct Findings {
    decision: OnceLock<Finding>,
    /// That of a route without a policy. Its service may have one, which decides later.
    plain: OnceLock<Finding>,
}

/// The decision of a policy about a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// The handler of the policy, or the call of `Policy::layer` or `Policy::routes`. `None` for a route
    /// without a policy.
    pub handler: Option<HandlerLocation>,
    /// The reason, if the request was refused.
    pub refused: Option<Refused>,
    /// The remedy if the page sends credentials and the policy does not allow them. `None` if it
    /// does, or if the request was refused.
    pub for_credentials: Option<&'static str>,
    /// Whether the policy is that of a service inside of a route without a policy. Middleware of the
    /// router is around it.
    pub is_inside: bool,
}

/// The reason of a refusal, in words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refused {
    /// The cause, as the rest of a sentence.
    pub why: String,
    /// The change of the policy or of the page that avoids it.
    pub help: String,
}

impl Probe {
    /// Returns the probe of a request. Without the feature `probe` there is none, and the code
    /// that fills it in is removed.
    #[inline]
    pub(super) fn of(request: &Extensions) -> Option<&Self> {
        if cfg!(feature = "probe") {
            request.get()
        } else {
            None
        }
    }

    pub(super) fn granted(&self, policy: &Registration) {
        self.0.decision.get_or_init(|| Finding {
            handler: Some(policy.location()),
            refused: None,
            for_credentials: match (policy.credentials, policy.origins.is_any()) {
                (true, _) => None,
                (false, true) => Some(
                    "name the origin in `origins` in place of `*`, and add `credentials`; or let the \
                     page send none",
                ),
                (false, false) => Some("add `credentials`, or let the page send none"),
            },
            is_inside: self.is_inside(),
        });
    }

    pub(super) fn refused(&self, refusal: &Refusal<'_>) {
        self.0.decision.get_or_init(|| Finding {
            handler: refusal.location(),
            refused: Some(Refused {
                why: refusal.reason().to_string(),
                help: refusal.help(),
            }),
            for_credentials: None,
            is_inside: self.is_inside(),
        });
    }

    pub(super) fn undecided(&self, policy: &Registration, failure: Failure, status: StatusCode) {
        self.0.decision.get_or_init(|| Finding {
            handler: Some(policy.location()),
            refused: Some(Refused {
                why: format!(
                    "the function of `origins_from` failed with {}: {failure}",
                    status.as_u16()
                ),
                help:
                    "let the function return `false` for an origin that is not allowed; any other \
                       failure is the response to the request"
                        .to_owned(),
            }),
            for_credentials: None,
            is_inside: self.is_inside(),
        });
    }

    pub(super) fn left_to_edge(&self) {
        self.0.decision.get_or_init(|| Finding {
            handler: None,
            refused: Some(Refused {
                why: "the router is `at_the_edge`, and leaves CORS to the gateway in front of it"
                    .to_owned(),
                help: "test the router without `at_the_edge`, or send the requests to the gateway"
                    .to_owned(),
            }),
            for_credentials: None,
            is_inside: false,
        });
    }

    pub(super) fn without_policy(&self, head: &Head<'_>) {
        self.0.plain.get_or_init(|| Finding {
            handler: None,
            refused: Some(of_plain(head)),
            for_credentials: None,
            is_inside: false,
        });
    }

    fn is_inside(&self) -> bool {
        self.0.plain.get().is_some()
    }

    /// Returns the decision, or `None` if no policy of cors-runtime decided about the request.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        self.0.decision.get().or_else(|| self.0.plain.get())
    }
}

/// The reason for which a page cannot read the response of a route without a policy.
fn of_plain(head: &Head<'_>) -> Refused {
    let path = Escaped(head.path().as_bytes());
    #[cfg(feature = "axum")]
    if !head.is_routed() {
        return Refused {
            why: format!("no route of the router serves `{path}`"),
            help: "correct the path; the page can read a 404 of a fallback with a policy, \
                   `fallback(routes![..])`, or of a router with a `default_policy`"
                .to_owned(),
        };
    }
    Refused {
        why: format!("the route `{path}` has no policy"),
        help: "give its handler `#[cors(..)]` and register it with `routes!`".to_owned(),
    }
}
