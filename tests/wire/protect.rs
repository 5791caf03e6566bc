//! `CorsRouter::protect` and `Protection::layer()`: cross-site writes and web sockets are refused on
//! every route, whether it has a policy or not.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, any, any_service, get, post, put};
use cors_runtime::{CorsRouter, OriginSet, Policy, Protection, Refused, cors, routes};
use cors_test_support::{
    App, Case, Failures, WireRequest, WireResponse, actual, approved, case, check, forbidden,
    preflight, response,
};
use tower::util::MapRequestLayer;
use tower::{Layer, ServiceBuilder, service_fn};

const PROTECTION: Protection = Protection::new().checked();

#[cors(origins = ["https://app.example"], methods = [GET, POST], headers = ["x-a"])]
async fn annotated() {}

#[cors(origins = ["https://app.example", "https://b.example"], methods = [GET, POST], enforce)]
async fn enforced() {}

#[cors(origins = ["*"], methods = [POST])]
async fn hook() {}

async fn plain() {}

async fn teapot() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

/// A service that answers every request.
fn service() -> MethodRouter {
    any_service(service_fn(async |_: Request| {
        Ok::<_, Infallible>(Response::new(Body::empty()))
    }))
}

/// Every kind of route.
fn routes() -> CorsRouter {
    CorsRouter::new()
        .route("/plain", get(plain).post(plain).delete(plain))
        .route("/both", routes![annotated])
        .route("/both", put(plain))
        .route("/annotated", routes![annotated])
        .route("/enforced", routes![enforced])
        .route("/hook", routes![hook])
        .route_service("/service", service())
        .nest_service("/files", service())
        .nest("/nested", Router::new().route("/x", any(plain)))
        .nest(
            "/nested-cors",
            CorsRouter::new()
                .route("/x", any(plain))
                .route("/annotated", routes![annotated])
                .nest_service("/files", service()),
        )
        .merge(Router::new().route("/merged", any(plain)))
        .fallback(teapot)
}

/// The routes of each kind that have no policy, with a method that they serve.
const WITHOUT_POLICY: [&str; 8] = [
    "/plain",
    "/service",
    "/files/x",
    "/nested/x",
    "/nested-cors/x",
    "/nested-cors/files/x",
    "/merged",
    "/both",
];

