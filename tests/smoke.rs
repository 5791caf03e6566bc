#![allow(missing_docs)]
use axum::{body::Body, extract::Request, http::StatusCode, routing::delete};
use cors_runtime::{CorsRouter, cors, routes};
use tower::ServiceExt;

#[cors(
    origins = ["https://misujob.example", "https://*.misujob.example"],
    dev_origins = ["http://localhost:5173"],
    methods = [GET],
    expose_headers = ["x-total-count"],
    max_age = 600,
    credentials,
)]
async fn salaries() -> &'static str {
    "hi"
}

mod admin {
    use super::*;
    #[cors(origins = ["https://misujob.example"], methods = [POST, PUT], headers = ["content-type", "authorization"], credentials)]
    pub async fn save() -> StatusCode {
        StatusCode::NO_CONTENT
    }
}
async fn remove_all() {}

#[tokio::test]
async fn smoke() {
    let app: axum::Router = CorsRouter::new()
        .route("/salaries", routes![salaries, admin::save])
        .route("/salaries", delete(remove_all))
        .route("/x", routes![admin::save])
        .nest(
            "/v2",
            CorsRouter::new()
                .route("/", routes![salaries])
                .layer(axum::middleware::from_fn(
                    |r: Request, n: axum::middleware::Next| async move {
                        let _ = (r, n);
                        StatusCode::UNAUTHORIZED
                    },
                )),
        )
        .into_router();
    for (m, p, acrm) in [
        ("OPTIONS", "/salaries", Some("PUT")),
        ("OPTIONS", "/salaries", Some("DELETE")),
        ("OPTIONS", "/salaries", None),
        ("GET", "/salaries", None),
        ("PUT", "/x", None),
        ("OPTIONS", "/x", Some("PUT")),
        ("OPTIONS", "/x", None),
        ("DELETE", "/x", None),
        ("GET", "/v2", None),
        ("OPTIONS", "/v2", Some("GET")),
        ("OPTIONS", "/v2", None),
        ("GET", "/nope", None),
    ] {
        let mut r = Request::builder()
            .method(m)
            .uri(p)
            .header("origin", "https://misujob.example");
        if let Some(a) = acrm {
            r = r.header("access-control-request-method", a);
        }
        let resp = app
            .clone()
            .oneshot(r.body(Body::empty()).unwrap())
            .await
            .unwrap();
        println!(
            "{m} {p} {acrm:?} -> {} {:?}\n",
            resp.status(),
            resp.headers()
        );
    }
}
