//! Handlers of every form: the order of the attributes, modules, generics, `#[cfg]`, layers.
#![allow(unused_qualifications, reason = "paths of every kind are the point")]

use std::any::type_name;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use cors_runtime::{CorsRouter, Documented, cors, documented};
use cors_test_support::{App, actual, preflight, response};

const ORIGIN: &str = "https://app.example";

#[utoipa::path(get, path = "/x")]
#[cors(origins = ["https://app.example"], methods = [GET])]
async fn described_first() -> &'static str {
    "described first"
}

#[cors(origins = ["https://app.example"], methods = [PUT])]
#[utoipa::path(put, path = "/x")]
async fn described_last() -> &'static str {
    "described last"
}

#[utoipa::path(method(post, delete), path = "/x")]
#[cors(origins = ["https://app.example"], methods = [DELETE, POST])]
async fn several_methods() -> &'static str {
    "several methods"
}

mod jobs {
    pub(super) mod inner {
        use cors_runtime::cors;

        #[utoipa::path(patch, path = "/x")]
        #[cors(origins = ["https://app.example"], methods = [PATCH])]
        pub(crate) async fn edit() -> &'static str {
            "in a module"
        }
    }

    pub(super) use inner::*;

    #[utoipa::path(options, path = "/x")]
    #[cors_runtime::cors(origins = ["https://app.example"], methods = [OPTIONS])]
    pub(super) async fn options() -> &'static str {
        "options"
    }
}

#[cors(origins = ["https://app.example"], methods = [GET])]
#[utoipa::path(get, path = "/x")]
async fn generic<T: 'static>() -> &'static str {
    type_name::<T>()
}

#[cors(origins = ["https://app.example"], methods = [GET])]
#[utoipa::path(get, path = "/x")]
async fn r#type() -> &'static str {
    "raw"
}

/// HEAD is named by one attribute only.
#[cors(origins = ["https://app.example"], methods = [GET])]
#[utoipa::path(method(get, head), path = "/x")]
async fn head() -> &'static str {
    "head"
}

/// The body of the response to a page.
async fn body(method: &str, handlers: Documented<()>) -> String {
    let (router, api) = CorsRouter::new().documented(handlers).split_for_parts();
    let app = App::new("documented", router);
    let request = actual(&format!("{method} /x"), ORIGIN);
    assert!(api.paths.paths.contains_key("/x"));
    let found = app.complete(&request).await;
    let allowed = found.values("access-control-allow-origin");
    assert!(allowed.eq([ORIGIN]), "{found}");
    found.body().to_owned()
}

#[tokio::test]
async fn the_order_of_the_attributes_does_not_matter() {
    let all = || documented![described_first, described_last, several_methods];
    assert_eq!(body("GET", all()).await, "described first");
    assert_eq!(body("PUT", all()).await, "described last");
    assert_eq!(body("POST", all()).await, "several methods");
    assert_eq!(body("DELETE", all()).await, "several methods");
}

#[tokio::test]
async fn modules_and_reexports() {
    assert_eq!(
        body("PATCH", documented![jobs::inner::edit]).await,
        "in a module"
    );
    assert_eq!(body("PATCH", documented![jobs::edit]).await, "in a module");
    assert_eq!(
        body("PATCH", documented![self::jobs::edit,]).await,
        "in a module"
    );
    assert_eq!(
        body("OPTIONS", documented![crate::handlers::jobs::options]).await,
        "options"
    );
}

#[tokio::test]
async fn generics_and_raw_identifiers() {
    assert_eq!(
        body("GET", documented![generic::<Vec<u8>>]).await,
        type_name::<Vec<u8>>()
    );
    assert_eq!(body("GET", documented![r#type]).await, "raw");
}

#[tokio::test]
async fn a_handler_in_a_function() {
    #[cors(origins = ["https://app.example"], methods = [GET])]
    #[utoipa::path(get, path = "/x")]
    async fn local() -> &'static str {
        "local"
    }
    assert_eq!(body("GET", documented![local]).await, "local");
}

#[tokio::test]
async fn head_may_be_named_by_one_attribute() {
    assert_eq!(body("GET", documented![head]).await, "head");
}

/// Compiled out, with everything that it refers to.
#[cfg(not(test))]
#[cors(origins = ["https://app.example"], methods = [GET])]
#[utoipa::path(get, path = "/elsewhere")]
async fn absent() {}

#[tokio::test]
async fn cfg_before_a_handler() {
    let handlers = documented![
        #[cfg(test)]
        described_last,
        #[cfg(not(test))]
        absent,
    ];
    let (_, api) = CorsRouter::new()
        .documented(handlers.clone())
        .split_for_parts();
    assert_eq!(api.paths.paths.keys().collect::<Vec<_>>(), ["/x"]);
    assert_eq!(body("PUT", handlers).await, "described last");
    let none: CorsRouter = CorsRouter::new().documented(documented![
        #[cfg(not(test))]
        absent,
    ]);
    assert_eq!(none.policies().iter().count(), 0);
}

async fn require_login(request: Request, next: Next) -> Response {
    if request.headers().contains_key("authorization") {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

#[tokio::test]
async fn a_layer_of_documented_handlers_is_inside_cors() {
    let handlers = documented![described_last].layer(from_fn(require_login));
    let app = App::new("documented", CorsRouter::new().documented(handlers));
    let found = app.cors(&actual("PUT /x", ORIGIN)).await;
    assert_eq!(
        found,
        response(401, "access-control-allow-origin: https://app.example")
    );
    let found = app.cors(&preflight("PUT /x", ORIGIN)).await;
    assert_eq!(found.status(), 204);
}