/// A layer between a protection and what it protects.
async fn pass_on(request: Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

/// The same routes under the same protection, put together in every way.
fn protected(protection: Protection<'static>) -> Vec<App> {
    arranged(|router| router.protect(protection))
}

fn arranged(protect: impl Fn(CorsRouter) -> CorsRouter) -> Vec<App> {
    vec![
        App::new("protected", protect(routes()).into_router()),
        App::new(
            "protected before the routes are there",
            protect(CorsRouter::new()).merge(routes()).into_router(),
        ),
        App::new(
            "layered",
            protect(routes().layer(from_fn(pass_on))).into_router(),
        ),
        App::new(
            "protected, then layered",
            protect(routes()).layer(from_fn(pass_on)).into_router(),
        ),
        App::new(
            "with state",
            protect(routes())
                .with_state::<u8>(())
                .with_state::<()>(7)
                .into_router(),
        ),
        App::new(
            "merged into a protected router",
            protect(CorsRouter::new().merge(routes())).into_router(),
        ),
        App::nested(
            "nested in a protected router",
            "/api",
            protect(CorsRouter::new().nest("/api", routes())).into_router(),
        ),
        App::nested(
            "nested in a protected router, layered in between",
            "/api/v1",
            protect(
                CorsRouter::new().nest(
                    "/api",
                    CorsRouter::new()
                        .nest("/v1", routes())
                        .layer(from_fn(pass_on)),
                ),
            )
            .into_router(),
        ),
        App::nested(
            "finished, then nested in a plain router",
            "/api",
            Router::new().nest("/api", protect(routes()).into_router()),
        ),
    ]
}

/// A protection must not be lost, wherever the protected router goes.
fn protected_inside(protection: Protection<'static>) -> Vec<App> {
    arranged_inside(|router| router.protect(protection))
}

fn arranged_inside(protect: impl Fn(CorsRouter) -> CorsRouter) -> Vec<App> {
    vec![
        App::new(
            "merged into a router without protection",
            CorsRouter::new().merge(protect(routes())).into_router(),
        ),
        App::nested(
            "nested in a router without protection",
            "/api",
            CorsRouter::new()
                .nest("/api", protect(routes()))
                .into_router(),
        ),
        App::nested(
            "nested beside other routes, which are layered",
            "/api",
            CorsRouter::new()
                .route("/other", get(plain))
                .nest("/api", protect(routes()))
                .layer(from_fn(pass_on))
                .into_router(),
        ),
    ]
}

fn passes(headers: &str) -> WireResponse {
    response(200, headers)
}

fn evil(line: &str) -> WireRequest {
    actual(line, "https://evil.example")
}

/// Writes and web sockets of all routes without a policy.
fn held_rows(paths: &[&str]) -> Vec<Case> {
    let mut rows = Vec::new();
    for path in paths {
        let write = if *path == "/both" { "PUT" } else { "POST" };
        let line = &format!("{write} {path}");
        let row = |name, lines: &str, expected| case(name, format!("{line}\n{lines}"), expected);
        rows.extend([
            case("another origin", evil(line), forbidden()),
            row("a sandboxed page", "origin: null", forbidden()),
            row(
                "another site, without an origin",
                "sec-fetch-site: cross-site",
                forbidden(),
            ),
            row(
                "another origin of the site",
                "origin: https://a.api.example
                 sec-fetch-site: same-site",
                forbidden(),
            ),
            row(
                "two origins",
                "origin: https://api.example
                 origin: https://api.example",
                forbidden(),
            ),
            row(
                "two sites",
                "sec-fetch-site: same-origin
                 sec-fetch-site: same-origin",
                forbidden(),
            ),
            row(
                "a form that navigates",
                "origin: https://evil.example
                 sec-fetch-site: cross-site
                 sec-fetch-mode: navigate
                 sec-fetch-dest: document",
                forbidden(),
            ),
            // The policy of another method does not allow it.
            row(
                "an origin of another handler's policy",
                "origin: https://app.example",
                forbidden(),
            ),
            row("no browser", "user-agent: curl", passes("")),
            row(
                "the own page",
                "origin: https://api.example
                 sec-fetch-site: same-origin",
                passes(""),
            ),
            row(
                "the own page, in an old browser",
                "host: api.example
                 origin: https://api.example",
                passes(""),
            ),
            row("a person", "sec-fetch-site: none", passes("")),
        ]);
        if *path != "/both" {
            let read = format!("GET {path}");
            rows.extend([
                case("a read", evil(&read), passes("")),
                case(
                    "a web socket",
                    evil(&read).header("upgrade", "websocket"),
                    forbidden(),
                ),
                case(
                    "a web socket of the own page",
                    WireRequest::from(format!(
                        "{read}
                         host: api.example
                         upgrade: websocket
                         origin: https://api.example"
                    )),
                    passes(""),
                ),
            ]);
        }
    }
    rows
}

#[tokio::test]
async fn protect_holds_writes_and_sockets_of_every_route() {
    check(&protected(PROTECTION), &held_rows(&WITHOUT_POLICY)).await;
}

#[tokio::test]
async fn protect_is_not_lost_in_another_router() {
    check(&protected_inside(PROTECTION), &held_rows(&WITHOUT_POLICY)).await;
}

/// Requests that no handler serves reach the fallback, and from another site nothing.
#[tokio::test]
async fn protect_holds_fallbacks() {
    let rows = [
        case("an unknown path", "POST /unknown", response(418, "")),
        case("of another site", evil("POST /unknown"), forbidden()),
        case("a read of it", evil("GET /unknown"), response(418, "")),
        case(
            "a web socket there",
            evil("GET /unknown").header("upgrade", "websocket"),
            forbidden(),
        ),
        case("an unknown method", "PATCH /plain", response(405, "")),
        case("of another site", evil("PATCH /plain"), forbidden()),
        case("TRACE", evil("TRACE /plain"), forbidden()),
        case("an extension", evil("PROPFIND /service"), forbidden()),
        case("in lower case", evil("post /service"), forbidden()),
        case("OPTIONS", evil("OPTIONS /service"), response(200, "")),
    ];
    // axum loses the fallback of a nested router that has a layer around it.
    let mut apps = protected(PROTECTION);
    apps.retain(|app| app.name != "nested in a protected router, layered in between");
    check(&apps, &rows).await;
    check(&protected_inside(PROTECTION), &rows).await;
    // If handlers decide themselves, axum responds to other methods, and no handler runs either.
    for app in protected(PROTECTION) {
        let found = app.send(evil("PATCH /annotated")).await.status();
        assert!(found == 403 || found == 405, "{}: {found}", app.name);
    }
}

/// Without one of the user's axum answers 404 and 405, and these are protected as well.
#[tokio::test]
async fn protect_holds_the_fallbacks_of_axum() {
    let routes = || CorsRouter::new().route("/plain", get(plain));
    let apps = [
        App::new("protected", routes().protect(PROTECTION).into_router()),
        App::new(
            "with fallbacks for methods",
            routes()
                .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
                .protect(PROTECTION)
                .into_router(),
        ),
        App::new(
            "empty",
            CorsRouter::new()
                .merge(routes())
                .protect(PROTECTION)
                .into_router(),
        ),
    ];
    let rows = [
        case("an unknown path", "POST /unknown", response(404, "")),
        case("of another site", evil("POST /unknown"), forbidden()),
        case("an unknown method", "POST /plain", response(405, "")),
        case("of another site", evil("POST /plain"), forbidden()),
    ];
    check(&apps, &rows).await;
}

/// The fallbacks of nested routers and of the methods of a path.
#[tokio::test]
async fn protect_holds_nested_fallbacks() {
    let inner = || Router::new().route("/x", get(plain)).fallback(teapot);
    let routes = || {
        CorsRouter::new()
            .nest("/plain", inner())
            .nest("/cors", CorsRouter::new().merge(inner()))
            .route("/methods", get(plain).fallback(teapot))
            .route("/both", routes![annotated])
            .route("/both", put(plain).fallback(teapot))
            .route("/annotated", routes![annotated])
            .method_not_allowed_fallback(teapot)
    };
    let apps = |protect: fn(CorsRouter) -> CorsRouter| {
        [
            App::new("protected", protect(routes()).into_router()),
            App::new(
                "layered",
                protect(routes().layer(from_fn(pass_on))).into_router(),
            ),
            App::nested(
                "nested",
                "/api",
                CorsRouter::new()
                    .nest("/api", protect(routes()))
                    .into_router(),
            ),
        ]
    };
    let unprotected = apps(|router| router);
    let protected = apps(|router| router.protect(PROTECTION));
    let mut failures = Failures::default();
    for (unprotected, protected) in unprotected.iter().zip(&protected) {
        for line in [
            "POST /plain/unknown",
            "POST /plain/x",
            "POST /cors/unknown",
            "POST /methods",
            "PATCH /both",
            "PATCH /annotated",
        ] {
            let passed = protected.complete(line).await;
            let name = || format!("{line} ({})", protected.name);
            failures.compare(name, &unprotected.complete(line).await, &passed);
            // Without a fallback in axum itself there is nothing to refuse.
            if passed.status() == 418 {
                let refused = protected.send(evil(line)).await;
                let refused = WireResponse::cors_as_in(&forbidden(), &refused);
                failures.compare(name, &forbidden(), &refused);
            }
        }
    }
    failures.finish();
}

/// A request that passes gets the response of the same routers without a protection.
#[tokio::test]
async fn protect_changes_no_other_response() {
    let both = [
        (arranged(|router| router), protected(PROTECTION)),
        (
            arranged_inside(|router| router),
            protected_inside(PROTECTION),
        ),
    ];
    let paths = [
        "/plain",
        "/both",
        "/annotated",
        "/enforced",
        "/hook",
        "/service",
        "/files/x",
        "/files",
        "/nested/x",
        "/nested/unknown",
        "/nested-cors/x",
        "/nested-cors/annotated",
        "/nested-cors/files/x",
        "/nested-cors/unknown",
        "/merged",
        "/unknown",
        "/",
    ];
    let mut failures = Failures::default();
    for (unprotected, protected) in both {
        for (unprotected, protected) in unprotected.iter().zip(&protected) {
            for path in paths {
                for method in [
                    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
                ] {
                    let request = WireRequest::from(format!("{method} {path}"));
                    failures.compare(
                        || format!("{request} ({})", protected.name),
                        &unprotected.complete(&request).await,
                        &protected.complete(&request).await,
                    );
                }
                let request = preflight(&format!("POST {path}"), "https://app.example");
                failures.compare(
                    || format!("{request} ({})", protected.name),
                    &unprotected.complete(&request).await,
                    &protected.complete(&request).await,
                );
            }
        }
    }
    failures.finish();
}

/// Handlers with a policy keep it.
#[tokio::test]
async fn protect_keeps_policies() {
    let fixed = || passes("access-control-allow-origin: https://app.example");
    let rows = [
        case(
            "allowed",
            actual("POST /annotated", "https://app.example"),
            fixed(),
        ),
        case(
            "allowed, from another site",
            actual("POST /annotated", "https://app.example").header("sec-fetch-site", "cross-site"),
            fixed(),
        ),
        case("refused", evil("POST /annotated"), forbidden()),
        case("hidden", evil("GET /annotated"), fixed()),
        case(
            "any origin",
            evil("POST /hook"),
            passes("access-control-allow-origin: *"),
        ),
        case("enforced", evil("GET /enforced"), forbidden()),
        case(
            "enforced, allowed",
            actual("GET /enforced", "https://b.example"),
            passes(
                "access-control-allow-origin: https://b.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
        case(
            "a preflight",
            preflight("POST /both", "https://app.example").request_headers("x-a"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET, POST
                 access-control-allow-headers: x-a",
            ),
        ),
        case(
            "a preflight below a prefix",
            preflight("POST /nested-cors/annotated", "https://app.example").request_headers("x-a"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET, POST
                 access-control-allow-headers: x-a",
            ),
        ),
        case(
            "a preflight for a plain handler, which nobody answers",
            preflight("POST /service", "https://evil.example"),
            passes(""),
        ),
    ];
    check(&protected(PROTECTION), &rows).await;
    check(&protected_inside(PROTECTION), &rows).await;
}

static HANDLED: AtomicUsize = AtomicUsize::new(0);

#[tokio::test]
async fn protect_refuses_before_layers_and_services() {
    static LAYERED: AtomicUsize = AtomicUsize::new(0);
    let layer = from_fn(|request: Request, next: Next| {
        LAYERED.fetch_add(1, Ordering::Relaxed);
        next.run(request)
    });
    let handler = || {
        any(async || {
            HANDLED.fetch_add(1, Ordering::Relaxed);
        })
    };
    let router = CorsRouter::new()
        .route("/plain", handler())
        .route_service("/service", handler())
        .nest("/nested", Router::new().route("/x", handler()))
        .fallback(async || {
            HANDLED.fetch_add(1, Ordering::Relaxed);
        });
    let apps = [
        App::new(
            "layered, then protected",
            router
                .clone()
                .layer(layer.clone())
                .protect(PROTECTION)
                .into_router(),
        ),
        App::new(
            "protected, then layered",
            router.protect(PROTECTION).layer(layer).into_router(),
        ),
    ];
    let mut failures = Failures::default();
    for path in ["/plain", "/service", "/nested/x", "/unknown"] {
        for (request, reaches) in [
            (evil(&format!("POST {path}")), 0),
            (
                evil(&format!("GET {path}")).header("upgrade", "websocket"),
                0,
            ),
            (evil(&format!("GET {path}")), 1),
            (WireRequest::from(format!("POST {path}")), 1),
        ] {
            let counts = || [&LAYERED, &HANDLED].map(|count| count.load(Ordering::Relaxed));
            for app in &apps {
                let before = counts();
                app.send(&request).await;
                let after = counts();
                let found = [after[0] - before[0], after[1] - before[1]];
                failures.compare(
                    || format!("{request} ({})", app.name),
                    &[reaches; 2],
                    &found,
                );
            }
        }
    }
    failures.finish();
}

const OWN: Protection = Protection::new()
    .own_origins(&[
        "https://api.example",
        "https://admin.example:8443",
        "http://localhost:3000",
    ])
    .checked();

static TENANTS: OriginSet = OriginSet::new();
const OF_TENANTS: Protection = Protection::new()
    .own_origins(&["https://api.example"])
    .own_origins_from(&TENANTS)
    .checked();

fn misdirected() -> WireResponse {
    response(
        421,
        "cache-control: no-store
         vary: Origin, Sec-Fetch-Site",
    )
}

/// Every request to another host gets 421, so that a name which points here by DNS rebinding reads
/// nothing, although its page is of the same origin.
#[tokio::test]
async fn own_origins_refuse_other_hosts() {
    let mut rows = Vec::new();
    for path in ["/plain", "/service", "/annotated", "/nested/x", "/both"] {
        for (host, is_own) in [
            ("api.example", true),
            ("API.Example", true),
            ("api.example:443", true),
            ("admin.example:8443", true),
            ("localhost:3000", true),
            // The port of http, of an origin that has https.
            ("api.example:80", false),
            ("api.example:8443", false),
            ("admin.example", false),
            ("localhost", false),
            ("evil.example", false),
            ("api.example.evil.example", false),
            ("a.api.example", false),
            ("api.example@evil.example", false),
            ("evil.example@api.example", false),
            ("api.example:443A", false),
            ("api.example:65979", false),
            ("api.example.", false),
            ("127.0.0.1", false),
            ("[::1]", false),
            ("", false),
        ] {
            let fixed = matches!(path, "/annotated" | "/both");
            let line = if fixed {
                "access-control-allow-origin: https://app.example"
            } else {
                ""
            };
            let expected = if is_own { passes(line) } else { misdirected() };
            let request = |lines: &str| format!("GET {path}\nhost: {host}\n{lines}");
            rows.push(case("a read", request("user-agent: a"), expected.clone()));
            rows.push(case(
                "of the same origin",
                request("sec-fetch-site: same-origin"),
                expected,
            ));
        }
        rows.extend([
            case(
                "two Host lines",
                format!("GET {path}\nhost: api.example\nhost: api.example"),
                misdirected(),
            ),
            case(
                "a target instead of Host",
                format!("GET https://evil.example{path}\nhost: api.example"),
                misdirected(),
            ),
            case(
                "a write of a rebound name",
                format!(
                    "POST {path}
                     host: evil.example
                     origin: https://evil.example
                     sec-fetch-site: same-origin"
                ),
                misdirected(),
            ),
            case(
                "a web socket of a rebound name",
                format!(
                    "GET {path}
                     host: evil.example:80
                     upgrade: websocket
                     origin: http://evil.example"
                ),
                misdirected(),
            ),
        ]);
    }
    rows.extend([
        case(
            "a preflight",
            preflight("POST /annotated", "https://app.example").header("host", "evil.example"),
            misdirected(),
        ),
        case(
            "a preflight of a rebound name",
            preflight("POST /annotated", "https://app.example").header("host", "api.example"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET, POST",
            ),
        ),
        case(
            "an unknown path",
            "GET /unknown
             host: evil.example",
            misdirected(),
        ),
        case(
            "an allowed page, to another host",
            actual("POST /annotated", "https://app.example").header("host", "evil.example"),
            misdirected(),
        ),
        case(
            "the target of HTTP/2",
            "GET https://api.example/plain",
            passes(""),
        ),
    ]);
    let apps: Vec<App> = protected(OWN)
        .into_iter()
        .chain(protected_inside(OWN))
        .collect();
    check(&apps, &rows).await;
}

/// The own origins are exact: with their scheme, and without what `Host` says.
#[tokio::test]
async fn own_origins_are_exact() {
    let mut rows = Vec::new();
    for (path, headers) in [
        ("/plain", ""),
        ("/service", ""),
        (
            "/annotated",
            "access-control-allow-origin: https://app.example",
        ),
    ] {
        let row = |name, lines: &str, is_own: bool| {
            let expected = if is_own { passes(headers) } else { forbidden() };
            let request = format!("POST {path}\nhost: api.example\n{lines}");
            case(name, request, expected)
        };
        rows.extend([
            row("its own", "origin: https://api.example", true),
            row(
                "another of its own",
                "origin: https://admin.example:8443",
                true,
            ),
            row("its own over http", "origin: http://api.example", false),
            row("another port", "origin: https://admin.example", false),
            row("another", "origin: https://evil.example", false),
            row(
                "its own, and same-origin",
                "origin: https://api.example
                 sec-fetch-site: same-origin",
                true,
            ),
            row("none, and same-origin", "sec-fetch-site: same-origin", true),
            row(
                "hidden, and same-origin",
                "origin: null
                 sec-fetch-site: same-origin",
                true,
            ),
            // The contradiction of L2, which is known to be one here.
            row(
                "another, and same-origin",
                "origin: https://evil.example
                 sec-fetch-site: same-origin",
                false,
            ),
            row(
                "its own over http, and same-origin",
                "origin: http://api.example
                 sec-fetch-site: same-origin",
                false,
            ),
            row(
                "its own, and same-site",
                "origin: https://admin.example:8443
                 sec-fetch-site: same-site",
                false,
            ),
            row("a person", "sec-fetch-site: none", true),
            row("no browser", "user-agent: curl", true),
        ]);
    }
    check(&protected(OWN), &rows).await;
}

/// The hosts of tenants come and go.
#[tokio::test]
async fn own_origins_from_a_set() {
    let apps = protected(OF_TENANTS);
    let rows = |status: &dyn Fn(&str) -> WireResponse| {
        [
            "a.tenant.example",
            "b.tenant.example",
            "api.example",
            "evil.example",
        ]
        .map(|host| {
            case(
                host,
                format!("POST /plain\nhost: {host}\norigin: https://{host}"),
                status(host),
            )
        })
    };
    let first = |host: &str| match host {
        "api.example" => passes(""),
        _ => misdirected(),
    };
    check(&apps, &rows(&first)).await;
    let replaced = TENANTS.replace(["https://a.tenant.example"]);
    replaced.expect("the set keeps the rules");
    let second = |host: &str| match host {
        "api.example" | "a.tenant.example" => passes(""),
        _ => misdirected(),
    };
    check(&apps, &rows(&second)).await;
    let replaced = TENANTS.replace(["https://*.tenant.example"]);
    replaced.expect("the set keeps the rules");
    let third = |host: &str| match host {
        "evil.example" => misdirected(),
        _ => passes(""),
    };
    check(&apps, &rows(&third)).await;
}

const TRUSTING: Protection = Protection::new()
    .trust(&["https://accounts.example", "https://*.partner.example"])
    .checked();

static TRUSTED: OriginSet = OriginSet::new();
const TRUSTING_A_SET: Protection = Protection::new()
    .trust(&["https://accounts.example"])
    .trust_from(&TRUSTED)
    .checked();

/// The origins of a set may change. They are trusted beside those of the list.
#[tokio::test]
async fn trust_from_a_set() {
    let apps = protected(TRUSTING_A_SET);
    let rows = |trusted: &[&str]| {
        let mut rows = Vec::new();
        for path in WITHOUT_POLICY {
            let write = if path == "/both" { "PUT" } else { "POST" };
            for origin in [
                "https://accounts.example",
                "https://app.example.com",
                "https://a.partner.example",
                "https://evil.example",
            ] {
                let is_trusted = trusted.contains(&origin);
                let expected = if is_trusted { passes("") } else { forbidden() };
                let request = actual(&format!("{write} {path}"), origin);
                rows.push(case("a write", request, expected));
            }
        }
        rows
    };
    check(&apps, &rows(&["https://accounts.example"])).await;
    let replaced = TRUSTED.replace(["https://app.example.com", "https://*.partner.example"]);
    replaced.expect("the set keeps the rules");
    let trusted = [
        "https://accounts.example",
        "https://app.example.com",
        "https://a.partner.example",
    ];
    check(&apps, &rows(&trusted)).await;
    TRUSTED.replace([""; 0]).expect("an empty set");
    check(&apps, &rows(&["https://accounts.example"])).await;
}

/// Trusted pages may write to routes without a policy. They read nothing there, and handlers with a
/// policy do not know them.
#[tokio::test]
async fn trust() {
    let mut rows = Vec::new();
    for path in WITHOUT_POLICY {
        let write = if path == "/both" { "PUT" } else { "POST" };
        let line = &format!("{write} {path}");
        for origin in ["https://accounts.example", "https://a.partner.example"] {
            rows.extend([
                case("trusted", actual(line, origin), passes("")),
                case(
                    "trusted, from another site",
                    actual(line, origin).header("sec-fetch-site", "cross-site"),
                    passes(""),
                ),
            ]);
        }
        rows.extend([
            case("another", evil(line), forbidden()),
            case(
                "trusted twice",
                actual(line, "https://accounts.example")
                    .header("origin", "https://accounts.example"),
                forbidden(),
            ),
            case(
                "with another scheme",
                actual(line, "http://accounts.example"),
                forbidden(),
            ),
            case(
                "the domain of the pattern",
                actual(line, "https://partner.example"),
                forbidden(),
            ),
        ]);
    }
    rows.extend([
        case(
            "a handler with a policy",
            actual("POST /annotated", "https://accounts.example"),
            forbidden(),
        ),
        case(
            "a web socket",
            actual("GET /service", "https://accounts.example").header("upgrade", "websocket"),
            passes(""),
        ),
        case(
            "a preflight gets no answer",
            preflight("POST /plain", "https://accounts.example"),
            response(405, ""),
        ),
    ]);
    check(&protected(TRUSTING), &rows).await;
}

/// The same, with own origins: a trusted page is none of them.
#[tokio::test]
async fn trust_beside_own_origins() {
    const BOTH: Protection = Protection::new()
        .own_origins(&["https://api.example"])
        .trust(&["https://accounts.example"])
        .checked();
    let rows = [
        case(
            "trusted",
            "POST /plain
             host: api.example
             origin: https://accounts.example
             sec-fetch-site: cross-site",
            passes(""),
        ),
        case(
            "trusted, to its own host",
            "POST /plain
             host: accounts.example
             origin: https://accounts.example
             sec-fetch-site: same-origin",
            misdirected(),
        ),
    ];
    check(&protected(BOTH), &rows).await;
}

const READS: Protection = Protection::new().reads().checked();

/// With `reads` only links of other sites pass.
#[tokio::test]
async fn reads() {
    let mut rows = Vec::new();
    let fixed = "access-control-allow-origin: https://app.example
                 vary: Origin, Sec-Fetch-Site";
    for (path, headers) in [
        ("/plain", "vary: Origin, Sec-Fetch-Site"),
        ("/service", "vary: Origin, Sec-Fetch-Site"),
        ("/files/x", "vary: Origin, Sec-Fetch-Site"),
        ("/nested/x", "vary: Origin, Sec-Fetch-Site"),
        ("/nested-cors/files/x", "vary: Origin, Sec-Fetch-Site"),
        ("/merged", "vary: Origin, Sec-Fetch-Site"),
        ("/annotated", fixed),
        ("/both", fixed),
    ] {
        for method in ["GET", "HEAD"] {
            for (name, lines, is_allowed) in [
                ("no browser", "user-agent: curl", true),
                ("the own page", "sec-fetch-site: same-origin", true),
                ("a person", "sec-fetch-site: none", true),
                (
                    "a link",
                    "sec-fetch-site: cross-site
                     sec-fetch-mode: navigate
                     sec-fetch-dest: document",
                    true,
                ),
                (
                    "a frame",
                    "sec-fetch-site: cross-site
                     sec-fetch-mode: navigate
                     sec-fetch-dest: iframe",
                    false,
                ),
                (
                    "a script",
                    "sec-fetch-site: cross-site
                     sec-fetch-mode: no-cors
                     sec-fetch-dest: script",
                    false,
                ),
                (
                    "an image of the site",
                    "sec-fetch-site: same-site
                     sec-fetch-mode: no-cors
                     sec-fetch-dest: image",
                    false,
                ),
                (
                    "a fetch",
                    "origin: https://evil.example
                     sec-fetch-site: cross-site
                     sec-fetch-mode: cors
                     sec-fetch-dest: empty",
                    false,
                ),
                (
                    "a fetch, in an old browser",
                    "origin: https://evil.example",
                    false,
                ),
            ] {
                let expected = if is_allowed {
                    passes(headers)
                } else {
                    forbidden()
                };
                rows.push(case(name, format!("{method} {path}\n{lines}"), expected));
            }
        }
    }
    rows.extend([
        case(
            "an allowed page",
            actual("GET /annotated", "https://app.example"),
            passes(fixed),
        ),
        case(
            "any origin",
            evil("POST /hook"),
            passes("access-control-allow-origin: *"),
        ),
        case("a write", evil("POST /plain"), forbidden()),
        case("an unknown path", evil("GET /unknown"), forbidden()),
        case("OPTIONS", evil("OPTIONS /service"), forbidden()),
        case(
            "a preflight",
            preflight("POST /annotated", "https://app.example"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET, POST",
            ),
        ),
    ]);
    // A response to a write need not vary.
    let mut failures = Failures::default();
    for app in protected(READS).iter().chain(&protected_inside(READS)) {
        for case in &rows {
            let without = |response: WireResponse| {
                if case.request.to_string().starts_with("POST") && response.status() == 200 {
                    response.retain(|name| name != "vary")
                } else {
                    response
                }
            };
            let found = app.send(&case.request).await;
            failures.compare(
                || format!("{} ({})\n{}", case.name, app.name, case.request),
                &without(case.response.clone()),
                &without(WireResponse::cors_as_in(&case.response, &found)),
            );
        }
    }
    failures.finish();
}

/// With `report_only` every response is the one of a router without a protection.
#[tokio::test]
async fn report_only_changes_no_response() {
    const REPORTING: Protection = Protection::new()
        .own_origins(&["https://api.example"])
        .report_only()
        .checked();
    let rows = [
        WireRequest::from("GET /plain\nhost: api.example"),
        evil("GET /plain"),
        evil("POST /plain"),
        evil("POST /service"),
        evil("POST /unknown"),
        evil("PATCH /plain"),
        evil("GET /plain").header("upgrade", "websocket"),
        actual("POST /annotated", "https://app.example").header("host", "api.example"),
        actual("POST /annotated", "https://app.example").header("host", "evil.example"),
        actual("GET /annotated", "https://app.example").header("host", "evil.example"),
        evil("GET /annotated"),
        evil("POST /hook").header("host", "evil.example"),
        preflight("POST /annotated", "https://app.example").header("host", "api.example"),
        preflight("POST /annotated", "https://app.example").header("host", "evil.example"),
        preflight("POST /hook", "https://evil.example").header("host", "evil.example"),
        // A handler with `enforce` keeps refusing.
        evil("GET /enforced"),
        evil("POST /enforced"),
    ];
    let unprotected = App::new("unprotected", routes().into_router());
    let app = App::new("reporting", routes().protect(REPORTING).into_router());
    let mut failures = Failures::default();
    for request in rows {
        failures.compare(
            || request.to_string(),
            &unprotected.complete(&request).await,
            &app.complete(&request).await,
        );
    }
    failures.finish();
}

/// The mark of a refused request, and of one that `report_only` let pass.
#[tokio::test]
async fn the_mark_of_refused_requests() {
    const STRICT: Protection = Protection::new()
        .own_origins(&["https://api.example"])
        .checked();
    let mut failures = Failures::default();
    for (protection, is_reported) in [(STRICT, false), (STRICT.report_only(), true)] {
        let app = App::new("protected", routes().protect(protection).into_router());
        for (request, rule, handler, path) in [
            (
                evil("POST /plain?secret").header("host", "api.example"),
                "origin",
                None,
                "/plain",
            ),
            (
                WireRequest::from(
                    "DELETE /plain
                     host: api.example
                     origin: https://evil.example
                     sec-fetch-site: cross-site",
                ),
                "cross_site",
                None,
                "/plain",
            ),
            (
                evil("POST /nested/x")
                    .header("origin", "null")
                    .header("host", "api.example"),
                "several_lines",
                None,
                "/nested/x",
            ),
            (
                WireRequest::from(
                    "POST /nested-cors/annotated
                     host: api.example
                     sec-fetch-site: same-site",
                ),
                "cross_site",
                Some("wire::protect::annotated"),
                "/nested-cors/annotated",
            ),
            (
                evil("POST /files/a/b").header("host", "api.example"),
                "origin",
                None,
                "/files/a/b",
            ),
            (
                WireRequest::from("GET /unknown\nhost: evil.example"),
                "host",
                None,
                "/unknown",
            ),
        ] {
            let found = app.send(&request).await;
            let status = found.status().as_u16();
            let mark = found.extensions().get::<Refused>();
            let found = mark.map(|mark| {
                let sentence = mark.to_string();
                assert!(
                    !sentence.is_empty() && !sentence.contains('\n'),
                    "{sentence}"
                );
                (
                    mark.rule().as_str(),
                    mark.handler(),
                    mark.path().to_owned(),
                    mark.is_reported_only(),
                    status,
                )
            });
            let status = match (is_reported, rule, path) {
                (true, _, "/unknown") => 418,
                (true, ..) => 200,
                (false, "host", _) => 421,
                (false, ..) => 403,
            };
            let expected = Some((rule, handler, path.to_owned(), is_reported, status));
            failures.compare(
                || format!("report only: {is_reported}, {request}"),
                &expected,
                &found,
            );
        }
        for request in [
            WireRequest::from("POST /plain\nhost: api.example"),
            evil("GET /plain").header("host", "api.example"),
            actual("POST /annotated", "https://app.example").header("host", "api.example"),
        ] {
            let found = app.send(&request).await;
            let is_marked = found.extensions().get::<Refused>().is_some();
            failures.compare(|| format!("passes: {request}"), &false, &is_marked);
        }
    }
    failures.finish();
}

/// Handlers that refuse by themselves, without a protection, mark their responses as well.
#[tokio::test]
async fn the_mark_without_a_protection() {
    let mut failures = Failures::default();
    for app in cors_test_support::arrangements(&[("/x", routes![annotated])]) {
        let found = app.send(evil("POST /x")).await;
        let mark = found.extensions().get::<Refused>();
        let found = mark.map(|mark| (mark.rule().as_str(), mark.handler()));
        let expected = Some(("origin", Some("wire::protect::annotated")));
        failures.compare(|| app.name, &expected, &found);
    }
    failures.finish();
}

fn problem(refused: &Refused) -> Response<String> {
    Response::builder()
        .status(451)
        .header("content-type", "application/problem+json")
        .header("vary", "Accept")
        .header("access-control-allow-origin", "*")
        .header("cache-control", "public, max-age=60")
        .body(format!("{} {}", refused.rule().as_str(), refused.path()))
        .expect("a response")
}

/// A response of the user's own stays out of caches and grants nothing.
#[tokio::test]
async fn refused_by_a_response_of_ones_own() {
    const OWN_WORDS: Protection = Protection::new().refused(problem).checked();
    let refusal = |path: &str| {
        WireResponse::from(format!(
            "451
             cache-control: no-store
             content-type: application/problem+json
             vary: Accept, Origin, Sec-Fetch-Site

             origin {path}"
        ))
    };
    let mut failures = Failures::default();
    for app in protected(OWN_WORDS) {
        for path in ["/plain", "/service", "/annotated", "/unknown"] {
            let found = app.complete(evil(&format!("POST {path}"))).await;
            // The lines of one name are a list.
            let varies = found.values("vary").collect::<Vec<_>>().join(", ");
            let found = found
                .clone()
                .retain(|name| !["content-length", "vary"].contains(&name))
                .with("vary", &varies);
            failures.compare(
                || format!("{path} ({})", app.name),
                &refusal(&format!("{}{path}", app.prefix)),
                &found,
            );
        }
        let passed = app.cors("POST /plain").await;
        failures.compare(|| app.name, &response(200, ""), &passed);
    }
    failures.finish();
}

/// `Protection::layer()`, for routers without ours.
#[tokio::test]
async fn layer_around_a_plain_router() {
    let router = || {
        Router::new()
            .route("/plain", get(plain).post(plain))
            .route("/annotated", post(plain))
            .fallback(teapot)
    };
    let layer = PROTECTION.layer().expect("the protection keeps the rules");
    let apps = [
        App::new("around a router", router().layer(layer.clone())),
        App::new(
            "around a finished router",
            CorsRouter::from(router())
                .into_router()
                .layer(layer.clone()),
        ),
        App::new(
            "around a service",
            Router::new().fallback_service(ServiceBuilder::new().layer(layer).service(router())),
        ),
    ];
    let rows = [
        case("another origin", evil("POST /plain"), forbidden()),
        case(
            "another site",
            "POST /plain
             sec-fetch-site: cross-site",
            forbidden(),
        ),
        case(
            "a web socket",
            evil("GET /plain").header("upgrade", "websocket"),
            forbidden(),
        ),
        case("a read", evil("GET /plain"), passes("")),
        case("no browser", "POST /plain", passes("")),
        case(
            "the own page",
            "POST /plain
             host: api.example
             origin: https://api.example",
            passes(""),
        ),
        case("an unknown path", evil("POST /unknown"), forbidden()),
        case("an unknown method", evil("PUT /plain"), forbidden()),
    ];
    check(&apps, &rows).await;
}

/// Around handlers with policies the layer refuses before these do, and grants nothing itself.
#[tokio::test]
async fn layer_around_handlers_with_policies() {
    let layer = Protection::new().own_origins(&["https://api.example"]);
    let layer = layer.layer().expect("the protection keeps the rules");
    let app = App::new("a layer", routes().into_router().layer(layer));
    let rows = [
        case(
            "another host",
            actual("GET /annotated", "https://app.example").header("host", "evil.example"),
            misdirected(),
        ),
        // The layer knows no policies, so it refuses what they allow. `CorsRouter::protect` knows them.
        case(
            "an allowed page",
            actual("POST /annotated", "https://app.example").header("host", "api.example"),
            forbidden(),
        ),
        case(
            "its read",
            actual("GET /annotated", "https://app.example").header("host", "api.example"),
            passes("access-control-allow-origin: https://app.example"),
        ),
        case(
            "its preflight",
            preflight("POST /annotated", "https://app.example").header("host", "api.example"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET, POST",
            ),
        ),
    ];
    check(&[app], &rows).await;
}

/// Of a protection without a compiler, such as from a configuration.
#[test]
fn errors_of_a_check() {
    use expect_test::expect;

    assert!(PROTECTION.check().is_ok() && OWN.check().is_ok() && TRUSTING.check().is_ok());
    let lists: [(&[&str], &[&str], _); 8] = [
        (
            &["*"],
            &["*"],
            expect![[r#"
                own_origins[0]: `*` is more than one origin, and an own origin is exact: scheme, host and port
                help: write each origin under which browsers reach this server, or take them from a set: `own_origins_from(&ORIGINS)`
                trust[0]: `*` in `trust` would let every site act as the signed-in user
                help: write the origins of your own pages, such as `trust(&["https://app.example.com"])`"#]],
        ),
        (
            &["null"],
            &["null"],
            expect![[r#"
            own_origins[0]: `null` is sent by every sandboxed frame, `data:` page and redirect, so allowing it would allow every site
            help: serve the page from an origin of its own and write that
            trust[0]: `null` is sent by every sandboxed frame, `data:` page and redirect, so allowing it would allow every site
            help: serve the page from an origin of its own and write that"#]],
        ),
        (
            &["https://*.example.com"],
            &["https://*.co.uk"],
            expect![[r#"
                own_origins[0]: `https://*.example.com` is more than one origin, and an own origin is exact: scheme, host and port
                help: write each origin under which browsers reach this server, or take them from a set: `own_origins_from(&ORIGINS)`
                trust[0]: `https://*.co.uk` in `trust` lets everyone who registers a name below `co.uk` act as the signed-in user
                help: write your own domain, such as `"https://*.yours.co.uk"`"#]],
        ),
        (
            &["https://example.com/"],
            &["https://example.com/path"],
            expect![[r#"
                own_origins[0]: `https://example.com/` has a path (`/`), and an origin ends with its host or port, so it would never match
                help: write `"https://example.com"`
                trust[0]: `https://example.com/path` has a path (`/path`), and an origin ends with its host or port, so it would never match
                help: write `"https://example.com"`"#]],
        ),
        (
            &["example.com"],
            &["example.com"],
            expect![[r#"
            own_origins[0]: `example.com` has no scheme, so it would never match
            help: write `"https://example.com"`
            trust[0]: `example.com` has no scheme, so it would never match
            help: write `"https://example.com"`"#]],
        ),
        (
            &["https://Example.COM"],
            &["https://example.com:443"],
            expect![[r#"
                own_origins[0]: `https://Example.COM` has upper-case letters, and browsers send an origin in lower case, so it would never match
                help: write `"https://example.com"`
                trust[0]: `https://example.com:443` writes the default port (`:443`), which browsers leave out, so it would never match
                help: write `"https://example.com"`"#]],
        ),
        (
            &["https://a.example", "https://a.example"],
            &["https://b.example", "https://b.example"],
            expect![[r#"
                own_origins[1]: the origin `https://a.example` is listed twice
                help: delete one of them
                trust[1]: the origin `https://b.example` is listed twice
                help: delete one of them"#]],
        ),
        (
            &["http://api.example"],
            &["http://accounts.example"],
            expect![[r#"
                trust[0]: `http://accounts.example` in `trust` is open to anyone on the network, who could then act as the signed-in user
                help: write `"https://accounts.example"`"#]],
        ),
    ];
    for (own, trust, expected) in lists {
        let errors = Protection::new().own_origins(own).trust(trust).check();
        let text = match errors {
            Ok(()) => "no error".to_owned(),
            Err(errors) => errors.to_string(),
        };
        expected.assert_eq(&text);
    }
    // The layer checks as well.
    let layer = Protection::new().trust(&["*"]).layer();
    assert!(layer.is_err());
}

/// A router does not start with a protection that breaks a rule.
#[tokio::test]
async fn protect_panics_with_the_errors() {
    let broken = || {
        CorsRouter::<()>::new()
            .protect(Protection::new().trust(&["*"]))
            .into_router()
    };
    let panic = std::panic::catch_unwind(broken).expect_err("a broken rule");
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(message.contains("trust"), "{message}");
}

/// A service that answers CORS itself, by a policy that the router does not know: its preflights reach
/// it, and pages that its policy allows have to be trusted for their writes. `services.rs` has those that
/// the router knows.
#[tokio::test]
async fn protect_around_a_layer_of_a_policy() {
    const POLICY: Policy = Policy::new(&["https://app.example"])
        .methods(&["GET", "PUT"])
        .checked();
    let layer = || POLICY.layer().expect("the policy keeps the rules");
    let routes = || {
        CorsRouter::new()
            .route("/method", get(plain).put(plain).layer(layer()))
            .route_service(
                "/inside",
                MapRequestLayer::new(|request: Request| request).layer(layer().layer(service())),
            )
            .nest(
                "/nested",
                Router::new().route("/x", any(plain)).layer(layer()),
            )
    };
    let trusting = Protection::new().trust(&["https://app.example"]);
    let untrusting = App::new("untrusting", routes().protect(PROTECTION).into_router());
    let trusting = App::new("trusting", routes().protect(trusting).into_router());
    let mut rows = Vec::new();
    let mut trusted = Vec::new();
    for path in ["/method", "/inside", "/nested/x"] {
        rows.extend([
            case(
                "its preflight",
                preflight(&format!("PUT {path}"), "https://app.example"),
                approved(
                    "access-control-allow-origin: https://app.example
                     access-control-allow-methods: GET, PUT",
                ),
            ),
            case(
                "its read",
                actual(&format!("GET {path}"), "https://app.example"),
                passes("access-control-allow-origin: https://app.example"),
            ),
            case("another write", evil(&format!("PUT {path}")), forbidden()),
        ]);
        let write = actual(&format!("PUT {path}"), "https://app.example");
        let passed = passes("access-control-allow-origin: https://app.example");
        trusted.push(case("its write", write, passed));
    }
    check(&[untrusting.clone(), trusting.clone()], &rows).await;
    check(&[trusting], &trusted).await;
    for row in &mut trusted {
        row.response = forbidden();
    }
    check(&[untrusting], &trusted).await;
}

/// A protection lets an origin pass that it trusts, or that a default policy allows. The policy of a
/// handler in a finished router still decides about that.
#[tokio::test]
async fn protect_around_a_finished_router_keeps_the_policies_of_its_handlers() {
    const PAGES: Policy = Policy::new(&["https://b.example"])
        .methods(&["POST"])
        .checked();
    let finished = || {
        CorsRouter::new()
            .route("/annotated", routes![annotated])
            .into_router()
    };
    let trusting = Protection::new().trust(&["https://b.example"]);
    let apps = [
        App::new(
            "a trusted origin",
            CorsRouter::from(finished()).protect(trusting),
        ),
        App::new(
            "an origin of the default policy",
            CorsRouter::from(finished())
                .default_policy(PAGES)
                .protect(PROTECTION),
        ),
        App::new(
            "a converted handler",
            CorsRouter::new()
                .route("/annotated", MethodRouter::from(routes![annotated]))
                .default_policy(PAGES)
                .protect(PROTECTION),
        ),
    ];
    let mut failures = Failures::default();
    for app in apps {
        let response = app
            .send(actual("POST /annotated", "https://b.example"))
            .await;
        failures.compare(|| app.name, &StatusCode::FORBIDDEN, &response.status());
    }
    failures.finish();
}
