//! Health.

use cors_runtime::cors;

use crate::policies::PAGES;

/// Responds if the server runs.
#[cors(policy = PAGES, methods = [GET])]
pub async fn health_check() -> &'static str {
    "ok"
}
