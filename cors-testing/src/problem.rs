//! A step that failed, with the problem and the remedy in words.

use std::fmt;

/// The step of the [Fetch standard](https://fetch.spec.whatwg.org) that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The request itself, because no page can send it: its method is forbidden, or its mode or
    /// origin excludes it.
    Request,
    /// `access-control-allow-origin` of the response to the preflight, in the
    /// [CORS check](https://fetch.spec.whatwg.org/#cors-check).
    PreflightOrigin,
    /// `access-control-allow-credentials` of the response to the preflight.
    PreflightCredentials,
    /// The status of the response to the preflight, which must be from 200 to 299.
    PreflightStatus,
    /// A list in the response to the preflight that is invalid.
    PreflightList,
    /// The method of the request, which the
    /// [preflight](https://fetch.spec.whatwg.org/#cors-preflight-fetch) does not allow.
    PreflightMethod,
    /// A header of the request, which the preflight does not allow.
    PreflightHeader,
    /// `access-control-max-age` of the response to the preflight. Browsers ignore or cap it.
    PreflightMaxAge,
    /// `access-control-allow-origin` of the response.
    Origin,
    /// `access-control-allow-credentials` of the response.
    Credentials,
    /// `access-control-expose-headers` of the response.
    Exposed,
    /// `vary` of the response, without which a cache serves it to the pages of other origins.
    Vary,
    /// A cookie that the browser ignores or does not send. Browsers do not fail the request.
    Cookie,
    /// No step of the standard: another CORS middleware around a router of cors-runtime, which replaces
    /// the decision of a policy. It is a problem of a response that the page can read:
    /// [`VisibleResponse::problems`](crate::VisibleResponse::problems).
    Middleware,
    /// A redirect that cannot be followed.
    Redirect,
    /// A URL with `http:` in a page of `https:`, which browsers
    /// [block](https://www.w3.org/TR/mixed-content/).
    MixedContent,
    /// `Cross-Origin-Resource-Policy` of the response, which
    /// [blocks](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header) the page.
    ResourcePolicy,
    /// The status of the response to an image, a script, a style sheet, a font or an event source,
    /// which makes it an `error` event of the page.
    Status,
    /// The type of the response, such as an event source that is not `text/event-stream`.
    ContentType,
    /// The response to the [handshake](https://www.rfc-editor.org/rfc/rfc6455#section-4.1) of a web
    /// socket.
    Handshake,
    /// The request, which got no response.
    Network,
}

impl Step {
    /// Returns the step in words, as messages begin.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::PreflightOrigin => "preflight, origin",
            Self::PreflightCredentials => "preflight, credentials",
            Self::PreflightStatus => "preflight, status",
            Self::PreflightList => "preflight, list",
            Self::PreflightMethod => "preflight, method",
            Self::PreflightHeader => "preflight, header",
            Self::PreflightMaxAge => "preflight, max-age",
            Self::Origin => "response, origin",
            Self::Credentials => "response, credentials",
            Self::Exposed => "response, exposed headers",
            Self::Vary => "response, vary",
            Self::Cookie => "cookie",
            Self::Middleware => "middleware",
            Self::Redirect => "redirect",
            Self::MixedContent => "mixed content",
            Self::ResourcePolicy => "response, resource policy",
            Self::Status => "response, status",
            Self::ContentType => "response, content type",
            Self::Handshake => "handshake",
            Self::Network => "network",
        }
    }

    /// Returns the variant in kebab case, such as `preflight-status`. It is stable, for programs that
    /// read it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::PreflightOrigin => "preflight-origin",
            Self::PreflightCredentials => "preflight-credentials",
            Self::PreflightStatus => "preflight-status",
            Self::PreflightList => "preflight-list",
            Self::PreflightMethod => "preflight-method",
            Self::PreflightHeader => "preflight-header",
            Self::PreflightMaxAge => "preflight-max-age",
            Self::Origin => "origin",
            Self::Credentials => "credentials",
            Self::Exposed => "exposed",
            Self::Vary => "vary",
            Self::Cookie => "cookie",
            Self::Middleware => "middleware",
            Self::Redirect => "redirect",
            Self::MixedContent => "mixed-content",
            Self::ResourcePolicy => "resource-policy",
            Self::Status => "status",
            Self::ContentType => "content-type",
            Self::Handshake => "handshake",
            Self::Network => "network",
        }
    }
}

/// One problem of an exchange.
///
/// `Display` prints the step and the problem, and on the next line, after `help:`, the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    step: Step,
    is_fatal: bool,
    is_enforced: bool,
    text: String,
    help: String,
}

impl Problem {
    pub(crate) fn new(step: Step, text: String, help: impl Into<String>) -> Self {
        Self {
            step,
            is_fatal: true,
            is_enforced: true,
            text,
            help: help.into(),
        }
    }

    /// Marks a mistake that browsers tolerate.
    pub(crate) fn tolerated(self) -> Self {
        Self {
            is_fatal: false,
            ..self
        }
    }

    /// Marks a failure by the standard that browsers let pass today.
    pub(crate) fn unenforced(self) -> Self {
        Self {
            is_enforced: false,
            ..self
        }
    }

    /// Returns the step that failed.
    #[must_use]
    pub fn step(&self) -> Step {
        self.step
    }

    /// Returns the problem as a sentence, without the step.
    #[must_use]
    pub fn text(&self) -> String {
        escape_non_ascii(&self.text)
    }

    /// Returns the remedy, as a sentence in the imperative.
    #[must_use]
    pub fn help(&self) -> String {
        escape_non_ascii(&self.help)
    }

    /// Adds the cause, as recorded by the policy.
    pub(crate) fn with_cause(self, why: &str) -> Self {
        let text = format!("{}, because {why}", self.text);
        Self { text, ..self }
    }

    /// Whether browsers withhold the response today. They do so for every [fatal](Self::is_fatal) problem
    /// but one: by the standard `*` in `access-control-allow-headers` does not cover `authorization`.
    #[must_use]
    pub fn is_enforced(&self) -> bool {
        self.is_fatal && self.is_enforced
    }

    /// Replaces the remedy.
    pub(crate) fn with_help(self, help: &str) -> Self {
        let help = help.to_owned();
        Self { help, ..self }
    }

    /// Whether browsers withhold the response because of it. They tolerate the others, such as a
    /// safelisted method that a server does not list.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.is_fatal
    }
}

/// Escapes characters that are not ASCII, because invisible ones and look-alikes are often the cause.
fn escape_non_ascii(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            escaped.extend(c.escape_debug());
        }
    }
    escaped
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}\nhelp: {}",
            self.step.as_str(),
            self.text(),
            self.help()
        )
    }
}

impl std::error::Error for Problem {}
