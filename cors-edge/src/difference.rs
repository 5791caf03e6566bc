//! Differences from the application that a gateway cannot avoid, and that the user accepts by name.

use std::fmt;
use std::str::FromStr;

/// A difference between the Gateway API and the application. An export fails unless
/// [`Options::accepted`](crate::Options::accepted) has each that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// `403`: a refused preflight has the status that the gateway chooses. For a method without a policy, it
    /// is the application's.
    Status,
    /// `vary`: the responses to preflights have no `Vary`, nor have the gateway's own errors. Those of the
    /// application have it.
    Vary,
    /// `regex`: a path with a parameter is a regular expression, whose dialect and precedence are the
    /// gateway's.
    Regex,
}

impl Difference {
    /// Every difference.
    pub const ALL: &'static [Self] = &[Self::Status, Self::Vary, Self::Regex];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "403",
            Self::Vary => "vary",
            Self::Regex => "regex",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Difference {
    type Err = String;

    /// Finds the difference of this name.
    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL
            .iter()
            .find(|difference| difference.as_str() == name);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|it| it.as_str()).collect();
            format!(
                "`{name}` is no difference\nhelp: write one of {}",
                names.join(", ")
            )
        })
    }
}
