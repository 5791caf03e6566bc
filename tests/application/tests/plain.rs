//! The list of routes without a policy of their own, in each step of the migration: it gets shorter, and
//! what remains is there on purpose.

use cors_application::routing::{
    finished, step_1_cors_router, step_2_jobs, step_3_handlers, step_4_services,
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

#[test]
fn routes_without_a_policy_in_each_step() {
    let settings = Settings {
        origins: Vec::new(),
        token: String::new(),
        files: "public".into(),
    };
    let services = step_4_services::routes(&settings);
    let finished = finished::routes(&settings);
    for (router, paths) in [
        (
            step_1_cors_router::routes(&settings),
            "/api/health, /api/login, /api/logout, /api/me, /api/jobs, /api/jobs/{id}, /api/admin/mean, \
             /api/admin/report, /api/uploads, /feed, (fallback), /files/*",
        ),
        (
            step_2_jobs::routes(&settings),
            "/api/health, /api/login, /api/logout, /api/me, /api/admin/mean, /api/admin/report, \
             /api/uploads, /feed, (fallback), /files/*",
        ),
        (
            step_3_handlers::routes(&settings),
            "/feed, (fallback), /files/*",
        ),
        (services, "(fallback), /files/* (default)"),
        (finished, "(fallback) (default), /files/* (default)"),
    ] {
        assert_eq!(plain(&router), paths);
    }
}
