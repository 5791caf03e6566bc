//! The document: the same as utoipa-axum's own, below nested and merged routers, without preflights.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use cors_runtime::{CorsRouter, cors, documented};
use cors_test_support::{App, actual, approved, case, check, preflight, response};
use serde::{Deserialize, Serialize};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{HttpMethod, OpenApi as Document};
use utoipa::{Modify, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;

const ORIGIN: &str = "https://app.example";

#[derive(Clone)]
struct Db(&'static str);

#[derive(Serialize, Deserialize, ToSchema)]
struct Job {
    title: String,
    place: Place,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct Place {
    city: String,
}

/// Every open job.
#[utoipa::path(get, path = "", tag = "jobs", responses((status = 200, body = Vec<Job>)))]
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn list(State(db): State<Db>) -> Json<Vec<Job>> {
    let city = db.0.to_owned();
    let job = Job {
        title: "engineer".to_owned(),
        place: Place { city },
    };
    Json(vec![job])
}

#[cors(origins = ["https://app.example"], methods = [POST], headers = ["content-type"])]
#[utoipa::path(
    post,
    path = "",
    tag = "jobs",
    request_body = Job,
    responses((status = 201)),
    security(("token" = [])),
)]
async fn create(Json(_): Json<Job>) -> StatusCode {
    StatusCode::CREATED
}

#[utoipa::path(get, path = "/{id}", params(("id" = u32, Path)), responses((status = 200, body = Job)))]
#[cors(origins = ["*"], methods = [GET])]
async fn show(Path(id): Path<u32>) -> String {
    id.to_string()
}

/// The document as text, which has the keys of a path in a fixed order.
fn json(api: &Document) -> String {
    api.to_pretty_json().expect("JSON")
}

/// The operations of a document.
fn operations(api: &Document) -> Vec<String> {
    let mut operations = Vec::new();
    for path in api.paths.paths.keys() {
        for (method, name) in [
            (HttpMethod::Get, "GET"),
            (HttpMethod::Post, "POST"),
            (HttpMethod::Put, "PUT"),
            (HttpMethod::Delete, "DELETE"),
            (HttpMethod::Options, "OPTIONS"),
            (HttpMethod::Head, "HEAD"),
            (HttpMethod::Patch, "PATCH"),
            (HttpMethod::Trace, "TRACE"),
        ] {
            if api.paths.get_path_operation(path, method).is_some() {
                operations.push(format!("{name} {path}"));
            }
        }
    }
    operations
}

fn jobs() -> CorsRouter<Db> {
    CorsRouter::new()
        .documented(documented![list, create])
        .documented(documented![show])
}

/// The same handlers and schemas, registered by utoipa-axum.
fn jobs_of_utoipa_axum() -> OpenApiRouter<Db> {
    OpenApiRouter::default()
        .routes(utoipa_axum::routes!(list, create))
        .routes(utoipa_axum::routes!(show))
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Jobs", version = "1.2.0"),
    modifiers(&Token),
    security(("token" = []))
)]
struct ApiDoc;

struct Token;

