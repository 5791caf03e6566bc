//! A cache of nginx in front of handlers that refuse some pages: no stored response may go to a page
//! that the server would refuse, and no stored refusal to another.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, VARY};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use cors_runtime::{CorsRouter, Protection, cors, routes};
use cors_test_support::{Connection, WireRequest};

use super::api::Api;
use super::nginx::Nginx;

/// A response that caches may keep for everybody.
fn cacheable() -> impl IntoResponse {
    ([(CACHE_CONTROL, "public, max-age=60")], "report")
}

#[cors(origins = ["https://app.example"], methods = [GET], enforce)]
async fn enforced() -> impl IntoResponse {
    cacheable()
}

#[cors(
    origins = ["https://app.example", "https://b.example"],
    methods = [GET],
    credentials,
    enforce,
)]
async fn several() -> impl IntoResponse {
    cacheable()
}

/// A response that varies by something else as well, as compressed ones do. Of several `Vary` lines
/// nginx before 1.23 honours one.
#[cors(
    origins = ["https://app.example", "https://b.example"],
    methods = [GET],
    credentials,
    enforce,
)]
async fn varying() -> impl IntoResponse {
    ([(VARY, "Accept-Encoding")], cacheable())
}

/// Under a protection for reads.
async fn plain() -> impl IntoResponse {
    cacheable()
}

/// Paths of their own for each test, with every kind of decision.
fn app() -> Router {
    let by_path = |routes: fn() -> MethodRouter| {
        let paths = ["/report", "/other", "/third"];
        paths.into_iter().fold(Router::new(), |router, path| {
            router.route(path, routes().merge(post(async || "written")))
        })
    };
    let enforced = || CorsRouter::new().route("/report", routes![enforced]);
    let varying = || CorsRouter::new().route("/report", routes![varying]);
    let several = || CorsRouter::new().route("/report", routes![several]);
    CorsRouter::new()
        .nest("/enforced", enforced())
        .nest("/enforced-other", enforced())
        .nest("/enforced-third", enforced())
        .nest("/several", several())
        .nest("/several-other", several())
        .nest("/several-third", several())
        .nest("/varying", varying())
        .nest("/varying-other", varying())
        .nest("/varying-third", varying())
        .merge(
            CorsRouter::new()
                .nest("/plain", by_path(|| get(plain)))
                .protect(Protection::new().reads()),
        )
        .into_router()
}

const CONFIG: &str = include_str!("cache.conf");

const OWN: &str = "origin: null\nsec-fetch-site: same-origin";
const OTHER_SITE: &str = "origin: null\nsec-fetch-site: cross-site";
const SCRIPT: &str = "sec-fetch-site: cross-site
    sec-fetch-mode: no-cors
    sec-fetch-dest: script";
const SCRIPT_OF_THE_OWN_PAGE: &str = "sec-fetch-site: same-origin
    sec-fetch-mode: no-cors
    sec-fetch-dest: script";
const EVIL: &str = "origin: https://evil.example\nsec-fetch-site: cross-site";
const ALLOWED: &str = "origin: https://app.example\nsec-fetch-site: cross-site";
const NO_BROWSER: &str = "user-agent: curl";

/// A path, the lines of a request, and the status of the response.
type Row = (&'static str, &'static str, u16);

