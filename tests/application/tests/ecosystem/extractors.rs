//! Typed paths, cookies, and other attributes on a handler, in every order.

use axum::Router;
use axum::debug_handler;
use axum_extra::extract::CookieJar;
use axum_extra::routing::TypedPath;
use cors_runtime::{CorsRouter, cors, routes};
use cors_testing::{Browser, Credentials};
use http::Request;
use serde::Deserialize;
use tracing::instrument;

const SITE: &str = "https://app.example";

#[derive(Debug, Deserialize, TypedPath)]
#[typed_path("/users/{id}")]
struct UserPath {
    id: u32,
}

#[cors(origins = ["https://app.example"], methods = [GET], credentials)]
#[debug_handler]
#[instrument(skip_all)]
async fn show(UserPath { id }: UserPath, cookies: CookieJar) -> String {
    let name = cookies.get("name").map(|cookie| cookie.value().to_owned());
    format!("{id} {}", name.unwrap_or_default())
}

#[debug_handler]
#[cors(origins = ["https://app.example"], methods = [PUT])]
#[instrument]
async fn replace(path: UserPath, body: String) -> String {
    format!("{} {body}", path.id)
}

#[instrument]
#[debug_handler]
#[cors(origins = ["https://app.example"], methods = [DELETE])]
async fn remove(path: UserPath) -> String {
    path.id.to_string()
}

#[tokio::test]
async fn typed_path_cookie_jar_debug_handler_and_instrument() {
    let routes = routes![show, replace, remove];
    let app: Router = CorsRouter::new()
        .route(UserPath::PATH, routes)
        .into_router();
    let page = Browser::at(SITE).cookie("api.test", "name", "ann");
    for (method, credentials, text) in [
        ("GET", Credentials::Include, "7 ann"),
        ("PUT", Credentials::Omit, "7 new"),
        ("DELETE", Credentials::Omit, "7"),
    ] {
        let body = if method == "PUT" { "new" } else { "" };
        let request = Request::builder().method(method).uri("/users/7").body(body);
        let response = page.fetch(&app, request, credentials).await;
        let response = response.expect("allowed");
        assert_eq!(response.text().await.expect("a whole body"), text);
    }
}
