//! `CorsRouter::default_policy`: the policy of everything that has none of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::routing::{any, delete, get, post};
use cors_runtime::{CorsRouter, Policy, Protection, cors, policies, routes};
use cors_test_support::{
    App, Case, actual, approved, case, check, forbidden, preflight, refused, response,
};

use super::login::require_login;

const DEFAULT: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET", "POST"])
    .headers(&["x-a"])
    .credentials()
    .checked();

/// The headers of a response to an allowed request.
const GRANTED: &str = "access-control-allow-credentials: true
    access-control-allow-origin: https://app.example";

#[cors(origins = ["https://own.example"], methods = [GET])]
async fn own() {}

#[cors(origins = ["https://own.example"], methods = [GET], enforce)]
async fn enforced() {}

#[cors(origins = ["https://own.example"], methods = [HEAD])]
async fn head() {}

async fn plain() {}

fn router() -> CorsRouter {
    CorsRouter::new()
        .route("/plain", get(plain))
        .route("/own", routes![own])
        .route("/both", routes![own])
        .route("/both", post(plain).delete(plain))
        .route("/enforced", routes![enforced])
        .route("/head", routes![head])
        .route("/head", get(plain))
        .route_service("/service", any(plain))
        .nest_service("/files", any(plain))
        .nest("/nested", Router::new().route("/x", get(plain)))
        .merge(Router::new().route("/merged", get(plain).post(plain)))
        .merge(
            CorsRouter::around(Router::new().route("/around", get(own).post(plain)))
                .with_policies("/around", policies![own]),
        )
}

fn apps() -> Vec<App> {
    let pass = from_fn(async |request: Request, next: Next| next.run(request).await);
    vec![
        App::new("after the routes", router().default_policy(DEFAULT)),
        App::new(
            "before the routes",
            CorsRouter::new().default_policy(DEFAULT).merge(router()),
        ),
        App::new(
            "layered",
            router().layer(pass.clone()).default_policy(DEFAULT),
        ),
        App::new(
            "merged",
            CorsRouter::new()
                .default_policy(DEFAULT)
                .merge(router().default_policy(DEFAULT)),
        ),
        App::new(
            "with a protection",
            router()
                .protect(Protection::new().checked())
                .default_policy(DEFAULT),
        ),
        App::new(
            "with a plain fallback",
            router()
                .fallback(async || StatusCode::NOT_FOUND)
                .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
                .default_policy(DEFAULT),
        ),
        App::nested(
            "nested",
            "/api",
            CorsRouter::new()
                .nest("/api", router())
                .default_policy(DEFAULT)
                .layer(pass),
        ),
    ]
}

fn granted(name: &str, line: &str, status: u16) -> Case {
    case(
        name,
        actual(line, "https://app.example"),
        response(status, GRANTED),
    )
}

