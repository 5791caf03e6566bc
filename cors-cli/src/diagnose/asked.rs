//! The options of a diagnosis.

use cors_testing::Credentials;

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
