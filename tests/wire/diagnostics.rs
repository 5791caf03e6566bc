//! `CorsRouter::diagnostics`: the browser's console names the step that failed.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::post;
use cors_runtime::testing::{Browser, Credentials, Fetch, Step};
use cors_runtime::{CorsRouter, cors, routes};

use super::exchange::{App, Failures, Whole};

#[cors(
    origins = ["https://app.example"],
    methods = [GET],
    headers = ["x-a", "x-b"],
    max_age = 600,
    credentials,
)]
async fn list() {}

#[cors(origins = ["*"], methods = [PUT], headers = ["*"], max_age = 600)]
async fn any() {}

#[cors(origins = ["https://app.example", "https://b.example"], methods = [PATCH])]
async fn change() {}

#[cors(origins = ["https://app.example"], methods = [DELETE], enforce)]
async fn remove() {}

#[cors(origins = ["*"], methods = [GET])]
async fn public() {}

#[cors(origins = ["https://app.example"], methods = [PUT], credentials)]
async fn secret() {}

#[cors(origins = ["https://app.example"], methods = [OPTIONS])]
async fn describe() {}

/// Where a handler of this file stands, as the reason says it.
fn of(handler: &str) -> String {
    let start = format!("async fn {handler}(");
    let line = include_str!("diagnostics.rs")
        .lines()
        .position(|line| line.starts_with(&start))
        .expect("the handler");
    format!(
        "wire::diagnostics::{handler}, tests/wire/diagnostics.rs:{}",
        line + 1
    )
}

fn routes() -> CorsRouter {
    CorsRouter::new()
        .route("/jobs", routes![list, any, change])
        .route("/one", routes![list])
        .route("/enforced", routes![remove])
        .route("/mixed", routes![public, secret])
        .route("/described", routes![describe])
}

const VARY: &str = "vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// A refused preflight with its reason. The lines of headers lack `access-control-`.
fn explained(cors: &str, reason: String) -> Whole {
    let lines = cors.split(" | ").filter(|line| !line.is_empty());
    let mut headers: Vec<String> = lines.map(|line| format!("access-control-{line}")).collect();
    headers.push(format!("content-length: {}", reason.len()));
    headers.push("content-type: text/plain; charset=utf-8".to_owned());
    headers.push(VARY.to_owned());
    Whole {
        status: 200,
        headers,
        body: reason,
    }
}

