//! `enforce`: requests from other origins are refused, and nothing of the user's runs.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, any, delete};
use cors_runtime::{CorsRouter, Origin, Policy, cors, routes};
use tower::Layer;

use super::arrangements::arrangements;
use super::exchange::{Answer, App, Case, Failures, Whole, answer, check, granted, refused};

#[cors(
    origins = ["https://app.example", "https://*.a.example"],
    methods = [GET],
    headers = ["x-a"],
    credentials,
    enforce,
)]
async fn several() {}

#[cors(origins = ["https://app.example"], methods = [POST], enforce)]
async fn fixed() {}

#[cors(origins = ["*"], methods = [GET])]
async fn open() {}

#[cors(origins = ["https://app.example"], methods = [PUT])]
async fn unenforced() {}

#[cors(origins = ["https://app.example", "https://b.example"], methods = [HEAD])]
async fn peek() {}

#[cors(origins = ["https://app.example"], methods = [OPTIONS], enforce)]
async fn describe() {}

async fn is_tenant(origin: &Origin<'_>, _: &Parts) -> bool {
    origin.host().as_str().ends_with(".tenant.example")
}

#[cors(origins = ["https://app.example"], origins_from = is_tenant, methods = [GET], enforce)]
async fn asked() {}

fn apps() -> Vec<App> {
    arrangements(&[
        ("/several", routes![several]),
        ("/mixed", routes![open, fixed, unenforced]),
        ("/peek", routes![several, peek]),
        ("/describe", routes![describe]),
        ("/asked", routes![asked]),
    ])
}

fn forbidden() -> Answer {
    answer(403, "vary: Origin")
}

/// A page of the server's own origin, which no policy has to name.
fn own() -> Answer {
    answer(200, "vary: Origin")
}

fn allowed(origin: &str) -> Answer {
    let lines = format!("allow-origin: {origin} | allow-credentials: true | vary: Origin");
    answer(200, &lines)
}

#[tokio::test]
async fn origins() {
    let app = || answer(200, "allow-origin: https://app.example | vary: Origin");
    let cases: &[Case] = &[
        (
            "allowed",
            "GET /several | origin: https://app.example",
            allowed("https://app.example"),
        ),
        (
            "allowed by a pattern",
            "GET /several | origin: https://b.a.example",
            allowed("https://b.a.example"),
        ),
        ("without an origin", "GET /several", own()),
        (
            "another",
            "GET /several | origin: https://evil.example",
            forbidden(),
        ),
        (
            "another, to HEAD",
            "HEAD /several | origin: https://evil.example",
            forbidden(),
        ),
        (
            "allowed, to HEAD",
            "HEAD /several | origin: https://app.example",
            allowed("https://app.example"),
        ),
        ("null", "GET /several | origin: null", forbidden()),
        ("empty", "GET /several | origin: ", forbidden()),
        ("junk", "GET /several | origin: ä, \t*", forbidden()),
        (
            "almost allowed",
            "GET /several | origin: https://app.example.",
            forbidden(),
        ),
        (
            "in upper case",
            "GET /several | origin: HTTPS://APP.EXAMPLE",
            forbidden(),
        ),
        (
            "two lines of an allowed one",
            "GET /several | origin: https://app.example | origin: https://app.example",
            forbidden(),
        ),
        (
            "an allowed one and another",
            "GET /several | origin: https://app.example | origin: https://evil.example",
            forbidden(),
        ),
        (
            "one origin: allowed",
            "POST /mixed | origin: https://app.example",
            app(),
        ),
        (
            "one origin: without an origin",
            "POST /mixed",
            answer(200, "allow-origin: https://app.example | vary: Origin"),
        ),
        (
            "one origin: another",
            "POST /mixed | origin: https://evil.example",
            forbidden(),
        ),
        (
            "beside it: any",
            "GET /mixed | origin: https://evil.example",
            answer(200, "allow-origin: *"),
        ),
        (
            "beside it: any, to HEAD",
            "HEAD /mixed | origin: null",
            answer(200, "allow-origin: *"),
        ),
        (
            "beside it: not enforced",
            "PUT /mixed | origin: https://evil.example",
            answer(200, "allow-origin: https://app.example"),
        ),
        (
            "GET beside a HEAD that isn't enforced",
            "GET /peek | origin: https://evil.example",
            forbidden(),
        ),
        (
            "HEAD of its own that isn't enforced",
            "HEAD /peek | origin: https://evil.example",
            own(),
        ),
        (
            "OPTIONS with a handler: another",
            "OPTIONS /describe | origin: https://evil.example",
            forbidden(),
        ),
        (
            "OPTIONS with a handler: allowed",
            "OPTIONS /describe | origin: https://app.example",
            app(),
        ),
        (
            "a function says yes",
            "GET /asked | origin: https://a.tenant.example",
            answer(200, "allow-origin: https://a.tenant.example | vary: Origin"),
        ),
        (
            "a function says no",
            "GET /asked | origin: https://evil.example",
            forbidden(),
        ),
        (
            "a function isn't asked",
            "GET /asked | origin: https://app.example",
            app(),
        ),
        (
            "a function can't be asked",
            "GET /asked | origin: null",
            forbidden(),
        ),
    ];
    check(&apps(), cases).await;
}

