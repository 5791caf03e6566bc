//! `CorsRouter` beside a plain `axum::Router` that was built the same way.
//!
//! Each arrangement is written once and built twice. The responses of the plain app are the expected
//! ones. Where its request reaches a handler with a policy, the other app adds the headers of that
//! policy and approves the preflight; everything else is the same to the last byte.

use std::cell::Cell;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, MatchedPath, NestedPath, OriginalUri, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, any, delete, get, head, options, patch, post, put, trace};
use axum_extra::routing::TypedPath;
use cors_runtime::{CorsRouter, Policy, PolicyError, Routes, Rule, cors, routes};
use cors_test_support::{
    App, Failures, IntoRouter, WireResponse, actual, approved, case, check, preflight, refused,
    response,
};
use expect_test::expect;
use serde::Deserialize;

/// The values of the extractors of axum, which depend on the nesting of the router.
struct Extracted(String);

impl<S: Send + Sync> FromRequestParts<S> for Extracted {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let captures = parts.extract::<Path<Vec<(String, String)>>>().await;
        let captures = captures.map(|Path(captures)| captures);
        let matched = parts.extract::<MatchedPath>().await.ok();
        let nested = parts.extract::<NestedPath>().await.ok();
        let OriginalUri(original) = parts.extract().await?;
        let uri: Uri = parts.extract().await?;
        Ok(Self(format!(
            "{uri} of {original}, {matched:?} in {nested:?}, {captures:?}"
        )))
    }
}

type Reply = (StatusCode, [(&'static str, &'static str); 1], String);

fn from(handler: &'static str, status: StatusCode, Extracted(extracted): Extracted) -> Reply {
    (status, [("handler", handler)], extracted)
}

#[cors(origins = ["*"], methods = [GET])]
async fn list(extracted: Extracted) -> Reply {
    from("with a policy", StatusCode::OK, extracted)
}

#[cors(origins = ["*"], methods = [POST, PUT])]
async fn save(extracted: Extracted) -> Reply {
    from("with a policy", StatusCode::CREATED, extracted)
}

#[cors(origins = ["*"], methods = [OPTIONS])]
async fn describe(extracted: Extracted) -> Reply {
    from("with a policy", StatusCode::OK, extracted)
}

#[cors(origins = ["*"], methods = [PATCH])]
async fn add(State(number): State<u8>, Extracted(extracted): Extracted) -> Reply {
    from(
        "with a policy",
        StatusCode::OK,
        Extracted(format!("{number}, {extracted}")),
    )
}

async fn plain(extracted: Extracted) -> Reply {
    from("plain", StatusCode::OK, extracted)
}

async fn plain_add(State(number): State<u8>, Extracted(extracted): Extracted) -> Reply {
    from(
        "plain",
        StatusCode::OK,
        Extracted(format!("{number}, {extracted}")),
    )
}

async fn missing(extracted: Extracted) -> Reply {
    from("missing", StatusCode::NOT_FOUND, extracted)
}

async fn lost(extracted: Extracted) -> Reply {
    from("lost", StatusCode::GONE, extracted)
}

async fn unserved(extracted: Extracted) -> Reply {
    from("unserved", StatusCode::METHOD_NOT_ALLOWED, extracted)
}

/// A layer that adds a header with its name and what it extracted.
macro_rules! mark {
    ($name:literal) => {
        from_fn_with_state($name, mark)
    };
}

async fn mark(
    State(name): State<&'static str>,
    Extracted(extracted): Extracted,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let extracted = HeaderValue::try_from(format!("{name} {extracted}")).expect("visible ASCII");
    response.headers_mut().append("layer", extracted);
    response
}

/// `Router` and the handlers of a path, for the plain app.
mod without_policies {
    use axum::routing::{self, MethodRouter};

    pub(super) use axum::Router;

    pub(super) fn none<S: Clone>() -> MethodRouter<S> {
        MethodRouter::new()
    }

    pub(super) fn list<S: Clone + Send + Sync + 'static>() -> MethodRouter<S> {
        routing::get(super::list)
    }

    pub(super) fn save<S: Clone + Send + Sync + 'static>() -> MethodRouter<S> {
        routing::post(super::save).put(super::save)
    }

    pub(super) fn describe<S: Clone + Send + Sync + 'static>() -> MethodRouter<S> {
        routing::options(super::describe)
    }

    pub(super) fn add() -> MethodRouter<u8> {
        routing::patch(super::add)
    }
}

/// And for the app with policies.
mod with_policies {
    use cors_runtime::{Routes, routes};

    pub(super) use cors_runtime::CorsRouter as Router;

    pub(super) fn none<S: Clone + Send + Sync + 'static>() -> Routes<S> {
        routes![]
    }

    pub(super) fn list<S: Clone + Send + Sync + 'static>() -> Routes<S> {
        routes![super::list]
    }

    pub(super) fn save<S: Clone + Send + Sync + 'static>() -> Routes<S> {
        routes![super::save]
    }

    pub(super) fn describe<S: Clone + Send + Sync + 'static>() -> Routes<S> {
        routes![super::describe]
    }

    pub(super) fn add() -> Routes<u8> {
        routes![super::add]
    }
}

