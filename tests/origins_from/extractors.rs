//! Predicates that take what a handler takes, short of the body.
#![allow(
    clippy::needless_pass_by_value,
    reason = "extractors are passed by value"
)]

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{FromRef, FromRequestParts, MatchedPath, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Extension, Router};
use cors_runtime::{CorsRouter, Origin, OriginSet, Policy, Protection, cors, policies, routes};
use cors_test_support::{
    App, Case, Failures, Log, WireRequest, WireResponse, actual, approved, case, check, forbidden,
    preflight, refused, response,
};
use cors_testing::{Browser, Credentials};
use expect_test::expect;
use serde::Deserialize;
use tracing::Level;

#[derive(Clone)]
struct Db {
    /// A realm and the host of a page that belongs to it.
    tenants: &'static [(&'static str, &'static str)],
}

impl Db {
    async fn has(&self, realm: &str, host: &str) -> Result<bool, Unavailable> {
        tokio::task::yield_now().await;
        if realm == "down" {
            return Err(Unavailable);
        }
        Ok(self.tenants.contains(&(realm, host)))
    }
}

struct Unavailable;

impl IntoResponse for Unavailable {
    fn into_response(self) -> Response {
        let headers = [("retry-after", "5"), ("access-control-allow-origin", "*")];
        (StatusCode::SERVICE_UNAVAILABLE, headers, "no database").into_response()
    }
}

#[derive(Clone, FromRef)]
struct AppState {
    db: Db,
    partners: Arc<OriginSet>,
}

impl AppState {
    fn new(tenants: &'static [(&'static str, &'static str)], partners: &[&str]) -> Self {
        let set = OriginSet::new();
        set.replace(partners).expect("origins");
        Self {
            db: Db { tenants },
            partners: Arc::new(set),
        }
    }
}

const TENANTS: &[(&str, &str)] = &[("red", "a.example"), ("blue", "b.example")];

async fn is_tenant(
    origin: &Origin<'_>,
    State(db): State<Db>,
    Path(realm): Path<String>,
) -> Result<bool, Unavailable> {
    db.has(&realm, origin.host().as_str()).await
}

async fn is_tenant_or_not(
    origin: &Origin<'_>,
    State(state): State<AppState>,
    Path(realm): Path<String>,
) -> bool {
    let found = state.db.has(&realm, origin.host().as_str()).await;
    found.unwrap_or(false)
}

fn is_partner(origin: &Origin<'_>, State(partners): State<Arc<OriginSet>>) -> bool {
    partners.allows(origin)
}

#[cors(origins_from = is_tenant, state = AppState, methods = [GET, PUT], credentials)]
async fn shop(Path(realm): Path<String>) -> String {
    realm
}

#[cors(origins_from = is_tenant_or_not, state = AppState, methods = [GET, PUT], credentials)]
async fn shop_or_not(Path(realm): Path<String>, State(_): State<Db>) -> String {
    realm
}

#[cors(origins_from = is_partner, state = AppState, methods = [GET])]
async fn of_partners() {}

fn allowed(origin: &str) -> WireResponse {
    let lines = format!(
        "access-control-allow-origin: {origin}
         access-control-allow-credentials: true
         vary: Origin"
    );
    response(200, &lines)
}

fn foreign() -> WireResponse {
    response(200, "vary: Origin")
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}

