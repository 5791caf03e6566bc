//! Files of users.

use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use cors_runtime::cors;

use crate::policies::PAGES;
use crate::state::AppState;

/// Takes the files of a form, and returns their sizes.
#[utoipa::path(
    post,
    path = "/uploads",
    request_body(content_type = "multipart/form-data"),
    responses((status = 201, body = String), (status = 413)),
)]
#[cors(policy = PAGES, methods = [POST])]
pub async fn upload(
    State(state): State<AppState>,
    mut form: Multipart,
) -> Result<(StatusCode, String), MultipartError> {
    let mut sizes = Vec::new();
    while let Some(field) = form.next_field().await? {
        sizes.push(field.bytes().await?.len().to_string());
        state.add_upload();
    }
    Ok((StatusCode::CREATED, sizes.join(",")))
}
