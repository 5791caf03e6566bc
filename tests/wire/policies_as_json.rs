//! `CorsRouter::policies` as JSON, which gateways and lock files read. `docs` of `Policies` promise its
//! order and its completeness.

use axum::Router;
use axum::http::{Response, StatusCode};
use axum::routing::{any, delete, get, post};
use cors_runtime::{
    CorsRouter, Origin, OriginSet, Policy, Protection, Refused, cors, policies, routes,
};
use expect_test::{Expect, expect};
use serde_json::Value;
use tower::Layer;

static TENANTS: OriginSet = OriginSet::new().named("tenants");
static UNNAMED: OriginSet = OriginSet::new();

const SHARED: Policy = Policy::new(&["https://app.example", "https://*.a.example"])
    .dev_origins_if(true, &["http://localhost:*"])
    .headers(&["X-A", "x-app-*"])
    .credentials()
    .max_age(600);

#[cors(policy = SHARED, methods = [GET], expose_headers = ["X-Total-Count", "etag"])]
async fn list() {}

#[cors(policy = SHARED, methods = [PUT, POST], headers = ["content-type"], enforce)]
async fn save() {}

#[cors(origins_from = TENANTS, methods = [GET])]
async fn of_tenants() {}

#[cors(origins_from = UNNAMED, methods = [PUT])]
async fn of_unnamed() {}

fn is_partner(_: &Origin<'_>) -> bool {
    false
}

#[cors(origins = ["https://app.example"], origins_from = is_partner, methods = [DELETE])]
async fn of_partners() {}

#[cors(
    origins = ["http://printer.example"],
    methods = [PATCH],
    credentials,
    dangerously_allow(insecure_origins)
)]
async fn insecure() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

async fn plain() {}

const DEFAULT: Policy = Policy::new(&["https://pages.example"])
    .methods(&["GET", "POST"])
    .checked();

const FILES: Policy = Policy::new(&["*"]).methods(&["PROPFIND", "GET"]).checked();

const FEED: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();

fn custom(_: &Refused) -> Response<String> {
    Response::default()
}

/// Pretty-printed, without lines of the source, and with the keys in their order.
fn json(router: &CorsRouter) -> String {
    let text = serde_json::to_string_pretty(&router.policies()).expect("no map has other keys");
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("\"line\": "));
    let debug = "  \"debug\": true,";
    assert_eq!(
        text.lines().any(|line| line == debug),
        cfg!(debug_assertions)
    );
    let lines = lines.filter(|line| *line != debug);
    lines.collect::<Vec<_>>().join("\n")
}

fn check(router: &CorsRouter, expected: &Expect) {
    expected.assert_eq(&json(router));
}

#[test]
fn policies_of_handlers_as_json() {
    let router = CorsRouter::new()
        .route("/jobs/{id}", routes![list, save])
        .route("/jobs/{id}", delete(plain))
        .route(
            "/tenants",
            routes![of_tenants, of_unnamed, of_partners, insecure],
        );
    check(
        &router,
        &expect![[r#"
        {
          "version": 1,
          "handlers": [
            {
              "path": "/jobs/{id}",
              "methods": [
                "GET"
              ],
              "handler": "wire::policies_as_json::list",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example",
                "https://*.a.example"
              ],
              "dev_origins": [
                "http://localhost:*"
              ],
              "headers": [
                "x-a",
                "x-app-*"
              ],
              "expose_headers": [
                "x-total-count",
                "etag"
              ],
              "max_age": 600,
              "credentials": true,
              "enforce": false,
              "writes_refused": true
            },
            {
              "path": "/jobs/{id}",
              "methods": [
                "POST",
                "PUT"
              ],
              "handler": "wire::policies_as_json::save",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example",
                "https://*.a.example"
              ],
              "dev_origins": [
                "http://localhost:*"
              ],
              "headers": [
                "content-type"
              ],
              "expose_headers": [],
              "max_age": 600,
              "credentials": true,
              "enforce": true,
              "writes_refused": true
            },
            {
              "path": "/tenants",
              "methods": [
                "DELETE"
              ],
              "handler": "wire::policies_as_json::of_partners",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example"
              ],
              "origins_from": "a function",
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "writes_refused": true
            },
            {
              "path": "/tenants",
              "methods": [
                "GET"
              ],
              "handler": "wire::policies_as_json::of_tenants",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [],
              "origins_from": "a set",
              "origins_set": "tenants",
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "writes_refused": true
            },
            {
              "path": "/tenants",
              "methods": [
                "PATCH"
              ],
              "handler": "wire::policies_as_json::insecure",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "http://printer.example"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": true,
              "enforce": false,
              "dangerously_allow": [
                "insecure_origins"
              ],
              "writes_refused": true
            },
            {
              "path": "/tenants",
              "methods": [
                "PUT"
              ],
              "handler": "wire::policies_as_json::of_unnamed",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [],
              "origins_from": "a set",
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "writes_refused": true
            }
          ],
          "plain": [
            {
              "path": "/jobs/{id}",
              "has_default_policy": false,
              "writes_refused": false
            }
          ]
        }"#]],
    );
}