/// An arrangement, built by one side or the other.
struct Pair {
    name: &'static str,
    plain: fn() -> axum::Router,
    cors: fn() -> axum::Router,
}

impl Pair {
    fn apps(&self) -> [App; 2] {
        [self.plain, self.cors].map(|app| App::new(self.name, app()))
    }
}

macro_rules! pairs {
    ($($name:literal: $app:expr,)*) => {
        [$(Pair {
            name: $name,
            plain: || pairs!(@without_policies $app),
            cors: || pairs!(@with_policies $app),
        }),*]
    };
    (@$side:ident $app:expr) => {{
        #[allow(unused_imports, reason = "no arrangement has all of them")]
        use self::$side::{Router, add, describe, list, none, save};
        #[allow(unused_qualifications, clippy::useless_conversion, reason = "on one side alone")]
        finished($app)
    }};
}

fn finished<S>(router: impl IntoRouter<S>) -> axum::Router<S> {
    router.into_router()
}

const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND",
];

const PATHS: &str = "/ // /x /x/ /x// /x?a=b /%78 /X /y /y/ /z /new /api /api/ /api?a=b /api/x \
    /api/x/ /api//x /api/y /api/z /api/v1 /api/v1/ /api/v1/x /api/v1/x/y /users/7 /users/7/ \
    /users/7/x /users/me/x /users/a%20%2Fb/x /users/%ff/x";

/// Sends everything to both apps of each pair, and preflights.
async fn compare<const N: usize>(pairs: [Pair; N]) {
    let mut failures = Failures::default();
    for pair in pairs {
        let [plain, cors] = pair.apps();
        let mut policies = 0;
        for path in PATHS.split(' ') {
            let line = |method| format!("{method} {path}");
            let mut responses = Vec::new();
            for method in METHODS {
                let request = actual(&line(method), "https://a.example");
                responses.push(plain.complete(request).await);
            }
            let on_path = responses.iter().filter(|response| has_policy(response));
            let on_path = on_path.count();
            policies += on_path;
            // A plain router does not expose whether it serves HEAD, so that the policy of GET decides.
            let get_is_allowed = has_policy(&responses[0]);
            let is_approved = |method, response: &WireResponse| {
                has_policy(response) || method == "HEAD" && get_is_allowed
            };
            // All policies are equal, so that each preflight lists the methods of all handlers.
            let list = |requested, responses: &[WireResponse]| {
                let methods = METHODS.into_iter().zip(responses);
                let listed = methods.filter(|(method, response)| {
                    has_policy(response) && *method != "HEAD" || *method == requested
                });
                let listed: Vec<&str> = listed.map(|(method, _)| method).collect();
                listed.join(", ")
            };
            let listed: Vec<String> = METHODS.map(|method| list(method, &responses)).into();
            for ((method, listed), expected) in METHODS.into_iter().zip(listed).zip(responses) {
                let name = |kind| move || format!("{kind}{method} {path} ({})", pair.name);
                let allowed = has_policy(&expected);

                let preflight = preflight(&line(method), "https://a.example");
                let found = cors.send(&preflight).await;
                if on_path == 0 {
                    let expected = plain.complete(&preflight).await;
                    let found = WireResponse::complete(found).await;
                    failures.compare(name("preflight of "), &expected, &found);
                } else {
                    let layered = found.headers().contains_key("layer");
                    let expected = if is_approved(method, &expected) {
                        approved(&format!(
                            "access-control-allow-methods: {listed}
                             access-control-allow-origin: *"
                        ))
                    } else {
                        refused()
                    };
                    let found = (WireResponse::cors(&found), layered);
                    failures.compare(name("preflight of "), &(expected, false), &found);
                }

                let expected = if allowed {
                    expected.with("access-control-allow-origin", "*")
                } else {
                    expected
                };
                let found = cors.complete(actual(&line(method), "https://a.example"));
                let [expected, found] =
                    [expected, found.await].map(|response| sort_allow(response, on_path > 0));
                failures.compare(name(""), &expected, &found);
            }
        }
        // Targets without a path, and an OPTIONS that is no preflight.
        for request in [
            "CONNECT a.example:443",
            "OPTIONS *",
            "OPTIONS /x\naccess-control-request-method: GET",
        ] {
            let responses = [plain.complete(request).await, cors.complete(request).await];
            let [expected, found] = responses.map(|response| {
                let other_headers = response.retain(|name| !name.starts_with("access-control-"));
                sort_allow(other_headers, true)
            });
            failures.compare(|| format!("{request} ({})", pair.name), &expected, &found);
        }
        assert!(policies > 0, "no request reaches a policy: {}", pair.name);
    }
    failures.finish();
}

fn has_policy(response: &WireResponse) -> bool {
    response
        .values("handler")
        .any(|name| name == "with a policy")
}

