//! Fallbacks with a policy: the 404 and the 405 that a page can read. Their handlers respond with other
//! statuses, so that a response shows that it is theirs.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::routing::{any, delete, get, patch, put};
use cors_runtime::{CorsRouter, Policy, Protection, Routes, cors, policies, routes};
use cors_test_support::{
    App, Case, actual, approved, case, check, forbidden, preflight, refused, response,
};
use tower::service_fn;

const ORIGIN: &str = "access-control-allow-origin: https://app.example";

#[cors(origins = ["https://app.example"], methods = [GET, PUT], headers = ["x-a"])]
async fn not_found() -> StatusCode {
    StatusCode::GONE
}

#[cors(origins = ["https://app.example"], methods = [GET, PUT], headers = ["x-a"], enforce)]
async fn enforced() -> StatusCode {
    StatusCode::GONE
}

#[cors(origins = ["https://app.example"], methods = [GET, PUT])]
async fn not_allowed() -> StatusCode {
    StatusCode::CONFLICT
}

#[cors(origins = ["*"], methods = [GET])]
async fn public() {}

#[cors(origins = ["*"], methods = [POST])]
async fn posted() {}

const PATCH: Policy = Policy::new(&["https://b.example"])
    .methods(&["PATCH"])
    .checked();

async fn plain() {}

async fn teapot() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

async fn deny(_: Request, _: Next) -> StatusCode {
    StatusCode::UNAUTHORIZED
}

fn router() -> CorsRouter {
    CorsRouter::new()
        .route("/public", routes![public])
        .route("/plain", get(plain))
        .merge(Router::new().route("/merged", get(plain)))
        .nest("/nested", CorsRouter::new().route("/x", routes![public]))
}

fn unknown_paths() -> Vec<Case> {
    let mut rows = Vec::new();
    for path in ["/nowhere", "/nested/nowhere"] {
        let line = |method: &str| format!("{method} {path}");
        rows.extend([
            case(
                "a read",
                actual(&line("GET"), "https://app.example"),
                response(410, ORIGIN),
            ),
            case(
                "its preflight",
                preflight(&line("PUT"), "https://app.example").request_headers("x-a"),
                approved(
                    "access-control-allow-headers: x-a
                     access-control-allow-methods: GET, PUT
                     access-control-allow-origin: https://app.example",
                ),
            ),
            case(
                "another origin",
                preflight(&line("PUT"), "https://evil.example"),
                refused(),
            ),
            case(
                "a method without a policy",
                preflight(&line("DELETE"), "https://app.example"),
                refused(),
            ),
            case(
                "a write of another origin",
                actual(&line("PUT"), "https://evil.example"),
                forbidden(),
            ),
            case("another method", line("DELETE").as_str(), response(404, "")),
            case("OPTIONS", line("OPTIONS").as_str(), response(404, "")),
        ]);
    }
    rows
}