#[tokio::test]
async fn reasons() {
    let of_path =
        |handler: &str| format!(" (policies of this path, the first is of {})", of(handler));
    let of_one = |handler: &str| format!(" (policy of {})", of(handler));
    let app = "allow-credentials: true";
    let cases = [
        (
            "method: of nobody",
            "OPTIONS /one | origin: https://app.example | request-method: DELETE \
             | request-headers: x-a",
            explained(
                &format!("{app} | allow-methods: GET, HEAD | allow-origin: https://app.example"),
                format!(
                    "no handler of this path has a policy for the method `DELETE`; \
                     allowed: GET, HEAD{}",
                    of_path("list")
                ),
            ),
        ),
        (
            "method: in lower case",
            "OPTIONS /jobs | origin: https://b.example | request-method: patch",
            explained(
                "allow-methods: PUT | allow-origin: *",
                format!(
                    "no handler of this path has a policy for the method `patch`; \
                     allowed: GET, HEAD, PUT, PATCH{}\n\
                     help: methods have a case: let the page ask for `PATCH`",
                    of_path("list")
                ),
            ),
        ),
        (
            "method: beside policies with and without credentials",
            "OPTIONS /jobs | origin: https://app.example | request-method: DELETE",
            explained(
                &format!("{app} | allow-methods: GET, HEAD | allow-origin: https://app.example"),
                format!(
                    "no handler of this path has a policy for the method `DELETE`; \
                     allowed: GET, HEAD, PUT, PATCH{}",
                    of_path("list")
                ),
            ),
        ),
        (
            "method: from an origin that no policy allows",
            "OPTIONS /one | origin: https://evil.example | request-method: DELETE",
            explained(
                "",
                format!(
                    "no handler of this path has a policy for the method `DELETE`; \
                     allowed: GET, HEAD{}",
                    of_path("list")
                ),
            ),
        ),
        (
            "method: two lines",
            "OPTIONS /one | origin: https://app.example | request-method: GET \
             | request-method: GET",
            explained(
                &format!("{app} | allow-methods: GET, HEAD | allow-origin: https://app.example"),
                format!(
                    "the preflight names more than one method; allowed: GET, HEAD{}",
                    of_path("list")
                ),
            ),
        ),
        (
            "origin",
            "OPTIONS /one | origin: https://evil.example | request-method: GET \
             | request-headers: x-a",
            explained(
                "",
                format!(
                    "the origin `https://evil.example` is not allowed; \
                     allowed: https://app.example{}",
                    of_one("list")
                ),
            ),
        ),
        (
            "origin: beside a policy that allows it",
            "OPTIONS /jobs | origin: https://evil.example | request-method: PATCH",
            explained(
                "",
                format!(
                    "the origin `https://evil.example` is not allowed; \
                     allowed: https://app.example, https://b.example{}",
                    of_one("change")
                ),
            ),
        ),
        (
            "origin: null",
            "OPTIONS /one | origin: null | request-method: GET",
            explained(
                "",
                format!(
                    "the origin `null` is not allowed; allowed: https://app.example{}\n\
                     help: `null` stands for sandboxed frames, files and some redirects; \
                     serve the page from an origin of its own",
                    of_one("list")
                ),
            ),
        ),
        (
            "origin: two lines",
            "OPTIONS /one | origin: https://app.example | origin: https://app.example \
             | request-method: GET",
            explained(
                "",
                format!(
                    "the request names more than one origin; allowed: https://app.example{}",
                    of_one("list")
                ),
            ),
        ),
        (
            "origin: enforced",
            "OPTIONS /enforced | origin: https://evil.example | request-method: DELETE",
            explained(
                "",
                format!(
                    "the origin `https://evil.example` is not allowed; \
                     allowed: https://app.example{}",
                    of_one("remove")
                ),
            ),
        ),
        (
            "origin: beside a handler for OPTIONS",
            "OPTIONS /described | origin: https://evil.example | request-method: OPTIONS",
            explained(
                "",
                format!(
                    "the origin `https://evil.example` is not allowed; \
                     allowed: https://app.example{}",
                    of_one("describe")
                ),
            ),
        ),
        (
            "headers",
            "OPTIONS /jobs | origin: https://app.example | request-method: GET \
             | request-headers: x-a,x-c",
            explained(
                &format!(
                    "{app} | allow-headers: x-a, x-b | allow-methods: GET \
                     | allow-origin: https://app.example"
                ),
                format!(
                    "the request header `x-c` is not allowed; allowed: x-a, x-b{}",
                    of_one("list")
                ),
            ),
        ),
        (
            "headers: none is allowed",
            "OPTIONS /jobs | origin: https://b.example | request-method: PATCH \
             | request-headers: content-type",
            explained(
                "allow-methods: PATCH | allow-origin: https://b.example",
                format!(
                    "the request header `content-type` is not allowed; allowed: none{}",
                    of_one("change")
                ),
            ),
        ),
        (
            "headers: not among any",
            "OPTIONS /jobs | origin: https://b.example | request-method: PUT \
             | request-headers: authorization",
            explained(
                "allow-headers: * | allow-methods: PUT | allow-origin: *",
                format!(
                    "the request header `authorization` is not allowed; allowed: *{}",
                    of_one("any")
                ),
            ),
        ),
        (
            "headers: too many, which a browser would find allowed",
            "OPTIONS /jobs | origin: https://b.example | request-method: PUT \
             | request-headers: x,,,,,,,,,,,,,,,,,,",
            explained(
                "allow-methods: PUT | allow-origin: *",
                format!(
                    "the preflight asks for too many request headers; allowed: *{}",
                    of_one("any")
                ),
            ),
        ),
        (
            "headers: what would break the lines of a log",
            "OPTIONS /one | origin: https://app.example | request-method: GET \
             | request-headers: \u{9b}31m \"x",
            explained(
                &format!(
                    "{app} | allow-headers: x-a, x-b | allow-methods: GET \
                     | allow-origin: https://app.example"
                ),
                format!(
                    r#"the request header `\xc2\x9b31m\x20\"x` is not allowed; allowed: x-a, x-b{}"#,
                    of_one("list")
                ),
            ),
        ),
    ];
    let mut failures = Failures::default();
    for app in explaining() {
        for (name, request, expected) in &cases {
            let mut found = Whole::of(app.send(request).await).await;
            // axum's own, beside plain handlers.
            found.headers.retain(|line| !line.starts_with("allow: "));
            failures.compare(|| format!("{name} ({})", app.name), expected, &found);
        }
    }
    failures.finish();
}

/// Wherever the routes come from, it is the router that is finished which explains or doesn't.
fn explaining() -> Vec<App> {
    let layer = from_fn(|request: Request, next: Next| next.run(request));
    let plain = || post(|| async {});
    vec![
        App::new("alone", routes().diagnostics(true)),
        App::new("asked for first", {
            let router = CorsRouter::new().diagnostics(true);
            router.merge(routes()).layer(layer).with_state::<()>(())
        }),
        App::new(
            "beside plain handlers",
            routes()
                .route("/jobs", plain())
                .route("/one", plain())
                .route("/enforced", plain())
                .diagnostics(true),
        ),
        App {
            prefix: "/api",
            ..App::new(
                "nested",
                CorsRouter::new().nest("/api", routes()).diagnostics(true),
            )
        },
        App {
            prefix: "/api",
            ..App::new(
                "finished, then nested in a plain router",
                Router::new().nest("/api", routes().diagnostics(true).into_router()),
            )
        },
    ]
}