/// Sends requests through nginx in their order, each twice, and compares statuses; of the second
/// response to an own page also that the cache was asked at all.
async fn check(config: &str, rows: &[Row]) {
    let api = Api::start(app()).await;
    let Some(nginx) = Nginx::start(config, api.addr) else {
        return;
    };
    let mut connection = Connection::open(nginx.addr);
    let mut wrong = Vec::new();
    for (path, lines, status) in rows {
        for _ in 0..2 {
            let request = WireRequest::from(format!("GET {path}\nhost: api.example\n{lines}"));
            let found = connection.exchange(request);
            let cached: Vec<&str> = found.values("x-cache").collect();
            let is_hit = cached == ["HIT"];
            if found.status() != *status || is_hit && *status == 403 {
                wrong.push(format!(
                    "{path} with {lines:?}: {} {cached:?} instead of {status}",
                    found.status()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A cache that honours `Vary` keeps a copy for each `Origin` and `Sec-Fetch-Site`.
#[tokio::test(flavor = "multi_thread")]
async fn a_cache_keeps_pages_apart() {
    keeps_pages_apart(&["enforced", "several", "plain"]).await;
}

/// So it is where the handler varies its response by something else.
#[tokio::test(flavor = "multi_thread")]
async fn a_cache_keeps_pages_apart_beside_another_vary() {
    keeps_pages_apart(&["varying"]).await;
}

async fn keeps_pages_apart(kinds: &[&str]) {
    for &kind in kinds {
        let path = |suffix: &str| -> &'static str {
            let path = match (kind, suffix) {
                ("plain", "") => "/plain/report".to_owned(),
                ("plain", other) => format!("/plain/{other}"),
                (_, "") => format!("/{kind}/report"),
                (_, other) => format!("/{kind}-{other}/report"),
            };
            path.leak()
        };
        let allowed = if kind == "plain" { 403 } else { 200 };
        let rows = [
            // The 200 of the own page first.
            (path(""), OWN, 200),
            (path(""), OTHER_SITE, 403),
            (path(""), SCRIPT_OF_THE_OWN_PAGE, 200),
            (path(""), SCRIPT, 403),
            (path(""), EVIL, 403),
            (path(""), ALLOWED, allowed),
            (path(""), NO_BROWSER, 200),
            (path(""), SCRIPT, 403),
            (path(""), OWN, 200),
            // The 403 first.
            (path("other"), OTHER_SITE, 403),
            (path("other"), OWN, 200),
            (path("other"), SCRIPT, 403),
            (path("other"), NO_BROWSER, 200),
            (path("other"), OTHER_SITE, 403),
            // An allowed page first.
            (path("third"), ALLOWED, allowed),
            (path("third"), EVIL, 403),
            (path("third"), SCRIPT, 403),
            (path("third"), OTHER_SITE, 403),
            (path("third"), OWN, 200),
        ];
        check(CONFIG, &rows).await;
    }
}

/// A cache that ignores `Vary` gives everybody the first response that it keeps. It keeps no refusal,
/// so at least nobody is locked out.
#[tokio::test(flavor = "multi_thread")]
async fn a_cache_without_vary_keeps_no_refusal() {
    const LINE: &str = "# proxy_ignore_headers Vary;";
    assert!(CONFIG.contains(LINE));
    let config = CONFIG.replace(LINE, "proxy_ignore_headers Vary;");
    let rows = [
        ("/enforced/report", EVIL, 403),
        ("/enforced/report", OTHER_SITE, 403),
        ("/enforced/report", SCRIPT, 403),
        ("/enforced/report", ALLOWED, 200),
        ("/enforced/report", NO_BROWSER, 200),
        ("/enforced-other/report", EVIL, 403),
        ("/enforced-other/report", OWN, 200),
        ("/plain/report", SCRIPT, 403),
        ("/plain/report", OWN, 200),
    ];
    check(&config, &rows).await;
}

/// The cache of these tests stores and returns at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_cache_returns_what_it_keeps() {
    let api = Api::start(app()).await;
    let Some(nginx) = Nginx::start(CONFIG, api.addr) else {
        return;
    };
    let mut connection = Connection::open(nginx.addr);
    let mut exchange = |lines: &str| {
        let text = format!("GET /several/report\nhost: api.example\n{lines}");
        let found = connection.exchange(WireRequest::from(text));
        let allowed: Vec<String> = found
            .values("access-control-allow-origin")
            .map(str::to_owned)
            .collect();
        let cached: Vec<&str> = found.values("x-cache").collect();
        (found.status(), cached.concat(), allowed.concat())
    };
    let app = "https://app.example".to_owned();
    assert_eq!(exchange(OWN), (200, "MISS".to_owned(), String::new()));
    assert_eq!(exchange(OWN), (200, "HIT".to_owned(), String::new()));
    assert_eq!(exchange(ALLOWED), (200, "MISS".to_owned(), app.clone()));
    assert_eq!(exchange(ALLOWED), (200, "HIT".to_owned(), app));
    assert_eq!(exchange(EVIL), (403, "MISS".to_owned(), String::new()));
    assert_eq!(exchange(EVIL), (403, "MISS".to_owned(), String::new()));
    assert_eq!(exchange(OWN), (200, "HIT".to_owned(), String::new()));
}
