//! Before the migration: tower-http's `CorsLayer`.

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::services::ServeDir;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::old;
use crate::account::{require_admin, require_login, sessions};
use crate::document::{self, ApiDoc};
use crate::handlers::{self, admin, feed, jobs, session, uploads};
use crate::settings::Settings;
use crate::state::AppState;

/// Makes the application.
pub fn app(settings: &Settings) -> Router {
    old::outside(routes(settings))
}

/// The routes, without the layers around all of them.
pub fn routes(settings: &Settings) -> Router {
    let state = AppState::new(&settings.token);
    let (router, api) = OpenApiRouter::with_openapi(ApiDoc::openapi())
        .merge(pages(&state).layer(old::pages(settings)))
        .merge(public(settings).layer(old::public()))
        .split_for_parts();
    let document = Router::new()
        .route(document::PATH, get(Json(api)))
        .layer(old::public());
    router.merge(document).with_state(state)
}

/// For the pages of the front ends.
pub(super) fn pages(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .nest("/api", api(state))
        .fallback(handlers::not_found)
        .layer(sessions())
}

fn api(state: &AppState) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .route("/health", get(handlers::health_check))
        .routes(routes!(session::login))
        .routes(routes!(session::logout))
        .routes(routes!(session::me))
        .merge(private(state))
}

/// For those who are signed in.
fn private(state: &AppState) -> OpenApiRouter<AppState> {
    let jobs = OpenApiRouter::new()
        .routes(routes!(jobs::list, jobs::create))
        .routes(routes!(
            jobs::show,
            jobs::replace,
            jobs::raise,
            jobs::remove
        ));
    let admin = OpenApiRouter::new()
        .route("/mean", get(admin::mean))
        .route("/report", get(admin::report))
        .layer(from_fn(require_admin));
    let uploads = OpenApiRouter::new()
        .routes(routes!(uploads::upload))
        .layer(DefaultBodyLimit::max(1024));
    OpenApiRouter::new()
        .nest("/jobs", jobs)
        .nest("/admin", admin)
        .merge(uploads)
        .route_layer(from_fn_with_state(state.clone(), require_login))
}

/// For every site.
pub(super) fn public(settings: &Settings) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(feed::feed))
        .nest_service("/files", ServeDir::new(&settings.files))
}