#[tokio::test]
async fn pages_of_the_same_origin() {
    let cases: &[Case] = &[
        (
            "said by the browser",
            "GET /several | origin: https://api.example | sec-fetch-site: same-origin",
            own(),
        ),
        (
            "said by the browser, behind a proxy that changes Host",
            "GET /several | host: backend:8080 | origin: https://api.example \
             | sec-fetch-site: same-origin",
            own(),
        ),
        (
            "said by the browser, of a page that hides where it is",
            "GET /several | origin: null | sec-fetch-site: same-origin",
            own(),
        ),
        (
            "same-site",
            "GET /several | host: api.example | origin: https://api.example \
             | sec-fetch-site: same-site",
            forbidden(),
        ),
        (
            "cross-site",
            "GET /several | host: api.example | origin: https://api.example \
             | sec-fetch-site: cross-site",
            forbidden(),
        ),
        (
            "none",
            "GET /several | host: api.example | origin: https://api.example \
             | sec-fetch-site: none",
            forbidden(),
        ),
        (
            "unknown",
            "GET /several | host: api.example | origin: https://api.example \
             | sec-fetch-site: Same-Origin",
            forbidden(),
        ),
        (
            "cross-site from an allowed origin",
            "GET /several | origin: https://app.example | sec-fetch-site: cross-site",
            allowed("https://app.example"),
        ),
        (
            "cross-site without an origin",
            "GET /several | sec-fetch-site: cross-site",
            own(),
        ),
        (
            "Host",
            "GET /several | host: api.example | origin: https://api.example",
            own(),
        ),
        (
            "Host, a subdomain of it",
            "GET /several | host: api.example | origin: https://evil.api.example",
            forbidden(),
        ),
        (
            "Host, its parent",
            "GET /several | host: api.example | origin: https://example",
            forbidden(),
        ),
        (
            "Host, more behind",
            "GET /several | host: api.example | origin: https://api.example.evil",
            forbidden(),
        ),
        (
            "Host, whose scheme the server doesn't know",
            "GET /several | host: api.example | origin: http://api.example",
            own(),
        ),
        (
            "Host, another kind of scheme",
            "GET /several | host: api.example | origin: tauri://api.example",
            forbidden(),
        ),
        (
            "Host in upper case",
            "GET /several | host: API.Example | origin: https://api.example",
            own(),
        ),
        (
            "Host with the default port of https",
            "GET /several | host: api.example:443 | origin: https://api.example",
            own(),
        ),
        (
            "Host with the default port of http",
            "GET /several | host: api.example:80 | origin: http://api.example",
            own(),
        ),
        (
            "Host with the other scheme's default port",
            "GET /several | host: api.example:80 | origin: https://api.example",
            forbidden(),
        ),
        (
            "Host with a port",
            "GET /several | host: api.example:3000 | origin: http://api.example:3000",
            own(),
        ),
        (
            "Host with another port",
            "GET /several | host: api.example:3000 | origin: http://api.example:3001",
            forbidden(),
        ),
        (
            "Host with a port, Origin without",
            "GET /several | host: api.example:3000 | origin: http://api.example",
            forbidden(),
        ),
        (
            "Host without a port, Origin with one",
            "GET /several | host: api.example | origin: http://api.example:3000",
            forbidden(),
        ),
        (
            "Host is an IPv4 address",
            "GET /several | host: 127.0.0.1:3000 | origin: http://127.0.0.1:3000",
            own(),
        ),
        (
            "Host is an IPv6 address",
            "GET /several | host: [::1]:3000 | origin: http://[::1]:3000",
            own(),
        ),
        (
            "Host is an IPv6 address without a port",
            "GET /several | host: [2001:DB8::1] | origin: https://[2001:db8::1]",
            own(),
        ),
        (
            "Host is another IPv6 address",
            "GET /several | host: [::1]:3000 | origin: http://[::2]:3000",
            forbidden(),
        ),
        (
            "Host and null",
            "GET /several | host: null | origin: null",
            forbidden(),
        ),
        (
            "Host and two origins",
            "GET /several | host: api.example | origin: https://api.example \
             | origin: https://api.example",
            forbidden(),
        ),
        (
            "Host is junk",
            "GET /several | host: a b | origin: https://api.example",
            forbidden(),
        ),
        (
            "no Host",
            "GET /several | origin: https://api.example",
            forbidden(),
        ),
        (
            "an authority",
            "GET https://api.example/several | origin: https://api.example",
            own(),
        ),
        (
            "an authority in upper case, with a port",
            "GET http://API.example:3000/several | origin: http://api.example:3000",
            own(),
        ),
        (
            "an authority, another",
            "GET https://api.example/several | origin: https://evil.example",
            forbidden(),
        ),
        (
            "an authority instead of Host",
            "GET https://api.example/several | host: evil.example | origin: https://evil.example",
            forbidden(),
        ),
        (
            "an authority beside another Host",
            "GET https://api.example/several | host: evil.example | origin: https://api.example",
            own(),
        ),
        (
            "an authority and cross-site",
            "GET https://api.example/several | origin: https://api.example \
             | sec-fetch-site: cross-site",
            forbidden(),
        ),
        (
            "of a function",
            "GET /asked | host: api.example | origin: https://api.example",
            own(),
        ),
    ];
    check(&apps(), cases).await;
}

