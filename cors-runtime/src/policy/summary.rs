//! Policies in the form that people read.

use std::fmt;

use cors_rules::Key;

use crate::origins::AllowedOrigins;

/// The allowed values of a policy, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicySummary {
    pub(crate) origins: Vec<String>,
    /// The number of origins at the end of the list that are of development.
    pub(crate) dev_origins: usize,
    /// The source of more origins.
    pub(crate) origins_from: Option<&'static str>,
    pub(crate) headers: Vec<String>,
    pub(crate) expose_headers: Vec<String>,
    pub(crate) max_age: Option<u32>,
    pub(crate) credentials: bool,
    pub(crate) enforce: bool,
}

impl PolicySummary {
    pub(crate) fn new(policy: &cors_rules::Policy<'_>, origins: &AllowedOrigins) -> Self {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let lower = |list: &[&str]| list.iter().map(|name| name.to_ascii_lowercase()).collect();
        Self {
            origins: owned(&[policy.origins, policy.dev_origins].concat()),
            dev_origins: policy.dev_origins.len(),
            origins_from: origins.source(),
            headers: lower(policy.headers),
            expose_headers: lower(policy.expose_headers),
            max_age: policy.max_age,
            credentials: policy.credentials,
            enforce: policy.enforce,
        }
    }
}

/// The place in the source code where a handler is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerLocation {
    /// The path of the function, such as `api::jobs::save`.
    pub path: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the function's name, from 1.
    pub line: u32,
}

impl fmt::Display for HandlerLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}:{}", self.path, self.file, self.line)
    }
}

/// The policies of a router, from `CorsRouter::policies`. `Display` prints an aligned table; with the
/// feature `serde` they can be serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Policies {
    handlers: Vec<HandlerPolicy>,
    plain: Vec<PlainRoute>,
}

/// A route without a policy of its own. It may have the default policy of its router.
///
/// ```
/// use axum::routing::get;
/// use cors_runtime::{CorsRouter, Policy};
///
/// const REST: Policy = Policy::new(&["https://app.example.com"]).methods(&["GET"]).checked();
///
/// let router: CorsRouter = CorsRouter::new()
///     .route("/health", get(async || "ok"))
///     .default_policy(REST);
/// let policies = router.policies();
/// let unprotected = policies.plain().iter().filter(|route| !route.has_default_policy);
/// assert_eq!((policies.plain().len(), unprotected.count()), (1, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PlainRoute {
    /// The path, as it was given to the router. `/*` stands for paths that are not known, and
    /// `(fallback)` for those that no route matches.
    pub path: String,
    /// Whether the [default policy](crate::guide::layers#a-default-policy) of a router holds for it.
    pub has_default_policy: bool,
    /// Whether cross-site writes and web sockets are refused, by the router's protection or its default
    /// policy.
    pub writes_refused: bool,
}

#[cfg(feature = "axum")]
impl PlainRoute {
    pub(crate) fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            has_default_policy: false,
            writes_refused: false,
        }
    }
}

/// The policy of one handler on one path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HandlerPolicy {
    /// The path, as it was given to the router.
    pub path: String,
    /// The methods of the policy; GET covers HEAD.
    pub methods: Vec<String>,
    /// The path of the function, or the function by which the policy was added, such as
    /// `Policy::layer`.
    pub handler: &'static str,
    /// The source file of the function, or of the call.
    pub file: &'static str,
    /// The line of its name, or of the call.
    pub line: u32,
    /// The listed origins, without those of development.
    pub origins: Vec<String>,
    /// The origins of development, which a release build does not contain.
    pub dev_origins: Vec<String>,
    /// The source of more origins: `"a set"` or `"a function"`.
    pub origins_from: Option<&'static str>,
    /// The request headers that a page may set.
    pub headers: Vec<String>,
    /// The response headers that a page may read beyond the safelisted ones.
    pub expose_headers: Vec<String>,
    /// The number of seconds for which a browser may remember a preflight.
    pub max_age: Option<u32>,
    /// Whether cookies may be sent.
    pub credentials: bool,
    /// Whether requests from other origins are refused.
    pub enforce: bool,
    /// Whether cross-site writes and web sockets are refused: always, unless the router's protection
    /// only reports them.
    pub writes_refused: bool,
}

