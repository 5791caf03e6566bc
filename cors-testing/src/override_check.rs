//! Signs of another CORS middleware around a router, which replaces the decisions of its policies.
//!
//! A policy of cors-runtime records its decision in the probe of a request, so a decision and a response
//! that contradict each other have something in between. The reverse does not hold: a middleware that
//! decides alike leaves no sign.

use cors_runtime::__probe::Finding;
use http::Response;
use http::header::ACCESS_CONTROL_ALLOW_ORIGIN;

use crate::header_list::combined_text;
use crate::page_request::PageRequest;
use crate::problem::{Problem, Step};

/// The remedy.
const HELP: &str = "put that middleware inside, with `CorsRouter::layer`, or remove it";

/// The preflight of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PreflightDecision {
    /// None was sent.
    NotSent,
    /// A policy decided about it, or it reached a route without one.
    ReachedRouter,
    /// It was allowed, and reached no router of cors-runtime.
    AllowedElsewhere,
}

/// Returns the problem of a response that the page can read, although the policy that decided about the
/// request would not let it, or was not asked about the preflight.
pub(crate) fn of_visible(
    finding: Option<&Finding>,
    preflight: PreflightDecision,
    request: &PageRequest,
) -> Option<Problem> {
    let finding = finding.filter(|finding| finding.handler.is_some() && !finding.is_inside)?;
    let origin = request.serialized_origin();
    let text = if let Some(refused) = &finding.refused {
        format!(
            "another CORS middleware around the router allows `{origin}`, although {}",
            refused.why
        )
    } else if preflight == PreflightDecision::AllowedElsewhere {
        format!(
            "another CORS middleware around the router answered the preflight for {}, although the path \
             has a policy",
            request.method
        )
    } else {
        return None;
    };
    Some(Problem::new(Step::Middleware, text, HELP).tolerated())
}

/// Adds the cause to the failure of a response whose policy allows the page.
pub(crate) fn of_hidden<B>(
    problem: Problem,
    finding: Option<&Finding>,
    response: &Response<B>,
) -> Problem {
    let is_allowed =
        finding.is_some_and(|finding| finding.handler.is_some() && finding.refused.is_none());
    let is_of_origin = matches!(problem.step(), Step::Origin | Step::PreflightOrigin);
    // The policy itself may send `*`, which credentials do not match.
    let is_any = combined_text(response.headers(), &ACCESS_CONTROL_ALLOW_ORIGIN) == "*";
    if !is_allowed || !is_of_origin || is_any {
        return problem;
    }
    problem
        .with_cause(
            "another middleware around the router has changed the headers of the policy, which allows \
             this page",
        )
        .with_help(HELP)
}