#[tokio::test]
async fn preflights_are_those_of_the_policy() {
    let cases: &[Case] = &[
        (
            "allowed",
            "OPTIONS /several | origin: https://app.example | request-method: GET \
             | request-headers: x-a",
            granted(
                "allow-origin: https://app.example | allow-credentials: true \
                 | allow-methods: GET | allow-headers: x-a",
            ),
        ),
        (
            "another origin",
            "OPTIONS /several | origin: https://evil.example | request-method: GET",
            refused(),
        ),
        (
            "the same origin, which never asks",
            "OPTIONS /several | origin: https://api.example | request-method: GET \
             | sec-fetch-site: same-origin",
            refused(),
        ),
        (
            "beside a handler that allows any",
            "OPTIONS /mixed | origin: https://evil.example | request-method: GET",
            granted("allow-origin: * | allow-methods: GET"),
        ),
        (
            "one origin",
            "OPTIONS /mixed | origin: https://app.example | request-method: POST",
            granted("allow-origin: https://app.example | allow-methods: POST"),
        ),
    ];
    check(&apps(), cases).await;
}

static EXTRACTED: AtomicUsize = AtomicUsize::new(0);

struct Counted;

impl<S: Sync> FromRequestParts<S> for Counted {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        EXTRACTED.fetch_add(1, Ordering::Relaxed);
        Ok(Self)
    }
}

#[cors(origins = ["https://app.example"], methods = [GET], enforce)]
async fn counted(_: Counted) {}

