//! Why a page got nothing, in words that say what to change.

use std::error::Error;
use std::fmt;

use cors_runtime::__probe::{HandlerLocation, Probe};
use http::header::{COOKIE, LOCATION, ORIGIN};
use http::{Request, Response};
use url::Url;

use crate::browser::Body;
use crate::check::Credentials;
use crate::problem::{Problem, Step};

/// What reaches a page as `TypeError: Failed to fetch`; this one says why.
///
/// `Display` has the step, what was sent, what was answered and what to change; and if a policy of
/// this crate has answered, why, and where its handler stands. `Debug` is the same, since that is
/// what a failing test shows.
#[derive(Clone)]
pub struct FetchError {
    problem: Problem,
    exchange: Option<String>,
    handler: Option<HandlerLocation>,
}

impl FetchError {
    pub(crate) fn new(problem: Problem) -> Self {
        Self {
            problem,
            exchange: None,
            handler: None,
        }
    }

    pub(crate) fn unanswered(self, sent: &Sent) -> Self {
        let exchange = Some(sent.text.trim_end().to_owned());
        Self { exchange, ..self }
    }

    pub(crate) fn after<B>(
        self,
        sent: &Sent,
        response: &Response<B>,
        credentials: Credentials,
    ) -> Self {
        let finding = sent.probe.finding();
        let includes = credentials == Credentials::Include;
        let refused = finding.and_then(|finding| finding.refused.as_ref());
        let for_credentials = finding.and_then(|finding| finding.for_credentials);
        Self {
            exchange: Some(format!("{}{}", sent.text, Answered(response))),
            handler: finding.and_then(|finding| finding.handler),
            problem: match (refused, for_credentials) {
                (Some(refused), _) => self.problem.since(&refused.why).help(&refused.help),
                (None, Some(help)) if includes => self.problem.help(help),
                _ => self.problem,
            },
        }
    }

    /// The step that failed.
    #[must_use]
    pub fn step(&self) -> Step {
        self.problem.step()
    }

    /// What was wrong, without the exchange.
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

/// A request as it was sent, for messages, and what a policy says of it.
pub(crate) struct Sent {
    text: String,
    probe: Probe,
}

impl Sent {
    /// Asks a policy that decides about it to say so.
    pub(crate) fn of(request: &mut Request<Body>, url: &Url) -> Self {
        let probe = Probe::default();
        request.extensions_mut().insert(probe.clone());
        let mut text = format!("> {} {url}\n", request.method());
        for (name, value) in request.headers() {
            let is_telling = [ORIGIN, COOKIE].contains(name);
            if is_telling || name.as_str().starts_with("access-control-") {
                text.extend(["> ", name.as_str(), ": "]);
                text.push_str(&value.as_bytes().escape_ascii().to_string());
                text.push('\n');
            }
        }
        Self { text, probe }
    }
}

struct Answered<'a, B>(&'a Response<B>);

impl<B> fmt::Display for Answered<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "< {}", self.0.status())?;
        for (name, value) in self.0.headers() {
            if name.as_str().starts_with("access-control-") || *name == LOCATION {
                write!(f, "\n< {name}: {}", value.as_bytes().escape_ascii())?;
            }
        }
        Ok(())
    }
}
