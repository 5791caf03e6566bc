//! `CorsRouter::around`, `with_policies` and `with_policy`: policies around a router that somebody else
//! built.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, any, delete, get, head, patch, post};
use cors_runtime::{
    CorsRouter, HandlerPolicies, Origin, Policy, Protection, cors, policies, routes,
};
use cors_test_support::{
    App, Case, actual, approved, case, check, forbidden, preflight, refused, response,
};
use expect_test::{Expect, expect};

use super::login::require_login;

#[cors(origins = ["https://app.example"], methods = [GET], expose_headers = ["etag"])]
async fn show(Path(id): Path<u32>) -> String {
    id.to_string()
}

#[cors(origins = ["https://app.example"], methods = [PUT], headers = ["content-type"])]
async fn save() {}

#[cors(origins = ["https://admin.example"], methods = [DELETE], enforce)]
async fn remove<T: Default + Send + 'static>() {
    T::default();
}

async fn plain() {}

const FEED: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();

async fn deny() -> StatusCode {
    StatusCode::UNAUTHORIZED
}

/// The router of somebody else.
fn finished() -> Router {
    Router::new()
        .route("/users/{id}", get(show).put(save).post(plain))
        .route("/users/{id}", delete(remove::<u8>))
        .route("/users/me", get(plain))
        .route("/feed", get(plain))
        .route("/", get(plain))
        .fallback(async || StatusCode::IM_A_TEAPOT)
}

fn of_users() -> HandlerPolicies {
    policies![show, save, remove::<u8>]
}

fn with_policies(router: CorsRouter) -> CorsRouter {
    router
        .with_policies("/users/{id}", of_users())
        .with_policy("/feed", FEED)
        .with_policy("/", FEED)
}

fn arrangements() -> Vec<App> {
    let around = || with_policies(CorsRouter::around(finished()));
    let unrelated = || {
        CorsRouter::new()
            .route("/unrelated", routes![other])
            .route("/plain", get(plain))
    };
    let pass = from_fn(async |request: Request, next: Next| next.run(request).await);
    vec![
        App::new("around", around()),
        App::new("layered", around().layer(pass.clone())),
        App::new("merged", unrelated().merge(around())),
        App::new(
            "merged afterwards",
            with_policies(unrelated().merge(finished())),
        ),
        App::new(
            "policies before the router",
            with_policies(CorsRouter::new()).merge(finished()),
        ),
        App::new(
            "with a protection",
            around().protect(Protection::new().checked()),
        ),
        App::new(
            "merged with a protection",
            unrelated().merge(around().protect(Protection::new().checked())),
        ),
        App::new(
            "in two calls",
            CorsRouter::around(finished())
                .with_policies("/users/{id}", policies![show])
                .with_policies("/users/{id}", policies![save, remove::<u8>])
                .with_policy("/feed", FEED)
                .with_policy("/", FEED),
        ),
        App::new(
            "handlers that convert routes",
            with_policies(CorsRouter::around(
                Router::new()
                    .route("/users/{id}", routes![show, save].into())
                    .merge(Router::new().route("/users/me", get(plain)))
                    .route("/users/{id}", post(plain).delete(remove::<u8>))
                    .route("/feed", get(plain))
                    .route("/", get(plain))
                    .fallback(async || StatusCode::IM_A_TEAPOT),
            )),
        ),
        App::new(
            "handlers that were given to a CorsRouter",
            with_policies(
                CorsRouter::new()
                    .route("/users/{id}", get(show).put(save).post(plain))
                    .route("/users/{id}", delete(remove::<u8>))
                    .route("/users/me", get(plain))
                    .route("/feed", get(plain))
                    .route("/", get(plain))
                    .fallback(async || StatusCode::IM_A_TEAPOT),
            ),
        ),
        App::new(
            "a path beside handlers of routes!",
            CorsRouter::new()
                .route("/users/{id}", routes![save])
                .merge(
                    Router::new()
                        .route("/users/{id}", get(show).post(plain).delete(remove::<u8>))
                        .route("/users/me", get(plain))
                        .route("/feed", get(plain))
                        .route("/", get(plain))
                        .fallback(async || StatusCode::IM_A_TEAPOT),
                )
                .with_policies("/users/{id}", policies![show, remove::<u8>])
                .with_policy("/feed", FEED)
                .with_policy("/", FEED),
        ),
        App::nested("nested", "/api", CorsRouter::new().nest("/api", around())),
        App::nested(
            "nested with a protection",
            "/api",
            CorsRouter::new().nest("/api", around().protect(Protection::new().checked())),
        ),
        App::nested(
            "nested below a capture",
            "/t/7",
            CorsRouter::new().nest("/t/{tenant}", with_first_capture()),
        ),
        App::nested(
            "policies of a nested router",
            "/api/v1",
            CorsRouter::new()
                .nest("/api/v1", finished())
                .with_policies("/api/v1/users/{id}", of_users())
                .with_policy("/api/v1/feed", FEED)
                .with_policy("/api/v1", FEED),
        ),
        App::nested(
            "finished, then nested in a plain router",
            "/api",
            Router::new().nest("/api", around().into_router()),
        ),
        App::nested(
            "finished, then nested twice",
            "/a/b",
            Router::new().nest(
                "/a/",
                // axum nests no fallback of a router that is nested in one without.
                Router::new()
                    .nest("/b", around().into_router())
                    .fallback(async || StatusCode::IM_A_TEAPOT),
            ),
        ),
        App::nested(
            "finished, then a nested service",
            "/api",
            Router::new().nest_service("/api", around().into_router()),
        ),
        App::new(
            "finished, then a fallback",
            Router::new().fallback_service(around().into_router()),
        ),
    ]
}

