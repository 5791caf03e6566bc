//! Two deployments in one process, such as two applications of a test.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::{Extension, Router};
use cors_application::policies::ORIGINS;
use cors_application::routing::finished;
use cors_application::settings::Settings;
use cors_runtime::{CorsRouter, Origin, OriginSet, cors, routes};
use cors_testing::{Browser, Credentials};
use http::Request;

const PATH: &str = "/api/health";

async fn is_readable(app: &Router, page: &str) -> bool {
    let page = Browser::at(page);
    let response = page.fetch(app, Request::get(PATH), Credentials::Omit).await;
    response.is_ok()
}

fn deployment(origin: &str) -> Router {
    ORIGINS.replace([origin]).expect("a valid origin");
    let settings = Settings {
        origins: Vec::new(),
        token: String::new(),
        files: "public".into(),
    };
    finished::app(&settings)
}

#[tokio::test]
async fn static_set_of_origins_is_shared_by_the_process() {
    let first = deployment("https://a.example");
    assert!(is_readable(&first, "https://a.example").await);
    let second = deployment("https://b.example");
    for app in [first, second] {
        assert!(!is_readable(&app, "https://a.example").await);
        assert!(is_readable(&app, "https://b.example").await);
    }
}

/// Reads the set of its own application. TODO(predicates): `State`, `OriginSet::allows`
fn is_page(origin: &Origin<'_>, request: &Parts) -> bool {
    let set = request.extensions.get::<Arc<OriginSet>>();
    set.is_some_and(|set| set.contains(origin.as_str()))
}

#[cors(origins_from = is_page, methods = [GET])]
async fn health() {}

fn deployment_with_its_own_set(origin: &str) -> Router {
    let origins = OriginSet::new();
    origins.replace([origin]).expect("a valid origin");
    let router = CorsRouter::new().route(PATH, routes![health]).into_router();
    router.layer(Extension(Arc::new(origins)))
}

#[tokio::test]
async fn set_of_origins_as_a_value_belongs_to_one_application() {
    let first = deployment_with_its_own_set("https://a.example");
    let second = deployment_with_its_own_set("https://b.example");
    for (app, own, other) in [
        (first, "https://a.example", "https://b.example"),
        (second, "https://b.example", "https://a.example"),
    ] {
        assert!(is_readable(&app, own).await);
        assert!(!is_readable(&app, other).await);
    }
}
