//! Before the migration: tower-http's `CorsLayer`.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use super::old;
use crate::account::{require_admin, require_login, sessions};
use crate::handlers::{self, admin, feed, jobs, session, uploads};
use crate::settings::Settings;
use crate::state::AppState;

/// Makes the application.
pub fn app(settings: &Settings) -> Router {
    routes(settings).layer(
        ServiceBuilder::new()
            .layer(TraceLayer::new_for_http())
            .layer(TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                Duration::from_secs(10),
            ))
            .layer(CompressionLayer::new())
            .layer(CatchPanicLayer::new()),
    )
}

/// The routes, without the layers around all of them.
pub fn routes(settings: &Settings) -> Router {
    let state = AppState::new(&settings.token);
    Router::new()
        .nest("/api", api(&state))
        .fallback(handlers::not_found)
        .layer(sessions())
        .layer(old::pages(settings))
        .merge(public(settings))
        .with_state(state)
}

fn api(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/health", get(handlers::health_check))
        .route("/login", post(session::login))
        .route("/logout", post(session::logout))
        .route("/me", get(session::me))
        .merge(private(state))
}

/// For those who are signed in.
fn private(state: &AppState) -> Router<AppState> {
    let jobs = Router::new()
        .route("/", get(jobs::list).post(jobs::create))
        .route(
            "/{id}",
            get(jobs::show)
                .put(jobs::replace)
                .patch(jobs::raise)
                .delete(jobs::remove),
        );
    let admin = Router::new()
        .route("/mean", get(admin::mean))
        .route("/report", get(admin::report))
        .layer(from_fn(require_admin));
    let uploads = Router::new()
        .route("/uploads", post(uploads::upload))
        .layer(DefaultBodyLimit::max(1024));
    Router::new()
        .nest("/jobs", jobs)
        .nest("/admin", admin)
        .merge(uploads)
        .route_layer(from_fn_with_state(state.clone(), require_login))
}

/// For every site.
fn public(settings: &Settings) -> Router<AppState> {
    Router::new()
        .route("/feed", get(feed::feed))
        .nest_service("/files", ServeDir::new(&settings.files))
        .layer(old::public())
}