#[tokio::test]
async fn fallback_with_a_policy() {
    let pass = from_fn(async |request: Request, next: Next| next.run(request).await);
    let protection = || Protection::new().checked();
    let apps = [
        App::new("after the routes", router().fallback(routes![not_found])),
        App::new(
            "before the routes",
            CorsRouter::new()
                .fallback(routes![not_found])
                .merge(router()),
        ),
        App::new(
            "merged",
            router().merge(CorsRouter::new().fallback(routes![not_found])),
        ),
        App::new(
            "in place of a plain one",
            router().fallback(teapot).fallback(routes![not_found]),
        ),
        App::new(
            "in place of that of a merged router",
            router()
                .merge(Router::new().fallback(teapot))
                .fallback(routes![not_found]),
        ),
        App::new(
            "layered",
            router().fallback(routes![not_found]).layer(pass.clone()),
        ),
        App::new(
            "with a route layer",
            router()
                .fallback(routes![not_found])
                .route_layer(from_fn(deny)),
        ),
        App::new(
            "protected",
            router().fallback(routes![not_found]).protect(protection()),
        ),
        App::new(
            "merged with a protection",
            CorsRouter::new().merge(router().fallback(routes![not_found]).protect(protection())),
        ),
        App::new(
            "with a state",
            CorsRouter::new()
                .fallback(routes![not_found])
                .with_state::<()>("a state")
                .merge(router()),
        ),
        App::nested(
            "nested",
            "/api",
            CorsRouter::new()
                .nest("/api", router().fallback(routes![not_found]))
                .layer(pass),
        ),
        App::nested(
            "nested in place of a plain one",
            "/api",
            CorsRouter::new()
                .nest(
                    "/api",
                    CorsRouter::from(Router::new().fallback(teapot))
                        .merge(router())
                        .fallback(routes![not_found]),
                )
                .fallback(teapot),
        ),
        App::nested(
            "finished, then nested",
            "/api",
            Router::new().nest("/api", router().fallback(routes![not_found]).into_router()),
        ),
    ];
    check(&apps, &unknown_paths()).await;
    let served = [
        case(
            "a handler",
            actual("GET /public", "https://any.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "a method that it does not serve",
            actual("PUT /plain", "https://app.example"),
            response(405, ""),
        ),
        case(
            "a plain handler",
            actual("GET /plain", "https://app.example"),
            response(200, ""),
        ),
    ];
    check(
        &[App::new("others", router().fallback(routes![not_found]))],
        &served,
    )
    .await;
}

/// `Allow` belongs to 405, and so is not on the 404 of a fallback.
#[tokio::test]
async fn fallback_has_no_allow_header() {
    let app = App::new("a fallback", router().fallback(routes![not_found]));
    for request in ["GET /nowhere", "DELETE /nowhere"] {
        let response = app.send(request).await;
        assert!(!response.headers().contains_key("allow"), "{request}");
    }
}

#[tokio::test]
async fn fallback_with_enforce() {
    let app = App::new("enforce", router().fallback(routes![enforced]));
    let rows = [
        case(
            "allowed",
            actual("GET /nowhere", "https://app.example"),
            response(410, &format!("{ORIGIN}\nvary: Origin, Sec-Fetch-Site")),
        ),
        case(
            "another",
            actual("GET /nowhere", "https://evil.example"),
            forbidden(),
        ),
    ];
    check(&[app], &rows).await;
}

/// Layers are inside of its policy.
#[tokio::test]
async fn fallback_inside_layers() {
    let apps = [
        App::new(
            "layered",
            router().fallback(routes![not_found]).layer(from_fn(deny)),
        ),
        App::new(
            "layered before it is merged",
            CorsRouter::new().merge(router().fallback(routes![not_found]).layer(from_fn(deny))),
        ),
        App::nested(
            "nested, then layered",
            "/api",
            CorsRouter::new()
                .nest("/api", router().fallback(routes![not_found]))
                .layer(from_fn(deny)),
        ),
    ];
    let rows = [
        case(
            "401",
            actual("GET /nowhere", "https://app.example"),
            response(401, ORIGIN),
        ),
        case(
            "a preflight",
            preflight("GET /nowhere", "https://app.example"),
            approved(&format!("access-control-allow-methods: GET, PUT\n{ORIGIN}")),
        ),
    ];
    check(&apps, &rows).await;
}

/// Each fallback has the policy of its own handler.
#[tokio::test]
async fn fallbacks_of_several_routers() {
    const PUBLIC: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();
    let of_policy: Routes = PUBLIC.routes(any(teapot)).expect("a checked policy");
    let app = CorsRouter::new()
        .nest("/a", router().fallback(routes![not_found]))
        .nest("/b", router().fallback(of_policy))
        .nest("/c", CorsRouter::new().fallback(teapot))
        .nest(
            "/d",
            CorsRouter::new().fallback(teapot).default_policy(PUBLIC),
        )
        .fallback(routes![enforced]);
    let rows = [
        case(
            "annotated",
            actual("GET /a/nowhere", "https://app.example"),
            response(410, ORIGIN),
        ),
        case(
            "of a constant",
            actual("GET /b/nowhere", "https://any.example"),
            response(418, "access-control-allow-origin: *"),
        ),
        case(
            "of a constant, another method",
            "DELETE /b/nowhere",
            response(418, ""),
        ),
        case(
            "plain",
            actual("GET /c/nowhere", "https://app.example"),
            response(418, ""),
        ),
        case(
            "plain, with a default policy",
            actual("GET /d/nowhere", "https://any.example"),
            response(418, "access-control-allow-origin: *"),
        ),
        case(
            "the outer one",
            actual("GET /nowhere", "https://app.example"),
            response(410, &format!("{ORIGIN}\nvary: Origin, Sec-Fetch-Site")),
        ),
    ];
    check(&[App::new("several", app)], &rows).await;
}

/// A policy of its own overrides the default, by method.
#[tokio::test]
async fn fallback_beside_a_default_policy() {
    const DEFAULT: Policy = Policy::new(&["*"]).methods(&["GET", "POST"]).checked();
    let app = router()
        .fallback(routes![not_found])
        .default_policy(DEFAULT);
    let rows = [
        case(
            "its own",
            actual("GET /nowhere", "https://app.example"),
            response(410, ORIGIN),
        ),
        case(
            "the default",
            actual("POST /nowhere", "https://any.example"),
            response(404, "access-control-allow-origin: *"),
        ),
        case(
            "a preflight of its own",
            preflight("PUT /nowhere", "https://app.example"),
            approved(&format!("access-control-allow-methods: GET, PUT\n{ORIGIN}")),
        ),
        case(
            "a preflight of the default",
            preflight("POST /nowhere", "https://any.example"),
            approved(
                "access-control-allow-methods: POST
                 access-control-allow-origin: *",
            ),
        ),
    ];
    check(&[App::new("default", app)], &rows).await;
}

#[tokio::test]
async fn fallback_service() {
    let service = service_fn(async |_: Request| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::GONE;
        Ok::<_, Infallible>(response)
    });
    let apps = [
        App::new("alone", router().fallback_service(service)),
        App::new(
            "in place of another",
            router()
                .fallback(routes![not_found])
                .fallback_service(service),
        ),
    ];
    let rows = [
        case(
            "an unknown path",
            actual("GET /nowhere", "https://app.example"),
            response(410, ""),
        ),
        case(
            "its preflight",
            preflight("GET /nowhere", "https://app.example"),
            response(410, ""),
        ),
    ];
    check(&apps, &rows).await;
    assert_eq!(
        router()
            .fallback_service(service)
            .policies()
            .plain()
            .last()
            .map(|route| route.path.as_str()),
        Some("(fallback)")
    );
}

