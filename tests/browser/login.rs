//! The login of a page on another site than its API, over TLS: by the default cookie of tower-sessions,
//! and by one for other sites.

use cors_application::account::{Sessions, for_other_sites};
use cors_application::policies::ORIGINS;
use cors_application::routing::session;
use cors_testing::{Browser, Credentials, ThirdParty};

use super::engines::{Session, in_each_engine};
use super::request::Request;
use super::stage::Stage;

const API: &str = "https://api.example.com:TLS_API";
const OTHER_SITE: &str = "https://app.example.org:TLS_PAGE";
const SAME_SITE: &str = "https://app.example.com:TLS_PAGE";

/// The cookie, the page, the response to the first request after the login, and the part of the
/// browser's message that names the remedy.
type Run = (
    fn(Sessions) -> Sessions,
    &'static str,
    &'static str,
    Option<&'static str>,
);

pub(crate) const SIGNED_IN: &str = "GET -> 200 {\"name\"";
pub(crate) const SIGNED_OUT: &str = "GET -> 401";

in_each_engine!(the_login_of_axum_login_across_sites and testing);
async fn the_login_of_axum_login_across_sites(session: Option<&Session>) {
    check(session, ThirdParty::Allowed, SIGNED_IN).await;
}

/// `with_remedy` is the response to a page of another site under `SameSite=None; Secure`.
pub(crate) async fn check(
    session: Option<&Session>,
    third_party: ThirdParty,
    with_remedy: &'static str,
) {
    const REMEDY: &str = "help: set `SameSite=None; Secure`, or serve page and API from one site";
    let runs: [Run; 3] = [
        (by_default, OTHER_SITE, SIGNED_OUT, Some(REMEDY)),
        (for_other_sites, OTHER_SITE, with_remedy, None),
        (by_default, SAME_SITE, SIGNED_IN, None),
    ];
    for run in runs {
        sign_in(session, third_party, run).await;
    }
}

fn by_default(sessions: Sessions) -> Sessions {
    sessions
}

/// Signs in by both browsers, and compares the next request.
async fn sign_in(
    session: Option<&Session>,
    third_party: ThirdParty,
    (cookie, page, outcome, remedy): Run,
) {
    let mut stage = Stage::new(session, session::app(cookie)).await;
    ORIGINS
        .replace([stage.ports.fill(page)])
        .expect("an origin");
    // Without the cookie of the run before, which is the API's.
    stage.open(&format!("{API}/page")).await;
    let testing = stage.open(&format!("{page}/page")).await;
    let testing = testing.third_party_cookies(third_party);

    let url = |path| stage.ports.fill(&format!("{API}{path}"));
    let mut login = Request::new("POST", url("/login"));
    login.set("content-type", "application/x-www-form-urlencoded");
    login.set("body", "name=ann&password=secret");
    let me = Request::new("GET", url("/me"));
    for (mut request, outcome) in [(login, "POST -> 204"), (me, outcome)] {
        request.credentials = Credentials::Include;
        let name = format!("{page}, {third_party:?}: {}", request.url);
        stage.fetch(&testing, &name, &request, outcome, &[]).await;
    }
    stage.differences.finish();
    check_remedy(&testing, remedy);
}

fn check_remedy(testing: &Browser, remedy: Option<&str>) {
    let problems = testing.problems();
    let Some(remedy) = remedy else { return };
    let problem = problems.first().expect("a problem").to_string();
    assert!(problem.ends_with(remedy), "{problem}");
}
