//! Requests and responses as error messages and the log print them, with the decision of the policy.

use std::fmt::Write as _;

use cors_runtime::__probe::{Finding, Probe};
use http::header::{COOKIE, LOCATION, ORIGIN};
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri};
use url::Url;

use crate::session::Body;

/// A request that was sent, or that the cache has answered.
pub(crate) struct SentRequest {
    method: Method,
    text: String,
    /// With all headers that the log prints.
    long_text: String,
    probe: Probe,
    pub(crate) source: Source,
}

/// The origin of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Network,
    /// The cache, and nothing was sent.
    Cache,
    /// The cache, after a 304.
    Revalidated,
}

impl SentRequest {
    /// Prints a request before it is sent, and adds two extensions to it: a probe, in which a policy of
    /// cors-runtime records its decision, and the whole URL.
    pub(crate) fn new(request: &mut Request<Body>, url: &Url) -> Self {
        let probe = Probe::default();
        request.extensions_mut().insert(probe.clone());
        if let Ok(uri) = url.as_str().parse::<Uri>() {
            request.extensions_mut().insert(uri);
        }
        let start = format!("> {} {url}", request.method());
        let mut text = start.clone();
        push_headers(&mut text, '>', request.headers(), |name| {
            [ORIGIN, COOKIE].contains(name) || is_of_cors(name)
        });
        let mut long_text = start;
        push_headers(&mut long_text, '>', request.headers(), is_logged_of_request);
        Self {
            method: request.method().clone(),
            text,
            long_text,
            probe,
            source: Source::Network,
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
        self.text.clone()
    }

    /// Prints the request and its response.
    pub(crate) fn with_response<B>(&self, response: &Response<B>) -> String {
        let mut text = format!("{}\n< {}", self.text, response.status());
        text.push_str(self.remark());
        push_headers(&mut text, '<', response.headers(), |name| {
            is_of_cors(name) || *name == LOCATION
        });
        text
    }

    /// Prints the request for the log.
    pub(crate) fn logged(&self) -> &str {
        &self.long_text
    }

    /// Prints the response for the log.
    pub(crate) fn logged_response(&self, status: StatusCode, headers: &HeaderMap) -> String {
        let mut text = format!("< {status}{}", self.remark());
        push_headers(&mut text, '<', headers, is_logged_of_response);
        text
    }

    fn remark(&self) -> &'static str {
        match self.source {
            Source::Network => "",
            Source::Cache => " (from the cache, nothing was sent)",
            Source::Revalidated => " (from the cache, after 304 Not Modified)",
        }
    }
}

fn push_headers(
    text: &mut String,
    mark: char,
    headers: &HeaderMap,
    is_relevant: impl Fn(&HeaderName) -> bool,
) {
    for (name, value) in headers {
        if is_relevant(name) {
            let value = value.as_bytes().escape_ascii();
            write!(text, "\n{mark} {name}: {value}").expect("a string takes every text");
        }
    }
}

fn is_of_cors(name: &HeaderName) -> bool {
    name.as_str().starts_with("access-control-")
}

fn is_logged_of_request(name: &HeaderName) -> bool {
    !matches!(name.as_str(), "accept" | "host")
}

fn is_logged_of_response(name: &HeaderName) -> bool {
    is_of_cors(name)
        || matches!(
            name.as_str(),
            "age"
                | "cache-control"
                | "content-type"
                | "cross-origin-resource-policy"
                | "etag"
                | "expires"
                | "last-modified"
                | "location"
                | "sec-websocket-protocol"
                | "set-cookie"
                | "vary"
        )
}
