//! Resources that a page does not get although the server has sent them, or would: mixed content,
//! `Cross-Origin-Resource-Policy`, and a cached response for a page without CORS.

use axum::Router;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ORIGIN, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};

use super::engines::Engine::{Chromium, Firefox, WebKit};
use super::engines::{Session, in_each_engine};
use super::kinds::{Target, ask};
use super::stage::{Deviation, Stage};

fn app() -> Router {
    let script = || {
        let response = ([(CONTENT_TYPE, "text/javascript")], "").into_response();
        with_origin(response)
    };
    let with_policy = move |policy: &'static str| {
        get(async move || ([("cross-origin-resource-policy", policy)], script()))
    };
    Router::new()
        .route("/script", any(async move || script()))
        .route("/same-origin", with_policy("same-origin"))
        .route("/same-site", with_policy("same-site"))
        .route("/cross-origin", with_policy("cross-origin"))
        .route("/cached", get(cached))
        .route("/cached-with-vary", get(cached_with_vary))
}

fn with_origin(mut response: Response) -> Response {
    let any = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, any);
    response
}

/// A cacheable image, under CORS only for requests with `Origin`, as many servers have it.
async fn cached(request: HeaderMap) -> Response {
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "max-age=60"),
    ];
    let image = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>"#;
    let response = (headers, image).into_response();
    match request.get(ORIGIN) {
        Some(_) => with_origin(response),
        None => response,
    }
}

async fn cached_with_vary(request: HeaderMap) -> impl IntoResponse {
    ([(VARY, "Origin")], cached(request).await)
}

/// A kind of request, its URL and the outcome, and where engines leave it.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static [Deviation],
);

/// Firefox and WebKit do not use the cached response of an image without CORS for one under CORS.
const ASKED_AGAIN: &[Deviation] = &[(Firefox, "GET -> load"), (WebKit, "GET -> load")];

const PAGES: [(&str, &[Row]); 3] = [
    (
        "https://app.example.com:TLS_PAGE/page",
        &[
            (
                "script",
                "https://api.example.com:TLS_API/same-site",
                "GET -> load",
                &[],
            ),
            (
                "script",
                "http://api.example.com:API/script",
                "-> network error",
                &[],
            ),
            (
                "fetch",
                "http://api.example.com:API/script",
                "-> network error",
                &[],
            ),
            (
                "events",
                "http://api.example.com:API/events",
                "-> network error",
                &[],
            ),
            (
                "socket",
                "http://api.example.com:API/socket",
                "-> network error",
                &[],
            ),
            ("beacon", "http://api.example.com:API/script", "->", &[]),
            // A loopback host is secure, but for WebKit.
            (
                "script",
                "http://127.0.0.1:API/script",
                "GET -> load",
                &[(WebKit, "-> network error")],
            ),
        ],
    ),
    (
        "http://127.0.0.1:PAGE/page",
        &[
            (
                "script",
                "http://127.0.0.1:API/same-origin",
                "GET -> network error",
                &[],
            ),
            (
                "script as a module",
                "http://127.0.0.1:API/same-origin?module",
                "GET -> load",
                &[],
            ),
            (
                "script",
                "http://127.0.0.1:PAGE/same-origin",
                "GET -> load",
                &[],
            ),
            // An address without a name is no site for Chromium.
            (
                "script",
                "http://127.0.0.1:API/same-site",
                "GET -> load",
                &[(Chromium, "GET -> network error")],
            ),
            ("image", "http://127.0.0.1:API/cached", "GET -> load", &[]),
            (
                "image with CORS",
                "http://127.0.0.1:API/cached",
                "-> network error",
                ASKED_AGAIN,
            ),
            (
                "image",
                "http://127.0.0.1:API/cached?fetched",
                "GET -> load",
                &[],
            ),
            (
                "fetch",
                "http://127.0.0.1:API/cached?fetched",
                "-> network error",
                ASKED_AGAIN,
            ),
            (
                "image",
                "http://127.0.0.1:API/cached-with-vary",
                "GET -> load",
                &[],
            ),
            (
                "fetch",
                "http://127.0.0.1:API/cached-with-vary",
                "GET -> load",
                &[],
            ),
        ],
    ),
    (
        "http://localhost:PAGE/page",
        &[
            (
                "script",
                "http://127.0.0.1:API/same-site",
                "GET -> network error",
                &[],
            ),
            (
                "script",
                "http://127.0.0.1:API/cross-origin",
                "GET -> load",
                &[],
            ),
        ],
    ),
];

in_each_engine!(engines_and_testing_agree_on_what_is_blocked and testing);
async fn engines_and_testing_agree_on_what_is_blocked(session: Option<&Session>) {
    let mut stage = Stage::new(session, app()).await;
    for (page, rows) in PAGES {
        let testing = stage.open(page).await;
        for &(kind, url, expected, known) in rows {
            let name = format!("{page}: {kind} of {url}");
            let target = Target::direct(stage.ports.fill(url));
            let observed = ask(&mut stage, &testing, &name, kind, &target, known).await;
            stage.expect(&name, expected, &observed);
        }
    }
    stage.differences.finish();
}