/// `Allow` is a set, and OPTIONS belongs to it wherever preflights are answered.
fn sort_allow(response: WireResponse, answers_preflights: bool) -> WireResponse {
    response.map("allow", |methods| {
        let methods = methods.split(',');
        let mut methods: Vec<&str> = methods
            .filter(|method| !(answers_preflights && *method == "OPTIONS"))
            .collect();
        methods.sort_unstable();
        methods.dedup();
        methods.join(",")
    })
}

#[tokio::test]
async fn routes_and_services() {
    compare(pairs! {
        "a path several times": Router::new().route("/x", list()).route("/y", list())
            .route("/x", save()).route("/x", delete(plain)),
        "plain handlers first": Router::new().route("/x", delete(plain).patch(plain))
            .route("/x", list()).route("/x", save()),
        "all of CONNECT, TRACE and HEAD": Router::new().route("/x", list())
            .route("/x", head(plain).connect(plain).trace(plain)),
        "slashes": Router::new().route("/", list()).route("/x", list()).route("/x/", save())
            .route("/y/", delete(plain)),
        "captures": Router::new().route("/users/{id}", list()).route("/users/{id}/x", save())
            .route("/users/me/x", list()).route("/users/{id}/x", delete(plain))
            .route("/api/{*rest}", save()).route("/{*rest}", list()),
        "a path without handlers": Router::new().route("/x", list()).route("/y", none()),
        "no handlers beside handlers": Router::new().route("/x", none()).route("/x", list()),
        "an OPTIONS handler with a policy": Router::new().route("/x", list())
            .route("/x", describe()),
        "and plain ones": Router::new().route("/x", describe()).route("/x", delete(plain)),
        "a plain OPTIONS handler": Router::new().route("/x", list()).route("/x", options(plain)),
        "a plain handler of every method": Router::new().route("/x", any(plain))
            .route("/x", list()),
        "a plain fallback of the path": Router::new().route("/x", list())
            .route("/x", delete(plain).fallback(unserved)),
        "services": Router::new().route("/x", list()).route_service("/y", any(plain))
            .route_service("/users/{id}", delete(plain)),
    })
    .await;
}

#[tokio::test]
async fn nested_routers() {
    compare(pairs! {
        "below a prefix": Router::new().nest(
            "/api",
            Router::new().route("/", list()).route("/x", save()).route("/x", delete(plain))
                .route("/y", delete(plain)),
        ),
        "below a prefix with a slash": Router::new().nest(
            "/api/",
            Router::new().route("/", list()).route("/x", save()).route("/y", delete(plain)),
        ),
        "twice": Router::new().nest(
            "/api",
            Router::new().nest("/v1", Router::new().route("/", save()).route("/x", list()))
                .route("/x", list()),
        ),
        "below a capture": Router::new().nest(
            "/users/{id}",
            Router::new().route("/", list()).route("/x", save())
                .route("/{*rest}", delete(plain)),
        ),
        "below captures": Router::new().nest(
            "/{a}",
            Router::new().nest(
                "/{b}/",
                Router::new().route("/", list()).route("/{c}", save())
                    .route("/x", delete(plain)),
            ),
        ),
        "above a wildcard": Router::new().nest("/api", Router::new().route("/{*rest}", list()))
            .nest("/users", Router::new().route("/{*rest}", save())),
        "one path from several sides": Router::new().route("/api/x", list())
            .nest("/api", Router::new().route("/x", save()))
            .nest("/api/", Router::new().route("/x", delete(plain))),
        "plain ones": Router::new().route("/x", list())
            .nest("/api", axum::Router::new().route("/", delete(plain)).route("/x", trace(plain))),
        "in plain ones": axum::Router::new()
            .nest(
                "/api",
                finished(Router::new().route("/x", list()).route("/{id}", save())),
            ).nest("/users", axum::Router::new().route("/{id}", delete(plain))),
        "in plain ones, layered, beside plain handlers": axum::Router::new().nest(
            "/users/{id}",
            finished(
                Router::new().route("/x", list()).route("/{*rest}", delete(plain))
                    .route("/{*rest}", save()).layer(mark!("a")),
            ),
        ),
        "services": Router::new().route("/x", list()).nest_service("/api", any(plain))
            .nest_service("/users/{id}/", axum::Router::new().route("/x", delete(plain))),
        "as a service": Router::new().route("/y", list())
            .nest_service(
                "/api",
                finished(Router::new().route("/x", list()).layer(mark!("a"))),
            ),
        "layered": Router::new().nest(
            "/users/{id}",
            Router::new().route("/x", list()).route("/", save()).route("/", delete(plain))
                .layer(mark!("a")),
        ),
        "layered on both sides": Router::new()
            .nest("/api", Router::new().route("/x", list()).layer(mark!("a")))
            .route("/api/x", save()).layer(mark!("b")).route("/x", list()),
    })
    .await;
}