/// A database in the state, and the realm in the path, also below a nested path and inside of layers.
#[tokio::test]
async fn predicate_takes_state_and_path_parameters() {
    let state = || AppState::new(TENANTS, &[]);
    let shops = || {
        CorsRouter::new()
            .route("/{realm}/shop", routes![shop])
            .route("/{realm}/or-not", routes![shop_or_not])
    };
    let below = || {
        CorsRouter::new()
            .route("/shop", routes![shop])
            .route("/or-not", routes![shop_or_not])
    };
    let apps = [
        App::new("alone", shops().with_state(state())),
        App::new("layered", shops().layer(from_fn(pass)).with_state(state())),
        App::new(
            "nested below a parameter",
            CorsRouter::new()
                .nest("/{realm}", below())
                .with_state(state()),
        ),
        App::new(
            "nested with its state",
            CorsRouter::<()>::new().nest("/{realm}", below().with_state(state())),
        ),
        App::new(
            "merged with its state",
            CorsRouter::<()>::new().merge(shops().with_state(state())),
        ),
        App::new("cloned", shops().with_state::<()>(state()).clone()),
        App::new(
            "in a plain router",
            Router::new().merge(shops().with_state::<()>(state()).into_router()),
        ),
    ];
    for path in ["shop", "or-not"] {
        let line = |method: &str, realm: &str| format!("{method} /{realm}/{path}");
        let cases: Vec<Case> = vec![
            case(
                "own realm",
                actual(&line("GET", "red"), "https://a.example"),
                allowed("https://a.example"),
            ),
            case(
                "another realm",
                actual(&line("GET", "blue"), "https://a.example"),
                foreign(),
            ),
            case(
                "the other one",
                actual(&line("GET", "blue"), "https://b.example"),
                allowed("https://b.example"),
            ),
            case(
                "a write",
                actual(&line("PUT", "red"), "https://a.example"),
                allowed("https://a.example"),
            ),
            case(
                "a write to another realm",
                actual(&line("PUT", "blue"), "https://a.example"),
                forbidden(),
            ),
            case(
                "a preflight",
                preflight(&line("PUT", "red"), "https://a.example"),
                approved(
                    "access-control-allow-origin: https://a.example
                     access-control-allow-credentials: true
                     access-control-allow-methods: GET, PUT",
                ),
            ),
            case(
                "a preflight for another realm",
                preflight(&line("PUT", "blue"), "https://a.example"),
                refused(),
            ),
        ];
        check(&apps, &cases).await;
    }
}

/// One of two apps of a process does not allow the partners of the other.
#[tokio::test]
async fn two_apps_have_sets_of_their_own() {
    let app = |name, partners: &[&str]| {
        let state = AppState::new(TENANTS, partners);
        let set = state.partners.clone();
        let routes = CorsRouter::new().route("/partners", routes![of_partners]);
        (App::new(name, routes.with_state(state)), set)
    };
    let (first, first_set) = app("first", &["https://a.example"]);
    let (second, second_set) = app("second", &["https://*.b.example", "https://c.example"]);
    let lines = |origin: &str| {
        format!(
            "access-control-allow-origin: {origin}
             vary: Origin"
        )
    };
    let get = |origin: &str| actual("GET /partners", origin);
    let own = |origin: &str| case("own", get(origin), response(200, &lines(origin)));
    let other = |origin: &str| case("of the other app", get(origin), foreign());
    let [a, b, c] = [
        "https://a.example",
        "https://x.b.example",
        "https://c.example",
    ];
    check(slice::from_ref(&first), &[own(a), other(b), other(c)]).await;
    check(slice::from_ref(&second), &[other(a), own(b), own(c)]).await;

    first_set.replace([c]).expect("an origin");
    second_set.replace([a]).expect("an origin");
    check(&[first], &[other(a), other(b), own(c)]).await;
    check(&[second], &[own(a), other(b), other(c)]).await;
}

/// A set is a local variable as well.
#[test]
fn set_allows_an_origin() {
    let set = OriginSet::new();
    let parsed = |text: &'static str| Origin::parse(text.as_bytes()).expect("an origin");
    assert!(!set.allows(&parsed("https://a.example")));
    let many = ["a", "b", "c", "d", "e"].map(|host| format!("https://{host}.example"));
    for exact in [&many[..1], &many] {
        let patterns = [
            "https://*.w.example".to_owned(),
            "http://localhost:*".to_owned(),
        ];
        set.replace(exact.iter().chain(&patterns)).expect("origins");
        for (text, expected) in [
            ("https://a.example", true),
            ("https://x.w.example", true),
            ("http://localhost:5173", true),
            ("https://a.example:8443", false),
            ("http://a.example", false),
            ("https://w.example", false),
            ("https://evil-a.example", false),
            ("https://a.example.evil.example", false),
        ] {
            assert_eq!(set.allows(&parsed(text)), expected, "{text}");
            assert_eq!(set.contains(text), expected, "{text}");
        }
    }
}

