//! Exchanges and messages to a diagnosis.

use cors_testing::Credentials;

use crate::diagnosis::Diagnosis;
use crate::exchange::Paste;

/// The options of the command line that a diagnosis needs. They count for exchanges that lack them.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The origin of the page: `--origin`.
    pub origin: Option<String>,
    /// `--method` or `-X`.
    pub method: Option<String>,
    /// `--credentials`.
    pub credentials: Option<Credentials>,
    /// Whether the page uses mode `no-cors`.
    pub no_cors: bool,
    /// Whether everything that is allowed too much is reported: `--audit`.
    pub audit: bool,
}

/// Finds the cause.
#[must_use]
pub fn diagnose(_paste: &Paste, _asked: &Asked) -> Diagnosis {
    Diagnosis::default()
}
