//! The error of a fetch, with the exchange that failed.

use std::error::Error;
use std::fmt;

use cors_runtime::__probe::HandlerLocation;
use http::{Response, StatusCode};

use crate::exchange::SentRequest;
use crate::fetch::Credentials;
use crate::override_check;
use crate::problem::{Problem, Step};

/// The error of [`Browser::fetch`](crate::Browser::fetch). A page gets `TypeError: Failed to fetch`
/// without a reason; this error has one.
///
/// `Display` prints the step and the problem, the remedy, and the request and the response. If a
/// policy of cors-runtime decided, it also prints the policy's reason and the place of its handler.
/// Cookies that the browser ignored or did not send follow.
/// `Debug` prints the same, because a failing test prints it.
#[derive(Clone)]
pub struct FetchError {
    problem: Problem,
    exchange: Option<String>,
    handler: Option<HandlerLocation>,
}

impl FetchError {
    /// Creates the error of a request that was not sent.
    pub(crate) fn new(problem: Problem) -> Self {
        Self {
            problem,
            exchange: None,
            handler: None,
        }
    }

    /// Adds a request that got no response.
    pub(crate) fn without_response(self, sent: &SentRequest) -> Self {
        let exchange = Some(sent.alone());
        Self { exchange, ..self }
    }

    /// Adds the exchange, and the reason and the remedy of the policy that decided about it.
    pub(crate) fn with_exchange<B>(
        self,
        sent: &SentRequest,
        response: &Response<B>,
        credentials: Credentials,
    ) -> Self {
        let finding = sent.finding();
        let includes = credentials == Credentials::Include;
        let refused = finding.and_then(|finding| finding.refused.as_ref());
        let for_credentials = finding.and_then(|finding| finding.for_credentials);
        let problem = match (refused, for_credentials) {
            (Some(refused), _) => {
                let problem = self.problem.with_cause(&refused.why);
                problem.with_help(&refused.help)
            }
            (None, Some(help)) if includes => self.problem.with_help(help),
            (None, _) if finding.is_none() => unserved(self.problem, sent, response.status()),
            _ => self.problem,
        };
        Self {
            exchange: Some(sent.with_response(response)),
            handler: finding.and_then(|finding| finding.handler),
            problem: override_check::of_hidden(problem, finding, response),
        }
    }

    /// Adds the problems of cookies, which are often the cause of a response without permission.
    pub(crate) fn with_cookies(self, problems: &[Problem]) -> Self {
        let mut lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        lines.extend(self.exchange);
        let exchange = (!lines.is_empty()).then(|| lines.join("\n"));
        Self { exchange, ..self }
    }

    /// Returns the step that failed.
    #[must_use]
    pub fn step(&self) -> Step {
        self.problem.step()
    }

    /// Returns the problem without the exchange.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

/// Adds the cause to a request that nothing serves: its response has no headers because it is an error.
fn unserved(problem: Problem, sent: &SentRequest, status: StatusCode) -> Problem {
    // Many servers have no route for OPTIONS, so the status of a preflight says nothing of the path.
    if problem.step() != Step::Origin {
        return problem;
    }
    match status {
        StatusCode::NOT_FOUND => problem
            .with_cause("the server has nothing at this path")
            .with_help(
                "correct the path; for a page to read a 404, errors need the CORS headers, too",
            ),
        StatusCode::METHOD_NOT_ALLOWED => {
            let why = format!("the path does not serve {}", sent.method());
            problem.with_cause(&why).with_help(
                "correct the method; for a page to read a 405, errors need the CORS headers, too: \
                 `CorsRouter::default_policy` adds them",
            )
        }
        _ => problem,
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)?;
        if let Some(handler) = self.handler {
            write!(f, "\npolicy: {handler}")?;
        }
        match &self.exchange {
            Some(exchange) => write!(f, "\n{exchange}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for FetchError {}