#[test]
fn policies_of_services_and_fallbacks_as_json() {
    let service = || {
        FILES
            .layer()
            .expect("the policy is checked")
            .layer(any(plain))
    };
    let router = CorsRouter::new()
        .nest_service("/files", service())
        .route_service("/plain", get(plain))
        .nest(
            "/api",
            CorsRouter::around(Router::new().route("/feed", get(plain).put(save)))
                .with_policy("/feed", FEED)
                .with_policies("/feed", policies![save])
                .fallback(routes![not_found]),
        )
        .method_not_allowed_fallback(routes![not_found]);
    check(
        &router,
        &expect![[r#"
        {
          "version": 1,
          "handlers": [
            {
              "path": "(method not allowed)",
              "methods": [
                "GET"
              ],
              "handler": "wire::policies_as_json::not_found",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "writes_refused": true
            },
            {
              "path": "/api(fallback)",
              "methods": [
                "GET"
              ],
              "handler": "wire::policies_as_json::not_found",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "writes_refused": true
            },
            {
              "path": "/api/feed",
              "methods": [
                "GET"
              ],
              "handler": "CorsRouter::with_policy",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "*"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "writes_refused": true
            },
            {
              "path": "/api/feed",
              "methods": [
                "POST",
                "PUT"
              ],
              "handler": "wire::policies_as_json::save",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example",
                "https://*.a.example"
              ],
              "dev_origins": [
                "http://localhost:*"
              ],
              "headers": [
                "content-type"
              ],
              "expose_headers": [],
              "max_age": 600,
              "credentials": true,
              "enforce": true,
              "writes_refused": true
            },
            {
              "path": "/files/*",
              "methods": [
                "GET",
                "PROPFIND"
              ],
              "handler": "Policy::layer",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "*"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "holds_other_methods": true,
              "writes_refused": true
            }
          ],
          "plain": [
            {
              "path": "/api/*",
              "has_default_policy": false,
              "writes_refused": false
            },
            {
              "path": "/plain",
              "has_default_policy": false,
              "writes_refused": false
            }
          ]
        }"#]],
    );
}

#[test]
fn default_policies_as_json() {
    let inner = CorsRouter::new()
        .route("/x", get(plain))
        .route_service("/service", any(plain))
        .default_policy(FEED);
    let router = CorsRouter::new()
        .nest("/inner", inner)
        .route("/own", routes![not_found])
        .route("/plain", get(plain))
        .default_policy(DEFAULT);
    check(
        &router,
        &expect![[r#"
        {
          "version": 1,
          "handlers": [
            {
              "path": "(fallback)",
              "methods": [
                "GET",
                "POST"
              ],
              "handler": "CorsRouter::default_policy",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://pages.example"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "holds_other_methods": true,
              "writes_refused": true
            },
            {
              "path": "/inner/service",
              "methods": [
                "GET"
              ],
              "handler": "CorsRouter::default_policy",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "*"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "holds_other_methods": true,
              "writes_refused": true
            },
            {
              "path": "/inner/x",
              "methods": [
                "GET"
              ],
              "handler": "CorsRouter::default_policy",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "*"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "holds_other_methods": true,
              "writes_refused": true
            },
            {
              "path": "/own",
              "methods": [
                "GET"
              ],
              "handler": "wire::policies_as_json::not_found",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "writes_refused": true
            },
            {
              "path": "/own",
              "methods": [
                "POST"
              ],
              "handler": "CorsRouter::default_policy",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://pages.example"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "holds_other_methods": true,
              "writes_refused": true
            },
            {
              "path": "/plain",
              "methods": [
                "GET",
                "POST"
              ],
              "handler": "CorsRouter::default_policy",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://pages.example"
              ],
              "headers": [],
              "expose_headers": [],
              "max_age": null,
              "credentials": false,
              "enforce": false,
              "holds_other_methods": true,
              "writes_refused": true
            }
          ],
          "plain": [
            {
              "path": "/inner/service",
              "has_default_policy": true,
              "writes_refused": true
            },
            {
              "path": "/inner/x",
              "has_default_policy": true,
              "writes_refused": true
            },
            {
              "path": "/plain",
              "has_default_policy": true,
              "writes_refused": true
            }
          ]
        }"#]],
    );
}

#[test]
fn protections_as_json() {
    const OWN: Protection = Protection::new()
        .own_origins(&["https://api.example"])
        .own_origins_from(&TENANTS)
        .trust(&["https://accounts.example"])
        .trust_from(&UNNAMED)
        .reads()
        .report_only()
        .refused(custom)
        .checked();
    let inner = CorsRouter::new()
        .route("/x", routes![save])
        .route_service("/service", any(plain))
        .protect(OWN);
    let router = CorsRouter::new()
        .nest("/inner", inner)
        .route("/plain", get(plain))
        .protect(Protection::new());
    check(
        &router,
        &expect![[r#"
        {
          "version": 1,
          "handlers": [
            {
              "path": "/inner/x",
              "methods": [
                "POST",
                "PUT"
              ],
              "handler": "wire::policies_as_json::save",
              "file": "tests/wire/policies_as_json.rs",
              "origins": [
                "https://app.example",
                "https://*.a.example"
              ],
              "dev_origins": [
                "http://localhost:*"
              ],
              "headers": [
                "content-type"
              ],
              "expose_headers": [],
              "max_age": 600,
              "credentials": true,
              "enforce": true,
              "writes_refused": true,
              "protection": {
                "own_origins": [
                  "https://api.example"
                ],
                "own_origins_from": "a set",
                "own_origins_set": "tenants",
                "trust": [
                  "https://accounts.example"
                ],
                "trust_from": "a set",
                "reads": true,
                "report_only": true,
                "custom_response": true
              }
            }
          ],
          "plain": [
            {
              "path": "/inner/service",
              "has_default_policy": false,
              "writes_refused": false,
              "protection": {
                "own_origins": [
                  "https://api.example"
                ],
                "own_origins_from": "a set",
                "own_origins_set": "tenants",
                "trust": [
                  "https://accounts.example"
                ],
                "trust_from": "a set",
                "reads": true,
                "report_only": true,
                "custom_response": true
              }
            },
            {
              "path": "/plain",
              "has_default_policy": false,
              "writes_refused": true,
              "protection": {}
            }
          ]
        }"#]],
    );
}

/// The order of the registration changes nothing.
#[test]
fn policies_as_json_have_a_stable_order() {
    let jobs = || CorsRouter::<()>::new().route("/jobs", routes![list, save]);
    let again = || {
        CorsRouter::new()
            .route("/jobs", routes![save])
            .route("/jobs", routes![list])
    };
    let tenants = || CorsRouter::new().route("/{id}", routes![of_tenants]);
    let nested = || tenants().route_service("/service", any(plain));
    let one = CorsRouter::new()
        .default_policy(DEFAULT)
        .merge(jobs())
        .route("/plain", post(plain))
        .nest("/tenants", nested())
        .merge(Router::new().route("/a", get(plain)))
        .merge(Router::new().route("/b", get(plain)));
    let other = CorsRouter::new()
        .merge(Router::new().route("/b", get(plain)))
        .nest("/tenants", nested())
        .merge(again())
        .merge(Router::new().route("/a", get(plain)))
        .route("/plain", post(plain))
        .default_policy(DEFAULT);
    let [one, other] = [one, other].map(|router: CorsRouter| {
        let mut value: Value = serde_json::to_value(router.policies()).expect("data");
        // That of a default policy is the line of its call.
        for row in value["handlers"].as_array_mut().expect("rows") {
            row["line"] = Value::Null;
        }
        serde_json::to_string(&value).expect("data")
    });
    assert_eq!(one, other);
}
