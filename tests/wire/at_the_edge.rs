//! `CorsRouter::at_the_edge`: a gateway answers the preflights and writes the headers. The application
//! still refuses what is held.

use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{any, delete, get};
use cors_runtime::{CorsRouter, Origin, Policy, Protection, cors, policies, routes};
use cors_test_support::{App, actual, case, check, forbidden, preflight, response};
use expect_test::expect;
use tower::Layer;
use tracing::Level;

const APP: &str = "https://app.example";
const EVIL: &str = "https://evil.example";

/// CORS headers of the handler itself, and a `Vary` that has nothing to do with CORS.
const OWN: [(&str, &str); 3] = [
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "x-a"),
    ("vary", "accept"),
];

#[cors(origins = ["https://app.example", "https://b.example"], methods = [GET], credentials)]
async fn show() -> impl IntoResponse {
    OWN
}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["content-type"])]
async fn save() {}

#[cors(origins = ["https://app.example", "https://b.example"], methods = [GET], enforce)]
async fn enforced() {}

#[cors(origins = ["https://app.example"], methods = [OPTIONS])]
async fn describe() -> &'static str {
    "described"
}

async fn is_tenant(origin: &Origin<'_>) -> bool {
    origin.host().as_str().ends_with(".tenant.example")
}

#[cors(origins_from = is_tenant, methods = [POST])]
async fn of_tenants() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn plain() -> impl IntoResponse {
    OWN
}

const FILES: Policy = Policy::new(&["https://app.example", "https://b.example"])
    .methods(&["GET"])
    .checked();

fn router() -> CorsRouter {
    let files = FILES.layer().expect("the policy is checked");
    let around = axum::Router::new().route("/feed", get(show).put(plain));
    CorsRouter::new()
        .route("/jobs", routes![show, save])
        .route("/mixed", routes![show])
        .route("/mixed", delete(plain))
        .route("/enforced", routes![enforced])
        .route("/described", routes![describe])
        .route("/tenants", routes![of_tenants])
        .route("/plain", get(plain).post(plain))
        .route_service("/files", files.layer(any(plain)))
        .nest(
            "/around",
            CorsRouter::around(around).with_policies("/feed", policies![show]),
        )
        .fallback(routes![not_found])
}

fn apps(change: impl Fn(CorsRouter) -> CorsRouter) -> Vec<App> {
    let router = || change(router());
    let layer = from_fn(async |request, next: axum::middleware::Next| next.run(request).await);
    vec![
        App::new("one router", router().at_the_edge(true)),
        App::new("layers inside", router().layer(layer).at_the_edge(true)),
        App::nested(
            "a nested router",
            "/api",
            CorsRouter::new().nest("/api", router()).at_the_edge(true),
        ),
        App::new(
            "set before the routes",
            CorsRouter::new().at_the_edge(true).merge(router()),
        ),
    ]
}

#[tokio::test]
async fn at_the_edge_no_response_has_cors_headers() {
    let silent = || response(200, "");
    let with_vary = || response(200, "vary: accept");
    // Of a route without a policy, which the gateway passes on as well.
    let plain = || {
        response(
            200,
            "access-control-allow-origin: *
             access-control-expose-headers: x-a
             vary: accept",
        )
    };
    let mut rows = Vec::new();
    for origin in [APP, EVIL] {
        rows.extend([
            case("a handler", actual("GET /jobs", origin), with_vary()),
            case("HEAD", actual("HEAD /jobs", origin), with_vary()),
            case("beside plain", actual("GET /mixed", origin), with_vary()),
            case("a service", actual("GET /files", origin), with_vary()),
            case("around", actual("GET /around/feed", origin), with_vary()),
            case("404", actual("GET /nothing", origin), response(404, "")),
            case("plain", actual("GET /plain", origin), plain()),
            case("plain, around", actual("PUT /around/feed", origin), plain()),
        ]);
    }
    rows.extend([
        case("a write", actual("PUT /jobs", APP), silent()),
        case(
            "a predicate",
            actual("POST /tenants", "https://a.tenant.example"),
            silent(),
        ),
    ]);
    check(&apps(|router| router), &rows).await;
}

/// Preflights fall to axum, and reach an OPTIONS handler of the user.
#[tokio::test]
async fn at_the_edge_preflights_are_not_answered() {
    let mut rows = Vec::new();
    for origin in [APP, EVIL] {
        let not_allowed = |allow| response(405, &format!("allow: {allow}"));
        rows.extend([
            case(
                "a handler",
                preflight("PUT /jobs", origin),
                not_allowed("GET,HEAD,PUT"),
            ),
            case(
                "beside plain",
                preflight("GET /mixed", origin),
                response(405, ""),
            ),
            case(
                "a predicate",
                preflight("POST /tenants", origin),
                not_allowed("POST"),
            ),
            case(
                "OPTIONS",
                preflight("OPTIONS /described", origin),
                response(200, ""),
            ),
            case("404", preflight("GET /nothing", origin), response(404, "")),
            case(
                "around",
                preflight("GET /around/feed", origin),
                response(405, ""),
            ),
        ]);
    }
    check(&apps(|router| router), &rows).await;
}

/// Writes, web sockets and reads under `enforce`.
#[tokio::test]
async fn at_the_edge_held_requests_are_refused() {
    let socket = |line: &str| {
        actual(line, EVIL)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
    };
    let rows = [
        case("a write", actual("PUT /jobs", EVIL), forbidden()),
        case("a predicate", actual("POST /tenants", EVIL), forbidden()),
        case("a socket", socket("GET /jobs"), forbidden()),
        case(
            "another method of a service",
            actual("POST /files", EVIL),
            forbidden(),
        ),
        case("enforce", actual("GET /enforced", EVIL), forbidden()),
        // The decision of the application depends on both headers.
        case(
            "enforce, allowed",
            actual("GET /enforced", APP),
            response(200, "vary: Origin, Sec-Fetch-Site"),
        ),
    ];
    check(&apps(|router| router), &rows).await;
}

