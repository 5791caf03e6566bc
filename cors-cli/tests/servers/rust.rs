//! Recipes for axum and tower-http.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use tokio::net::TcpListener;
use tower_http::cors::{Any, CorsLayer};

use super::row::{Row, check, right, row};

const PAGE: HeaderValue = HeaderValue::from_static("https://app.example");

fn jobs() -> Router {
    let jobs = get(async || "[]").put(async || StatusCode::NO_CONTENT);
    Router::new().route("/jobs", jobs)
}

fn app() -> Router {
    let listed = || CorsLayer::new().allow_origin(PAGE);
    Router::new()
        // No layer: OPTIONS is a method that the path lacks.
        .nest("/none", jobs())
        // A layer without methods and headers.
        .nest("/methods", jobs().layer(listed()))
        .nest(
            "/headers",
            jobs().layer(listed().allow_methods([Method::PUT])),
        )
        // A layer that has only the routes before it.
        .nest(
            "/late",
            Router::new()
                .layer(listed())
                .route("/jobs", get(async || "[]")),
        )
        // The page of development has another port, and the deployed one another scheme.
        .nest(
            "/http",
            jobs().layer(
                CorsLayer::new().allow_origin(HeaderValue::from_static("http://app.example")),
            ),
        )
        .nest("/wildcard", jobs().layer(CorsLayer::permissive()))
        .nest(
            "/cookies",
            jobs().layer(listed().allow_methods(Any).allow_headers(Any)),
        )
        // The layer is around the handler, and an error comes from outside of it.
        .nest(
            "/limit",
            Router::new().route(
                "/jobs",
                get(async || (StatusCode::TOO_MANY_REQUESTS, "slow down").into_response()),
            ),
        )
        // A login that redirects.
        .nest(
            "/login",
            Router::new().route(
                "/jobs",
                get(async || Redirect::to("https://login.example/")),
            ),
        )
        .nest(
            "/right",
            jobs().layer(
                listed()
                    .allow_methods([Method::GET, Method::PUT])
                    .allow_headers([CONTENT_TYPE])
                    .allow_credentials(true),
            ),
        )
}

const JSON: &[&str] = &["content-type: application/json"];

const ROWS: &[Row] = &[
    row("PUT /none/jobs", "preflight-status", "405").headers(JSON),
    row("PUT /methods/jobs", "preflight-method", "PUT").headers(JSON),
    row("PUT /headers/jobs", "preflight-header", "content-type").headers(JSON),
    row("GET /late/jobs", "origin", "access-control-allow-origin"),
    row("GET /http/jobs", "origin", "scheme"),
    row("GET /wildcard/jobs", "origin", "credentials").credentials(),
    row(
        "GET /cookies/jobs",
        "credentials",
        "access-control-allow-credentials",
    )
    .credentials(),
    row("GET /limit/jobs", "rate-limited", "OPTIONS"),
    row("GET /login/jobs", "login-redirect", "401"),
    right("PUT /right/jobs").headers(JSON).credentials(),
];

#[tokio::test]
async fn axum_and_tower_http() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("a bound address").port();
    tokio::spawn(async { axum::serve(listener, app()).await });
    check(port, ROWS).await;
}
