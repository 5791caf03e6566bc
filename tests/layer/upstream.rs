//! Handlers and services that are a reverse proxy: the CORS headers of the upstream are replaced by those of
//! the policy, and its `Vary` stays. Without a policy they pass as they are.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use cors_runtime::{CorsRouter, Policy, cors, routes};
use cors_test_support::{
    App, actual, approved, case, check, forbidden, preflight, response, serve,
};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// The number of preflights that reached the upstream.
static PREFLIGHTS: AtomicUsize = AtomicUsize::new(0);

/// Allows every origin, with credentials, and twice.
async fn upstream(method: Method) -> impl IntoResponse {
    PREFLIGHTS.fetch_add(usize::from(method == Method::OPTIONS), Ordering::Relaxed);
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-origin", "https://evil.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, DELETE"),
        ("access-control-expose-headers", "x-secret"),
        ("access-control-allow-private-network", "true"),
        ("vary", "Accept-Encoding"),
        ("x-total", "7"),
    ] {
        headers.append(name, HeaderValue::from_static(value));
    }
    (headers, "of the upstream")
}

async fn proxy(State(addr): State<SocketAddr>, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    *request.uri_mut() = format!("http://{addr}{path}").parse().expect("a URI");
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    match client.request(request).await {
        Ok(response) => response.into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

#[cors(
    origins = ["https://app.example", "https://b.example"],
    methods = [GET, PUT],
    expose_headers = ["x-total"],
)]
async fn guarded(state: State<SocketAddr>, request: Request) -> Response {
    proxy(state, request).await
}

const POLICY: Policy = Policy::new(&["https://app.example", "https://b.example"])
    .methods(&["GET", "PUT"])
    .expose_headers(&["x-total"])
    .checked();

#[tokio::test(flavor = "multi_thread")]
async fn cors_headers_of_an_upstream_are_replaced() {
    let addr = serve(Router::new().fallback(upstream)).await;
    let layer = POLICY.layer().expect("a checked policy");
    let apps = [
        App::new(
            "a handler",
            CorsRouter::new()
                .route("/x", routes![guarded])
                .with_state(addr),
        ),
        App::new(
            "a layer",
            Router::new()
                .route("/x", any(proxy))
                .layer(layer)
                .with_state(addr),
        ),
    ];
    let cases = [
        case(
            "an allowed origin",
            actual("GET /x", "https://app.example"),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 access-control-expose-headers: x-total
                 vary: Accept-Encoding, Origin
                 x-total: 7",
            ),
        ),
        case(
            "an origin that only the upstream allows",
            actual("GET /x", "https://evil.example"),
            response(200, "vary: Accept-Encoding, Origin"),
        ),
        case(
            "its write",
            actual("PUT /x", "https://evil.example"),
            forbidden(),
        ),
        case(
            "a preflight",
            preflight("PUT /x", "https://app.example"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: GET, PUT",
            ),
        ),
    ];
    check(&apps, &cases).await;
    assert_eq!(PREFLIGHTS.load(Ordering::Relaxed), 0);

    let plain = CorsRouter::new().route("/x", any(proxy)).with_state(addr);
    let of_the_upstream = "access-control-allow-origin: *
        access-control-allow-origin: https://evil.example
        access-control-allow-credentials: true
        access-control-allow-methods: GET, DELETE
        access-control-allow-private-network: true
        access-control-expose-headers: x-secret
        vary: Accept-Encoding";
    let cases = [
        case(
            "without a policy",
            actual("GET /x", "https://evil.example"),
            response(200, of_the_upstream),
        ),
        case(
            "a preflight without a policy",
            preflight("PUT /x", "https://evil.example"),
            response(200, of_the_upstream),
        ),
    ];
    check(&[App::new("plain", plain)], &cases).await;
    assert_eq!(PREFLIGHTS.load(Ordering::Relaxed), 1);
}
