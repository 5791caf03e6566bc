//! The list of routes without a policy of their own, in each step of the migration: it gets shorter, and
//! what remains is there on purpose. The list of policies at the end is the same in both ways.

use std::collections::BTreeSet;

use cors_application::routing::{
    around, finished, step_1_cors_router, step_2_jobs, step_3_handlers, step_4_services,
};
use cors_application::settings::Settings;
use cors_runtime::CorsRouter;

fn plain(router: &CorsRouter) -> String {
    let policies = router.policies();
    let rows = policies.plain().iter().map(|route| {
        let policy = if route.has_default_policy {
            " (default)"
        } else {
            ""
        };
        format!("{}{policy}", route.path)
    });
    rows.collect::<Vec<_>>().join(", ")
}

fn settings() -> Settings {
    Settings {
        origins: Vec::new(),
        token: String::new(),
        files: "public".into(),
    }
}

#[test]
fn routes_without_a_policy_in_each_step() {
    let settings = settings();
    let services = step_4_services::routes(&settings);
    let finished = finished::routes(&settings);
    for (router, paths) in [
        (
            step_1_cors_router::routes(&settings),
            // A router of utoipa-axum is one line, because it hides its paths.
            "/api/health, /api/admin/mean, /api/admin/report, /api/*, /api/jobs/*, /api/*, (fallback), \
             /*, /*",
        ),
        (
            step_2_jobs::routes(&settings),
            "/api/health, /api/admin/mean, /api/admin/report, /api/*, /api/*, (fallback), /*, /*",
        ),
        (step_3_handlers::routes(&settings), "(fallback), /*, /*"),
        (
            services,
            "/openapi.json (default), (fallback), /files/* (default)",
        ),
        (
            finished,
            "/openapi.json (default), (fallback) (default), /files/* (default)",
        ),
        (
            around::routes(&settings),
            "/openapi.json (default), /* (default), /* (default)",
        ),
    ] {
        assert_eq!(plain(&router), paths);
    }
}

/// The default policies cover the same requests, so the responses do not show a handler that is missing.
#[test]
fn handlers_have_the_same_policies_in_both_ways() {
    let policies = |router: &CorsRouter| -> BTreeSet<String> {
        let policies = router.policies();
        let handlers = policies.iter().filter(|policy| policy.path != "/*");
        handlers
            .map(|policy| {
                let methods = policy.methods.join(",");
                format!("{methods} {} {}", policy.path, policy.handler)
            })
            .collect()
    };
    let settings = settings();
    let finished = policies(&finished::routes(&settings));
    assert_eq!(finished.len(), 14);
    assert_eq!(policies(&around::routes(&settings)), finished);
}
