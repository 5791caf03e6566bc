//! The cookie of the session: the default of tower-sessions is for pages of the API's own site.

use axum::Router;
use cors_application::account::{Sessions, for_other_sites};
use cors_application::policies::ORIGINS;
use cors_application::routing::session;
use cors_testing::{Browser, Credentials, FetchError, Problem, ThirdParty, VisibleResponse};
use http::Request;
use tower_sessions::cookie::SameSite;

const PAGE: &str = "https://app.example";

fn app(cookie: impl FnOnce(Sessions) -> Sessions) -> Router {
    ORIGINS
        .replace([PAGE, "https://www.api.test"])
        .expect("valid origins");
    session::app(cookie)
}

/// Signs in, and returns the response to the next request.
async fn sign_in(
    app: &Router,
    page: &Browser,
) -> Result<VisibleResponse<axum::body::Body>, FetchError> {
    let form = Request::post("/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("name=ann&password=secret");
    let response = page.fetch(app, form, Credentials::Include).await?;
    assert_eq!(response.status(), 204);
    page.fetch(app, Request::get("/me"), Credentials::Include)
        .await
}

#[tokio::test]
async fn default_cookie_of_tower_sessions_fails_across_sites() -> Result<(), FetchError> {
    let page = Browser::at(PAGE);
    let response = sign_in(&app(|sessions| sessions), &page).await?;
    assert_eq!(response.status(), 401);
    let expected = "cookie: the browser ignores `id`, because it has `SameSite=Strict`, and the page \
                    of `https://app.example` is on another site than `https://api.test`\nhelp: set \
                    `SameSite=None; Secure`, or serve page and API from one site";
    let problems: Vec<String> = page.problems().iter().map(Problem::to_string).collect();
    assert_eq!(problems, [expected]);
    assert_eq!(response.problems().len(), 1);
    Ok(())
}

#[tokio::test]
async fn default_cookie_of_tower_sessions_works_on_one_site() -> Result<(), FetchError> {
    let page = Browser::at("https://www.api.test");
    let response = sign_in(&app(|sessions| sessions), &page).await?;
    assert_eq!(response.status(), 200);
    assert!(page.problems().is_empty());
    Ok(())
}

#[tokio::test]
async fn same_site_none_and_secure_works_across_sites() -> Result<(), FetchError> {
    let app = app(for_other_sites);
    let page = Browser::at(PAGE);
    assert_eq!(sign_in(&app, &page).await?.status(), 200);
    let logout = Request::post("/logout");
    page.fetch(&app, logout, Credentials::Include).await?;
    let response = page.fetch(&app, Request::get("/me"), Credentials::Include);
    assert_eq!(response.await?.status(), 401);
    // tower-sessions removes its cookie by one without `SameSite`. The server forgets the session.
    let problems = page.problems();
    assert_eq!(problems.len(), 1);
    let problem = problems[0].to_string();
    assert!(problem.contains("keeps `id`"), "{problem}");
    Ok(())
}

#[tokio::test]
async fn same_site_none_without_secure_fails() -> Result<(), FetchError> {
    let app = app(|sessions| sessions.with_same_site(SameSite::None).with_secure(false));
    let response = sign_in(&app, &Browser::at(PAGE)).await?;
    assert_eq!(response.status(), 401);
    let problem = response.problems()[0].to_string();
    assert!(problem.ends_with("help: set `Secure`"), "{problem}");
    Ok(())
}

#[tokio::test]
async fn browsers_that_block_third_party_cookies_have_no_session() -> Result<(), FetchError> {
    let app = app(for_other_sites);
    for (third_party, status) in [
        (ThirdParty::Allowed, 200),
        (ThirdParty::Partitioned, 200),
        (ThirdParty::Blocked, 401),
    ] {
        let page = Browser::at(PAGE).third_party_cookies(third_party);
        assert_eq!(sign_in(&app, &page).await?.status(), status);
    }
    Ok(())
}
