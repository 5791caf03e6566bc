//! Values that differ between deployments.

use std::env;
use std::path::PathBuf;

/// Values that differ between deployments.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origins of the pages that may use the API. Only the `CorsLayer` reads them from here.
    pub origins: Vec<String>,
    /// A token for programs that do not sign in.
    pub token: String,
    /// The folder of the public files.
    pub files: PathBuf,
}

impl Settings {
    /// Reads the environment.
    #[must_use]
    pub fn from_env() -> Self {
        let variable = |name| env::var(name).unwrap_or_default();
        Self {
            origins: variable("CORS_ORIGINS")
                .split(',')
                .map(|origin| origin.trim().to_owned())
                .filter(|origin| !origin.is_empty())
                .collect(),
            token: variable("API_TOKEN"),
            files: variable("FILES").into(),
        }
    }
}
