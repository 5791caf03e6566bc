//! `enforce`: reads of other origins are refused as well as writes, before layers, extractors and
//! handlers run. Responses vary by `Sec-Fetch-Site`, because it decides as much as `Origin` (M2).

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, any, delete};
use cors_runtime::{CorsRouter, Origin, Policy, cors, routes};
use cors_test_support::{
    App, Failures, WireRequest, WireResponse, actual, approved, arrangements, case, check,
    forbidden, preflight, refused, response,
};
use tower::Layer;

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
async fn with_predicate() {}

fn apps() -> Vec<App> {
    arrangements(&[
        ("/several", routes![several]),
        ("/mixed", routes![open, fixed, unenforced]),
        ("/peek", routes![several, peek]),
        ("/describe", routes![describe]),
        ("/predicate", routes![with_predicate]),
    ])
}

/// A page of the origin of the server, which a policy need not list.
fn own() -> WireResponse {
    response(200, "vary: Origin, Sec-Fetch-Site")
}

fn allowed(origin: &str) -> WireResponse {
    let lines = format!(
        "access-control-allow-origin: {origin}
         access-control-allow-credentials: true
         vary: Origin, Sec-Fetch-Site"
    );
    response(200, &lines)
}

/// The response of a handler that allows one origin.
fn app_only() -> WireResponse {
    response(
        200,
        "access-control-allow-origin: https://app.example
         vary: Origin, Sec-Fetch-Site",
    )
}

/// Requests of origins that the policy does not allow, with any method.
#[tokio::test]
async fn enforce_refuses() {
    let cases = [
        case(
            "another",
            actual("GET /several", "https://evil.example"),
            forbidden(),
        ),
        case(
            "another, to HEAD",
            actual("HEAD /several", "https://evil.example"),
            forbidden(),
        ),
        case("null", actual("GET /several", "null"), forbidden()),
        case("empty", actual("GET /several", ""), forbidden()),
        case(
            "junk",
            "GET /several
             origin: ä, \t*",
            forbidden(),
        ),
        case(
            "almost allowed",
            actual("GET /several", "https://app.example."),
            forbidden(),
        ),
        case(
            "in upper case",
            actual("GET /several", "HTTPS://APP.EXAMPLE"),
            forbidden(),
        ),
        case(
            "two lines of an allowed one",
            "GET /several
             origin: https://app.example
             origin: https://app.example",
            forbidden(),
        ),
        case(
            "an allowed one and another",
            "GET /several
             origin: https://app.example
             origin: https://evil.example",
            forbidden(),
        ),
        case(
            "one origin: another",
            actual("POST /mixed", "https://evil.example"),
            forbidden(),
        ),
        case(
            "OPTIONS with a handler: another",
            actual("OPTIONS /describe", "https://evil.example"),
            forbidden(),
        ),
    ];
    check(&apps(), &cases).await;
}