#[tokio::test]
async fn a_refused_request_reaches_no_layer_and_no_extractor() {
    let layered = Arc::new(AtomicUsize::new(0));
    let layer = {
        let layered = layered.clone();
        from_fn(move |request: Request, next: Next| {
            layered.fetch_add(1, Ordering::Relaxed);
            next.run(request)
        })
    };
    let routes = || CorsRouter::new().route("/x", routes![counted]);
    let apps = [
        App::new("layered", routes().layer(layer.clone())),
        App::new("route_layered", routes().route_layer(layer.clone())),
        App::new(
            "layered beside a plain handler",
            routes()
                .route("/x", delete(|| async {}))
                .layer(layer.clone()),
        ),
        App::new(
            "layered routes in a plain router",
            Router::new().route(
                "/x",
                MethodRouter::from(routes![counted].layer(layer.clone())),
            ),
        ),
        App::new(
            "nested, layered in between",
            CorsRouter::new().merge(
                CorsRouter::new()
                    .nest("/api", routes().layer(layer.clone()))
                    .layer(layer),
            ),
        ),
    ];
    let mut failures = Failures::default();
    for mut app in apps {
        if app.name.starts_with("nested") {
            app.prefix = "/api";
        }
        for (request, reaches) in [
            ("GET /x | origin: https://evil.example", false),
            ("HEAD /x | origin: null", false),
            ("OPTIONS /x | origin: null | request-method: GET", false),
            ("GET /x | origin: https://app.example", true),
            ("GET /x", true),
        ] {
            let before = [&EXTRACTED, &*layered].map(|count| count.load(Ordering::Relaxed));
            app.send(request).await;
            let after = [&EXTRACTED, &*layered].map(|count| count.load(Ordering::Relaxed));
            failures.compare(
                || format!("{}: {request}", app.name),
                &[reaches, reaches],
                &[after[0] > before[0], after[1] > before[1]],
            );
        }
    }
    failures.finish();
}

#[tokio::test]
async fn a_refusal_says_nothing_else() {
    let refusal = Whole {
        status: 403,
        headers: vec!["content-length: 0".to_owned(), "vary: Origin".to_owned()],
        body: String::new(),
    };
    let mut failures = Failures::default();
    for app in apps() {
        let response = app
            .send("GET /several | origin: https://evil.example")
            .await;
        failures.compare(|| app.name.to_owned(), &refusal, &Whole::of(response).await);
    }
    failures.finish();
}

/// What has no policy is axum's, whoever asks.
#[tokio::test]
async fn requests_without_a_policy() {
    let router = CorsRouter::new()
        .route("/several", routes![several])
        .route("/several", delete(|| async { StatusCode::ACCEPTED }))
        .route("/alone", routes![fixed])
        .fallback(|| async { StatusCode::IM_A_TEAPOT });
    let cases: &[Case] = &[
        (
            "a plain handler of the path",
            "DELETE /several | origin: https://evil.example",
            answer(202, ""),
        ),
        (
            "a method that nobody serves",
            "PATCH /several | origin: https://evil.example",
            answer(405, ""),
        ),
        (
            "OPTIONS that is no preflight, beside a plain handler",
            "OPTIONS /several | origin: https://evil.example",
            answer(405, ""),
        ),
        (
            "OPTIONS that is no preflight",
            "OPTIONS /alone | origin: https://evil.example",
            answer(405, ""),
        ),
        (
            "another path",
            "POST /elsewhere | origin: https://evil.example",
            answer(418, ""),
        ),
    ];
    check(&[App::new("alone", router)], cases).await;
}

/// What is inside of a layer serves more methods than the policy names.
#[tokio::test]
async fn around_a_service() {
    const POLICY: Policy = Policy::new(&["https://app.example"])
        .methods(&["GET"])
        .enforce()
        .checked();
    let layer = POLICY.layer().expect("the policy keeps the rules");
    let service = layer.layer(any(|| async { StatusCode::ACCEPTED }));
    let router = Router::new().route_service("/", service);
    let cases: &[Case] = &[
        (
            "allowed",
            "GET / | origin: https://app.example",
            answer(202, "allow-origin: https://app.example | vary: Origin"),
        ),
        (
            "another",
            "GET / | origin: https://evil.example",
            forbidden(),
        ),
        (
            "same-origin",
            "GET / | host: api.example | origin: https://api.example",
            answer(202, "allow-origin: https://app.example | vary: Origin"),
        ),
        (
            "another method: another origin",
            "POST / | origin: https://evil.example",
            forbidden(),
        ),
        (
            "another method: an extension",
            "PROPFIND / | origin: https://evil.example",
            forbidden(),
        ),
        (
            "another method: an allowed origin",
            "POST / | origin: https://app.example",
            answer(202, ""),
        ),
        (
            "another method: same-origin",
            "POST / | host: api.example | origin: https://api.example",
            answer(202, ""),
        ),
        (
            "another method: without an origin",
            "POST /",
            answer(202, ""),
        ),
        (
            "OPTIONS that is no preflight",
            "OPTIONS / | origin: https://evil.example",
            forbidden(),
        ),
    ];
    check(&[App::new("a layer", router)], cases).await;
}
