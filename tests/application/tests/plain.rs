//! The list of routes without a policy, in each step of the migration: it gets shorter, and what
//! remains is there on purpose.

use cors_application::routing::{
    finished, step_1_cors_router, step_2_jobs, step_3_session, step_4_private, step_5_public,
};
use cors_application::settings::Settings;
use cors_runtime::CorsRouter;

fn settings() -> Settings {
    Settings {
        origins: Vec::new(),
        token: String::new(),
        files: "public".into(),
    }
}

fn plain(router: &CorsRouter) -> Vec<String> {
    let policies = router.policies();
    policies
        .plain()
        .iter()
        .map(|route| route.path.clone())
        .collect()
}

#[test]
fn routes_without_a_policy_in_each_step() {
    let settings = settings();
    for router in [
        step_1_cors_router::routes(&settings),
        step_2_jobs::routes(&settings),
        step_3_session::routes(&settings),
        step_4_private::routes(&settings),
        step_5_public::routes(&settings).unwrap(),
        finished::routes(&settings).unwrap(),
    ] {
        println!("{:?}", plain(&router));
    }
}
#[test]
fn table() {
    println!("{}", finished::routes(&settings()).unwrap().policies());
}
