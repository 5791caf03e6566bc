//! Step 4: services, and the layers that were around the `CorsLayer`. Those whose responses a page should
//! read move inside.

use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, documented, routes};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;

use super::old;
use crate::account::{require_admin, require_login, sessions};
use crate::document::{self, ApiDoc};
use crate::handlers::{self, admin, feed, jobs, session, uploads};
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
    router
        .merge(document)
        .layer(
            ServiceBuilder::new()
                .layer(TimeoutLayer::with_status_code(
                    StatusCode::REQUEST_TIMEOUT,
                    Duration::from_secs(10),
                ))
                .layer(CompressionLayer::new())
                .layer(CatchPanicLayer::new()),
        )
        .with_state(state)
}

fn api(state: &AppState) -> CorsRouter<AppState> {
    CorsRouter::new()
        .route("/health", routes![handlers::health_check::health_check])
        .documented(documented![session::login])
        .documented(documented![session::logout])
        .documented(documented![session::me])
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
        .route("/mean", routes![admin::mean])
        .route("/report", routes![admin::report])
        .layer(from_fn(require_admin));
    let uploads = CorsRouter::new()
        .documented(documented![uploads::upload])
        .layer(DefaultBodyLimit::max(1024));
    CorsRouter::new()
        .nest("/jobs", jobs)
        .nest("/admin", admin)
        .merge(uploads)
        .route_layer(from_fn_with_state(state.clone(), require_login))
}

/// For every site.
fn public(settings: &Settings) -> CorsRouter<AppState> {
    CorsRouter::new()
        .documented(documented![feed::feed])
        .nest_service("/files", ServeDir::new(&settings.files))
        .default_policy(PUBLIC)
}
