//! Policies as they are shown to people.

use std::fmt;

use crate::origins::AllowedOrigins;
use crate::origins_from::OriginsFrom;

/// What a policy allows, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) handler: Option<Handler>,
    pub(crate) origins: Vec<String>,
    /// What more origins come from.
    pub(crate) origins_from: Option<&'static str>,
    pub(crate) headers: Vec<String>,
    pub(crate) expose_headers: Vec<String>,
    pub(crate) max_age: Option<u32>,
}

impl Described {
    pub(crate) fn new(
        policy: &cors_rules::Policy<'_>,
        origins: &AllowedOrigins,
        handler: Option<Handler>,
    ) -> Self {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let lower = |list: &[&str]| list.iter().map(|name| name.to_ascii_lowercase()).collect();
        Self {
            handler,
            origins: owned(&[policy.origins, policy.dev_origins].concat()),
            origins_from: match origins {
                AllowedOrigins::Several(_, Some(OriginsFrom::Set(_))) => Some("a set"),
                AllowedOrigins::Several(_, Some(OriginsFrom::Function(_))) => Some("a function"),
                _ => None,
            },
            headers: lower(policy.headers),
            expose_headers: lower(policy.expose_headers),
            max_age: policy.max_age,
        }
    }
}

/// The place where a handler is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handler {
    /// Its module and name.
    pub path: &'static str,
    /// The source file, as `file!()` has it.
    pub file: &'static str,
    /// The line of its attribute, from 1.
    pub line: u32,
}

impl fmt::Display for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}:{}", self.path, self.file, self.line)
    }
}

/// The policies of a router, from `CorsRouter::policies`. `Display` makes an aligned table of
/// them; with the feature `serde` they can be serialised.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Policies(Vec<HandlerPolicy>);

/// The policy of one handler on one path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HandlerPolicy {
    /// The path, as it was given to the router.
    pub path: String,
    /// The methods that the handler serves; GET covers HEAD.
    pub methods: Vec<&'static str>,
    /// The path of the function.
    pub handler: &'static str,
    /// The source file of the function.
    pub file: &'static str,
    /// The line of its name.
    pub line: u32,
    /// The origins that stand in the source, those of development included.
    pub origins: Vec<String>,
    /// What more origins come from: `"a set"` or `"a function"`.
    pub origins_from: Option<&'static str>,
    /// The request headers that a page may set.
    pub headers: Vec<String>,
    /// The response headers that a page may read beyond the safelisted ones.
    pub expose_headers: Vec<String>,
    /// For how many seconds a browser may remember a preflight.
    pub max_age: Option<u32>,
    /// Whether cookies may be sent.
    pub credentials: bool,
    /// Whether requests from other origins are refused.
    pub enforce: bool,
}

impl Policies {
    pub(crate) fn new(policies: Vec<HandlerPolicy>) -> Self {
        Self(policies)
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, HandlerPolicy> {
        self.0.iter()
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
    const TITLES: [&'static str; 7] = [
        "path", "methods", "origins", "headers", "exposed", "flags", "handler",
    ];

    fn cells(&self) -> [String; Self::TITLES.len()] {
        let from = self.origins_from.map(|from| format!("({from})"));
        let origins: Vec<String> = self.origins.iter().cloned().chain(from).collect();
        let max_age = self.max_age.map(|seconds| format!("max_age={seconds}"));
        let flags: Vec<String> = [
            self.credentials.then(|| "credentials".to_owned()),
            self.enforce.then(|| "enforce".to_owned()),
            max_age,
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

impl fmt::Display for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = HandlerPolicy::TITLES.map(str::to_owned);
        let rows: Vec<_> = std::iter::once(titles)
            .chain(self.iter().map(HandlerPolicy::cells))
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
