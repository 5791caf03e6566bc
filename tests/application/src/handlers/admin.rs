//! Figures for admins.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use cors_runtime::cors;

use crate::policies::PAGES;
use crate::state::AppState;

/// Returns the mean salary.
///
/// # Panics
///
/// Without jobs. It is the bug that shows that the page can read a 500.
#[cors(policy = PAGES, methods = [GET])]
pub async fn mean(State(state): State<AppState>) -> Json<u32> {
    let jobs = state.jobs();
    let sum: u32 = jobs.values().map(|job| job.salary).sum();
    let count = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
    Json(sum / count)
}

/// Returns a report, in longer than the timeout.
#[cors(policy = PAGES, methods = [GET])]
pub async fn report() -> &'static str {
    tokio::time::sleep(Duration::from_secs(60)).await;
    "all is well"
}