/// And these don't.
fn silent() -> Vec<App> {
    let loud = || routes().diagnostics(true);
    vec![
        App::new("alone", routes()),
        App::new("asked not to", loud().diagnostics(false)),
        App::new("merged", CorsRouter::new().merge(loud())),
        App {
            prefix: "/api",
            ..App::new("nested", CorsRouter::new().nest("/api", loud()))
        },
        App::new(
            "method routers",
            CorsRouter::from(Router::new().route("/one", routes![list].into())).diagnostics(true),
        ),
    ]
}

#[tokio::test]
async fn off_unless_asked_for() {
    let refused = Whole {
        status: 403,
        headers: vec!["content-length: 0".to_owned(), VARY.to_owned()],
        body: String::new(),
    };
    let mut failures = Failures::default();
    for app in silent() {
        for request in [
            "OPTIONS /one | origin: https://app.example | request-method: DELETE",
            "OPTIONS /one | origin: https://evil.example | request-method: GET",
            "OPTIONS /one | origin: https://app.example | request-method: GET \
             | request-headers: x-c",
        ] {
            let found = Whole::of(app.send(request).await).await;
            failures.compare(|| format!("{request} ({})", app.name), &refused, &found);
        }
    }
    failures.finish();
}

/// It is preflights that are explained, and only those that were refused.
#[tokio::test]
async fn everything_else_stays_as_it_is() {
    let silent = App::new("silent", routes());
    let explaining = App::new("explaining", routes().diagnostics(true));
    let mut failures = Failures::default();
    for request in [
        "OPTIONS /jobs | origin: https://app.example | request-method: GET | request-headers: x-a",
        "OPTIONS /jobs | origin: https://evil.example | request-method: PUT | request-headers: x",
        "OPTIONS /jobs | origin: https://evil.example",
        "OPTIONS /nowhere | origin: https://evil.example | request-method: GET",
        "GET /jobs | origin: https://app.example",
        "GET /jobs | origin: https://evil.example",
        "PATCH /jobs | origin: https://evil.example",
        "DELETE /jobs | origin: https://evil.example",
        "DELETE /enforced | origin: https://app.example",
        "DELETE /enforced | origin: https://evil.example",
        "DELETE /enforced",
    ] {
        let [expected, found] = [
            Whole::of(silent.send(request).await).await,
            Whole::of(explaining.send(request).await).await,
        ];
        failures.compare(|| request.to_owned(), &expected, &found);
    }
    failures.finish();
}

/// What a browser's console then says, and that it lets nothing pass which was refused before.
#[tokio::test]
async fn what_a_browser_makes_of_it() {
    let many = (0..130).fold(http::Request::put("/jobs"), |request, i| {
        request.header(format!("x-{i}"), "1")
    });
    let delete = || http::Request::delete("/jobs");
    let cases: Vec<(&str, &str, Fetch, Credentials, Step)> = vec![
        (
            "method",
            "https://app.example",
            delete().into(),
            Credentials::SameOrigin,
            Step::PreflightMethod,
        ),
        (
            "method, with credentials",
            "https://app.example",
            delete().into(),
            Credentials::Include,
            Step::PreflightMethod,
        ),
        (
            "method, with credentials, beside a public policy",
            "https://app.example",
            http::Request::delete("/mixed").into(),
            Credentials::Include,
            Step::PreflightMethod,
        ),
        (
            "method, which only the public policy lets this origin name",
            "https://evil.example",
            delete().into(),
            Credentials::SameOrigin,
            Step::PreflightMethod,
        ),
        (
            "origin",
            "https://evil.example",
            http::Request::patch("/jobs").into(),
            Credentials::SameOrigin,
            Step::PreflightOrigin,
        ),
        (
            "header",
            "https://app.example",
            http::Request::get("/jobs").header("x-c", "1").into(),
            Credentials::Include,
            Step::PreflightHeader,
        ),
        (
            "authorization, which isn't among any",
            "https://evil.example",
            http::Request::put("/jobs")
                .header("authorization", "a")
                .into(),
            Credentials::SameOrigin,
            Step::PreflightHeader,
        ),
        (
            "too many headers",
            "https://evil.example",
            many.into(),
            Credentials::SameOrigin,
            Step::PreflightHeader,
        ),
        (
            "POST, which browsers find allowed everywhere: the header is what is left to fail",
            "https://app.example",
            http::Request::post("/jobs")
                .header("content-type", "application/json")
                .into(),
            Credentials::SameOrigin,
            Step::PreflightHeader,
        ),
        (
            "POST without such a header: it is sent, and stays unread",
            "https://app.example",
            Fetch::new(http::Request::post("/jobs")).upload_listener(),
            Credentials::SameOrigin,
            Step::Origin,
        ),
    ];
    let router: Router = routes().diagnostics(true).into_router();
    let mut failures = Failures::default();
    for (name, page, fetch, credentials, step) in cases {
        let seen = Browser::at(page).fetch(&router, fetch, credentials).await;
        let found = seen.map(|_| ()).map_err(|error| error.step());
        failures.compare(|| name.to_owned(), &Err(step), &found);
    }
    failures.finish();
}
