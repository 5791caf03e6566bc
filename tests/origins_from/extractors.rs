//! Predicates that take what a handler takes, short of the body.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::extract::{FromRef, MatchedPath, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use cors_runtime::{CorsRouter, Origin, OriginSet, cors, routes};
use cors_test_support::{
    App, Case, WireResponse, actual, approved, case, check, forbidden, preflight, refused, response,
};
use serde::Deserialize;

#[derive(Clone)]
struct Db {
    /// A realm and the host of a page that belongs to it.
    tenants: &'static [(&'static str, &'static str)],
}

impl Db {
    async fn has(&self, realm: &str, host: &str) -> Result<bool, Unavailable> {
        tokio::task::yield_now().await;
        if realm == "down" {
            return Err(Unavailable);
        }
        Ok(self.tenants.contains(&(realm, host)))
    }
}

struct Unavailable;

impl IntoResponse for Unavailable {
    fn into_response(self) -> Response {
        let headers = [("retry-after", "5"), ("access-control-allow-origin", "*")];
        (StatusCode::SERVICE_UNAVAILABLE, headers, "no database").into_response()
    }
}

#[derive(Clone, FromRef)]
struct AppState {
    db: Db,
    partners: Arc<OriginSet>,
}

impl AppState {
    fn new(tenants: &'static [(&'static str, &'static str)], partners: &[&str]) -> Self {
        let set = OriginSet::new();
        set.replace(partners).expect("origins");
        Self {
            db: Db { tenants },
            partners: Arc::new(set),
        }
    }
}

const TENANTS: &[(&str, &str)] = &[("red", "a.example"), ("blue", "b.example")];

async fn is_tenant(
    origin: &Origin<'_>,
    State(db): State<Db>,
    Path(realm): Path<String>,
) -> Result<bool, Unavailable> {
    db.has(&realm, origin.host().as_str()).await
}

async fn is_tenant_or_not(
    origin: &Origin<'_>,
    State(state): State<AppState>,
    Path(realm): Path<String>,
) -> bool {
    let found = state.db.has(&realm, origin.host().as_str()).await;
    found.unwrap_or(false)
}

fn is_partner(origin: &Origin<'_>, State(partners): State<Arc<OriginSet>>) -> bool {
    partners.allows(origin)
}

#[cors(origins_from = is_tenant, state = AppState, methods = [GET, PUT], credentials)]
async fn shop(Path(realm): Path<String>) -> String {
    realm
}

#[cors(origins_from = is_tenant_or_not, state = AppState, methods = [GET, PUT], credentials)]
async fn shop_or_not(Path(realm): Path<String>, State(_): State<Db>) -> String {
    realm
}

#[cors(origins_from = is_partner, state = AppState, methods = [GET])]
async fn of_partners() {}

fn allowed(origin: &str) -> WireResponse {
    let lines = format!(
        "access-control-allow-origin: {origin}
         access-control-allow-credentials: true
         vary: Origin"
    );
    response(200, &lines)
}

fn foreign() -> WireResponse {
    response(200, "vary: Origin")
}

async fn pass(request: axum::extract::Request, next: Next) -> Response {
    next.run(request).await
}

/// A database in the state, and the realm in the path, also below a nested path and inside of layers.
#[tokio::test]
async fn predicate_takes_state_and_path_parameters() {
    let state = || AppState::new(TENANTS, &[]);
    let shops = || {
        CorsRouter::new()
            .route("/{realm}/shop", routes![shop])
            .route("/{realm}/or-not", routes![shop_or_not])
    };
    let below = || {
        CorsRouter::new()
            .route("/shop", routes![shop])
            .route("/or-not", routes![shop_or_not])
    };
    let apps = [
        App::new("alone", shops().with_state(state())),
        App::new("layered", shops().layer(from_fn(pass)).with_state(state())),
        App::new(
            "nested below a parameter",
            CorsRouter::new()
                .nest("/{realm}", below())
                .with_state(state()),
        ),
        App::new(
            "nested with its state",
            CorsRouter::<()>::new().nest("/{realm}", below().with_state(state())),
        ),
        App::new(
            "merged with its state",
            CorsRouter::<()>::new().merge(shops().with_state(state())),
        ),
        App::new("cloned", shops().with_state::<()>(state()).clone()),
        App::new(
            "in a plain router",
            Router::new().merge(shops().with_state::<()>(state()).into_router()),
        ),
    ];
    for path in ["shop", "or-not"] {
        let line = |method: &str, realm: &str| format!("{method} /{realm}/{path}");
        let cases: Vec<Case> = vec![
            case(
                "own realm",
                actual(&line("GET", "red"), "https://a.example"),
                allowed("https://a.example"),
            ),
            case(
                "another realm",
                actual(&line("GET", "blue"), "https://a.example"),
                foreign(),
            ),
            case(
                "the other one",
                actual(&line("GET", "blue"), "https://b.example"),
                allowed("https://b.example"),
            ),
            case(
                "a write",
                actual(&line("PUT", "red"), "https://a.example"),
                allowed("https://a.example"),
            ),
            case(
                "a write to another realm",
                actual(&line("PUT", "blue"), "https://a.example"),
                forbidden(),
            ),
            case(
                "a preflight",
                preflight(&line("PUT", "red"), "https://a.example"),
                approved(
                    "access-control-allow-origin: https://a.example
                     access-control-allow-credentials: true
                     access-control-allow-methods: GET, PUT",
                ),
            ),
            case(
                "a preflight for another realm",
                preflight(&line("PUT", "blue"), "https://a.example"),
                refused(),
            ),
        ];
        check(&apps, &cases).await;
    }
}
