//! The options of a try, as they are typed.

use std::error::Error;
use std::fmt;

use cors_testing::{Credentials, Problem};

use super::parse::with_help;

/// The request of a page, and the way to its server. Texts are those of the command line, in curl's
/// forms.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub struct Options {
    /// The URL. `:3000/path` and `:/path` are of `http://localhost`.
    pub url: String,
    /// The origin of the page, or `null`.
    pub origin: Option<String>,
    /// The method. Without it, GET, or POST if there is a body.
    pub method: Option<String>,
    /// The headers that the page sets, as `name: value`. `cookie` is a cookie of the browser, `origin`
    /// that of the page, and `user-agent` that of the browser.
    pub headers: Vec<String>,
    /// The body.
    pub body: Option<Vec<u8>>,
    /// `user:password` of the header `authorization`.
    pub user: Option<String>,
    /// Without it `same-origin`, or `include` if there is a cookie.
    pub credentials: Option<Credentials>,
    /// Whether the page uses the mode `no-cors`.
    pub no_cors: bool,
    /// Whether the page listens to the progress of the upload.
    pub upload_listener: bool,
    /// Whether the request is sent although its preflight is refused, or its method writes.
    pub send: bool,
    /// Whether origins that resemble an allowed one are tried.
    pub audit: bool,
    /// Whether certificates that are not trusted are accepted.
    pub insecure: bool,
    /// Addresses of hosts, as `host:port:address`.
    pub resolve: Vec<String>,
    /// Hosts and ports that are connected to instead, as `host:port:host:port`.
    pub connect_to: Vec<String>,
    /// The time limit of each request, in seconds.
    pub max_time: f64,
}

impl Options {
    /// Returns the options of a GET request.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            origin: None,
            method: None,
            headers: Vec::new(),
            body: None,
            user: None,
            credentials: None,
            no_cors: false,
            upload_listener: false,
            send: false,
            audit: false,
            insecure: false,
            resolve: Vec::new(),
            connect_to: Vec::new(),
            max_time: 10.0,
        }
    }
}

/// Every option that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionsError {
    problems: Vec<String>,
}

impl OptionsError {
    pub(super) fn new(problems: Vec<String>) -> Self {
        Self { problems }
    }

    pub(super) fn of(problem: &Problem) -> Self {
        Self::new(vec![with_help(&problem.text(), &problem.help())])
    }

    /// Returns the problems, each with its remedy on a second line.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl Error for OptionsError {}
