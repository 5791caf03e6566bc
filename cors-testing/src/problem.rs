//! What a browser objects to, step by step, in words.

use std::fmt;

/// The step of the [Fetch standard](https://fetch.spec.whatwg.org) that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The request itself, which no page can send: a forbidden method, an origin or a mode that
    /// doesn't allow it.
    Request,
    /// The allow-origin of the answer to the preflight: the
    /// [CORS check](https://fetch.spec.whatwg.org/#cors-check).
    PreflightOrigin,
    /// The allow-credentials of the answer to the preflight.
    PreflightCredentials,
    /// The status of the answer to the preflight, which has to be from 200 to 299.
    PreflightStatus,
    /// A list in the answer to the preflight that can't be read.
    PreflightList,
    /// The [method](https://fetch.spec.whatwg.org/#cors-preflight-fetch).
    PreflightMethod,
    /// A request header.
    PreflightHeader,
    /// The allow-origin of the response.
    Origin,
    /// The allow-credentials of the response.
    Credentials,
    /// The names of headers that a page may read.
    Exposed,
    /// A redirect that can't be followed.
    Redirect,
    /// There was no answer.
    Network,
}

impl Step {
    /// In words, as messages begin.
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
            Self::Origin => "response, origin",
            Self::Credentials => "response, credentials",
            Self::Exposed => "response, exposed headers",
            Self::Redirect => "redirect",
            Self::Network => "network",
        }
    }
}

/// One thing that keeps a page from its answer, or soon will.
///
/// `Display` says the step, what was sent, what was answered, and after `help:` what the server has
/// to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    step: Step,
    is_fatal: bool,
    what: String,
    help: String,
}

impl Problem {
    pub(crate) fn new(step: Step, what: String, help: impl Into<String>) -> Self {
        Self {
            step,
            is_fatal: true,
            what,
            help: help.into(),
        }
    }

    /// What a browser lets pass, and somebody will stumble over.
    pub(crate) fn tolerated(self) -> Self {
        Self {
            is_fatal: false,
            ..self
        }
    }

    /// The step that failed.
    #[must_use]
    pub fn step(&self) -> Step {
        self.step
    }

    /// With a cause that is known better than the answer tells it.
    pub(crate) fn since(self, why: &str) -> Self {
        let what = format!("{}, since {why}", self.what);
        Self { what, ..self }
    }

    /// With other help.
    pub(crate) fn help(self, help: &str) -> Self {
        let help = help.to_owned();
        Self { help, ..self }
    }

    /// Whether a browser refuses because of it. What isn't fatal is a mistake that browsers
    /// tolerate, such as a safelisted method that the server doesn't name.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.is_fatal
    }
}

/// What can't be seen, and is often what is wrong, as it stands in a string literal.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            visible.push(c);
        } else {
            visible.extend(c.escape_debug());
        }
    }
    visible
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}\nhelp: {}",
            self.step.as_str(),
            visible(&self.what),
            visible(&self.help)
        )
    }
}

impl std::error::Error for Problem {}
