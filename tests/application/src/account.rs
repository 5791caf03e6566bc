//! Accounts: sessions of `axum-login`, and the middleware that requires one.

use std::convert::Infallible;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;
use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder, AuthUser, AuthnBackend, UserId};
use serde::Deserialize;
use tower_sessions::cookie::SameSite;
use tower_sessions::{MemoryStore, SessionManagerLayer};
use utoipa::ToSchema;

use crate::state::AppState;

/// A person with an account.
#[derive(Clone, Debug)]
pub struct User {
    pub(crate) name: String,
    pub(crate) is_admin: bool,
}

/// The form of the login.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Login {
    name: String,
    password: String,
}

/// The accounts. A real one has a database, and hashes of passwords.
#[derive(Clone, Copy, Debug)]
pub struct Accounts;

/// The session of a request.
pub type AuthSession = axum_login::AuthSession<Accounts>;

const PASSWORD: &str = "secret";

impl AuthUser for User {
    type Id = String;

    fn id(&self) -> String {
        self.name.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        PASSWORD.as_bytes()
    }
}

impl AuthnBackend for Accounts {
    type User = User;
    type Credentials = Login;
    type Error = Infallible;

    async fn authenticate(&self, login: Login) -> Result<Option<User>, Infallible> {
        if login.password == PASSWORD {
            self.get_user(&login.name).await
        } else {
            Ok(None)
        }
    }

    async fn get_user(&self, name: &UserId<Self>) -> Result<Option<User>, Infallible> {
        let is_known = matches!(name.as_str(), "ann" | "root");
        Ok(is_known.then(|| User {
            name: name.clone(),
            is_admin: name == "root",
        }))
    }
}

/// The sessions and their cookie.
pub type Sessions = SessionManagerLayer<MemoryStore>;

/// Configures the cookie for pages of other sites: the default is `SameSite=Strict`.
#[must_use]
pub fn for_other_sites(sessions: Sessions) -> Sessions {
    sessions.with_same_site(SameSite::None).with_secure(true)
}

/// The layer of the sessions.
#[must_use]
pub fn sessions() -> AuthManagerLayer<Accounts, MemoryStore> {
    let sessions = for_other_sites(SessionManagerLayer::new(MemoryStore::default()));
    AuthManagerLayerBuilder::new(Accounts, sessions).build()
}

/// Requires a session, or the token of a program.
pub async fn require_login(
    State(state): State<AppState>,
    session: AuthSession,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let authorization = request.headers().get(AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    if session.user.is_some() || authorization.is_some_and(|value| state.is_program(value)) {
        Ok(next.run(request).await)
    } else {
        Err(StatusCode::UNAUTHORIZED)
    }
}

/// Requires an admin. It is inside [`require_login`].
pub async fn require_admin(
    session: AuthSession,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    if session.user.is_some_and(|user| user.is_admin) {
        Ok(next.run(request).await)
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}
