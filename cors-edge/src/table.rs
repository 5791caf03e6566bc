//! The table of policies: the JSON of `CorsRouter::policies`, and of the lock file.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// The policies of an application, read from JSON.
///
/// Members that this version does not have are ignored, because they are added without a new version.
/// `debug` and the names of the JSON are those of `Policies` in cors-runtime, which documents them.
///
/// ```
/// let table: cors_edge::Table = r#"{ "version": 1, "handlers": [], "plain": [] }"#.parse()?;
/// assert!("{}".parse::<cors_edge::Table>().is_err());
/// # Ok::<(), cors_edge::TableError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
pub struct Table {
    /// Whether a debug build wrote it.
    #[serde(default)]
    pub(crate) debug: bool,
    pub(crate) handlers: Vec<Handler>,
    #[serde(default)]
    pub(crate) plain: Vec<PlainRoute>,
}

/// The policy of one handler on one path.
#[derive(Clone, Debug, Deserialize)]
#[allow(clippy::struct_excessive_bools, reason = "the members of the JSON")]
pub(crate) struct Handler {
    pub(crate) path: String,
    pub(crate) methods: Vec<String>,
    #[serde(rename = "handler")]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) file: Option<String>,
    #[serde(default)]
    pub(crate) line: Option<u32>,
    pub(crate) origins: Vec<String>,
    #[serde(default)]
    pub(crate) dev_origins: Vec<String>,
    #[serde(default)]
    pub(crate) origins_from: Option<String>,
    #[serde(default)]
    pub(crate) origins_set: Option<String>,
    #[serde(default)]
    pub(crate) headers: Vec<String>,
    #[serde(default)]
    pub(crate) expose_headers: Vec<String>,
    #[serde(default)]
    pub(crate) max_age: Option<u32>,
    pub(crate) credentials: bool,
    pub(crate) enforce: bool,
    /// Whether cross-site writes are refused. Without the member they are not refused at the edge.
    #[serde(default)]
    pub(crate) writes_refused: bool,
    /// Whether the policy holds methods of its path that no row names.
    #[serde(default)]
    pub(crate) holds_other_methods: bool,
    #[serde(default)]
    pub(crate) protection: Option<Protection>,
}

/// A route that also serves methods without a policy.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PlainRoute {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) protection: Option<Protection>,
}

/// The protection of the router of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Protection {
    pub(crate) own_origins: Vec<String>,
    pub(crate) own_origins_from: Option<String>,
    pub(crate) own_origins_set: Option<String>,
    /// The other origins whose pages may write to routes without a policy.
    pub(crate) trust: Vec<String>,
    pub(crate) trust_from: Option<String>,
    pub(crate) trust_set: Option<String>,
    pub(crate) reads: bool,
    pub(crate) report_only: bool,
    /// Whether a function of the application makes the response to refused requests.
    pub(crate) custom_response: bool,
}

/// The only version of the JSON so far.
const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

impl FromStr for Table {
    type Err = TableError;

    fn from_str(json: &str) -> Result<Self, TableError> {
        let unreadable = |error: serde_json::Error| TableError::Unreadable(error.to_string());
        // The version first, because another one has other members.
        let Versioned { version } = serde_json::from_str(json).map_err(unreadable)?;
        if version != VERSION {
            return Err(TableError::Version(version));
        }
        serde_json::from_str(json).map_err(unreadable)
    }
}

/// The reason for which a text is no table of policies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableError {
    /// The text is not the JSON of policies, with the error of the parser.
    Unreadable(String),
    /// The table has another version.
    Version(u64),
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(
                f,
                "the table of policies cannot be read: {error}\nhelp: give the lock file of \
                 `cors_testing::assert_policies`, or the output of \
                 `serde_json::to_string(&app.policies())` and nothing else"
            ),
            Self::Version(version) => write!(
                f,
                "the table of policies has version `{version}`, and this program reads version \
                 `{VERSION}`\nhelp: use `cors` and `cors-runtime` of the same release"
            ),
        }
    }
}

impl std::error::Error for TableError {}
