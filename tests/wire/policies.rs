//! `CorsRouter::policies`: the policies of a router, as a list and as a table.

use axum::Router;
use axum::http::request::Parts;
use axum::routing::get;
use cors_runtime::{CorsRouter, HandlerPolicy, Origin, OriginSet, Policy, cors, routes};
use expect_test::expect;

const SHARED: Policy = Policy::new(&["https://app.example", "https://*.a.example"])
    .headers(&["X-A"])
    .credentials()
    .max_age(600);

#[cors(policy = SHARED, methods = [GET], expose_headers = ["X-Total-Count", "etag"])]
async fn list() {}

#[cors(policy = SHARED, methods = [PUT, POST], headers = ["content-type"], enforce)]
async fn save<T: Default + Send + 'static>() {
    T::default();
}

#[cors(origins = ["*"], methods = [HEAD])]
async fn peek() {}

#[cors(origins = ["https://app.example"], dev_origins = ["http://localhost:*"], methods = [GET])]
async fn developed() {}

static SET: OriginSet = OriginSet::new();

#[cors(origins_from = SET, methods = [GET])]
async fn configured() {}

fn is_tenant(_: &Origin<'_>, _: &Parts) -> bool {
    false
}

#[cors(origins = ["https://app.example"], origins_from = is_tenant, methods = [DELETE])]
async fn with_predicate() {}

async fn plain() {}

/// The line of a handler of this file.
fn line_of(handler: &str) -> u32 {
    let start = format!("async fn {handler}");
    let lines = include_str!("policies.rs").lines();
    let before = lines.take_while(|line| !line.starts_with(&start));
    1 + u32::try_from(before.count()).expect("a short file")
}

fn router() -> CorsRouter {
    let tenants = CorsRouter::new()
        .route("/", routes![with_predicate])
        .route("/{id}", routes![list])
        .route("/plain", get(plain));
    CorsRouter::new()
        // Listed in the order of their methods.
        .route("/jobs", routes![save::<String>, list])
        .route("/plain", get(plain))
        .route("/dev", routes![developed])
        .route("/jobs", axum::routing::delete(plain))
        .nest("/tenants", tenants)
        .merge(CorsRouter::new().route("/jobs", routes![peek]))
        .merge(Router::new().route("/finished", routes![list].into()))
        .route("/set", routes![configured])
        .with_state(())
}

#[test]
fn policies_in_the_order_of_the_paths() {
    let policies = router().policies();
    let rows: Vec<_> = policies
        .iter()
        .map(|policy| (policy.path.as_str(), policy.methods.join(" "), policy.line))
        .collect();
    let expected = [
        ("/jobs", "GET", "list"),
        ("/jobs", "HEAD", "peek"),
        ("/jobs", "POST PUT", "save"),
        ("/dev", "GET", "developed"),
        ("/tenants", "DELETE", "with_predicate"),
        ("/tenants/{id}", "GET", "list"),
        ("/set", "GET", "configured"),
    ];
    let expected =
        expected.map(|(path, methods, handler)| (path, methods.to_owned(), line_of(handler)));
    assert_eq!(rows, expected);
    let plain = policies.plain().iter().map(|route| route.path.as_str());
    assert!(plain.eq(["/jobs", "/plain", "/tenants/plain", "/*"]));

    let paths = policies.iter().map(|policy| &policy.path);
    let same = (&policies)
        .into_iter()
        .map(|HandlerPolicy { path, .. }| path);
    assert!(paths.eq(same));
}

#[test]
fn policies_as_a_table() {
    let router: CorsRouter = CorsRouter::new()
        .route("/jobs/{id}", routes![list, save::<u8>])
        .route("/größe", routes![peek])
        .route("/t", routes![with_predicate, configured]);
    let handlers = ["list", "save", "peek", "configured", "with_predicate"];
    // The location of a handler is the last column, so that its width does not count.
    let table = router.policies().to_string();
    let table = handlers.iter().fold(table, |table, handler| {
        let file = format!("tests/wire/policies.rs:{}", line_of(handler));
        table.replace(
            &format!("{handler} {file}"),
            &format!("{handler} [its line]"),
        )
    });
    expect![[r#"
        path        methods   origins                                  headers       exposed             flags                            handler
        /jobs/{id}  GET       https://app.example https://*.a.example  x-a           x-total-count etag  credentials max_age=600          wire::policies::list [its line]
        /jobs/{id}  POST PUT  https://app.example https://*.a.example  content-type                      credentials enforce max_age=600  wire::policies::save [its line]
        /größe      HEAD      *                                                                                                           wire::policies::peek [its line]
        /t          GET       (a set)                                                                                                     wire::policies::configured [its line]
        /t          DELETE    https://app.example (a function)                                                                            wire::policies::with_predicate [its line]"#]].assert_eq(&table);
}

#[test]
fn policies_of_a_router_without_any() {
    let policies = CorsRouter::<()>::new().route("/", get(plain)).policies();
    expect![[r#"
        path  methods  origins  headers  exposed  flags        handler
        /                                         unprotected  (no policy)"#]]
    .assert_eq(&policies.to_string());
}