/// A handler in a nested router gets the captures of the prefix as well.
fn with_first_capture() -> CorsRouter {
    let router = Router::new()
        .route("/users/{id}", get(plain).put(save).post(plain))
        .route("/users/{id}", delete(remove::<u8>))
        .route("/users/me", get(plain))
        .route("/feed", get(plain))
        .route("/", get(plain))
        .fallback(async || StatusCode::IM_A_TEAPOT);
    with_policies(CorsRouter::around(router))
}

#[cors(origins = ["*"], methods = [GET])]
async fn other() {}

fn rows() -> Vec<Case> {
    vec![
        case(
            "a handler",
            actual("GET /users/7", "https://app.example"),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 access-control-expose-headers: etag",
            ),
        ),
        case(
            "HEAD of it",
            actual("HEAD /users/7", "https://app.example"),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 access-control-expose-headers: etag",
            ),
        ),
        case(
            "its preflight",
            preflight("GET /users/7", "https://app.example"),
            approved(
                "access-control-allow-methods: GET
                 access-control-allow-origin: https://app.example",
            ),
        ),
        case(
            "the preflight of another handler",
            preflight("PUT /users/7", "https://app.example").request_headers("content-type"),
            approved(
                "access-control-allow-headers: content-type
                 access-control-allow-methods: PUT
                 access-control-allow-origin: https://app.example",
            ),
        ),
        case(
            "the preflight of an origin of another handler",
            preflight("PUT /users/7", "https://admin.example"),
            refused(),
        ),
        case(
            "a write",
            actual("PUT /users/7", "https://app.example"),
            response(200, "access-control-allow-origin: https://app.example"),
        ),
        case(
            "a write of another origin",
            actual("PUT /users/7", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a handler with `enforce`",
            actual("DELETE /users/7", "https://admin.example"),
            response(
                200,
                "access-control-allow-origin: https://admin.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
        case(
            "a method without a policy",
            "POST /users/7",
            response(200, ""),
        ),
        case(
            "its preflight",
            preflight("POST /users/7", "https://app.example"),
            refused(),
        ),
        case(
            "a method that no handler serves",
            actual("PATCH /users/7", "https://evil.example")
                .header("sec-fetch-site", "same-origin"),
            response(405, ""),
        ),
        case(
            "a path without a policy, which a pattern with one matches as well",
            actual("GET /users/me", "https://app.example"),
            response(200, ""),
        ),
        case(
            "its preflight",
            preflight("GET /users/me", "https://app.example"),
            response(405, ""),
        ),
        case(
            "a constant",
            actual("GET /feed", "https://any.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "its preflight",
            preflight("GET /feed", "https://any.example"),
            approved(
                "access-control-allow-methods: GET
                 access-control-allow-origin: *",
            ),
        ),
        case(
            "an unknown path",
            actual("GET /nowhere/else", "https://app.example"),
            response(418, ""),
        ),
        case(
            "its preflight",
            preflight("GET /nowhere/else", "https://app.example"),
            response(418, ""),
        ),
    ]
}

#[tokio::test]
async fn around_a_finished_router() {
    check(&arrangements(), &rows()).await;
}

/// `/` of a finished router that is nested, with the slash and without.
#[tokio::test]
async fn around_the_root_of_a_nested_router() {
    let root = || {
        CorsRouter::around(Router::new().route("/", get(plain)))
            .with_policy("/", FEED)
            .into_router()
    };
    let apps = [
        (App::new("nest", Router::new().nest("/api", root())), "/api"),
        (
            App::new("nest with a slash", Router::new().nest("/api/", root())),
            "/api/",
        ),
        (
            App::new("nest_service", Router::new().nest_service("/api", root())),
            "/api",
        ),
        (
            App::new("nest_service", Router::new().nest_service("/api", root())),
            "/api/",
        ),
        (
            App::new(
                "nest_service with a slash",
                Router::new().nest_service("/api/", root()),
            ),
            "/api/",
        ),
    ];
    for (app, path) in apps {
        let request = actual(&format!("GET {path}"), "https://a.example");
        let row = case(
            path,
            request,
            response(200, "access-control-allow-origin: *"),
        );
        check(&[app], &[row]).await;
    }
}

/// Layers are inside CORS, those of the finished router and those that are added.
#[tokio::test]
async fn around_layers() {
    let apps = [
        App::new(
            "of the finished router",
            with_policies(CorsRouter::around(finished().layer(from_fn(require_login)))),
        ),
        App::new(
            "added",
            with_policies(CorsRouter::around(finished())).layer(from_fn(require_login)),
        ),
        App::new(
            "added before the policies",
            with_policies(CorsRouter::around(finished()).layer(from_fn(require_login))),
        ),
        App::new(
            "added to the routes",
            with_policies(CorsRouter::around(finished())).route_layer(from_fn(require_login)),
        ),
        App::nested(
            "added to the router around",
            "/api",
            CorsRouter::new()
                .nest("/api", with_policies(CorsRouter::around(finished())))
                .layer(from_fn(require_login)),
        ),
    ];
    let cases = [
        case(
            "a 401",
            actual("GET /users/7", "https://app.example"),
            response(
                401,
                "access-control-allow-origin: https://app.example
                 access-control-expose-headers: etag",
            ),
        ),
        case(
            "a preflight",
            preflight("PUT /users/7", "https://app.example"),
            approved(
                "access-control-allow-methods: PUT
                 access-control-allow-origin: https://app.example",
            ),
        ),
        case(
            "a held write",
            actual("PUT /users/7", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a path without a policy",
            actual("GET /users/me", "https://app.example"),
            response(401, ""),
        ),
    ];
    check(&apps, &cases).await;
}

#[tokio::test]
async fn around_with_a_state() {
    async fn count(State(number): State<u8>) -> String {
        number.to_string()
    }
    let router = Router::new()
        .route("/count", get(count))
        .route("/feed", get(plain));
    let around = || CorsRouter::around(router.clone()).with_policy("/count", FEED);
    let apps = [
        App::new("before", around().with_state(1)),
        App::new("after", around().into_router().with_state(1)),
        App::new(
            "in stages",
            around().with_state::<String>(1).with_state(String::new()),
        ),
    ];
    let row = case(
        "a handler with a state",
        actual("GET /count", "https://app.example"),
        response(200, "access-control-allow-origin: *"),
    );
    check(&apps, &[row]).await;
}

/// A predicate that waits.
#[tokio::test]
async fn around_with_a_predicate() {
    async fn is_tenant(origin: &Origin<'_>, parts: &Parts) -> bool {
        tokio::task::yield_now().await;
        parts.uri.path() == "/tenant" && origin.host().as_str() == "tenant.example"
    }
    #[cors(origins_from = is_tenant, methods = [GET, PUT])]
    async fn tenant() {}

    let router = Router::new().route("/tenant", get(tenant).put(tenant));
    let app = CorsRouter::around(router).with_policies("/tenant", policies![tenant]);
    let cases = [
        case(
            "allowed",
            actual("GET /tenant", "https://tenant.example"),
            response(
                200,
                "access-control-allow-origin: https://tenant.example\nvary: Origin",
            ),
        ),
        case(
            "its preflight",
            preflight("PUT /tenant", "https://tenant.example"),
            approved(
                "access-control-allow-methods: GET, PUT
                 access-control-allow-origin: https://tenant.example",
            ),
        ),
        case(
            "denied",
            actual("GET /tenant", "https://b.example"),
            response(200, "vary: Origin"),
        ),
        case(
            "a denied write",
            actual("PUT /tenant", "https://b.example"),
            forbidden(),
        ),
    ];
    check(&[App::new("a predicate", app)], &cases).await;
}

#[tokio::test]
async fn around_with_diagnostics() {
    let app = with_policies(CorsRouter::around(finished())).diagnostics(true);
    let response = App::new("diagnostics", app)
        .complete(preflight("PUT /users/7", "https://b.example"))
        .await;
    assert_eq!(response.status(), 200);
    assert!(response.body().contains("https://b.example"), "{response}");
}

/// The methods of a route that is `any`, and of a service, are not known, so that every policy fits.
#[test]
fn around_routes_of_every_method() {
    let router: Router = Router::new()
        .route("/any", any(plain))
        .route_service("/service", any(plain))
        .route("/{*rest}", get(plain))
        .route("/{{id}}/x", get(plain));
    let _ = CorsRouter::around(router)
        .with_policies("/any", policies![show, save])
        .with_policies("/service", policies![show, save])
        .with_policies("/{*rest}", policies![show])
        .with_policies("/{{id}}/x", policies![show])
        .into_router();
}

fn panic_of(build: impl FnOnce() -> Router) -> String {
    let panic = catch_unwind(AssertUnwindSafe(build)).expect_err("a panic");
    *panic.downcast::<String>().expect("a formatted message")
}

/// The message without the lines of this file.
fn check_panic(build: impl FnOnce() -> Router, expected: &Expect) {
    let message = panic_of(build);
    let lines = message
        .lines()
        .map(|line| match line.strip_prefix(file!()) {
            Some(rest) => {
                let (place, problem) = rest.split_once(": ").expect("a place and a problem");
                assert!(
                    place
                        .split(':')
                        .skip(1)
                        .all(|number| number.parse::<u32>().is_ok())
                );
                format!("PLACE: {problem}")
            }
            None => line.to_owned(),
        });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

/// All at once, each with the place of its call.
#[test]
fn around_panics_with_what_the_router_does_not_serve() {
    check_panic(
        || {
            CorsRouter::around(
                Router::new()
                    .route("/users/{user_id}", get(plain))
                    .route("/jobs", get(plain).post(plain))
                    .route("/nothing", MethodRouter::new())
                    .nest_service("/files", any(plain)),
            )
            .with_policies("/users/{id}", policies![show])
            .with_policies("/users", policies![show])
            .with_policies("/jobs", policies![show, save, remove::<u8>])
            .with_policies("/nothing", policies![show])
            .with_policies("/nothing", policies![])
            .with_policies("/nowhere", policies![])
            .with_policies("/files/{*path}", policies![show])
            .with_policy("/jobs/", FEED)
            .into_router()
        },
        &expect![[r#"
            `into_router`: policies of what the router does not serve
            PLACE: the router has no route `/users/{id}`
            help: write `/users/{user_id}`, as it was given to `route`
            PLACE: the router has no route `/users`
            help: write the path as it was given to `route`, after the prefixes of `nest`
            PLACE: no handler of `/jobs` serves PUT and DELETE
            help: the router serves GET, HEAD, POST there; name only handlers of this path
            PLACE: no handler of `/nothing` serves GET
            help: the router serves nothing there; name only handlers of this path
            PLACE: the router has no route `/nowhere`
            help: write the path as it was given to `route`, after the prefixes of `nest`
            PLACE: `/files/{*path}` is below a nested service, whose routes are not known
            help: add its router with `nest`, or put `Policy::layer` around the service
            PLACE: the router has no route `/jobs/`
            help: write `/jobs`, as it was given to `route`"#]],
    );
}

#[test]
fn around_panics_in_a_nested_router_with_the_whole_path() {
    check_panic(
        || {
            let users = CorsRouter::around(Router::new().route("/{id}", get(plain)))
                .with_policies("/{user}", policies![show]);
            CorsRouter::new().nest("/users", users).into_router()
        },
        &expect![[r#"
            `into_router`: policies of what the router does not serve
            PLACE: the router has no route `/users/{user}`
            help: write `/users/{id}`, as it was given to `route`"#]],
    );
}

/// No code of the user runs at start-up.
#[test]
fn around_calls_nothing_at_start_up() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = || {
        let calls = calls.clone();
        from_fn(move |request: Request, next: Next| {
            calls.fetch_add(1, Ordering::Relaxed);
            next.run(request)
        })
    };
    let router: Router = Router::new()
        .route("/users/{id}", get(show))
        .layer(counted())
        .fallback(deny)
        .layer(counted());
    let _ = CorsRouter::around(router)
        .with_policies("/users/{id}", policies![show])
        .layer(counted())
        .into_router();
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

#[test]
fn around_panics_at_two_policies_of_one_method() {
    type Build = fn(CorsRouter) -> CorsRouter;
    let rows: [(Build, &str); 4] = [
        (
            |router| router.with_policies("/users/{id}", policies![show]),
            "`wire::around::show` and `wire::around::show` both serve GET",
        ),
        (
            |router| router.with_policy("/users/{id}", FEED),
            "`wire::around::show` and `CorsRouter::with_policy` both serve GET",
        ),
        (
            |router| router.merge(CorsRouter::new().with_policy("/users/{id}", FEED)),
            "`wire::around::show` and `CorsRouter::with_policy` both serve GET",
        ),
        (
            |router| router.route("/users/{id}", routes![show]),
            "`wire::around::show` and `wire::around::show` both serve GET",
        ),
    ];
    for (build, expected) in rows {
        let message = panic_of(|| {
            let router = CorsRouter::new().with_policies("/users/{id}", policies![show]);
            build(router).into_router()
        });
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn with_policy_panics_with_every_error() {
    let policy = Policy::new(&["null", "https://a.example/"]).methods(&["get"]);
    let message = panic_of(|| {
        CorsRouter::around(finished())
            .with_policy("/feed", policy)
            .into_router()
    });
    for expected in [
        "`with_policy` of `/feed`: origins[0]: ",
        "origins[1]: ",
        "methods[0]: ",
    ] {
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn policies_lists_what_is_around() {
    let line = line!() + 4;
    let router = CorsRouter::new().nest(
        "/api",
        CorsRouter::around(finished())
            .with_policy("/feed", FEED)
            .with_policies("/users/{id}", policies![show, save]),
    );
    let policies = router.policies();
    let rows: Vec<_> = policies
        .iter()
        .map(|policy| {
            (
                policy.path.as_str(),
                policy.methods.join(" "),
                policy.handler,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("/api/feed", "GET".to_owned(), "CorsRouter::with_policy"),
            ("/api/users/{id}", "GET".to_owned(), "wire::around::show"),
            ("/api/users/{id}", "PUT".to_owned(), "wire::around::save"),
        ]
    );
    let first = policies.iter().next().expect("the feed");
    assert_eq!((first.file, first.line), (file!(), line));
    let plain: Vec<&str> = policies
        .plain()
        .iter()
        .map(|route| route.path.as_str())
        .collect();
    assert_eq!(plain, ["/api/*"]);
}

/// `policies!` takes what `routes!` takes.
#[test]
fn policies_macro() {
    let none: HandlerPolicies = policies![];
    let some = policies![
        show,
        #[cfg(any())]
        not_there,
        #[cfg(all())]
        save,
    ];
    let router = CorsRouter::<String>::around(Router::new())
        .with_policies("/none", none)
        .with_policies("/some", some);
    assert_eq!(router.policies().iter().count(), 2);
}

/// Methods that are not of the policy, beside handlers of the same path in another router.
#[tokio::test]
async fn around_beside_plain_handlers() {
    let app = CorsRouter::new()
        .route("/users/{id}", patch(plain))
        .merge(Router::new().route("/users/{id}", get(plain).merge(head(plain))))
        .route("/users/{id}", post(plain))
        .with_policies("/users/{id}", policies![show]);
    let cases = [
        case(
            "the policy",
            preflight("GET /users/7", "https://app.example"),
            approved(
                "access-control-allow-methods: GET
                 access-control-allow-origin: https://app.example",
            ),
        ),
        case(
            "a plain one",
            preflight("PATCH /users/7", "https://app.example"),
            refused(),
        ),
        case("a plain one", "PATCH /users/7", response(200, "")),
        case("another one", "POST /users/7", response(200, "")),
        case("none", "PUT /users/7", response(405, "")),
    ];
    check(&[App::new("beside plain handlers", app)], &cases).await;
}

/// Wherever the policies are added, the routes keep the protection and the default policy of their router.
#[tokio::test]
async fn around_keeps_the_settings_of_nested_routers() {
    const DEFAULT: Policy = Policy::new(&["https://default.example"])
        .methods(&["POST"])
        .checked();
    let protected = || {
        CorsRouter::around(Router::new().route("/feed", get(plain).post(plain)))
            .protect(Protection::new().checked())
    };
    let with_default = || {
        CorsRouter::around(Router::new().route("/feed", get(plain).post(plain)))
            .default_policy(DEFAULT)
    };
    let apps = [
        App::nested(
            "nested with a protection",
            "/api",
            CorsRouter::new()
                .nest("/api", protected())
                .with_policy("/api/feed", FEED),
        ),
        App::new(
            "merged with a protection",
            CorsRouter::new()
                .with_policy("/feed", FEED)
                .merge(protected()),
        ),
        App::new(
            "merged with a default policy",
            CorsRouter::new()
                .merge(with_default())
                .with_policy("/feed", FEED),
        ),
        App::new(
            "both outside",
            CorsRouter::new()
                .merge(protected().with_policy("/feed", FEED))
                .default_policy(DEFAULT),
        ),
    ];
    let cases = [
        case(
            "the policy",
            actual("GET /feed", "https://any.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "a write without a policy",
            actual("POST /feed", "https://evil.example"),
            forbidden(),
        ),
    ];
    check(&apps, &cases).await;
}
