//! Two deployments in one process, such as two applications of a test.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
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

/// The state of one deployment.
#[derive(Clone, Debug)]
struct Deployment {
    origins: Arc<OriginSet>,
}

fn is_page(origin: &Origin<'_>, State(deployment): State<Deployment>) -> bool {
    deployment.origins.allows(origin)
}

#[cors(origins_from = is_page, state = Deployment, methods = [GET])]
async fn health() {}

fn deployment_with_its_own_set(origin: &str) -> (Router, Arc<OriginSet>) {
    let origins = OriginSet::new();
    origins.replace([origin]).expect("a valid origin");
    let origins = Arc::new(origins);
    let deployment = Deployment {
        origins: Arc::clone(&origins),
    };
    let router = CorsRouter::new().route(PATH, routes![health]);
    (router.with_state(deployment).into_router(), origins)
}

#[tokio::test]
async fn set_of_origins_in_the_state_belongs_to_one_application() {
    let (first, origins) = deployment_with_its_own_set("https://a.example");
    let (second, _) = deployment_with_its_own_set("https://b.example");
    for (app, own, other) in [
        (&first, "https://a.example", "https://b.example"),
        (&second, "https://b.example", "https://a.example"),
    ] {
        assert!(is_readable(app, own).await);
        assert!(!is_readable(app, other).await);
    }
    // A change while both of them run.
    origins
        .replace(["https://c.example"])
        .expect("a valid origin");
    assert!(is_readable(&first, "https://c.example").await);
    assert!(!is_readable(&first, "https://a.example").await);
    assert!(!is_readable(&second, "https://c.example").await);
    assert!(is_readable(&second, "https://b.example").await);
}