fn rows() -> Vec<Case> {
    let allowed = approved(
        "access-control-allow-credentials: true
         access-control-allow-headers: x-a
         access-control-allow-methods: GET, POST
         access-control-allow-origin: https://app.example",
    );
    let mut rows = vec![
        granted("a plain handler", "GET /plain", 200),
        granted("its HEAD", "HEAD /plain", 200),
        granted("its 405", "POST /plain", 405),
        granted("a service", "POST /service", 200),
        granted("a nested service", "GET /files/x", 200),
        granted("a nested plain router", "GET /nested/x", 200),
        granted("a merged plain router", "GET /merged", 200),
        granted("404", "GET /nowhere", 404),
        granted("404 of a write", "POST /nowhere", 404),
        granted("405 of a handler with a policy", "POST /own", 405),
        granted("a plain handler beside another", "POST /both", 200),
        granted("around, another method", "POST /around", 200),
    ];
    for path in [
        "/plain",
        "/service",
        "/files/x",
        "/nested/x",
        "/merged",
        "/nowhere",
    ] {
        for method in ["GET", "POST"] {
            rows.push(case(
                "a preflight",
                preflight(&format!("{method} {path}"), "https://app.example")
                    .request_headers("x-a"),
                &allowed,
            ));
        }
    }
    for path in ["/own", "/both", "/around"] {
        rows.push(case(
            "an own policy",
            actual(&format!("GET {path}"), "https://own.example"),
            response(200, "access-control-allow-origin: https://own.example"),
        ));
        rows.push(case(
            "its HEAD",
            actual(&format!("HEAD {path}"), "https://own.example"),
            response(200, "access-control-allow-origin: https://own.example"),
        ));
        rows.push(case(
            "its preflight",
            preflight(&format!("GET {path}"), "https://own.example"),
            approved(
                "access-control-allow-methods: GET
                 access-control-allow-origin: https://own.example",
            ),
        ));
        rows.push(case(
            "the preflight of an origin of the default",
            preflight(&format!("GET {path}"), "https://app.example"),
            refused(),
        ));
        rows.push(case(
            "the preflight of a method of the default",
            preflight(&format!("POST {path}"), "https://app.example").request_headers("x-a"),
            approved(
                "access-control-allow-credentials: true
                 access-control-allow-headers: x-a
                 access-control-allow-methods: POST
                 access-control-allow-origin: https://app.example",
            ),
        ));
        rows.push(case(
            "the preflight of a method that no policy names",
            preflight(&format!("DELETE {path}"), "https://app.example"),
            refused(),
        ));
    }
    rows.extend([
        case(
            "an own policy of HEAD",
            actual("HEAD /head", "https://own.example"),
            response(200, "access-control-allow-origin: https://own.example"),
        ),
        granted("and the default of GET", "GET /head", 200),
        case(
            "a method that the default does not name",
            "DELETE /both",
            response(200, ""),
        ),
        case(
            "the same from an allowed origin",
            actual("DELETE /both", "https://app.example"),
            response(200, ""),
        ),
        case(
            "the same from another origin",
            actual("DELETE /both", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a write of another origin",
            actual("POST /merged", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a write of an origin of another handler",
            actual("POST /both", "https://own.example"),
            forbidden(),
        ),
        case(
            "a read of another origin",
            actual("GET /plain", "https://evil.example"),
            response(200, GRANTED),
        ),
        case(
            "an own policy with `enforce`",
            actual("GET /enforced", "https://app.example"),
            forbidden(),
        ),
        case(
            "OPTIONS that is no preflight",
            actual("OPTIONS /own", "https://app.example"),
            response(405, ""),
        ),
    ]);
    rows
}

#[tokio::test]
async fn default_policy() {
    check(&apps(), &rows()).await;
}

/// A nested router keeps its own for its routes. Its 404 is that of the outer router, as in axum.
#[tokio::test]
async fn default_policy_of_nested_and_merged_routers() {
    const PUBLIC: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();
    let public = || {
        CorsRouter::new()
            .route("/x", get(plain))
            .route_service("/service", any(plain))
            .nest("/inner", CorsRouter::new().route("/y", get(plain)))
            .default_policy(PUBLIC)
    };
    let apps = [
        App::new(
            "two defaults",
            CorsRouter::new()
                .nest("/public", public())
                .merge(
                    CorsRouter::new()
                        .route("/merged", get(plain))
                        .default_policy(PUBLIC),
                )
                .route("/x", get(plain))
                .default_policy(DEFAULT),
        ),
        App::new(
            "and a protection outside",
            CorsRouter::new()
                .nest("/public", public())
                .merge(
                    CorsRouter::new()
                        .route("/merged", get(plain))
                        .default_policy(PUBLIC),
                )
                .route("/x", get(plain))
                .default_policy(DEFAULT)
                .protect(Protection::new().checked()),
        ),
    ];
    let any_origin = "access-control-allow-origin: *";
    let row = |name, line| {
        case(
            name,
            actual(line, "https://any.example"),
            response(200, any_origin),
        )
    };
    let cases = [
        row("a handler", "GET /public/x"),
        row("a service", "GET /public/service"),
        row("a router in it", "GET /public/inner/y"),
        row("a merged router", "GET /merged"),
        granted("the outer router", "GET /x", 200),
        granted("404 below the prefix", "GET /public/nowhere", 404),
    ];
    check(&apps, &cases).await;
    let only_inner = App::new("only inside", CorsRouter::new().nest("/public", public()));
    let cases = [
        row("a handler", "GET /public/x"),
        case(
            "404",
            actual("GET /nowhere", "https://app.example"),
            response(404, ""),
        ),
    ];
    check(&[only_inner], &cases).await;
}

/// The login is inside: its 401 has the headers, and it gets no preflight, of unknown paths neither.
#[tokio::test]
async fn default_policy_is_around_layers() {
    let app = router()
        .layer(from_fn(require_login))
        .default_policy(DEFAULT);
    let cases = [
        granted("401 of a plain handler", "GET /plain", 401),
        granted("401 of an unknown path", "GET /nowhere", 401),
        granted("401 of a 405", "POST /own", 401),
        case(
            "a preflight",
            preflight("GET /nowhere", "https://app.example"),
            approved(
                "access-control-allow-credentials: true
                 access-control-allow-methods: GET, POST
                 access-control-allow-origin: https://app.example",
            ),
        ),
    ];
    check(&[App::new("login", app)], &cases).await;
}

#[test]
fn default_policy_panics_with_every_error() {
    let panic = catch_unwind(|| {
        let policy = Policy::new(&["null", "https://a.example/"]).methods(&["get"]);
        CorsRouter::<()>::new().default_policy(policy)
    });
    let panic = panic.expect_err("a panic");
    let message = panic.downcast_ref::<String>().expect("a formatted message");
    for expected in [
        "`default_policy`: origins[0]: ",
        "origins[1]: ",
        "methods[0]: ",
    ] {
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn default_policy_without_methods() {
    let panic = catch_unwind(|| {
        CorsRouter::<()>::new().default_policy(Policy::new(&["https://a.example"]))
    });
    let panic = panic.expect_err("a panic");
    let message = panic.downcast_ref::<String>().expect("a formatted message");
    assert_eq!(
        message,
        "`default_policy`: methods: no method is named, so the policy would cover nothing\n\
         help: write the methods that it covers, such as `methods = [GET]`"
    );
}

/// Once, and the routes that have it are still in the list of those without a policy of their own.
#[test]
fn policies_lists_the_default_policy() {
    let inner = CorsRouter::new()
        .route("/x", delete(plain))
        .route_service("/s", any(plain))
        .default_policy(DEFAULT);
    let outer = CorsRouter::new()
        .nest("/inner", inner)
        .route("/plain", get(plain))
        .route("/own", routes![own]);
    let rows = |router: &CorsRouter| {
        let policies = router.policies();
        let rows = policies
            .iter()
            .map(|row| format!("{} {}", row.path, row.handler));
        let plain = policies.plain().iter();
        let plain = plain.map(|route| format!("{} {}", route.path, route.has_default_policy));
        rows.chain(plain).collect::<Vec<_>>()
    };
    assert_eq!(
        rows(&outer),
        [
            "/own wire::default_policy::own",
            "/inner/* CorsRouter::default_policy",
            "/inner/x true",
            "/plain false",
            "/inner/s true"
        ]
    );
    let line = line!() + 1;
    let listed = outer.default_policy(DEFAULT);
    assert_eq!(
        rows(&listed),
        [
            "/own wire::default_policy::own",
            "/inner/* CorsRouter::default_policy",
            "/* CorsRouter::default_policy",
            "/inner/x true",
            "/plain true",
            "/inner/s true"
        ]
    );
    let policies = listed.policies();
    let last = policies.iter().last().expect("the default policy");
    assert_eq!((last.file, last.line), (file!(), line));
    assert_eq!(last.methods, ["GET", "POST"]);
    let table = policies.to_string();
    let row = table.lines().last().expect("a row");
    assert_eq!(
        row.split_whitespace().collect::<Vec<_>>(),
        ["/inner/s", "protected", "(default", "policy)"]
    );
}

/// A default policy refuses the writes of other origins, unless a protection only reports.
#[test]
fn policies_lists_routes_with_a_default_policy_as_protected() {
    let router = || CorsRouter::new().route("/plain", get(plain));
    let reporting = Protection::new().report_only().checked();
    for (router, expected) in [
        (router(), (false, false)),
        (router().default_policy(DEFAULT), (true, true)),
        (
            router().default_policy(DEFAULT).protect(reporting),
            (true, false),
        ),
        (
            CorsRouter::new()
                .nest("/inner", router().default_policy(DEFAULT))
                .protect(reporting),
            (true, false),
        ),
    ] {
        let router: CorsRouter = router;
        let policies = router.policies();
        let [route] = policies.plain() else {
            panic!("{policies}");
        };
        let found = (route.has_default_policy, route.writes_refused);
        assert_eq!(found, expected, "{policies}");
    }
}

/// Routes of a nested router with a protection are listed as protected.
#[test]
fn policies_lists_the_protection_of_nested_services() {
    let inner = CorsRouter::new()
        .route_service("/s", any(plain))
        .protect(Protection::new().checked());
    let router: CorsRouter = CorsRouter::new().nest("/inner", inner);
    let policies = router.policies();
    let [route] = policies.plain() else {
        panic!("{policies}");
    };
    assert_eq!(
        (route.path.as_str(), route.writes_refused),
        ("/inner/s", true)
    );
}

const ADMIN: Policy = Policy::new(&["https://admin.example"])
    .methods(&["GET", "POST"])
    .checked();

/// Plain handlers of one path that come from two routers. One preflight would be for both.
#[test]
fn default_policies_that_differ_on_one_path_panic() {
    let posted = || CorsRouter::<()>::new().route("/x", post(plain));
    let read = || CorsRouter::<()>::new().route("/x", get(plain));
    let expected = "the path `/x` has plain handlers of two routers that do not have the same default policy\n\
         help: register them in one router, or give them policies of their own";
    let admin = || posted().default_policy(ADMIN);
    let rows: [fn(_, _) -> CorsRouter; 2] = [
        |one, two| CorsRouter::new().merge(one).merge(two),
        |one, two| CorsRouter::from(Router::new()).merge(two).merge(one),
    ];
    for join in rows {
        for (name, one, two) in [
            ("two", admin(), read().default_policy(DEFAULT)),
            ("one", admin(), read()),
            ("and the other", posted(), read().default_policy(DEFAULT)),
            (
                "three",
                admin(),
                read().default_policy(ADMIN).merge(
                    CorsRouter::new()
                        .route("/x", delete(plain))
                        .default_policy(DEFAULT),
                ),
            ),
            (
                "other methods",
                admin(),
                read().default_policy(ADMIN.methods(&["GET"])),
            ),
        ] {
            let panic = catch_unwind(AssertUnwindSafe(|| join(one, two).into_router()));
            let panic = panic.expect_err(name);
            let text = panic.downcast_ref::<String>().map(String::as_str);
            assert_eq!(text, Some(expected), "{name}");
        }
    }
}

/// Handlers with a policy join the plain handlers of another router, and do not take its default policy away.
#[tokio::test]
async fn default_policies_on_one_path() {
    let posted = || CorsRouter::<()>::new().route("/x", post(plain));
    let owned = || CorsRouter::<()>::new().route("/x", routes![own]);
    let granted = [
        granted("the default", "POST /x", 200),
        case(
            "the handler",
            actual("GET /x", "https://own.example"),
            response(200, "access-control-allow-origin: https://own.example"),
        ),
        case(
            "a preflight",
            preflight("POST /x", "https://admin.example"),
            refused(),
        ),
    ];
    let admin = || owned().default_policy(ADMIN);
    let default = || posted().default_policy(DEFAULT);
    let apps = [
        App::new(
            "the handler first",
            CorsRouter::new().merge(admin()).merge(default()),
        ),
        App::new(
            "the handler last",
            CorsRouter::new().merge(default()).merge(admin()),
        ),
        App::new(
            "without a default",
            CorsRouter::new().merge(owned()).merge(default()),
        ),
        App::new(
            "the outer default",
            posted().merge(admin()).default_policy(DEFAULT),
        ),
        App::new(
            "equal defaults",
            CorsRouter::new()
                .default_policy(DEFAULT)
                .merge(default())
                .merge(
                    CorsRouter::new()
                        .route("/x", delete(plain))
                        .default_policy(DEFAULT),
                )
                .merge(owned()),
        ),
        App::new(
            "an equal default that is added later",
            CorsRouter::new()
                .route("/x", delete(plain))
                .merge(default())
                .merge(owned())
                .default_policy(DEFAULT),
        ),
    ];
    check(&apps, &granted).await;

    let plain_only = App::new("a plain handler", posted().merge(admin()));
    let rows = [
        case(
            "its response",
            actual("POST /x", "https://admin.example"),
            response(200, ""),
        ),
        case(
            "its preflight",
            preflight("POST /x", "https://admin.example"),
            refused(),
        ),
    ];
    check(&[plain_only], &rows).await;
}

/// The default policy of the router that has the route decides, and not that of the router that has
/// the policies around it.
#[tokio::test]
async fn default_policy_of_a_route_with_policies_around_it() {
    let finished = || Router::new().route("/x", get(own).post(plain));
    let around = || {
        CorsRouter::new()
            .with_policies("/x", policies![own])
            .default_policy(ADMIN)
    };
    let apps = [
        App::new(
            "merged",
            CorsRouter::new().merge(around()).merge(finished()),
        ),
        App::new(
            "merged with a default",
            CorsRouter::new()
                .merge(around())
                .merge(CorsRouter::from(finished()).default_policy(DEFAULT)),
        ),
    ];
    let rows = [
        case(
            "a plain handler",
            actual("GET /x", "https://own.example"),
            response(200, "access-control-allow-origin: https://own.example"),
        ),
        case(
            "a write",
            actual("POST /x", "https://admin.example"),
            response(200, ""),
        ),
    ];
    check(&apps[..1], &rows).await;
    let rows = [granted("a write", "POST /x", 200)];
    check(&apps[1..], &rows).await;
}

/// A predicate is called also where the policies of the path have all methods of the default.
#[tokio::test]
async fn default_policy_with_a_predicate_holds_other_methods() {
    const PAGES: Policy = Policy::new(&[])
        .origins_if(|origin, _| origin.host().as_str() == "app.example")
        .methods(&["GET"])
        .checked();
    let app = CorsRouter::new()
        .route("/x", routes![own])
        .route("/x", post(plain))
        .default_policy(PAGES);
    let rows = [
        case(
            "allowed",
            actual("POST /x", "https://app.example"),
            response(200, ""),
        ),
        case(
            "not allowed",
            actual("POST /x", "https://evil.example"),
            forbidden(),
        ),
    ];
    check(&[App::new("a predicate", app)], &rows).await;
}