/// As in axum, two routers with a fallback cannot be merged.
#[test]
fn two_fallbacks_panic() {
    type Build = fn() -> CorsRouter;
    let rows: [Build; 4] = [
        || {
            CorsRouter::new()
                .fallback(routes![not_found])
                .merge(CorsRouter::new().fallback(routes![not_found]))
        },
        || {
            CorsRouter::new()
                .fallback(routes![not_found])
                .merge(CorsRouter::new().fallback(teapot))
        },
        || {
            CorsRouter::new()
                .fallback(teapot)
                .merge(CorsRouter::new().fallback(routes![not_found]))
        },
        || {
            CorsRouter::new()
                .fallback(routes![not_found])
                .merge(Router::new().fallback(teapot))
        },
    ];
    for build in rows {
        let panic = catch_unwind(AssertUnwindSafe(build)).expect_err("a panic");
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
        let expected = "Cannot merge two `Router`s that both have a fallback";
        assert_eq!(text.as_deref(), Some(expected));
    }
}

fn with_method_fallback() -> CorsRouter {
    CorsRouter::new()
        .route("/known", routes![posted])
        .route("/shared", routes![posted])
        .route("/shared", delete(plain))
        .route("/plain", delete(plain))
        .merge(Router::new().route("/merged", delete(plain)))
        .method_not_allowed_fallback(routes![not_allowed])
        .route("/later", routes![posted])
}

