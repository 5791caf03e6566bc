//! The API. Each handler has its path and its schemas in `#[utoipa::path]`, and its policy in `#[cors]`.

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use cors_runtime::{CorsRouter, Policy, Protection, cors, documented};
use serde::{Deserialize, Serialize};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

/// The path of the OpenAPI document.
pub(crate) const DOCUMENT: &str = "/api-docs/openapi.json";

/// Pages of this machine may use the API.
const PAGES: Policy = Policy::new(&["http://127.0.0.1:*", "http://[::1]:*"]).max_age(600);

/// Every page may read the document, which is public.
const PUBLIC: Policy = Policy::new(&["*"]).methods(&["GET"]).checked();

#[derive(Clone, Serialize, ToSchema)]
struct Job {
    id: usize,
    title: String,
    city: String,
}

#[derive(Deserialize, ToSchema)]
struct NewJob {
    title: String,
    city: String,
}

#[derive(Clone, Default)]
struct Db(Arc<Mutex<Vec<Job>>>);

impl Db {
    fn jobs(&self) -> MutexGuard<'_, Vec<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, NewJob { title, city }: NewJob) -> Job {
        let mut jobs = self.jobs();
        let id = jobs.last().map_or(1, |last| last.id + 1);
        let job = Job { id, title, city };
        jobs.push(job.clone());
        job
    }
}

/// All open jobs.
#[utoipa::path(get, path = "", tag = "jobs", responses((status = 200, body = Vec<Job>)))]
#[cors(policy = PAGES, methods = [GET])]
async fn list(State(db): State<Db>) -> Json<Vec<Job>> {
    Json(db.jobs().clone())
}

/// Adds a job.
#[utoipa::path(
    post,
    path = "",
    tag = "jobs",
    request_body = NewJob,
    responses((status = 201, body = Job), (status = 401, description = "the token is missing or wrong")),
    security(("token" = [])),
)]
#[cors(policy = PAGES, methods = [POST], headers = ["authorization", "content-type"])]
async fn create(State(db): State<Db>, Json(job): Json<NewJob>) -> (StatusCode, Json<Job>) {
    (StatusCode::CREATED, Json(db.add(job)))
}

/// Removes a job.
#[utoipa::path(
    delete,
    path = "/{id}",
    tag = "jobs",
    params(("id" = usize, Path)),
    responses(
        (status = 204),
        (status = 401, description = "the token is missing or wrong"),
        (status = 404, description = "there is no such job"),
    ),
    security(("token" = [])),
)]
#[cors(policy = PAGES, methods = [DELETE], headers = ["authorization"])]
async fn remove(State(db): State<Db>, Path(id): Path<usize>) -> StatusCode {
    let mut jobs = db.jobs();
    let before = jobs.len();
    jobs.retain(|job| job.id != id);
    if jobs.len() < before {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

/// The only token that the example accepts.
pub(crate) const TOKEN: &str = "Bearer example";

/// It is inside CORS: it gets no preflight, and the page can read its 401.
async fn require_token(request: Request, next: Next) -> Response {
    let token = request.headers().get(header::AUTHORIZATION);
    if token.is_some_and(|token| token == TOKEN) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, "the token is missing or wrong").into_response()
    }
}

/// The parts of the document that no handler has: the title, and the security scheme to which the
/// operations refer.
#[derive(OpenApi)]
#[openapi(info(title = "Jobs", version = "1.0.0"), modifiers(&Token))]
struct ApiDoc;

struct Token;

impl Modify for Token {
    fn modify(&self, api: &mut Document) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

/// The API with its document.
pub(crate) fn router() -> Result<CorsRouter, Box<dyn Error>> {
    let db = Db::default();
    db.add(NewJob {
        title: "Senior software engineer".to_owned(),
        city: "Bern".to_owned(),
    });
    let editing = CorsRouter::new()
        .documented(documented![create])
        .documented(documented![remove])
        .layer(from_fn(require_token));
    let jobs = CorsRouter::new()
        .documented(documented![list])
        .merge(editing);
    let (router, api) = CorsRouter::new()
        .with_openapi(ApiDoc::openapi())
        .nest("/v1/jobs", jobs)
        .with_state(db)
        .split_for_parts();
    let json = ([(header::CONTENT_TYPE, "application/json")], api.to_json()?);
    Ok(router
        .route(DOCUMENT, PUBLIC.routes(get(json))?)
        .protect(Protection::new())
        .diagnostics(cfg!(debug_assertions)))
}
