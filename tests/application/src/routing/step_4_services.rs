//! Step 4: services, and the layers that were around the `CorsLayer`. Those whose responses a page should
//! read move inside.

use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, documented};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;

use super::old;
use super::step_3_handlers::api;
use crate::account::sessions;
use crate::document::{self, ApiDoc};
use crate::handlers::{self, feed};
use crate::policies::PUBLIC;
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
        .layer(old::pages(settings))
        .merge(public(settings))
        .split_for_parts();
    let document = CorsRouter::new()
        .route(document::PATH, get(Json(api)))
        .default_policy(PUBLIC);
    inside(router.merge(document)).with_state(state)
}

/// For every site.
pub(super) fn public(settings: &Settings) -> CorsRouter<AppState> {
    CorsRouter::new()
        .documented(documented![feed::feed])
        .nest_service("/files", ServeDir::new(&settings.files))
        .default_policy(PUBLIC)
}

/// Puts the layers whose responses a page should read around the routes.
pub(super) fn inside(router: CorsRouter<AppState>) -> CorsRouter<AppState> {
    router.layer(
        ServiceBuilder::new()
            .layer(TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                Duration::from_secs(10),
            ))
            .layer(CompressionLayer::new())
            .layer(CatchPanicLayer::new()),
    )
}
