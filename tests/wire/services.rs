//! Services inside `Policy::layer` in a `CorsRouter`, which finds their policy.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, any, get};
use cors_runtime::{CorsRouter, Policy, PolicyService, Protection, cors, routes};
use cors_test_support::{
    App, Case, actual, approved, case, check, forbidden, preflight, refused, response,
};
use tower::Layer;
use tower::util::MapRequestLayer;

use super::login::require_login;

const FILES: Policy = Policy::new(&["*"])
    .methods(&["GET", "REPORT"])
    .headers(&["x-b"])
    .checked();

const DEFAULT: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET", "POST"])
    .headers(&["x-a"])
    .credentials()
    .checked();

const PARTNERS: Policy = Policy::new(&["https://partner.example"])
    .methods(&["GET", "POST"])
    .checked();

async fn plain() {}

#[cors(origins = ["https://own.example"], methods = [GET])]
async fn own() {}

/// A handler that would respond to a preflight.
fn service(policy: Policy<'_>) -> PolicyService<MethodRouter> {
    let layer = policy.layer().expect("a checked policy");
    layer.layer(any(plain))
}

/// Every way to add a service.
fn router() -> CorsRouter {
    CorsRouter::new()
        .route_service("/service", service(FILES))
        .nest_service("/files", service(FILES))
        .nest_service("/partner", service(PARTNERS))
        .nest(
            "/nested",
            CorsRouter::new().route_service("/service", service(FILES)),
        )
        .merge(CorsRouter::new().nest_service("/merged", service(FILES)))
        .route("/plain", get(plain))
        .route("/own", routes![own])
        .fallback_service(service(FILES))
}

/// The paths of services under `FILES`.
const PATHS: [&str; 5] = [
    "/service",
    "/files/x",
    "/nested/service",
    "/merged/x",
    "/nowhere",
];

fn is_public(name: &str, line: &str, status: u16) -> Case {
    case(
        name,
        actual(line, "https://any.example"),
        response(status, "access-control-allow-origin: *"),
    )
}

fn approved_by_files() -> cors_test_support::WireResponse {
    approved(
        "access-control-allow-headers: x-b
         access-control-allow-methods: GET, REPORT
         access-control-allow-origin: *",
    )
}

/// The default has credentials, and must not replace the policy of public files.
#[tokio::test]
async fn policy_layer_of_a_service_overrides_the_default_policy() {
    let pass = from_fn(async |request: Request, next: Next| next.run(request).await);
    let apps = [
        App::new("after the services", router().default_policy(DEFAULT)),
        App::new("layered", router().layer(pass).default_policy(DEFAULT)),
        App::new(
            "before the services",
            CorsRouter::new().default_policy(DEFAULT).merge(router()),
        ),
        App::new(
            "inner default",
            CorsRouter::new().merge(router().default_policy(DEFAULT)),
        ),
        App::new(
            "with a protection",
            router().default_policy(DEFAULT).protect(Protection::new()),
        ),
        App::nested(
            "nested",
            "/api",
            CorsRouter::new()
                .nest("/api", router())
                .default_policy(DEFAULT),
        ),
    ];
    let mut rows = vec![
        case(
            "a plain handler has the default",
            actual("GET /plain", "https://app.example"),
            response(
                200,
                "access-control-allow-credentials: true
                 access-control-allow-origin: https://app.example",
            ),
        ),
        case(
            "a preflight of a policy with another origin",
            preflight("POST /partner/x", "https://app.example").request_headers("x-a"),
            refused(),
        ),
        case(
            "a write of the default's origin",
            actual("POST /partner/x", "https://app.example"),
            forbidden(),
        ),
        case(
            "a write of the service's origin",
            actual("POST /partner/x", "https://partner.example"),
            response(200, "access-control-allow-origin: https://partner.example"),
        ),
    ];
    for path in PATHS {
        rows.extend([
            is_public("a read", &format!("GET {path}"), 200),
            is_public("HEAD", &format!("HEAD {path}"), 200),
            is_public(
                "a method that axum does not route",
                &format!("REPORT {path}"),
                200,
            ),
            case(
                "a read of an origin of the default",
                actual(&format!("GET {path}"), "https://app.example"),
                response(200, "access-control-allow-origin: *"),
            ),
            case(
                "a preflight",
                preflight(&format!("GET {path}"), "https://any.example").request_headers("x-b"),
                approved_by_files(),
            ),
            case(
                "a preflight that the default allows",
                preflight(&format!("POST {path}"), "https://app.example").request_headers("x-a"),
                refused(),
            ),
        ]);
    }
    check(&apps, &rows).await;
}

/// A login in `CorsRouter::layer` is inside: it gets no preflight, and its 401 has the headers.
#[tokio::test]
async fn policy_layer_of_a_service_is_around_the_layers_of_the_router() {
    let apps = [
        App::new("login", router().layer(from_fn(require_login))),
        App::new(
            "login and default",
            router()
                .layer(from_fn(require_login))
                .default_policy(DEFAULT),
        ),
    ];
    let mut rows = Vec::new();
    for path in PATHS {
        rows.extend([
            is_public("401", &format!("GET {path}"), 401),
            case(
                "a preflight",
                preflight(&format!("GET {path}"), "https://any.example").request_headers("x-b"),
                approved_by_files(),
            ),
        ]);
    }
    check(&apps, &rows).await;
}

