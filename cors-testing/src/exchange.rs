//! Requests and responses as error messages print them, with the decision of the policy.

use std::fmt;

use cors_runtime::__probe::{Finding, Probe};
use http::header::{COOKIE, LOCATION, ORIGIN};
use http::{Method, Request, Response};
use url::Url;

use crate::session::Body;

/// A request that was sent.
pub(crate) struct SentRequest {
    method: Method,
    text: String,
    probe: Probe,
}

impl SentRequest {
    /// Prints a request before it is sent, and adds a probe to it, in which a policy of cors-runtime
    /// records its decision.
    pub(crate) fn new(request: &mut Request<Body>, url: &Url) -> Self {
        let probe = Probe::default();
        request.extensions_mut().insert(probe.clone());
        let mut text = format!("> {} {url}\n", request.method());
        for (name, value) in request.headers() {
            let is_relevant = [ORIGIN, COOKIE].contains(name);
            if is_relevant || name.as_str().starts_with("access-control-") {
                text.extend(["> ", name.as_str(), ": "]);
                text.push_str(&value.as_bytes().escape_ascii().to_string());
                text.push('\n');
            }
        }
        let method = request.method().clone();
        Self {
            method,
            text,
            probe,
        }
    }

    /// Returns the method that was sent.
    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the decision, if a policy of cors-runtime made one.
    pub(crate) fn finding(&self) -> Option<&Finding> {
        self.probe.finding()
    }

    /// Prints the request without a response.
    pub(crate) fn alone(&self) -> String {
        self.text.trim_end().to_owned()
    }

    /// Prints the request and its response.
    pub(crate) fn with_response<B>(&self, response: &Response<B>) -> String {
        format!("{}{}", self.text, Received(response))
    }
}

struct Received<'a, B>(&'a Response<B>);

impl<B> fmt::Display for Received<'_, B> {
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