/// The response of the predicate is that of the request, and of its preflight. No page reads it, and the
/// handler does not run.
#[tokio::test]
async fn predicate_that_fails_responds_in_place_of_the_handler() {
    let shops = || {
        let routes = CorsRouter::new().route("/{realm}/shop", routes![shop]);
        let routes = routes.route("/{realm}/numbered", routes![numbered]);
        routes.with_state(AppState::new(TENANTS, &[]))
    };
    let apps = [
        App::new("alone", shops()),
        App::new("layered", shops().layer(from_fn(pass))),
    ];
    let down = || {
        WireResponse::from(
            "503
             cache-control: no-store
             retry-after: 5
             vary: Origin

             no database",
        )
    };
    let rejected = || response(400, "vary: Origin");
    for app in &apps {
        for request in [
            actual("GET /down/shop", "https://a.example"),
            actual("PUT /down/shop", "https://a.example"),
            preflight("PUT /down/shop", "https://a.example"),
        ] {
            let found = app.complete(request.clone()).await;
            let found = found.retain(|name| !name.starts_with("content-"));
            assert_eq!(found, down(), "{}\n{request}", app.name);
        }
        for request in [
            actual("GET /red/numbered", "https://a.example"),
            preflight("GET /red/numbered", "https://a.example"),
        ] {
            let found = app.send(request).await;
            assert_eq!(WireResponse::cors(&found), rejected(), "{}", app.name);
        }
    }
    // Neither is called where the origin needs no predicate.
    let cases = [
        case("no origin", "GET /down/shop", foreign()),
        case(
            "own page",
            actual("GET /red/numbered", "https://a.example")
                .header("sec-fetch-site", "same-origin"),
            foreign(),
        ),
        case(
            "a number",
            actual("GET /7/numbered", "https://a.example"),
            response(
                200,
                "access-control-allow-origin: https://a.example
                 vary: Origin",
            ),
        ),
    ];
    check(&apps, &cases).await;
}

fn is_seven(_: &Origin<'_>, Path(realm): Path<u8>) -> bool {
    realm == 7
}

#[cors(origins_from = is_seven, methods = [GET])]
async fn numbered() {}

