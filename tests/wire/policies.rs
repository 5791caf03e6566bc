//! `CorsRouter::policies`: the policies of a router, as data and as a table.

use axum::Router;
use axum::http::request::Parts;
use axum::routing::get;
use cors_runtime::{
    CorsRouter, HandlerPolicy, Origin, OriginSet, Policy, Protection, cors, routes,
};
use expect_test::expect;
use serde_json::{Value, json};

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
fn line_of(handler: &str) -> usize {
    let start = format!("async fn {handler}");
    let lines = include_str!("policies.rs").lines();
    1 + lines.take_while(|line| !line.starts_with(&start)).count()
}

/// A policy as data, with the values that differ from a policy that allows nothing.
fn policy(path: &str, methods: &[&str], handler: &str, differs: Value) -> Value {
    let mut policy = json!({
        "path": path,
        "methods": methods,
        "handler": format!("wire::policies::{handler}"),
        "file": "tests/wire/policies.rs",
        "line": line_of(handler),
        "origins": [],
        "origins_from": null,
        "headers": [],
        "expose_headers": [],
        "max_age": null,
        "credentials": false,
        "enforce": false,
        "dev_origins": [],
        "writes_refused": true,
    });
    let (Value::Object(all), Value::Object(differs)) = (&mut policy, differs) else {
        unreachable!("both are objects");
    };
    all.extend(differs);
    policy
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
fn policies_as_data() {
    let shared = json!({
        "origins": ["https://app.example", "https://*.a.example"],
        "headers": ["x-a"],
        "expose_headers": ["x-total-count", "etag"],
        "max_age": 600,
        "credentials": true,
    });
    let dev_origins: &[&str] = if cfg!(debug_assertions) {
        &["http://localhost:*"]
    } else {
        &[]
    };
    let handlers = json!([
        policy("/jobs", &["GET"], "list", shared.clone()),
        policy("/jobs", &["HEAD"], "peek", json!({ "origins": ["*"] })),
        policy(
            "/jobs",
            &["POST", "PUT"],
            "save",
            json!({
                "origins": ["https://app.example", "https://*.a.example"],
                "headers": ["content-type"],
                "max_age": 600,
                "credentials": true,
                "enforce": true,
            })
        ),
        policy(
            "/dev",
            &["GET"],
            "developed",
            json!({ "origins": ["https://app.example"], "dev_origins": dev_origins })
        ),
        policy(
            "/tenants",
            &["DELETE"],
            "with_predicate",
            json!({ "origins": ["https://app.example"], "origins_from": "a function" })
        ),
        policy("/tenants/{id}", &["GET"], "list", shared),
        policy(
            "/set",
            &["GET"],
            "configured",
            json!({ "origins_from": "a set" })
        ),
    ]);
    let plain = |writes_refused: bool| {
        let paths = ["/jobs", "/plain", "/tenants/plain", "/*"];
        json!(paths.map(|path| {
            json!({
                "path": path,
                "has_default_policy": false,
                "writes_refused": writes_refused,
            })
        }))
    };
    let policies = router().policies();
    let found = serde_json::to_value(&policies).expect("data");
    let expected = json!({ "handlers": handlers, "plain": plain(false) });
    assert_eq!(found, expected, "{found:#}");

    let protected = router().protect(Protection::new()).policies();
    let found = serde_json::to_value(&protected).expect("data");
    let expected = json!({ "handlers": handlers, "plain": plain(true) });
    assert_eq!(found, expected, "{found:#}");

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
    let plain = [json!({ "path": "/", "has_default_policy": false, "writes_refused": false })];
    let expected = json!({ "handlers": [], "plain": plain });
    assert_eq!(serde_json::to_value(&policies).expect("data"), expected);
}
