//! Every spelling of a cookie, over TLS: those that a page of another site gets back.

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use cors_runtime::Policy;
use cors_testing::{Credentials, ThirdParty};

use super::engines::Engine::{Firefox, WebKit};
use super::engines::{Session, in_each_engine};
use super::request::Request;
use super::stage::{Deviation, Stage};

const SPELLINGS: [&str; 7] = [
    "lax=1; SameSite=Lax",
    "none-secure=1; SameSite=None; Secure",
    "none=1; SameSite=None",
    "partitioned=1; SameSite=None; Secure; Partitioned",
    "plain=1",
    "secure=1; Secure",
    "strict=1; SameSite=Strict",
];

const PAGES: Policy = Policy::new(&["https://app.example.org:*"])
    .methods(&["GET"])
    .credentials()
    .checked();

fn app() -> Router {
    let set = async || AppendHeaders(SPELLINGS.map(|cookie| (SET_COOKIE, cookie)));
    Router::new()
        .route("/set", get(set))
        .route("/names", get(names))
        .layer(PAGES.layer().expect("a policy"))
}

/// The names of the cookies in the order of the alphabet.
async fn names(headers: HeaderMap) -> impl IntoResponse {
    let cookies = headers
        .get(COOKIE)
        .and_then(|cookies| cookies.to_str().ok());
    let cookies = cookies.unwrap_or_default().split("; ");
    let mut names: Vec<&str> = cookies
        .filter_map(|cookie| cookie.strip_suffix("=1"))
        .collect();
    names.sort_unstable();
    names.join(" ")
}

const PAGE: &str = "https://app.example.org:TLS_PAGE/page";
/// Two hosts, so that the cookies of a request and those of a visit are apart.
const FETCHED: &str = "https://fetched.example.com:TLS_API";
const VISITED: &str = "https://visited.example.com:TLS_API";

/// The cookies that come with a request, and what an engine has instead.
pub(crate) type Names = (&'static str, &'static [Deviation]);

in_each_engine!(cookies_of_every_spelling_across_sites and testing);
async fn cookies_of_every_spelling_across_sites(session: Option<&Session>) {
    // Firefox and WebKit have no `SameSite=Lax` by default, and WebKit partitions nothing.
    const WITHOUT_LAX: &str = "GET -> 200 none none-secure partitioned plain secure";
    const BY_FETCH: Names = (
        "GET -> 200 none-secure partitioned",
        &[
            (Firefox, "GET -> 200 none-secure partitioned plain secure"),
            (WebKit, WITHOUT_LAX),
        ],
    );
    const BY_VISIT: Names = (
        "GET -> 200 none-secure",
        &[
            (Firefox, "GET -> 200 none-secure plain secure"),
            (WebKit, WITHOUT_LAX),
        ],
    );
    check(session, ThirdParty::Allowed, BY_FETCH, BY_VISIT).await;
}

/// Sets all cookies by a request of the page, and on another host by a visit, and compares those that
/// come with the next request of the page.
pub(crate) async fn check(
    session: Option<&Session>,
    third_party: ThirdParty,
    fetched: Names,
    visited: Names,
) {
    let mut stage = Stage::new(session, app()).await;
    let testing = stage.open(PAGE).await.third_party_cookies(third_party);
    let visit = stage.ports.fill(&format!("{VISITED}/set"));
    stage.visit(&testing, &visit, PAGE).await;
    let steps = [
        (FETCHED, "/set", ("GET -> 200", &[][..])),
        (FETCHED, "/names", fetched),
        (VISITED, "/names", visited),
    ];
    for (host, path, (expected, known)) in steps {
        let mut request = Request::new("GET", stage.ports.fill(&format!("{host}{path}")));
        request.credentials = Credentials::Include;
        let name = format!("{third_party:?}: {host}{path}");
        stage
            .fetch(&testing, &name, &request, expected, known)
            .await;
    }
    stage.differences.finish();
}
