//! Signing in and out, with a cookie of the caller's.

use axum::Router;
use axum_login::AuthManagerLayerBuilder;
use cors_runtime::{CorsRouter, routes};
use tower_sessions::{MemoryStore, SessionManagerLayer};

use crate::account::{Accounts, Sessions};
use crate::handlers::session::{login, logout, me};
use crate::state::AppState;

/// Makes the application. `cookie` configures the default cookie of tower-sessions.
pub fn app(cookie: impl FnOnce(Sessions) -> Sessions) -> Router {
    let sessions = cookie(SessionManagerLayer::new(MemoryStore::default()));
    CorsRouter::new()
        .route("/login", routes![login])
        .route("/logout", routes![logout])
        .route("/me", routes![me])
        .layer(AuthManagerLayerBuilder::new(Accounts, sessions).build())
        .with_state(AppState::new("t0ken"))
        .into_router()
}
