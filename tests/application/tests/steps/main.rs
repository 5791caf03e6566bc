//! The same requests of pages, sent to the application before its migration and in each step of it.
//!
//! `script.rs` has the requests and the outcomes, one table for all steps.

mod page;
mod script;

use axum::Router;
use axum::body::{Body, to_bytes};
use cors_application::document;
use cors_application::policies::ORIGINS;
use cors_application::routing::{
    around, finished, step_0_cors_layer, step_1_cors_router, step_2_jobs, step_3_handlers,
    step_4_services,
};
use cors_application::settings::Settings;
use cors_test_support::Failures;
use expect_test::expect_file;
use http::Request;
use serde_json::Value;
use tower::ServiceExt;

use self::page::Visitors;
use self::script::rows;

/// A state of the application, in the order of the migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    CorsLayer,
    CorsRouter,
    Jobs,
    Handlers,
    Services,
    Finished,
    /// The other way to the end, with the routers of the beginning.
    Around,
}

impl Step {
    fn app(self) -> Router {
        let settings = settings();
        ORIGINS.replace(&settings.origins).expect("valid origins");
        match self {
            Self::CorsLayer => step_0_cors_layer::app(&settings),
            Self::CorsRouter => step_1_cors_router::app(&settings),
            Self::Jobs => step_2_jobs::app(&settings),
            Self::Handlers => step_3_handlers::app(&settings),
            Self::Services => step_4_services::app(&settings),
            Self::Finished => finished::app(&settings),
            Self::Around => around::app(&settings),
        }
    }
}

fn settings() -> Settings {
    Settings {
        origins: ["https://app.example", "https://admin.example"]
            .map(str::to_owned)
            .to_vec(),
        token: "t0ken".to_owned(),
        files: concat!(env!("CARGO_MANIFEST_DIR"), "/public").into(),
    }
}

/// Sends the whole script, and fails with all rows that differ.
async fn check(step: Step) {
    let app = step.app();
    let visitors = Visitors::of(&app).await;
    let mut failures = Failures::default();
    for row in rows() {
        let expected = row.outcome_at(step).to_owned();
        let name = row.name;
        let found = visitors.outcome(&app, row.visitor, row.fetch, row.credentials);
        let found = found.await;
        failures.compare(|| name, &expected, &found);
    }
    failures.finish();
}

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident = $step:expr;)+) => {$(
        $(#[$doc])*
        #[tokio::test(start_paused = true)]
        async fn $name() {
            check($step).await;
        }
    )+};
}

steps! {
    step_0_cors_layer_of_tower_http = Step::CorsLayer;
    step_1_cors_router_with_the_old_layer_inside = Step::CorsRouter;
    step_2_jobs_have_policies = Step::Jobs;
    step_3_all_handlers_have_policies = Step::Handlers;
    step_4_services_have_policies_and_layers_are_inside = Step::Services;
    step_5_finished_without_cors_layer = Step::Finished;
    finished_routers_with_policies_around = Step::Around;
}

/// The rows of the document compare with this file.
#[tokio::test]
async fn openapi_document_before_the_migration() {
    let request = Request::get(document::PATH).body(Body::empty());
    let app = Step::CorsLayer.app();
    let Ok(response) = app.oneshot(request.expect("a request")).await;
    let body = to_bytes(response.into_body(), usize::MAX).await;
    let document: Value = serde_json::from_slice(&body.expect("a body")).expect("JSON");
    let document = serde_json::to_string_pretty(&document).expect("JSON");
    expect_file!["openapi.json"].assert_eq(&(document + "\n"));
}

/// A row that no step is held against would be a table of wishes.
#[test]
fn differences_between_steps_have_reasons() {
    assert!(rows().len() >= 28);
    for row in rows() {
        let mut before = row.outcome;
        for (step, outcome, reason) in row.differences {
            assert_ne!(*step, Step::CorsLayer, "{}", row.name);
            assert_ne!(*outcome, before, "{}", row.name);
            assert!(!reason.is_empty(), "{}", row.name);
            before = outcome;
        }
    }
}