#[tokio::test]
async fn merged_routers() {
    compare(pairs! {
        "of other paths": Router::new().route("/x", list())
            .merge(Router::new().route("/y", save()).route("/y", delete(plain))),
        "of the same path": Router::new().route("/x", list())
            .merge(Router::new().route("/x", save())),
        "of the same path, plain first": Router::new().route("/x", delete(plain))
            .merge(Router::new().route("/x", list())),
        "nested in one": Router::new().route("/api/x", list())
            .merge(Router::new().nest("/api", Router::new().route("/x", save()))),
        "plain ones": Router::new().route("/x", list())
            .merge(axum::Router::new().route("/y", delete(plain)).fallback(missing)),
        "into plain ones": axum::Router::new().route("/y", delete(plain)).fallback(missing)
            .merge(finished(Router::new().route("/x", list()).route("/x", patch(plain)))),
        "from plain ones": Router::from(axum::Router::new().route("/y", delete(plain)))
            .route("/x", list()).layer(mark!("a")),
        "layered": Router::new().route("/x", list()).layer(mark!("a"))
            .merge(Router::new().route("/y", save()).route("/z", delete(plain)).layer(mark!("b"))),
        "layered, of the same path": Router::new().route("/x", list()).layer(mark!("a"))
            .merge(Router::new().route("/x", save()).layer(mark!("b"))),
        "layered afterwards": Router::new().route("/x", list())
            .merge(axum::Router::new().route("/y", delete(plain)))
            .merge(Router::new().route("/x", save())).layer(mark!("a")),
        "a fallback of the other": Router::new().route("/x", list()).layer(mark!("a"))
            .merge(Router::new().route("/y", list()).fallback(missing).layer(mark!("b"))),
    })
    .await;
}

#[tokio::test]
async fn layered_routers() {
    compare(pairs! {
        "after the routes": Router::new().route("/x", list()).route("/users/{id}", save())
            .route("/y", delete(plain)).layer(mark!("a")),
        "before the routes": Router::new().layer(mark!("a")).route("/x", list()),
        "between the handlers of a path": Router::new().route("/x", list()).layer(mark!("a"))
            .route("/x", save()),
        "between a handler and a plain one": Router::new().route("/x", list()).layer(mark!("a"))
            .route("/x", delete(plain)),
        "between a plain handler and another": Router::new().route("/x", delete(plain))
            .layer(mark!("a")).route("/x", list()),
        "several": Router::new().route("/x", list()).layer(mark!("a")).route("/y", list())
            .layer(mark!("b")).route("/z", delete(plain)).layer(mark!("c")),
        "of the routes": Router::new().route("/x", list()).route("/users/{id}", save())
            .route("/users/{id}", delete(plain)).fallback(missing).route_layer(mark!("a"))
            .route("/y", list()),
        "of plain routes alone": Router::new().route("/y", delete(plain)).route_layer(mark!("a"))
            .route("/x", list()),
        "of a merged plain router": Router::from(axum::Router::new().route("/y", delete(plain)))
            .route_layer(mark!("a")).route("/x", list()).route_layer(mark!("b")),
        "around plain handlers of the path": Router::new().route("/x", head(plain).trace(plain))
            .route("/x", list()).route("/y", options(plain)).route("/y", list()).route("/z", list())
            .route("/z", any(plain)).layer(mark!("a")),
        "around services": Router::new().route("/x", list()).route_service("/y", any(plain))
            .nest_service("/api", any(plain)).layer(mark!("a")),
        "around an OPTIONS handler": Router::new().route("/x", list()).route("/x", describe())
            .layer(mark!("a")),
    })
    .await;
}

#[tokio::test]
async fn fallbacks() {
    compare(pairs! {
        "before the routes": Router::new().fallback(missing).route("/x", list()),
        "after a layer": Router::new().route("/x", list()).layer(mark!("a")).fallback(missing),
        "of the nested router": Router::new()
            .nest("/api", Router::new().route("/x", list()).fallback(missing)),
        "of both": Router::new().nest("/api", Router::new().route("/x", list()).fallback(lost))
            .fallback(missing),
        "of both, nested twice, layered": Router::new()
            .nest(
                "/api/",
                Router::new().nest("/v1", Router::new().route("/x", list()).fallback(lost))
                    .layer(mark!("a")),
            ).nest("/users/{id}", Router::new().route("/x", save()).fallback(lost))
            .fallback(missing).layer(mark!("b")),
        "of the outer": Router::new()
            .nest("/api", Router::new().route("/x", list()).layer(mark!("a"))).fallback(missing),
        "of a nested plain router": Router::new()
            .nest("/api", axum::Router::new().route("/x", delete(plain)).fallback(lost))
            .route("/x", list()),
        "for methods, after the routes": Router::new().route("/x", list())
            .route("/y", delete(plain)).route("/y", save()).route("/z", trace(plain))
            .method_not_allowed_fallback(unserved),
        "for methods, between the handlers of a path": Router::new().route("/x", list())
            .method_not_allowed_fallback(unserved).route("/x", save()).route("/x", delete(plain)),
        "for methods, then a layer": Router::new().route("/x", list()).route("/y", save())
            .route("/y", delete(plain)).method_not_allowed_fallback(unserved).layer(mark!("a")),
        "a layer, then for methods": Router::new().route("/x", list()).route("/y", save())
            .route("/y", delete(plain)).layer(mark!("a")).method_not_allowed_fallback(unserved),
        "for methods, set twice": Router::new().route("/x", list())
            .method_not_allowed_fallback(unserved).route("/y", list())
            .method_not_allowed_fallback(lost),
        "for methods, where the path has its own": Router::new().route("/x", list())
            .route("/x", any(plain)).route("/y", delete(plain).fallback(lost)).route("/y", list())
            .method_not_allowed_fallback(unserved),
        "for methods, beside a plain OPTIONS handler": Router::new().route("/x", list())
            .route("/x", options(plain)).method_not_allowed_fallback(unserved),
        "for methods, of the outer": Router::new()
            .nest("/users/{id}", Router::new().route("/x", list()).layer(mark!("a")))
            .method_not_allowed_fallback(unserved),
        "for methods, of a merged plain router": Router::new().route("/x", list())
            .merge(
                axum::Router::new().route("/y", delete(plain))
                    .method_not_allowed_fallback(unserved),
            ),
        "for methods and for paths": Router::new()
            .nest("/api", Router::new().route("/x", list()).fallback(lost)).route("/x", list())
            .fallback(missing).method_not_allowed_fallback(unserved),
    })
    .await;
}

