//! Orders of layers that compile and are wrong, and what a page then sees.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use cors_application::account::{require_login, sessions};
use cors_application::policies::ORIGINS;
use cors_application::routing::step_2_jobs;
use cors_application::settings::Settings;
use cors_application::state::AppState;
use cors_runtime::{CorsRouter, Policy, cors, routes};
use cors_testing::{Browser, Credentials, FetchError, Problem, Step};
use http::Request;
use tower_http::cors::CorsLayer;

const SITE: &str = "https://app.example";

#[cors(origins = ["https://app.example"], methods = [GET, PUT], credentials)]
async fn account() -> &'static str {
    "4200"
}

fn routes() -> CorsRouter {
    CorsRouter::new().route("/account", routes![account])
}

async fn read(app: &Router, page: &str) -> Result<String, FetchError> {
    let request = Request::get("/account");
    let page = Browser::at(page);
    let response = page.fetch(app, request, Credentials::Include);
    Ok(response.await?.text().await.expect("a whole body"))
}

async fn write(app: &Router, page: &str) -> Result<u16, FetchError> {
    let request = Request::put("/account");
    let page = Browser::at(page);
    let response = page.fetch(app, request, Credentials::Include);
    Ok(response.await?.status())
}

#[tokio::test]
async fn cors_layer_inside_is_overridden_by_policies() {
    let app = routes().layer(CorsLayer::very_permissive()).into_router();
    assert_eq!(read(&app, SITE).await.expect("allowed"), "4200");
    let error = read(&app, "https://evil.example")
        .await
        .expect_err("not allowed");
    assert_eq!(error.step(), Step::Origin);
    let error = write(&app, "https://evil.example")
        .await
        .expect_err("not allowed");
    assert_eq!(error.step(), Step::PreflightOrigin);
}

#[tokio::test]
async fn cors_layer_outside_overrides_every_policy() {
    let app = routes().into_router().layer(CorsLayer::very_permissive());
    // Every site reads the account of the signed-in user.
    assert_eq!(
        read(&app, "https://evil.example").await.expect("the trap"),
        "4200"
    );
    // The layer approves the preflight. The policy refuses the write, because it decides by itself.
    assert_eq!(
        write(&app, "https://evil.example").await.expect("the trap"),
        403
    );
    // The browser of the tests names the layer, also for a page that is allowed.
    for page in [SITE, "https://evil.example"] {
        let page = Browser::at(page);
        let response = page.fetch(&app, Request::put("/account"), Credentials::Include);
        let response = response.await.expect("the layer allows every page");
        let steps: Vec<Step> = response.problems().iter().map(Problem::step).collect();
        assert_eq!(steps, [Step::Middleware]);
    }
}

#[tokio::test]
async fn cors_layer_outside_with_other_origins_hides_the_responses_from_the_page() {
    let origin = "https://old.example".parse::<http::HeaderValue>();
    let layer = CorsLayer::new().allow_origin(origin.expect("a value"));
    let app = routes().into_router().layer(layer);
    let error = read(&app, SITE)
        .await
        .expect_err("the layer has another origin");
    assert_eq!(error.step(), Step::Origin);
    assert!(
        error
            .to_string()
            .contains("another middleware around the router"),
        "{error}"
    );
}

/// The preflights of a path are answered in one place, so its handlers leave the `CorsLayer` together.
#[tokio::test]
async fn plain_handler_beside_a_policy_needs_one_as_well() {
    const CREATE: Policy = Policy::new(&["https://app.example"])
        .methods(&["POST"])
        .headers(&["content-type"])
        .checked();
    let create = || post(async || "created");
    let request = || Request::post("/account").header("content-type", "application/json");
    let page = Browser::at(SITE);

    let app = routes()
        .route("/account", create())
        .layer(CorsLayer::very_permissive())
        .into_router();
    let error = page.fetch(&app, request(), Credentials::Omit).await;
    let error = error.expect_err("the path has policies, and none for POST");
    let help = "a plain handler gets a policy of its own by `Policy::routes`";
    assert!(error.to_string().contains(help), "{error}");

    let app = routes().route("/account", CREATE.routes(create()).expect("it was checked"));
    let response = page
        .fetch(&app.into_router(), request(), Credentials::Omit)
        .await;
    assert_eq!(response.expect("allowed").status(), 200);
}

#[tokio::test]
async fn login_of_a_plain_parent_refuses_preflights() {
    let settings = Settings {
        origins: vec![SITE.to_owned()],
        token: "t0ken".to_owned(),
        files: "public".into(),
    };
    ORIGINS.replace(&settings.origins).expect("a valid origin");
    let state = AppState::new(&settings.token);
    let finished = step_2_jobs::routes(&settings).into_router();
    let app = Router::new()
        .nest("/v1", finished)
        .route_layer(from_fn_with_state(state, require_login))
        .layer(sessions());
    let request = Request::get("/v1/api/jobs").header("authorization", "Bearer t0ken");
    let page = Browser::at(SITE);
    let error = page.fetch(&app, request, Credentials::Omit).await;
    let error = error.expect_err("the login is outside");
    assert_eq!(error.step(), Step::PreflightOrigin);
    assert!(error.to_string().contains("401 Unauthorized"), "{error}");
}