impl Modify for Token {
    fn modify(&self, api: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

#[test]
fn the_document_is_that_of_utoipa_axum() {
    let (_, own) = CorsRouter::new()
        .with_openapi(ApiDoc::openapi())
        .nest("/jobs", jobs())
        .split_for_parts();
    let theirs =
        OpenApiRouter::with_openapi(ApiDoc::openapi()).nest("/jobs", jobs_of_utoipa_axum());
    assert_eq!(json(&own), json(theirs.get_openapi()));
    // Neither is empty.
    assert_eq!(
        operations(&own),
        ["GET /jobs", "POST /jobs", "GET /jobs/{id}"]
    );
    let components = own.components.expect("components");
    assert_eq!(
        components.schemas.keys().collect::<Vec<_>>(),
        ["Job", "Place"]
    );
    assert!(components.security_schemes.contains_key("token"));
    assert_eq!(own.info.title, "Jobs");
}

#[test]
fn with_openapi_may_come_last() {
    let (_, first) = CorsRouter::new()
        .with_openapi(ApiDoc::openapi())
        .merge(jobs())
        .split_for_parts();
    let (_, last) = jobs().with_openapi(ApiDoc::openapi()).split_for_parts();
    assert_eq!(json(&first), json(&last));
}

#[test]
fn nested_and_merged_documents_keep_every_operation() {
    let reads = CorsRouter::new().documented(documented![list]);
    let writes = CorsRouter::new().documented(documented![create]);
    let merged: CorsRouter<Db> = CorsRouter::new()
        .nest("/v1/jobs", reads.clone().merge(writes.clone()))
        // Each on the path of the other.
        .nest("/v2/jobs", reads)
        .nest("/v2/jobs", writes)
        .nest("/{tenant}/", jobs());
    let (router, api) = merged.split_for_parts();
    assert_eq!(
        operations(&api),
        [
            "GET /v1/jobs",
            "POST /v1/jobs",
            "GET /v2/jobs",
            "POST /v2/jobs",
            "GET /{tenant}/",
            "POST /{tenant}/",
            "GET /{tenant}/{id}",
        ]
    );
    // The paths of the document are those of the router.
    let mut registered = Vec::new();
    for handler in &router.policies() {
        let methods = handler.methods.iter();
        registered.extend(methods.map(|method| format!("{method} {}", handler.path)));
    }
    registered.sort_by_key(|line| line.split_once(' ').map(|(_, path)| path.to_owned()));
    assert_eq!(operations(&api), registered);
}

#[test]
fn a_router_without_documented_handlers_has_an_empty_document() {
    let router: CorsRouter = CorsRouter::new().route("/plain", get(async || ""));
    let (_, api) = router.split_for_parts();
    assert_eq!(operations(&api), [""; 0]);
    let (router, _) = jobs().split_for_parts();
    let (_, api) = router.split_for_parts();
    assert_eq!(operations(&api), [""; 0], "the document is taken once");
}

#[tokio::test]
async fn documented_handlers_respond_at_their_paths() {
    let nested = |prefix: &'static str, router: CorsRouter<Db>| {
        let (router, _) = CorsRouter::new().nest(prefix, router).split_for_parts();
        App::new(prefix, router.with_state(Db("Bern")))
    };
    let apps = [
        nested("/jobs", jobs()),
        nested("/jobs", CorsRouter::new().merge(jobs())),
    ];
    let granted = || {
        response(200, "access-control-allow-origin: https://app.example")
            .with("content-type", "application/json")
    };
    for app in &apps {
        let found = app.complete(&actual("GET /jobs", ORIGIN)).await;
        assert_eq!(
            found.body(),
            r#"[{"title":"engineer","place":{"city":"Bern"}}]"#
        );
        let found = app.complete(&actual("GET /jobs/7", ORIGIN)).await;
        assert_eq!(found.body(), "7");
    }
    let cases = [
        case(
            "a GET",
            actual("GET /jobs", ORIGIN),
            granted().cors_headers(),
        ),
        case(
            "a preflight",
            preflight("POST /jobs", ORIGIN).request_headers("content-type"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: POST
                 access-control-allow-headers: content-type",
            ),
        ),
    ];
    check(&apps, &cases).await;
}

#[tokio::test]
async fn the_router_of_utoipa_axum_is_nested_with_its_document() {
    let (router, api) = CorsRouter::new()
        .documented(documented![list])
        .nest("/others", jobs_of_utoipa_axum())
        .split_for_parts();
    assert_eq!(
        operations(&api),
        ["GET /", "GET /others", "POST /others", "GET /others/{id}"]
    );
    let app = App::new("nested", router.with_state(Db("Bern")));
    let found = app.complete(&actual("GET /others/7", ORIGIN)).await;
    assert_eq!((found.status(), found.body()), (200, "7"));
    let found = app.cors(&actual("GET /others/7", ORIGIN)).await;
    assert_eq!(found, response(200, ""), "no policy is applied to it");
}
