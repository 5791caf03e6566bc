//! Finished routers of aide and of utoipa-axum, with policies around them.

use aide::axum::ApiRouter;
use aide::axum::routing as documented;
use aide::openapi::{OpenApi, ReferenceOr};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use cors_runtime::{CorsRouter, cors, policies};
use cors_test_support::{App, actual, approved, case, check, preflight, response};
use schemars::JsonSchema;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;

const ORIGIN: &str = "https://app.example";

#[derive(Clone)]
struct Db(&'static str);

#[derive(Deserialize, JsonSchema)]
struct Id {
    id: u32,
}

#[utoipa::path(get, path = "/{id}")]
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn show(State(db): State<Db>, Path(Id { id }): Path<Id>) -> String {
    format!("{id} in {}", db.0)
}

#[utoipa::path(put, path = "/{id}")]
#[cors(
    origins = ["https://app.example"],
    methods = [PUT],
    headers = ["authorization", "content-type"],
)]
async fn save(Path(Id { id }): Path<Id>, Json(title): Json<String>) -> String {
    format!("{id}: {title}")
}

async fn require_token(request: Request, next: Next) -> Response {
    if request.headers().contains_key("authorization") {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

/// As `ApiRouter` documents it: handlers with their methods, nested routers, layers.
fn aide() -> (Router<Db>, OpenApi) {
    let users = ApiRouter::new().api_route("/{id}", documented::get(show).put(save));
    let mut api = OpenApi::default();
    let router = ApiRouter::new()
        .nest("/users", users.layer(from_fn(require_token)))
        .finish_api(&mut api);
    (router, api)
}

/// The same routes of utoipa-axum.
fn utoipa_axum() -> OpenApiRouter<Db> {
    let users = OpenApiRouter::new().routes(utoipa_axum::routes!(show, save));
    OpenApiRouter::new().nest("/users", users.layer(from_fn(require_token)))
}

fn apps() -> [App; 2] {
    let (router, _) = aide();
    let (utoipa, _) = CorsRouter::from(utoipa_axum()).split_for_parts();
    [
        ("aide", CorsRouter::around(router)),
        ("utoipa-axum", utoipa),
    ]
    .map(|(name, router)| {
        let router = router.with_policies("/users/{id}", policies![show, save]);
        App::new(name, router.with_state(Db("Bern")))
    })
}

#[tokio::test]
async fn a_finished_router_gets_the_policies_of_its_handlers() {
    let cases = [
        case(
            "a preflight, which reaches no layer",
            preflight("PUT /users/7", ORIGIN).request_headers("authorization,content-type"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: PUT
                 access-control-allow-headers: authorization, content-type",
            ),
        ),
        case(
            "the 401 of the layer",
            actual("PUT /users/7", ORIGIN),
            response(401, "access-control-allow-origin: https://app.example"),
        ),
        case(
            "a GET",
            actual("GET /users/7", ORIGIN).header("authorization", "token"),
            response(200, "access-control-allow-origin: https://app.example"),
        ),
    ];
    check(&apps(), &cases).await;
    for app in apps() {
        let save = actual("PUT /users/7", ORIGIN)
            .header("authorization", "token")
            .header("content-type", "application/json")
            .body(r#""engineer""#);
        assert_eq!(app.complete(&save).await.body(), "7: engineer");
        let show = actual("GET /users/7", ORIGIN).header("authorization", "token");
        assert_eq!(app.complete(&show).await.body(), "7 in Bern");
    }
}

#[test]
fn the_documents_stay() {
    let (_, api) = aide();
    let paths = api.paths.expect("paths").paths;
    let item = match &paths["/users/{id}"] {
        ReferenceOr::Item(item) => item,
        ReferenceOr::Reference { .. } => panic!("a path, not a reference"),
    };
    assert!(item.get.is_some() && item.put.is_some() && item.options.is_none());

    let router = CorsRouter::from(utoipa_axum());
    let router = router.with_policies("/users/{id}", policies![show, save]);
    let (_, api) = CorsRouter::new().nest("/v1", router).split_for_parts();
    let item = &api.paths.paths["/v1/users/{id}"];
    assert!(item.get.is_some() && item.put.is_some() && item.options.is_none());
}

#[test]
#[should_panic(expected = "`/users/{name}/jobs`")]
fn a_path_that_aide_does_not_serve() {
    let (router, _) = aide();
    let router = CorsRouter::around(router).with_policies("/users/{name}/jobs", policies![show]);
    let _ = router.with_state::<()>(Db("Bern")).into_router();
}
