//! Step 2: the first module. Its handlers have policies, all others the old layer.

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, documented};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::old;
use super::step_1_cors_router::{public, session};
use crate::account::{require_admin, require_login, sessions};
use crate::document::{self, ApiDoc};
use crate::handlers::{self, admin, jobs, uploads};
use crate::settings::Settings;
use crate::state::AppState;

/// Makes the application.
pub fn app(settings: &Settings) -> Router {
    old::outside(routes(settings).into_router())
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
    let document = Router::new()
        .route(document::PATH, get(Json(api)))
        .layer(old::public());
    router.merge(document).with_state(state)
}

fn api(state: &AppState) -> CorsRouter<AppState> {
    CorsRouter::new()
        .route("/health", get(handlers::health_check))
        .merge(session())
        .merge(private(state))
}

/// For those who are signed in.
fn private(state: &AppState) -> CorsRouter<AppState> {
    let jobs = CorsRouter::new()
        .documented(documented![jobs::list, jobs::create])
        .documented(documented![
            jobs::show,
            jobs::replace,
            jobs::raise,
            jobs::remove
        ]);
    let admin = CorsRouter::new()
        .route("/mean", get(admin::mean))
        .route("/report", get(admin::report))
        .layer(from_fn(require_admin));
    let uploads = OpenApiRouter::new()
        .routes(routes!(uploads::upload))
        .layer(DefaultBodyLimit::max(1024));
    CorsRouter::new()
        .nest("/jobs", jobs)
        .nest("/admin", admin)
        .merge(uploads)
        .route_layer(from_fn_with_state(state.clone(), require_login))
}