#[tokio::test]
async fn at_the_edge_with_a_protection() {
    const OWN_HOST: Protection = Protection::new()
        .own_origins(&["https://api.example"])
        .reads()
        .checked();
    let own = |line: &str, origin| actual(line, origin).header("host", "api.example");
    let misdirected = response(421, "cache-control: no-store\nvary: Origin, Sec-Fetch-Site");
    let varies = || response(200, "vary: Origin, Sec-Fetch-Site");
    let rows = [
        case("plain", own("POST /plain", EVIL), forbidden()),
        case("a read", own("GET /jobs", EVIL), forbidden()),
        case("another host", actual("GET /jobs", APP), misdirected),
        case("a write", own("PUT /jobs", APP), varies()),
        case(
            "of the own origin",
            own("PUT /jobs", "https://api.example"),
            varies(),
        ),
    ];
    check(&apps(|router| router.protect(OWN_HOST)), &rows).await;
}

/// The routes without a policy of their own get none from the application.
#[tokio::test]
async fn at_the_edge_with_a_default_policy() {
    const PAGES: Policy = Policy::new(&["https://app.example", "https://b.example"])
        .methods(&["GET"])
        .checked();
    let app = CorsRouter::new()
        .route("/plain", get(plain).post(plain))
        .default_policy(PAGES)
        .at_the_edge(true);
    let rows = [
        case(
            "a read",
            actual("GET /plain", APP),
            response(200, "vary: accept"),
        ),
        case("a write", actual("POST /plain", EVIL), forbidden()),
        case("404", actual("GET /nothing", APP), response(404, "")),
        case(
            "a preflight",
            preflight("GET /plain", APP),
            response(405, ""),
        ),
    ];
    check(&[App::new("a default policy", app)], &rows).await;
}

/// The last router decides, as for diagnostics.
#[tokio::test]
async fn at_the_edge_of_an_inner_router_is_ignored() {
    let inner = || {
        CorsRouter::new()
            .route("/save", routes![save])
            .at_the_edge(true)
    };
    let headers = response(200, "access-control-allow-origin: https://app.example");
    for app in [
        App::nested("nested", "/api", CorsRouter::new().nest("/api", inner())),
        App::new("merged", CorsRouter::new().merge(inner())),
        App::new("switched off", inner().at_the_edge(false)),
    ] {
        let row = case("a write", actual("PUT /save", APP), headers.clone());
        check(&[app], &[row]).await;
    }
}

/// A handler that writes its headers itself in another router of the process.
#[tokio::test]
async fn at_the_edge_beside_another_router_with_the_same_handlers() {
    #[cors(origins = ["https://app.example"], methods = [POST])]
    async fn shared() {}

    let router = || CorsRouter::new().route("/shared", routes![shared]);
    let request = || actual("POST /shared", APP);
    let headers = response(200, "access-control-allow-origin: https://app.example");
    let alone = [App::new("alone", router())];
    let behind = [App::new("behind", router().at_the_edge(true))];
    check(&alone, &[case("alone", request(), headers)]).await;
    check(&behind, &[case("behind", request(), response(200, ""))]).await;
}

/// Refusals are events as before. So is a preflight that the gateway has not answered.
#[tokio::test]
async fn log_at_the_edge() {
    let log = cors_test_support::Log::of(Level::DEBUG);
    let app = App::new("at the edge", router().at_the_edge(true));
    for (request, expected) in [
        (
            preflight("PUT /jobs", APP),
            expect![
                "DEBUG cors: preflight left to the edge path=/jobs requested=https://app.example"
            ],
        ),
        (
            actual("GET /jobs", EVIL),
            expect![[
                r#"DEBUG cors: response hidden handler="wire::at_the_edge::show" step="origin" requested=https://evil.example allowed=https://app.example, https://b.example"#
            ]],
        ),
        (actual("GET /jobs", APP), expect![[""]]),
        // A page of its own, because the first one of each is a warning.
        (
            actual("PUT /jobs", "https://first.evil.example"),
            expect![[
                r#" WARN cors: request refused handler="wire::at_the_edge::save" rule="origin" path=/jobs requested=https://first.evil.example allowed=https://app.example"#
            ]],
        ),
    ] {
        app.send(request).await;
        let events = log.take();
        let place = format!("file=\"{}\" line=", file!());
        let lines = events.lines().map(|line| match line.split_once(&place) {
            Some((start, end)) => {
                let (_, end) = end.split_once(' ').unwrap_or_default();
                format!("{start}{end}")
            }
            None => line.to_owned(),
        });
        expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    }
}

/// Methods that no handler serves, by a fallback with a policy.
#[tokio::test]
async fn at_the_edge_with_a_fallback_for_methods() {
    #[cors(origins = ["https://app.example"], methods = [POST])]
    async fn not_allowed() -> StatusCode {
        StatusCode::METHOD_NOT_ALLOWED
    }

    let app = CorsRouter::new()
        .route("/save", routes![save])
        .route("/plain", get(async || ()))
        .method_not_allowed_fallback(routes![not_allowed])
        .at_the_edge(true);
    let headers = response(405, "access-control-allow-origin: https://app.example");
    let rows = [
        case("of a policy", actual("POST /save", APP), response(405, "")),
        // No gateway knows the methods of a plain handler.
        case("of a plain handler", actual("POST /plain", APP), headers),
    ];
    check(&[App::new("a fallback", app)], &rows).await;
}
