//! The values of a policy in the form that people read.

use std::fmt;

use crate::origins::AllowedOrigins;

/// The allowed values of a policy, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicySummary {
    pub(crate) origins: Vec<String>,
    /// The number of origins at the end of the list that are of development.
    pub(crate) dev_origins: usize,
    /// The source of more origins.
    pub(crate) origins_from: Option<&'static str>,
    /// The name of the set, if that is the source and has one.
    pub(crate) origins_set: Option<&'static str>,
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
            origins_set: origins.set_name(),
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
