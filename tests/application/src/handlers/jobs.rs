//! Jobs: create, read, update, delete.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cors_runtime::cors;

use crate::policies::PAGES;
use crate::state::{AppState, Job};

/// Returns all jobs.
#[utoipa::path(get, path = "", responses((status = 200, body = Vec<Job>)))]
#[cors(policy = PAGES, methods = [GET])]
pub async fn list(State(state): State<AppState>) -> ([(&'static str, String); 1], Json<Vec<Job>>) {
    let jobs: Vec<Job> = state.jobs().values().cloned().collect();
    ([("x-total-count", jobs.len().to_string())], Json(jobs))
}

/// Adds a job, and returns its number.
#[utoipa::path(post, path = "", request_body = Job, responses((status = 201, body = u32, content_type = "application/json")))]
#[cors(policy = PAGES, methods = [POST])]
pub async fn create(
    State(state): State<AppState>,
    Json(job): Json<Job>,
) -> (StatusCode, Json<u32>) {
    let mut jobs = state.jobs();
    let id = jobs.keys().next_back().map_or(1, |last| last + 1);
    jobs.insert(id, job);
    (StatusCode::CREATED, Json(id))
}

/// Returns a job.
#[utoipa::path(get, path = "/{id}", params(("id" = u32, Path)), responses((status = 200, body = Job), (status = 404)))]
#[cors(policy = PAGES, methods = [GET])]
pub async fn show(
    State(state): State<AppState>,
    Path(id): Path<u32>,
) -> Result<Json<Job>, StatusCode> {
    let jobs = state.jobs();
    jobs.get(&id)
        .cloned()
        .map(Json)
        .ok_or(StatusCode::NOT_FOUND)
}

/// Replaces a job.
#[utoipa::path(put, path = "/{id}", params(("id" = u32, Path)), request_body = Job, responses((status = 204), (status = 404)))]
#[cors(policy = PAGES, methods = [PUT])]
pub async fn replace(
    State(state): State<AppState>,
    Path(id): Path<u32>,
    Json(job): Json<Job>,
) -> Result<StatusCode, StatusCode> {
    let mut jobs = state.jobs();
    *jobs.get_mut(&id).ok_or(StatusCode::NOT_FOUND)? = job;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes what a job pays.
#[utoipa::path(patch, path = "/{id}", params(("id" = u32, Path)), request_body(content = u32, content_type = "application/json"), responses((status = 200, body = Job), (status = 404)))]
#[cors(policy = PAGES, methods = [PATCH])]
pub async fn raise(
    State(state): State<AppState>,
    Path(id): Path<u32>,
    Json(salary): Json<u32>,
) -> Result<Json<Job>, StatusCode> {
    let mut jobs = state.jobs();
    let job = jobs.get_mut(&id).ok_or(StatusCode::NOT_FOUND)?;
    job.salary = salary;
    Ok(Json(job.clone()))
}

/// Removes a job.
#[utoipa::path(delete, path = "/{id}", params(("id" = u32, Path)), responses((status = 204), (status = 404)))]
#[cors(policy = PAGES, methods = [DELETE])]
pub async fn remove(
    State(state): State<AppState>,
    Path(id): Path<u32>,
) -> Result<StatusCode, StatusCode> {
    let removed = state.jobs().remove(&id);
    removed.map_or(Err(StatusCode::NOT_FOUND), |_| Ok(StatusCode::NO_CONTENT))
}