#[tokio::test]
async fn states() {
    compare(pairs! {
        "one": Router::new().route("/x", add()).route("/x", list()).with_state(1),
        "and plain handlers": Router::new().route("/x", add()).route("/x", delete(plain_add))
            .fallback(plain_add).with_state(1),
        "in stages": Router::new().route("/x", add()).with_state(1).route("/y", add())
            .route("/x", delete(plain_add)).with_state(2).route("/z", list()).with_state(()),
        "of other types": Router::new().route("/x", list()).with_state("a").route("/y", add())
            .method_not_allowed_fallback(plain_add).with_state(1),
        "of merged and nested routers": Router::new().route("/x", add())
            .merge(Router::new().route("/x", delete(plain_add)).with_state(1))
            .nest("/api", Router::new().route("/x", add()).with_state(2))
            .nest("/users/{id}", Router::new().route("/x", add()))
            .merge(axum::Router::new().route("/y", patch(plain_add))).with_state(3),
    })
    .await;
}

/// A plain router does not expose its methods, so that its `Allow` to OPTIONS is lost.
#[tokio::test]
async fn plain_routers_merged_onto_the_path_of_a_policy() {
    let cors = || CorsRouter::new().route("/x", routes![list]);
    let plain = || axum::Router::new().route("/x", delete(plain));
    let layer = mark!("a");
    let apps = [
        App::new("merged", cors().merge(plain())),
        App::new("merged into", CorsRouter::from(plain()).merge(cors())),
        App::new("layered", cors().merge(plain()).layer(layer.clone())),
        App::new("layered before", cors().layer(layer.clone()).merge(plain())),
        App::new("finished first", plain().merge(cors().into_router())),
        App::nested(
            "nested",
            "/api",
            CorsRouter::new()
                .nest("/api", cors())
                .nest("/api", plain())
                .layer(layer),
        ),
    ];
    let cases = [
        case(
            "the handler with a policy",
            actual("GET /x", "https://a.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "its preflight",
            preflight("GET /x", "https://a.example"),
            approved(
                "access-control-allow-methods: GET
                 access-control-allow-origin: *",
            ),
        ),
        case(
            "the plain handler",
            actual("DELETE /x", "https://a.example"),
            response(200, ""),
        ),
        case(
            "its preflight",
            preflight("DELETE /x", "https://a.example"),
            refused(),
        ),
        case(
            "neither",
            actual("PUT /x", "https://a.example"),
            response(405, ""),
        ),
        case(
            "OPTIONS",
            actual("OPTIONS /x", "https://a.example"),
            response(405, ""),
        ),
    ];
    check(&apps, &cases).await;
}

/// The only header beside those of CORS that differs from plain axum.
#[tokio::test]
async fn allow_header_names_options() {
    let own = || CorsRouter::new().route("/x", routes![list]);
    let rows = [
        (
            "handlers with a policy",
            own(),
            "OPTIONS,GET,HEAD",
            "GET,HEAD",
        ),
        (
            "layered",
            own().layer(mark!("a")),
            "OPTIONS,GET,HEAD",
            "GET,HEAD",
        ),
        (
            "and plain ones",
            own().route("/x", delete(plain)),
            "GET,HEAD,DELETE",
            "GET,HEAD,DELETE",
        ),
        (
            "with a fallback for methods",
            own().method_not_allowed_fallback(unserved),
            "GET,HEAD",
            "GET,HEAD",
        ),
    ];
    let mut failures = Failures::default();
    for (name, router, to_patch, to_options) in rows {
        let app = App::new(name, router);
        for (request, expected) in [("PATCH /x", to_patch), ("OPTIONS /x", to_options)] {
            let response = app.send(request).await;
            let found = response.headers()["allow"].to_str().expect("methods");
            failures.compare(|| format!("{request} ({name})"), &expected, &found);
        }
    }
    failures.finish();
}

const READ: Policy = Policy::new(&["https://app.example"])
    .methods(&["GET"])
    .headers(&["x-r"])
    .checked();
const WRITE: Policy = Policy::new(&["https://admin.example"])
    .methods(&["POST"])
    .headers(&["content-type"])
    .max_age(60)
    .checked();

#[cors(policy = READ)]
async fn read() {}

#[cors(policy = WRITE)]
async fn write() {}

/// Plain handlers under a policy.
fn under(policy: &Policy<'_>, handlers: MethodRouter) -> Routes {
    policy.routes(handlers).expect("a checked policy")
}

/// Each preflight is answered by the policy of the method that it asks for, however the policies came to
/// the path.
#[tokio::test]
async fn policies_of_one_path() {
    let router = CorsRouter::new;
    let reads = || under(&READ, get(async || "r"));
    let writes = || under(&WRITE, post(async || "w"));
    let layer = || mark!("a");
    let apps = [
        App::new("annotated", router().route("/x", routes![read, write])),
        App::new("plain", router().route("/x", reads()).route("/x", writes())),
        App::new(
            "reversed",
            router().route("/x", writes()).route("/x", reads()),
        ),
        App::new(
            "annotated first",
            router().route("/x", routes![read]).route("/x", writes()),
        ),
        App::new(
            "annotated last",
            router().route("/x", reads()).route("/x", routes![write]),
        ),
        App::new(
            "in one route",
            router().route("/x", routes![read].merge(writes())),
        ),
        App::new(
            "merged",
            router()
                .route("/x", reads())
                .merge(router().route("/x", writes())),
        ),
        App::nested(
            "nested",
            "/api",
            router()
                .nest("/api", router().route("/x", reads()))
                .nest("/api", router().route("/x", routes![write])),
        ),
        App::new(
            "layered",
            router()
                .route("/x", routes![read])
                .layer(layer())
                .route("/x", writes()),
        ),
        App::new(
            "both layered",
            router()
                .route("/x", reads().layer(layer()))
                .route("/x", writes())
                .layer(layer()),
        ),
        App::new(
            "beside a plain handler",
            router()
                .route("/x", delete(plain))
                .route("/x", reads())
                .route("/x", routes![write]),
        ),
        App::new(
            "of more methods than the policy lists",
            router()
                .route("/x", under(&READ, get(plain).delete(plain)))
                .route("/x", writes()),
        ),
        App::new(
            "with a handler of OPTIONS",
            router()
                .route("/x", under(&READ, get(plain).options(plain)))
                .route("/x", routes![write]),
        ),
        App::new(
            "with a handler of every method",
            router()
                .route("/x", under(&READ, any(plain)))
                .route("/x", routes![write]),
        ),
        App::new(
            "in a plain router",
            axum::Router::new().route("/x", MethodRouter::from(reads().merge(routes![write]))),
        ),
    ];
    let cases = [
        case(
            "the preflight of GET",
            preflight("GET /x", "https://app.example").request_headers("x-r"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET
                 access-control-allow-headers: x-r",
            ),
        ),
        case(
            "the preflight of POST",
            preflight("POST /x", "https://admin.example").request_headers("content-type"),
            approved(
                "access-control-allow-origin: https://admin.example
                 access-control-allow-methods: POST
                 access-control-allow-headers: content-type
                 access-control-max-age: 60",
            ),
        ),
        case(
            "an origin of the other policy",
            preflight("POST /x", "https://app.example"),
            refused(),
        ),
        case(
            "a method without a policy",
            preflight("DELETE /x", "https://app.example"),
            refused(),
        ),
        case(
            "GET",
            actual("GET /x", "https://app.example"),
            response(200, "access-control-allow-origin: https://app.example"),
        ),
        case(
            "HEAD",
            actual("HEAD /x", "https://app.example"),
            response(200, "access-control-allow-origin: https://app.example"),
        ),
        case(
            "POST",
            actual("POST /x", "https://admin.example"),
            response(200, "access-control-allow-origin: https://admin.example"),
        ),
    ];
    check(&apps, &cases).await;
}

/// A handler that the policy does not name has none.
#[tokio::test]
async fn policy_routes_of_other_methods() {
    let routes = under(&READ, get(plain).delete(plain).options(plain));
    let apps = [
        App::new("alone", CorsRouter::new().route("/x", routes.clone())),
        App::new(
            "beside another policy",
            CorsRouter::new()
                .route("/x", routes)
                .route("/x", routes![write]),
        ),
    ];
    let cases = [
        case("DELETE", "DELETE /x", response(200, "")),
        case("OPTIONS", "OPTIONS /x", response(200, "")),
        case("PATCH", "PATCH /x", response(405, "")),
    ];
    check(&apps, &cases).await;
}

/// The place of the call is the handler of the policy.
#[test]
fn policy_routes_have_a_place() {
    let line = line!() + 1;
    let routes = READ.routes(get(plain)).expect("a checked policy");
    let policies = CorsRouter::<()>::new().route("/x", routes).policies();
    let [policy] = policies.iter().collect::<Vec<_>>()[..] else {
        panic!("{policies}");
    };
    assert_eq!(
        (policy.handler, policy.file, policy.line),
        ("Policy::routes", file!(), line)
    );
    assert_eq!(policy.methods, ["GET"]);
}

#[test]
fn policy_routes_check_the_policy() {
    let errors = Policy::new(&["null"])
        .methods(&["get"])
        .routes(get(async || {}));
    let errors = errors.map(|_: Routes| ()).expect_err("two mistakes");
    let rules: Vec<Rule> = errors.iter().filter_map(PolicyError::rule).collect();
    assert_eq!(rules, [Rule::OriginNull, Rule::MethodCase]);
}

/// axum cannot know that no handler serves the method that both policies list.
#[test]
fn two_policies_of_one_method_panic() {
    type Build = fn(Routes) -> CorsRouter;
    const BOTH: Policy = Policy::new(&["*"]).methods(&["GET", "POST"]).checked();
    let both = || under(&BOTH, get(async || {}));
    let routers: [(Build, &str); 2] = [
        (
            |both| {
                CorsRouter::new()
                    .route("/x", both)
                    .route("/x", routes![write])
            },
            "`Policy::routes` and `wire::router::write` both serve POST",
        ),
        (
            |both| {
                CorsRouter::new()
                    .route("/x", routes![write])
                    .merge(CorsRouter::new().route("/x", both))
            },
            "`wire::router::write` and `Policy::routes` both serve POST",
        ),
    ];
    for (router, expected) in routers {
        let both = both();
        let panic = catch_unwind(AssertUnwindSafe(|| router(both))).expect_err("a panic");
        let message = panic.downcast_ref::<String>().expect("a formatted message");
        assert!(message.starts_with(expected), "{message}");
    }
}

/// With the messages of axum, where these have the path or need none.
#[test]
fn routers_panic_as_in_axum() {
    let pairs = pairs! {
        "a method twice": Router::new().route("/x", list()).route("/x", list()),
        "a method twice, first plain": Router::new().route("/x", get(plain)).route("/x", list()),
        "a method twice, then plain": Router::new().route("/x", save()).route("/x", put(plain)),
        "a method twice, layered": Router::new().route("/x", list()).layer(mark!("a"))
            .route("/x", get(plain)),
        "a method twice, merged": Router::new().route("/x", list())
            .merge(Router::new().route("/x", list())),
        "a method twice, in a plain router": Router::new().route("/x", list())
            .merge(axum::Router::new().route("/x", get(plain))),
        "a service on a path": Router::new().route("/x", list()).route_service("/x", any(plain)),
        "a router as a service": Router::new().route_service("/x", axum::Router::<()>::new()),
        "an unfinished capture": Router::new().route("/{id", list()),
        "a wildcard in the middle": Router::new().route("/{*rest}/x", list()),
        "nested at the root": Router::new().nest("/", Router::new().route("/x", list())),
        "a service at the root": Router::new().nest_service("/", any(plain)),
        "a layer of no routes": Router::new().route_layer(mark!("a")).route("/x", list()),
        "a layer of no routes but a nested nothing": Router::new().nest("/api", Router::new())
            .fallback(missing).route_layer(mark!("a")),
        "two fallbacks": Router::new().route("/x", list()).fallback(missing)
            .merge(Router::new().fallback(lost)),
        "two fallbacks, one plain": Router::new().fallback(missing)
            .merge(axum::Router::new().fallback(lost)),
        "two fallbacks at a prefix": Router::new()
            .nest("/api", Router::new().route("/x", list()).fallback(missing))
            .nest("/api", Router::new().route("/y", list()).fallback(lost)),
        "two fallbacks for methods": Router::new().route("/x", list())
            .method_not_allowed_fallback(unserved)
            .merge(Router::new().route("/x", save()).method_not_allowed_fallback(lost)),
    };
    let mut failures = Failures::default();
    for Pair { name, plain, cors } in pairs {
        let [plain, cors] = [plain, cors].map(|app| {
            let panic = catch_unwind(app).err()?;
            let formatted = panic.downcast_ref::<String>().cloned();
            formatted.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()))
        });
        assert!(plain.is_some(), "axum doesn't panic: {name}");
        failures.compare(|| name, &plain, &cors);
    }
    failures.finish();
}