/// Always, even with one origin, and by both headers that decide.
#[tokio::test]
async fn enforce_varies() {
    let cases = [
        case(
            "allowed",
            actual("GET /several", "https://app.example"),
            allowed("https://app.example"),
        ),
        case(
            "allowed by a pattern",
            actual("GET /several", "https://b.a.example"),
            allowed("https://b.a.example"),
        ),
        case("without an origin", "GET /several", own()),
        case(
            "allowed, to HEAD",
            actual("HEAD /several", "https://app.example"),
            allowed("https://app.example"),
        ),
        case(
            "one origin: allowed",
            actual("POST /mixed", "https://app.example"),
            app_only(),
        ),
        case("one origin: without an origin", "POST /mixed", app_only()),
        case(
            "OPTIONS with a handler: allowed",
            actual("OPTIONS /describe", "https://app.example"),
            app_only(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn enforce_concerns_one_handler_of_a_path() {
    let cases = [
        case(
            "beside it: any origin",
            actual("GET /mixed", "https://evil.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "beside it: any origin, to HEAD",
            actual("HEAD /mixed", "null"),
            response(200, "access-control-allow-origin: *"),
        ),
        // Writes are refused without `enforce` as well.
        case(
            "beside it: a write without enforce",
            actual("PUT /mixed", "https://evil.example"),
            forbidden(),
        ),
        case(
            "GET beside a HEAD without enforce",
            actual("GET /peek", "https://evil.example"),
            forbidden(),
        ),
        case(
            "HEAD of its own without enforce",
            actual("HEAD /peek", "https://evil.example"),
            response(200, "vary: Origin"),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn enforce_evaluates_the_predicate() {
    let cases = [
        case(
            "the predicate allows",
            actual("GET /predicate", "https://a.tenant.example"),
            response(
                200,
                "access-control-allow-origin: https://a.tenant.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
        case(
            "the predicate denies",
            actual("GET /predicate", "https://evil.example"),
            forbidden(),
        ),
        case(
            "the predicate is not evaluated",
            actual("GET /predicate", "https://app.example"),
            app_only(),
        ),
        case(
            "there is no origin for the predicate",
            actual("GET /predicate", "null"),
            forbidden(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn enforce_same_origin_by_sec_fetch_site() {
    let cases = [
        case(
            "same-origin",
            "GET /several
             origin: https://api.example
             sec-fetch-site: same-origin",
            own(),
        ),
        case(
            "same-origin, behind a proxy that changes Host",
            "GET /several
             host: backend:8080
             origin: https://api.example
             sec-fetch-site: same-origin",
            own(),
        ),
        case(
            "same-origin, of a page that hides where it is",
            "GET /several
             origin: null
             sec-fetch-site: same-origin",
            own(),
        ),
        case(
            "same-site",
            "GET /several
             host: api.example
             origin: https://api.example
             sec-fetch-site: same-site",
            forbidden(),
        ),
        case(
            "cross-site",
            "GET /several
             host: api.example
             origin: https://api.example
             sec-fetch-site: cross-site",
            forbidden(),
        ),
        // Pages cannot cause it: a reload that a person asks for, an extension (I2).
        case(
            "none",
            "GET /several
             origin: https://evil.example
             sec-fetch-site: none",
            own(),
        ),
        case(
            "unknown",
            "GET /several
             host: api.example
             origin: https://api.example
             sec-fetch-site: Same-Origin",
            forbidden(),
        ),
        case(
            "cross-site from an allowed origin",
            "GET /several
             origin: https://app.example
             sec-fetch-site: cross-site",
            allowed("https://app.example"),
        ),
        // Scripts, images and `no-cors` requests have no origin (H1).
        case(
            "cross-site without an origin",
            "GET /several
             sec-fetch-site: cross-site",
            forbidden(),
        ),
        case(
            "same-site without an origin",
            "GET /several
             sec-fetch-site: same-site",
            forbidden(),
        ),
        case(
            "a link",
            "GET /several
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            own(),
        ),
    ];
    check(&apps(), &cases).await;
}

/// For browsers that do not send `Sec-Fetch-Site`.
#[tokio::test]
async fn enforce_same_origin_by_host() {
    let cases = [
        case(
            "Host",
            "GET /several
             host: api.example
             origin: https://api.example",
            own(),
        ),
        case(
            "Host, a subdomain of it",
            "GET /several
             host: api.example
             origin: https://evil.api.example",
            forbidden(),
        ),
        case(
            "Host, its parent",
            "GET /several
             host: api.example
             origin: https://example",
            forbidden(),
        ),
        case(
            "Host, more behind",
            "GET /several
             host: api.example
             origin: https://api.example.evil",
            forbidden(),
        ),
        case(
            "Host, with the other scheme",
            "GET /several
             host: api.example
             origin: http://api.example",
            own(),
        ),
        case(
            "Host, another kind of scheme",
            "GET /several
             host: api.example
             origin: tauri://api.example",
            forbidden(),
        ),
        case(
            "Host in upper case",
            "GET /several
             host: API.Example
             origin: https://api.example",
            own(),
        ),
        case(
            "Host with the default port of https",
            "GET /several
             host: api.example:443
             origin: https://api.example",
            own(),
        ),
        case(
            "Host with the default port of http",
            "GET /several
             host: api.example:80
             origin: http://api.example",
            own(),
        ),
        case(
            "Host with the other scheme's default port",
            "GET /several
             host: api.example:80
             origin: https://api.example",
            forbidden(),
        ),
        case(
            "Host with a port",
            "GET /several
             host: api.example:3000
             origin: http://api.example:3000",
            own(),
        ),
        case(
            "Host with another port",
            "GET /several
             host: api.example:3000
             origin: http://api.example:3001",
            forbidden(),
        ),
        case(
            "Host with a port, Origin without",
            "GET /several
             host: api.example:3000
             origin: http://api.example",
            forbidden(),
        ),
        case(
            "Host without a port, Origin with one",
            "GET /several
             host: api.example
             origin: http://api.example:3000",
            forbidden(),
        ),
        case(
            "Host is an IPv4 address",
            "GET /several
             host: 127.0.0.1:3000
             origin: http://127.0.0.1:3000",
            own(),
        ),
        case(
            "Host is an IPv6 address",
            "GET /several
             host: [::1]:3000
             origin: http://[::1]:3000",
            own(),
        ),
        case(
            "Host is an IPv6 address without a port",
            "GET /several
             host: [2001:DB8::1]
             origin: https://[2001:db8::1]",
            own(),
        ),
        case(
            "Host is another IPv6 address",
            "GET /several
             host: [::1]:3000
             origin: http://[::2]:3000",
            forbidden(),
        ),
        case(
            "Host and null",
            "GET /several
             host: null
             origin: null",
            forbidden(),
        ),
        case(
            "Host and two origins",
            "GET /several
             host: api.example
             origin: https://api.example
             origin: https://api.example",
            forbidden(),
        ),
        case(
            "Host is junk",
            "GET /several
             host: a b
             origin: https://api.example",
            forbidden(),
        ),
        case(
            "no Host",
            actual("GET /several", "https://api.example"),
            forbidden(),
        ),
        case(
            "Host, beside a predicate",
            "GET /predicate
             host: api.example
             origin: https://api.example",
            own(),
        ),
    ];
    check(&apps(), &cases).await;
}

/// In HTTP/2 the authority of the target replaces `Host`.
#[tokio::test]
async fn enforce_same_origin_by_authority() {
    let cases = [
        case(
            "an authority",
            actual("GET https://api.example/several", "https://api.example"),
            own(),
        ),
        case(
            "an authority in upper case, with a port",
            actual(
                "GET http://API.example:3000/several",
                "http://api.example:3000",
            ),
            own(),
        ),
        case(
            "an authority, another",
            actual("GET https://api.example/several", "https://evil.example"),
            forbidden(),
        ),
        case(
            "an authority instead of Host",
            "GET https://api.example/several
             host: evil.example
             origin: https://evil.example",
            forbidden(),
        ),
        case(
            "an authority beside another Host",
            "GET https://api.example/several
             host: evil.example
             origin: https://api.example",
            own(),
        ),
        case(
            "an authority and cross-site",
            "GET https://api.example/several
             origin: https://api.example
             sec-fetch-site: cross-site",
            forbidden(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn enforce_preflight() {
    let cases = [
        case(
            "allowed",
            preflight("GET /several", "https://app.example").request_headers("x-a"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-credentials: true
                 access-control-allow-methods: GET
                 access-control-allow-headers: x-a",
            ),
        ),
        case(
            "another origin",
            preflight("GET /several", "https://evil.example"),
            refused(),
        ),
        case(
            "the same origin, for which browsers send no preflight",
            "OPTIONS /several
             origin: https://api.example
             access-control-request-method: GET
             sec-fetch-site: same-origin",
            refused(),
        ),
        case(
            "beside a handler that allows any",
            preflight("GET /mixed", "https://evil.example"),
            approved(
                "access-control-allow-origin: *
                 access-control-allow-methods: GET",
            ),
        ),
        case(
            "one origin",
            preflight("POST /mixed", "https://app.example"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: POST",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

static EXTRACTED: AtomicUsize = AtomicUsize::new(0);

struct Counted;

impl<S: Sync> FromRequestParts<S> for Counted {
    type Rejection = Infallible;

    fn from_request_parts(_: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> {
        EXTRACTED.fetch_add(1, Ordering::Relaxed);
        ready(Ok(Self))
    }
}

#[cors(origins = ["https://app.example"], methods = [GET], enforce)]
async fn counted(_: Counted) {}

#[tokio::test]
async fn enforce_refused_request_reaches_no_layer_and_no_extractor() {
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
            (actual("GET /x", "https://evil.example"), false),
            (actual("HEAD /x", "null"), false),
            (preflight("GET /x", "null"), false),
            (actual("GET /x", "https://app.example"), true),
            (WireRequest::from("GET /x"), true),
        ] {
            let before = [&EXTRACTED, &*layered].map(|count| count.load(Ordering::Relaxed));
            app.send(&request).await;
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
async fn enforce_refusal_has_no_body() {
    let refusal = WireResponse::from(
        "403
         cache-control: no-store
         content-length: 0
         vary: Origin, Sec-Fetch-Site",
    );
    let mut failures = Failures::default();
    for app in apps() {
        let request = actual("GET /several", "https://evil.example");
        failures.compare(|| app.name, &refusal, &app.complete(request).await);
    }
    failures.finish();
}

/// Methods and paths without a policy get the responses of axum, for any origin.
#[tokio::test]
async fn enforce_concerns_no_other_methods_and_paths() {
    let router = CorsRouter::new()
        .route("/several", routes![several])
        .route("/several", delete(|| async { StatusCode::ACCEPTED }))
        .route("/alone", routes![fixed])
        .fallback(|| async { StatusCode::IM_A_TEAPOT });
    let cases = [
        case(
            "a plain handler of the path",
            actual("DELETE /several", "https://evil.example"),
            response(202, ""),
        ),
        case(
            "a method that no handler serves",
            actual("PATCH /several", "https://evil.example"),
            response(405, ""),
        ),
        case(
            "OPTIONS that is no preflight, beside a plain handler",
            actual("OPTIONS /several", "https://evil.example"),
            response(405, ""),
        ),
        case(
            "OPTIONS that is no preflight",
            actual("OPTIONS /alone", "https://evil.example"),
            response(405, ""),
        ),
        case(
            "another path",
            actual("POST /elsewhere", "https://evil.example"),
            response(418, ""),
        ),
    ];
    check(&[App::new("alone", router)], &cases).await;
}

/// The service inside of a layer may serve more methods than the policy lists.
#[tokio::test]
async fn enforce_layer_covers_all_methods() {
    const POLICY: Policy = Policy::new(&["https://app.example"])
        .methods(&["GET"])
        .enforce()
        .checked();
    let layer = POLICY.layer().expect("the policy keeps the rules");
    let service = layer.layer(any(|| async { StatusCode::ACCEPTED }));
    let router = Router::new().route_service("/", service);
    let cases = [
        case(
            "allowed",
            actual("GET /", "https://app.example"),
            response(
                202,
                "access-control-allow-origin: https://app.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
        case(
            "another",
            actual("GET /", "https://evil.example"),
            forbidden(),
        ),
        case(
            "same-origin",
            "GET /
             host: api.example
             origin: https://api.example",
            response(
                202,
                "access-control-allow-origin: https://app.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
        case(
            "another method: another origin",
            actual("POST /", "https://evil.example"),
            forbidden(),
        ),
        case(
            "another method: an extension",
            actual("PROPFIND /", "https://evil.example"),
            forbidden(),
        ),
        case(
            "another method: an allowed origin",
            actual("POST /", "https://app.example"),
            response(202, "vary: Origin, Sec-Fetch-Site"),
        ),
        case(
            "another method: same-origin",
            "POST /
             host: api.example
             origin: https://api.example",
            response(202, "vary: Origin, Sec-Fetch-Site"),
        ),
        case(
            "another method: without an origin",
            "POST /",
            response(202, "vary: Origin, Sec-Fetch-Site"),
        ),
        case(
            "OPTIONS that is no preflight",
            actual("OPTIONS /", "https://evil.example"),
            forbidden(),
        ),
    ];
    check(&[App::new("a layer", router)], &cases).await;
}