/// An origin that the service allows needs no `trust`. `*` is for the methods that the policy names.
#[tokio::test]
async fn protect_finds_the_policy_layer_of_a_service() {
    let apps = [App::new("writes", router().protect(Protection::new()))];
    let mut rows = vec![
        case(
            "a write",
            actual("POST /partner/x", "https://partner.example"),
            response(200, "access-control-allow-origin: https://partner.example"),
        ),
        case(
            "a write of another origin",
            actual("POST /partner/x", "https://evil.example"),
            forbidden(),
        ),
    ];
    for path in PATHS {
        rows.extend([
            case(
                "a write that the policy does not name",
                actual(&format!("POST {path}"), "https://evil.example"),
                forbidden(),
            ),
            case(
                "a write that it names",
                actual(&format!("REPORT {path}"), "https://any.example"),
                response(200, "access-control-allow-origin: *"),
            ),
        ]);
    }
    check(&apps, &rows).await;
    let images = PATHS.map(|path| {
        case(
            "an image of another site",
            format!("GET {path}\nsec-fetch-site: cross-site\nsec-fetch-mode: no-cors\nsec-fetch-dest: image"),
            response(
                200,
                "access-control-allow-origin: *
                 vary: Origin, Sec-Fetch-Site",
            ),
        )
    });
    let reads = App::new("reads", router().protect(Protection::new().reads()));
    check(&[reads], &images).await;
}

/// A service inside another one, or of a plain router, keeps its policy to itself.
#[tokio::test]
async fn policy_layer_that_the_router_cannot_see_is_replaced_by_the_default_policy() {
    let inside = MapRequestLayer::new(|request: Request| request).layer(service(FILES));
    let app = CorsRouter::new()
        .route_service("/inside", inside)
        .route(
            "/method",
            MethodRouter::new().fallback_service(service(FILES)),
        )
        .nest("/nested", Router::new().route_service("/x", service(FILES)))
        .default_policy(DEFAULT);
    let rows = ["/inside", "/method", "/nested/x"].map(|path| {
        case(
            path,
            actual(&format!("GET {path}"), "https://app.example"),
            response(
                200,
                "access-control-allow-credentials: true
                 access-control-allow-origin: https://app.example",
            ),
        )
    });
    check(&[App::new("not seen", app)], &rows).await;
    // The cure for each of them.
    let app = CorsRouter::new()
        .merge(
            CorsRouter::new()
                .nest("/nested", Router::new().route_service("/x", any(plain)))
                .default_policy(DEFAULT.origins(&["https://public.example"])),
        )
        .route_service("/inside", any(plain))
        .with_policy("/inside", DEFAULT.origins(&["https://public.example"]))
        .default_policy(DEFAULT);
    let rows = ["/inside", "/nested/x"].map(|path| {
        case(
            path,
            actual(&format!("GET {path}"), "https://public.example"),
            response(
                200,
                "access-control-allow-credentials: true
                 access-control-allow-origin: https://public.example",
            ),
        )
    });
    check(&[App::new("cured", app)], &rows).await;
}

#[test]
fn policies_lists_the_policy_layer_of_a_service() {
    let line = line!() + 1;
    let files = FILES.layer().expect("a checked policy").layer(any(plain));
    let router: CorsRouter = CorsRouter::new()
        .nest(
            "/inner",
            CorsRouter::new()
                .route_service("/service", files.clone())
                .nest_service("/files", files.clone()),
        )
        .fallback_service(files)
        .default_policy(DEFAULT);
    let policies = router.policies();
    let rows: Vec<_> = policies
        .iter()
        .map(|policy| {
            format!(
                "{} {} {}",
                policy.path,
                policy.methods.join(" "),
                policy.handler
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "(fallback) GET REPORT Policy::layer",
            "/inner/service GET REPORT Policy::layer",
            "/inner/files/* GET REPORT Policy::layer",
            "/* GET POST CorsRouter::default_policy",
        ]
    );
    let first = policies.iter().next().expect("the fallback");
    assert_eq!((first.file, first.line), (file!(), line));
    assert!(policies.plain().is_empty(), "{policies}");
}

/// The later fallback replaces the one before.
#[tokio::test]
async fn fallback_service_with_a_policy_replaces_and_is_replaced() {
    let not_found = async || StatusCode::NOT_FOUND;
    let apps = [App::new(
        "last",
        CorsRouter::new()
            .fallback(not_found)
            .fallback_service(service(FILES)),
    )];
    check(&apps, &[is_public("of the service", "GET /x", 200)]).await;
    let apps = [App::new(
        "first",
        CorsRouter::new()
            .fallback_service(service(FILES))
            .fallback(not_found),
    )];
    let row = case(
        "plain",
        actual("GET /x", "https://any.example"),
        response(404, ""),
    );
    check(&apps, &[row]).await;
}

/// The layer keeps its setting where the router has none.
#[tokio::test]
async fn diagnostics_of_a_service_in_a_router() {
    let layer = |are_wanted| {
        let layer = PARTNERS.layer().expect("a checked policy");
        layer.diagnostics(are_wanted).layer(any(plain))
    };
    let app = CorsRouter::new()
        .nest_service("/reasons", layer(true))
        .nest_service("/silent", layer(false))
        .fallback_service(layer(true))
        .default_policy(DEFAULT)
        .into_router();
    for (path, status) in [("/reasons/x", 200), ("/silent/x", 403), ("/nowhere", 200)] {
        let request = preflight(&format!("PUT {path}"), "https://partner.example");
        let response = App::new("a service", app.clone()).send(&request).await;
        assert_eq!(response.status(), status, "{path}");
    }
}

/// A path that is served already is an error of the line that adds it again.
#[test]
fn route_service_with_a_policy_panics_where_a_path_is_served_twice() {
    let twice = || {
        CorsRouter::<()>::new()
            .route_service("/x", any(plain))
            .route_service("/x", service(FILES))
    };
    let panic = std::panic::catch_unwind(twice).expect_err("a panic");
    let message = panic.downcast_ref::<String>().expect("a formatted message");
    assert!(message.contains("/x"), "{message}");
}