/// An outage is no origin that is not allowed. The first one of a handler is a warning.
#[tokio::test]
async fn predicate_that_fails_is_an_event() {
    let routes = CorsRouter::new()
        .route("/{realm}/down", routes![is_down])
        .route("/{realm}/numbered", routes![numbered])
        .with_state(AppState::new(TENANTS, &[]));
    let app = App::new("", routes);
    let rows = [
        (
            actual("GET /a/down?token=secret", "https://a.example"),
            expect![[r#"
                WARN cors: predicate failed handler="origins_from::extractors::is_down" file="tests/origins_from/extractors.rs" line=_ path=/a/down requested=https://a.example status=503 reason=it returned an error
            "#]],
        ),
        (
            preflight("GET /a/down", "https://b.example"),
            expect![[r#"
                DEBUG cors: predicate failed handler="origins_from::extractors::is_down" file="tests/origins_from/extractors.rs" line=_ path=/a/down requested=https://b.example status=503 reason=it returned an error
            "#]],
        ),
        (
            actual("GET /a/down", "https://panic.example"),
            expect![[r#"
                WARN cors: predicate failed handler="origins_from::extractors::is_down" file="tests/origins_from/extractors.rs" line=_ path=/a/down requested=https://panic.example status=500 reason=it panicked
            "#]],
        ),
        (
            actual("GET /a/numbered", "https://a.example"),
            expect![[r#"
                DEBUG cors: predicate failed handler="origins_from::extractors::numbered" file="tests/origins_from/extractors.rs" line=_ path=/a/numbered requested=https://a.example status=400 reason=its extractor `axum::extract::path::Path<u8>` rejected the request
            "#]],
        ),
        (actual("GET /7/numbered", "https://a.example"), expect![""]),
    ];
    let log = Log::of(Level::DEBUG);
    for (request, expected) in rows {
        app.send(request).await;
        let lines = log.take();
        let lines: Vec<&str> = lines.lines().collect();
        let lines = lines.into_iter().map(|line| {
            let (before, line) = line.split_once(" line=").expect("the field");
            let (_, after) = line.split_once(' ').expect("more fields");
            format!("{} line=_ {after}\n", before.trim_start())
        });
        expected.assert_eq(&lines.collect::<String>());
    }
}

async fn fails(origin: &Origin<'_>, State(_): State<Db>) -> Result<bool, Unavailable> {
    assert_ne!(origin.host().as_str(), "panic.example");
    Err(Unavailable)
}

#[cors(origins_from = fails, state = AppState, methods = [GET])]
async fn is_down() {}

/// A test browser names the cause in place of a missing header.
#[tokio::test]
async fn predicate_that_fails_is_explained_to_a_test_browser() {
    let routes = CorsRouter::new()
        .route("/{realm}/shop", routes![shop])
        .with_state(AppState::new(TENANTS, &[]));
    let page = Browser::at("https://a.example").server("https://api.example");
    let app = routes.into_router();
    let request = http::Request::get("/down/shop").body("");
    let request = request.expect("a request");
    let fetched = page.fetch(&app, request, Credentials::Include).await;
    let error = fetched.expect_err("no database").to_string();
    assert!(
        error.contains("the function of `origins_from` failed with 503: it returned an error"),
        "{error}"
    );
}

/// The arguments of a predicate, in the order of their types.
fn recorded(calls: &Calls, call: String) -> bool {
    calls.0.lock().expect("nobody panics with it").push(call);
    true
}

#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

#[derive(Deserialize)]
struct Page {
    page: u32,
}

#[allow(clippy::too_many_arguments, reason = "as many as there may be")]
fn takes_eight(
    origin: &Origin<'_>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    path: MatchedPath,
    Path(params): Path<Vec<(String, String)>>,
    page: Query<Page>,
    Extension(calls): Extension<Calls>,
    State(db): State<Db>,
) -> bool {
    let path = path.as_str();
    let (headers, page) = (headers.len(), page.page);
    let tenants = db.tenants.len();
    recorded(
        &calls,
        format!("{origin} {method} {uri} {headers} {path} {params:?} {page} {tenants}"),
    )
}

#[allow(clippy::too_many_arguments, reason = "as many as there may be")]
async fn takes_eight_later(
    origin: &Origin<'_>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    path: MatchedPath,
    params: Path<Vec<(String, String)>>,
    page: Query<Page>,
    calls: Extension<Calls>,
    db: State<Db>,
) -> Result<bool, StatusCode> {
    tokio::task::yield_now().await;
    Ok(takes_eight(
        origin, method, uri, headers, path, params, page, calls, db,
    ))
}

fn takes_nothing(origin: &Origin<'_>) -> bool {
    origin.scheme() == "https"
}

async fn takes_nothing_later(origin: &Origin<'_>) -> bool {
    tokio::task::yield_now().await;
    takes_nothing(origin)
}

fn fallible_of_head(origin: &Origin<'_>, request: &Parts) -> Result<bool, StatusCode> {
    if request.method == Method::OPTIONS {
        return Err(StatusCode::IM_A_TEAPOT);
    }
    Ok(takes_nothing(origin))
}

async fn fallible_of_head_later(
    origin: &Origin<'_>,
    request: &Parts,
) -> Result<bool, (StatusCode, String)> {
    fallible_of_head(origin, request).map_err(|status| (status, "tea".to_owned()))
}

/// An extractor that changes the request.
struct Stamp;

impl<S: Sync> FromRequestParts<S> for Stamp {
    type Rejection = Infallible;

    async fn from_request_parts(request: &mut Parts, _: &S) -> Result<Self, Infallible> {
        request.extensions.insert("stamped");
        Ok(Self)
    }
}

async fn stamps(_: &Origin<'_>, _: Stamp) -> bool {
    true
}

#[cors(origins_from = takes_eight, state = AppState, methods = [PUT])]
async fn eight() {}

#[cors(origins_from = takes_eight_later, state = AppState, methods = [PUT])]
async fn eight_later() {}

// A predicate without extractors fits a router with any state.
#[cors(origins_from = takes_nothing, state = String, methods = [PUT])]
async fn none() {}

#[cors(origins_from = takes_nothing_later, methods = [PUT])]
async fn none_later() {}

#[cors(origins_from = fallible_of_head, methods = [PUT])]
async fn fallible() {}

#[cors(origins_from = fallible_of_head_later, methods = [PUT])]
async fn fallible_later() {}

#[cors(origins_from = stamps, methods = [PUT])]
async fn stamped(stamp: Option<Extension<&'static str>>, body: String) -> String {
    let Extension(stamp) = stamp.unwrap_or(Extension("no stamp"));
    format!("{stamp} {body}")
}

#[tokio::test]
async fn predicate_takes_up_to_eight_extractors() {
    let routes = || {
        CorsRouter::new()
            .route("/{id}/eight", routes![eight])
            .route("/{id}/later", routes![eight_later])
    };
    for (prefix, nested) in [
        ("", routes()),
        ("/{tenant}", CorsRouter::new().nest("/{tenant}", routes())),
    ] {
        let calls = Calls::default();
        let app = nested.with_state(AppState::new(TENANTS, &[])).into_router();
        let app = App::new("", app.layer(Extension(calls.clone())));
        let (tenant, params) = match prefix {
            "" => ("", r#"("id", "7")"#),
            _ => ("/t", r#"("tenant", "t"), ("id", "7")"#),
        };
        for path in ["eight", "later"] {
            let line = format!("PUT {tenant}/7/{path}?page=3");
            app.send(actual(&line, "https://a.example")).await;
            app.send(preflight(&line, "https://a.example")).await;
            let call = |method, headers| {
                format!(
                    "https://a.example {method} {tenant}/7/{path}?page=3 {headers} \
                     {prefix}/{{id}}/{path} [{params}] 3 2"
                )
            };
            let found = std::mem::take(&mut *calls.0.lock().expect("nobody panics with it"));
            // Of a nested path, `Uri` is the rest.
            let found: Vec<String> = found
                .into_iter()
                .map(|call| call.replace(" /7/", &format!(" {tenant}/7/")))
                .collect();
            assert_eq!(found, [call("PUT", 1), call("OPTIONS", 2)]);
        }
    }
}

#[tokio::test]
async fn predicate_of_every_result() {
    let app = CorsRouter::new()
        .route("/none", routes![none])
        .route("/none-later", routes![none_later])
        .route("/fallible", routes![fallible])
        .route("/fallible-later", routes![fallible_later])
        .into_router();
    let app = [App::new("", app)];
    for path in ["none", "none-later", "fallible", "fallible-later"] {
        let line = format!("PUT /{path}");
        let mut cases = vec![
            case(
                path,
                actual(&line, "https://a.example"),
                response(
                    200,
                    "access-control-allow-origin: https://a.example
                     vary: Origin",
                ),
            ),
            case(path, actual(&line, "http://a.example"), forbidden()),
        ];
        if path.starts_with("fallible") {
            let teapot = response(418, "vary: Origin");
            cases.push(case(path, preflight(&line, "https://a.example"), teapot));
        }
        check(&app, &cases).await;
    }
}

/// The request that goes on is the one that the extractors saw, with its body.
#[tokio::test]
async fn extractors_of_a_predicate_see_the_request_itself() {
    let app = App::new("", CorsRouter::new().route("/", routes![stamped]));
    for (origin, expected) in [("https://a.example", "stamped body"), ("", "no stamp body")] {
        let mut request = WireRequest::from("PUT /");
        if !origin.is_empty() {
            request = actual("PUT /", origin);
        }
        let found = app.complete(request.body("body")).await;
        assert_eq!(found.body(), expected);
    }
}

/// The text of a panic.
fn panic_of<T>(run: impl FnOnce() -> T) -> String {
    let Err(panic) = catch_unwind(AssertUnwindSafe(run)) else {
        panic!("no panic");
    };
    *panic.downcast::<String>().expect("a message")
}

#[test]
fn predicate_of_another_state_is_refused_when_it_is_registered() {
    let other = panic_of(|| CorsRouter::<Db>::new().route("/", routes![of_partners]));
    expect![[r"
        the function of `origins_from` of `origins_from::extractors::of_partners` extracts from the state `origins_from::extractors::AppState`, and the state of this router is `origins_from::extractors::Db`
        help: write the type of this router's state in the attribute, `state = ..`, or register the handler in a router with the state `origins_from::extractors::AppState`"]]
    .assert_eq(&other);
    panic_of(|| CorsRouter::<()>::new().route("/", routes![of_partners]));
    // Without extractors the state does not matter.
    let _ = CorsRouter::<Db>::new().route("/", routes![none,]);
}

#[test]
fn predicate_without_its_state_is_refused_at_start_up() {
    let routes = || CorsRouter::<AppState>::new().route("/", routes![of_partners]);
    let missing = panic_of(|| routes().into_router());
    expect![[r"
        the function of `origins_from` of `origins_from::extractors::of_partners` extracts from the state `origins_from::extractors::AppState`, which the router does not have
        help: register the handler in a `CorsRouter`, and call its `with_state(..)` after that and before `into_router()`"]]
    .assert_eq(&missing);
    let nested = CorsRouter::new().nest("/api", routes());
    assert_eq!(panic_of(|| nested.into_router()), missing);
    let plain = || MethodRouter::<AppState>::from(routes![of_partners]);
    assert_eq!(panic_of(plain), missing);
    let unserved = || routes().method_not_allowed_fallback(routes![of_partners]);
    expect![[r"
        the function of `origins_from` of `origins_from::extractors::of_partners` extracts from the state `origins_from::extractors::AppState`, which a fallback for methods does not get
        help: take no `State<..>` in it, or allow the origins by a static `OriginSet`"]]
    .assert_eq(&panic_of(unserved));
}

/// Handlers of one path have the states of their routers.
#[tokio::test]
async fn predicates_of_one_path_have_the_states_of_their_routers() {
    #[cors(origins_from = is_partner, state = Arc<OriginSet>, methods = [PUT])]
    async fn of_set() {}

    let set = Arc::new(OriginSet::new());
    set.replace(["https://b.example"]).expect("an origin");
    let state = AppState::new(TENANTS, &["https://a.example"]);
    let first = CorsRouter::new()
        .route("/", routes![of_partners])
        .with_state::<()>(state);
    let second = CorsRouter::new()
        .route("/", routes![of_set])
        .with_state::<()>(set);
    let apps = [
        App::new("first, then second", first.clone().merge(second.clone())),
        App::new("second, then first", second.merge(first)),
    ];
    let lines = |origin: &str| {
        format!(
            "access-control-allow-origin: {origin}
             vary: Origin"
        )
    };
    let [a, b] = ["https://a.example", "https://b.example"];
    let cases = [
        case("GET of a", actual("GET /", a), response(200, &lines(a))),
        case("GET of b", actual("GET /", b), foreign()),
        case("PUT of a", actual("PUT /", a), forbidden()),
        case("PUT of b", actual("PUT /", b), response(200, &lines(b))),
    ];
    check(&apps, &cases).await;
}

/// Each request calls the predicate of its policy once, and no request that of another method.
#[tokio::test]
async fn a_predicate_is_called_once() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    async fn is_app(origin: &Origin<'_>) -> bool {
        CALLS.fetch_add(1, Ordering::SeqCst);
        origin.host().as_str() == "app.example"
    }

    fn is_app_by_head(origin: &Origin<'_>, _: &Parts) -> bool {
        CALLS.fetch_add(1, Ordering::SeqCst);
        origin.host().as_str() == "app.example"
    }

    #[cors(origins_from = is_app, methods = [GET])]
    async fn asked() {}

    const PAGES: Policy = Policy::new(&[])
        .origins_if(is_app_by_head)
        .methods(&["GET", "DELETE"])
        .checked();

    let finished = || Router::new().route("/x", get(asked).post(async || ()));
    let around = || CorsRouter::around(finished()).with_policies("/x", policies![asked]);
    let apps = [
        (
            "routes!",
            "/x",
            CorsRouter::new().route("/x", routes![asked]),
        ),
        ("around", "/x", around()),
        ("nested", "/api/x", CorsRouter::new().nest("/api", around())),
        (
            "with a protection and a default policy",
            "/api/x",
            CorsRouter::new()
                .nest("/api", around().default_policy(PAGES))
                .protect(Protection::new()),
        ),
    ];
    let mut failures = Failures::default();
    for (name, path, app) in apps {
        let app = App::new(name, app);
        for (line, calls) in [
            ("GET", 1),
            ("HEAD", 1),
            ("OPTIONS for GET", 1),
            ("OPTIONS for PUT", 0),
        ] {
            CALLS.store(0, Ordering::SeqCst);
            let request = match line.strip_prefix("OPTIONS for ") {
                Some(method) => preflight(&format!("{method} {path}"), "https://app.example"),
                None => actual(&format!("{line} {path}"), "https://app.example"),
            };
            app.send(request).await;
            failures.compare(
                || format!("{name}: {line}"),
                &calls,
                &CALLS.load(Ordering::SeqCst),
            );
        }
    }
    failures.finish();
}