#[tokio::test]
async fn method_not_allowed_fallback_with_a_policy() {
    let apps = [
        App::new("a router", with_method_fallback()),
        App::new("merged", CorsRouter::new().merge(with_method_fallback())),
        App::new(
            "layered",
            with_method_fallback().layer(from_fn(async |request: Request, next: Next| {
                next.run(request).await
            })),
        ),
        App::nested(
            "nested",
            "/api",
            CorsRouter::new().nest("/api", with_method_fallback()),
        ),
    ];
    let mut rows = vec![
        case(
            "a preflight where all handlers are known",
            preflight("PUT /known", "https://app.example"),
            approved(&format!("access-control-allow-methods: GET, PUT\n{ORIGIN}")),
        ),
        case(
            "of another origin",
            preflight("PUT /known", "https://evil.example"),
            refused(),
        ),
        case(
            "of the handler",
            preflight("POST /known", "https://any.example"),
            approved(
                "access-control-allow-methods: POST
                 access-control-allow-origin: *",
            ),
        ),
        case(
            "beside a plain handler",
            preflight("PUT /shared", "https://app.example"),
            refused(),
        ),
        case(
            "of a plain handler",
            preflight("DELETE /shared", "https://app.example"),
            refused(),
        ),
        case("the plain handler", "DELETE /shared", response(200, "")),
        case(
            "routes that were added later",
            actual("GET /later", "https://app.example"),
            response(405, ""),
        ),
    ];
    for path in ["/known", "/shared", "/plain", "/merged"] {
        rows.extend([
            case(
                "a read",
                actual(&format!("GET {path}"), "https://app.example"),
                response(409, ORIGIN),
            ),
            case(
                "a write",
                actual(&format!("PUT {path}"), "https://app.example"),
                response(409, ORIGIN),
            ),
            case(
                "a write of another origin",
                actual(&format!("PUT {path}"), "https://evil.example"),
                forbidden(),
            ),
            case(
                "another method",
                actual(&format!("PATCH {path}"), "https://app.example"),
                response(405, ""),
            ),
        ]);
    }
    for path in ["/plain", "/merged"] {
        for method in ["DELETE", "PUT"] {
            rows.push(case(
                "a preflight of a plain route",
                preflight(&format!("{method} {path}"), "https://app.example"),
                response(405, ""),
            ));
        }
    }
    check(&apps, &rows).await;
}

/// The preflight could be for the plain handler, which has no policy.
#[tokio::test]
async fn method_not_allowed_fallback_beside_plain_handlers_of_another_router() {
    fn known<S: Clone + Send + Sync + 'static>() -> CorsRouter<S> {
        CorsRouter::new()
            .route("/known", routes![posted])
            .route("/known/{id}", routes![posted])
            .method_not_allowed_fallback(routes![not_allowed])
    }
    let plain_put = || {
        Router::new()
            .route("/known", put(plain))
            .route("/known/{id}", put(plain))
            .route("/{name}", put(plain))
    };
    let apps = [
        App::new("merged", known().merge(plain_put())),
        App::new(
            "merged into it",
            CorsRouter::from(plain_put()).merge(known()),
        ),
        App::nested(
            "nested beside it",
            "/api",
            CorsRouter::new()
                .nest("/api", known())
                .nest("/api", plain_put()),
        ),
        App::new(
            "with a protection of its own",
            known().merge(CorsRouter::from(plain_put()).protect(Protection::new())),
        ),
        App::new(
            "with a policy for another method",
            known()
                .merge(
                    plain_put()
                        .route("/known", patch(plain))
                        .route("/known/{id}", patch(plain)),
                )
                .with_policy("/known", PATCH)
                .with_policy("/known/{id}", PATCH),
        ),
        App::new(
            "with a state",
            known()
                .merge(
                    Router::new()
                        .route("/known", put(async |State(_): State<u8>| ()))
                        .route("/known/{id}", put(plain)),
                )
                .into_router()
                .with_state(0),
        ),
    ];
    let rows = ["/known", "/known/1"].map(|path| {
        case(
            path,
            preflight(&format!("PUT {path}"), "https://app.example"),
            refused(),
        )
    });
    check(&apps, &rows).await;

    // Other paths of a plain router change nothing.
    let app = known().merge(
        Router::new()
            .route("/{name}", put(plain))
            .route("/x", put(plain)),
    );
    let approved = approved(&format!("access-control-allow-methods: GET, PUT\n{ORIGIN}"));
    let rows = [case(
        "approved",
        preflight("PUT /known", "https://app.example"),
        approved,
    )];
    check(&[App::new("other paths", app)], &rows).await;
}

