//! Signing in and out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Form, Json};
use cors_runtime::cors;
use serde::Serialize;
use utoipa::ToSchema;

use crate::account::{AuthSession, Login};
use crate::policies::PAGES;
use crate::state::AppState;

/// Signs in.
#[utoipa::path(
    post,
    path = "/login",
    request_body(content = Login, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204), (status = 401)),
)]
#[cors(policy = PAGES, methods = [POST])]
pub async fn login(
    mut session: AuthSession,
    Form(login): Form<Login>,
) -> Result<StatusCode, StatusCode> {
    let internal = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let user = session.authenticate(login).await.map_err(internal)?;
    let user = user.ok_or(StatusCode::UNAUTHORIZED)?;
    session.login(&user).await.map_err(internal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out.
#[utoipa::path(post, path = "/logout", responses((status = 204)))]
#[cors(policy = PAGES, methods = [POST])]
pub async fn logout(mut session: AuthSession) -> Result<StatusCode, StatusCode> {
    let internal = |_| StatusCode::INTERNAL_SERVER_ERROR;
    session.logout().await.map_err(internal)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The signed-in user.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    name: String,
    uploads: u32,
}

/// Returns the signed-in user, and the number of files.
#[utoipa::path(get, path = "/me", responses((status = 200, body = Me), (status = 401)))]
#[cors(policy = PAGES, methods = [GET])]
pub async fn me(
    session: AuthSession,
    State(state): State<AppState>,
) -> Result<Json<Me>, StatusCode> {
    let user = session.user.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(Json(Me {
        name: user.name,
        uploads: state.uploads(),
    }))
}
