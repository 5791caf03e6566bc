//! The same requests of pages, sent to the application before its migration and in each step of it.
//!
//! `script.rs` has the requests and the outcomes, one table for all steps.

mod page;
mod script;

use axum::Router;
use cors_application::policies::ORIGINS;
use cors_application::routing::{
    finished, step_0_cors_layer, step_1_cors_router, step_2_jobs, step_3_handlers, step_4_services,
};
use cors_application::settings::Settings;
use cors_test_support::Failures;

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
