//! After the migration: every handler has its policy, and the rest that of its router.

use axum::routing::get;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, Protection};
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;

use super::step_3_handlers::api;
use super::step_4_services::{inside, public};
use crate::account::sessions;
use crate::document::{self, ApiDoc};
use crate::handlers;
use crate::policies::{PAGES, PUBLIC};
use crate::settings::Settings;
use crate::state::AppState;

/// Makes the application.
pub fn app(settings: &Settings) -> Router {
    let app = routes(settings).into_router();
    app.layer(TraceLayer::new_for_http())
}

/// The router before it is finished, which can list its policies.
pub fn routes(settings: &Settings) -> CorsRouter {
    let state = AppState::new(&settings.token);
    let (router, api) = CorsRouter::new()
        .with_openapi(ApiDoc::openapi())
        .nest("/api", api(&state))
        .fallback(handlers::not_found)
        .layer(sessions())
        .merge(public(settings))
        .split_for_parts();
    let document = CorsRouter::new()
        .route(document::PATH, get(Json(api)))
        .default_policy(PUBLIC);
    inside(router.merge(document))
        .default_policy(PAGES.methods(&["GET", "POST", "PUT", "PATCH", "DELETE"]))
        .protect(Protection::new())
        .with_state(state)
}