/// A policy that a layer has to apply.
#[tokio::test]
async fn method_not_allowed_fallback_with_enforce() {
    let app = CorsRouter::new()
        .route("/plain", delete(plain))
        .method_not_allowed_fallback(routes![enforced]);
    let rows = [
        case(
            "allowed",
            actual("GET /plain", "https://app.example"),
            response(410, &format!("{ORIGIN}\nvary: Origin, Sec-Fetch-Site")),
        ),
        case(
            "another",
            actual("GET /plain", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a preflight of the plain handler",
            preflight("DELETE /plain", "https://app.example"),
            response(405, ""),
        ),
        case(
            "a preflight of no handler",
            preflight("PUT /plain", "https://app.example"),
            response(405, ""),
        ),
    ];
    check(&[App::new("enforce", app)], &rows).await;
}

#[tokio::test]
async fn fallbacks_with_a_state() {
    #[cors(origins = ["*"], methods = [GET])]
    async fn counted(State(status): State<StatusCode>) -> StatusCode {
        status
    }
    let app = CorsRouter::new()
        .route("/x", delete(plain))
        .fallback(routes![counted])
        .method_not_allowed_fallback(routes![counted])
        .with_state(StatusCode::GONE);
    let expected = "410\naccess-control-allow-origin: *";
    let rows = [
        case("404", actual("GET /nowhere", "https://a.example"), expected),
        case("405", actual("GET /x", "https://a.example"), expected),
    ];
    check(&[App::new("a state", app)], &rows).await;
}

#[test]
fn policies_lists_fallbacks() {
    let router = CorsRouter::new()
        .route("/x", routes![public])
        .method_not_allowed_fallback(routes![not_allowed])
        .fallback(teapot)
        .fallback(routes![not_found]);
    let router: CorsRouter = CorsRouter::new()
        .nest("/api", router)
        .fallback(routes![not_found]);
    let policies = router.policies();
    let rows: Vec<_> = policies
        .iter()
        .map(|policy| format!("{} {}", policy.path, policy.handler))
        .collect();
    assert_eq!(
        rows,
        [
            "/api/x wire::fallback::public",
            "/api(fallback) wire::fallback::not_found",
            "(fallback) wire::fallback::not_found",
            "/api(method not allowed) wire::fallback::not_allowed",
        ]
    );
    assert!(policies.plain().is_empty(), "{policies}");
}

/// A fallback of a finished router stays that, and its routes their policies.
#[tokio::test]
async fn fallback_around_a_finished_router() {
    let finished = Router::new()
        .route("/x", get(public))
        .nest(
            "/spa",
            Router::new().route("/y", get(plain)).fallback(teapot),
        )
        .fallback(teapot);
    let app = CorsRouter::around(finished)
        .with_policies("/x", policies![public])
        .fallback(routes![not_found]);
    let rows = [
        case(
            "its route",
            actual("GET /x", "https://any.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "the fallback",
            actual("GET /nowhere", "https://app.example"),
            response(410, ORIGIN),
        ),
        case(
            "its nested fallback",
            actual("GET /spa/nowhere", "https://app.example"),
            response(418, ""),
        ),
    ];
    check(&[App::new("around", app)], &rows).await;
}