thread_local! {
    /// The place of the last panic of this thread.
    static PLACE: Cell<Option<(String, u32)>> = const { Cell::new(None) };
}

/// The message of a panic, and its line if that is in this file.
fn panic_and_line(build: impl FnOnce() -> CorsRouter) -> (String, Option<u32>) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            let place = panic.location();
            PLACE.set(place.map(|place| (place.file().to_owned(), place.line())));
            before(panic);
        }));
    });
    let panic = catch_unwind(AssertUnwindSafe(|| build().into_router())).expect_err("a panic");
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    let place = PLACE.take().filter(|(file, _)| file == file!());
    (text.expect("a message"), place.map(|(_, line)| line))
}

/// Panics of routing are at the line of the call, and have the path.
#[test]
fn routing_panics_at_the_line_of_the_user() {
    let mut line = line!();
    let rows: [fn() -> CorsRouter; 15] = [
        || CorsRouter::new().route("jobs", routes![list]),
        || CorsRouter::new().route("", get(plain)),
        || CorsRouter::new().route("/:id", routes![list]),
        || CorsRouter::new().route("/x/*rest", get(plain)),
        || CorsRouter::new().route_service("/:id", any(plain)),
        || CorsRouter::new().nest("api", CorsRouter::new()),
        || CorsRouter::new().nest_service("/:api", any(plain)),
        || CorsRouter::new().route("/{id", routes![list]),
        || CorsRouter::new().nest("/{*rest}", CorsRouter::new().route("/x", routes![list])),
        || {
            CorsRouter::new()
                .route("/x", routes![list])
                .route("/x", routes![list])
        },
        || {
            CorsRouter::new()
                .route("/x", routes![list])
                .route("/x", get(plain))
        },
        || {
            CorsRouter::new()
                .route("/x", get(plain))
                .route("/x", routes![list])
        },
        || {
            CorsRouter::new()
                .route("/api/x", get(plain))
                .nest("/api", CorsRouter::new().route("/x", routes![list]))
        },
        || CorsRouter::new().route_layer(mark!("a")),
        || CorsRouter::new().with_policy("feed", READ),
    ];
    let mut found = String::new();
    for build in rows {
        let (message, place) = panic_and_line(build);
        assert!(
            place > Some(line),
            "{place:?} in this file, after {line}: {message}"
        );
        line = place.unwrap_or(line);
        found.push_str(&message);
        found.push('\n');
    }
    expect![[r#"
        the path `jobs` does not start with `/`
        help: write `/jobs`
        the path `` does not start with `/`
        help: write `/`
        `:id` in the path `/:id` is a parameter of axum 0.7
        help: write `{id}`, or for the segment as it is call `without_v07_checks` on the router before
        `*rest` in the path `/x/*rest` is a parameter of axum 0.7
        help: write `{*rest}`, or for the segment as it is call `without_v07_checks` on the router before
        `:id` in the path `/:id` is a parameter of axum 0.7
        help: write `{id}`, or for the segment as it is call `without_v07_checks` on the router before
        the path `api` does not start with `/`
        help: write `/api`
        `:api` in the path `/:api` is a parameter of axum 0.7
        help: write `{api}`, or for the segment as it is call `without_v07_checks` on the router before
        Invalid route "/{id": Parameters must be registered with a valid name
        the prefix `/{*rest}` has the wildcard `{*rest}`, which matches the paths of all routes below
        help: write a parameter, such as `{name}`
        Overlapping method route. Handler for `GET /x` already exists
        Overlapping method route. Handler for `GET /x` already exists
        Overlapping method route. Handler for `GET /x` already exists
        Overlapping method route. Handler for `GET /api/x` already exists
        Adding a route_layer before any routes is a no-op. Add the routes you want the layer to apply to first.
        the path `feed` does not start with `/`
        help: write `/feed`
    "#]].assert_eq(&found);
}

/// As in axum: from the call on, and nested routers accept them by the outer one.
#[tokio::test]
async fn without_v07_checks() {
    let router = || CorsRouter::new().without_v07_checks();
    let app = router()
        .route("/:x", routes![list])
        .route_service("/*y", any(plain))
        .merge(axum::Router::new().route("/plain", get(plain)))
        .route("/:z", get(plain))
        .nest("/:nested", router().route("/:a", routes![list]))
        .fallback(missing);
    let app = App::new("without the checks", app);
    let cases = ["/:x", "/*y", "/plain", "/:z", "/:nested/:a"].map(|path| {
        let has_policy = path == "/:x" || path.ends_with(":a");
        let headers = if has_policy {
            "access-control-allow-origin: *"
        } else {
            ""
        };
        case(
            path,
            actual(&format!("GET {path}"), "https://a.example"),
            response(200, headers),
        )
    });
    check(&[app], &cases).await;

    let (message, _) =
        panic_and_line(|| CorsRouter::new().nest("/api", router().route("/:x", routes![list])));
    assert!(message.contains("`:x` in the path `/api/:x`"), "{message}");
}

#[derive(TypedPath, Deserialize)]
#[typed_path("/users/{id}")]
struct UserPath {
    id: u32,
}

#[cors(origins = ["*"], methods = [GET])]
async fn user(UserPath { id }: UserPath) -> String {
    id.to_string()
}

#[cors(origins = ["*"], methods = [PUT])]
async fn save_user(_: UserPath) {}

#[tokio::test]
async fn typed_path_of_axum_extra() {
    let app = CorsRouter::new().route(UserPath::PATH, routes![user, save_user]);
    let app = App::new("a typed path", app);
    let found = app
        .complete(actual("GET /users/7", "https://a.example"))
        .await;
    assert_eq!((found.status(), found.body()), (200, "7"));
    let cases = [
        case(
            "a handler",
            actual("GET /users/7", "https://a.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "a preflight",
            preflight("PUT /users/7", "https://a.example"),
            approved(
                "access-control-allow-methods: GET, PUT
                 access-control-allow-origin: *",
            ),
        ),
        case(
            "a rejected path",
            actual("GET /users/me", "https://a.example"),
            response(400, "access-control-allow-origin: *"),
        ),
    ];
    check(&[app], &cases).await;
}
