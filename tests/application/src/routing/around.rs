//! The other way: the routers of step 0 stay as they are, without their `CorsLayer`s, and the policies are
//! put around them. The outcomes are those of the finished migration.

use axum::routing::get;
use axum::{Json, Router};
use cors_runtime::{CorsRouter, Protection, policies};
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;

use super::step_0_cors_layer::{pages, public};
use super::step_4_services::inside;
use crate::document::{self, ApiDoc};
use crate::handlers::{self, admin, feed, jobs, session, uploads};
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
    let (pages, api_of_pages) = pages(&state).split_for_parts();
    let (public, api_of_public) = public(settings).split_for_parts();
    let mut api = ApiDoc::openapi();
    api.merge(api_of_pages);
    api.merge(api_of_public);

    let pages = CorsRouter::around(pages)
        .with_policies(
            "/api/health",
            policies![handlers::health_check::health_check],
        )
        .with_policies("/api/login", policies![session::login])
        .with_policies("/api/logout", policies![session::logout])
        .with_policies("/api/me", policies![session::me])
        .with_policies("/api/jobs", policies![jobs::list, jobs::create])
        .with_policies(
            "/api/jobs/{id}",
            policies![jobs::show, jobs::replace, jobs::raise, jobs::remove],
        )
        .with_policies("/api/admin/mean", policies![admin::mean])
        .with_policies("/api/admin/report", policies![admin::report])
        .with_policies("/api/uploads", policies![uploads::upload]);
    let public = CorsRouter::around(public)
        .with_policies("/feed", policies![feed::feed])
        .route(document::PATH, get(Json(api)))
        .default_policy(PUBLIC);
    inside(pages.merge(public))
        .default_policy(PAGES.methods(&["GET", "POST", "PUT", "PATCH", "DELETE"]))
        .protect(Protection::new())
        .with_state(state)
}
