//! The error of a fetch, with the exchange that failed.

use std::error::Error;
use std::fmt;

use cors_runtime::__probe::HandlerLocation;
use http::Response;

use crate::exchange::SentRequest;
use crate::fetch::Credentials;
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
        Self {
            exchange: Some(sent.with_response(response)),
            handler: finding.and_then(|finding| finding.handler),
            problem: match (refused, for_credentials) {
                (Some(refused), _) => {
                    let problem = self.problem.with_cause(&refused.why);
                    problem.with_help(&refused.help)
                }
                (None, Some(help)) if includes => self.problem.with_help(help),
                _ => self.problem,
            },
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