impl Policies {
    #[cfg(feature = "axum")]
    pub(crate) fn new(handlers: Vec<HandlerPolicy>, plain: Vec<PlainRoute>) -> Self {
        Self { handlers, plain }
    }

    /// The policies, in the order of the paths.
    pub fn iter(&self) -> std::slice::Iter<'_, HandlerPolicy> {
        self.handlers.iter()
    }

    /// The routes without a policy of their own. Only pages of the same origin can read their responses,
    /// except where a route [has a default policy](PlainRoute::has_default_policy).
    #[must_use]
    pub fn plain(&self) -> &[PlainRoute] {
        &self.plain
    }
}

impl<'a> IntoIterator for &'a Policies {
    type Item = &'a HandlerPolicy;
    type IntoIter = std::slice::Iter<'a, HandlerPolicy>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl HandlerPolicy {
    #[cfg(feature = "axum")]
    pub(crate) fn new(
        path: String,
        methods: Vec<String>,
        location: HandlerLocation,
        summary: PolicySummary,
    ) -> Self {
        let mut origins = summary.origins;
        Self {
            path,
            methods,
            handler: location.path,
            file: location.file,
            line: location.line,
            dev_origins: origins.split_off(origins.len() - summary.dev_origins),
            origins,
            origins_from: summary.origins_from,
            headers: summary.headers,
            expose_headers: summary.expose_headers,
            max_age: summary.max_age,
            credentials: summary.credentials,
            enforce: summary.enforce,
            writes_refused: true,
        }
    }

    const TITLES: [&'static str; 7] = [
        "path", "methods", "origins", "headers", "exposed", "flags", "handler",
    ];

    fn cells(&self) -> [String; Self::TITLES.len()] {
        let from = self.origins_from.map(|from| format!("({from})"));
        let developed = self
            .dev_origins
            .iter()
            .map(|origin| format!("{origin}(dev)"));
        let origins = self.origins.iter().cloned().chain(developed).chain(from);
        let origins: Vec<String> = origins.collect();
        let max_age = self
            .max_age
            .map(|seconds| format!("{}={seconds}", Key::MaxAge.as_str()));
        let flags: Vec<String> = [
            self.credentials
                .then(|| Key::Credentials.as_str().to_owned()),
            self.enforce.then(|| Key::Enforce.as_str().to_owned()),
            max_age,
            (!self.writes_refused).then(|| UNPROTECTED.to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        [
            self.path.clone(),
            self.methods.join(" "),
            origins.join(" "),
            self.headers.join(" "),
            self.expose_headers.join(" "),
            flags.join(" "),
            format!("{} {}:{}", self.handler, self.file, self.line),
        ]
    }
}

/// The flag of a route whose cross-site writes are not refused.
const UNPROTECTED: &str = "unprotected";

impl PlainRoute {
    fn cells(&self) -> [String; HandlerPolicy::TITLES.len()] {
        let flag = if self.writes_refused {
            "protected"
        } else {
            UNPROTECTED
        };
        let mut cells = [const { String::new() }; HandlerPolicy::TITLES.len()];
        let [path, _, _, _, _, flags, handler] = &mut cells;
        path.clone_from(&self.path);
        flag.clone_into(flags);
        let policy = if self.has_default_policy {
            "(default policy)"
        } else {
            "(no policy)"
        };
        policy.clone_into(handler);
        cells
    }
}

impl fmt::Display for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = HandlerPolicy::TITLES.map(str::to_owned);
        let rows: Vec<_> = std::iter::once(titles)
            .chain(self.iter().map(HandlerPolicy::cells))
            .chain(self.plain.iter().map(PlainRoute::cells))
            .collect();
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let widths: [usize; HandlerPolicy::TITLES.len()] = std::array::from_fn(width);
        for (index, row) in rows.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let cells = row.iter().zip(widths);
            let cells: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            f.write_str(cells.join("  ").trim_end())?;
        }
        Ok(())
    }
}
