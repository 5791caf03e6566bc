//! Methods that axum does not route to handlers, such as PROPFIND and QUERY: around services of
//! tower, in routers of axum and of this library, in a test browser, and on hyper.

use std::convert::Infallible;
use std::future::ready;

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use cors_runtime::{CorsRouter, Policy, PolicyError, PolicyLayer, Protection, Rule};
use cors_test_support::{
    App, Connection, Failures, actual, approved, case, check, forbidden, preflight, refused,
    response,
};
use cors_testing::{Browser, Credentials, Fetch};
use expect_test::expect;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::{Layer, Service, service_fn};

const PAGE: &str = "https://app.example";
const EVIL: &str = "https://evil.example";

const WEBDAV: Policy = Policy::new(&[PAGE, "https://b.example"])
    .methods(&[
        "PROPFIND",
        "GET",
        "MKCOL",
        "QUERY",
        "VERSION-CONTROL",
        "custom",
    ])
    .headers(&["depth"])
    .checked();

const ALL: &str = "GET, MKCOL, PROPFIND, QUERY, VERSION-CONTROL, custom";

fn layer() -> PolicyLayer {
    WEBDAV.layer().expect("a checked policy")
}

/// A service that serves every method.
fn webdav<A: Send + 'static>() -> impl Service<
    Request<A>,
    Response = Response<Body>,
    Error = Infallible,
    Future = impl Future<Output = Result<Response<Body>, Infallible>> + Send,
> + Clone
+ Send
+ Sync
+ 'static {
    service_fn(|request: Request<A>| {
        let method = request.method().to_string();
        ready(Ok(Response::new(Body::from(method))))
    })
}

fn apps() -> Vec<App> {
    let service = || layer().layer(webdav());
    vec![
        App::new(
            "around a service",
            Router::new().route_service("/x", service()),
        ),
        App::new(
            "around a service beside policies",
            CorsRouter::new().route_service("/x", service()),
        ),
        App::nested(
            "around a nested service",
            "/dav",
            CorsRouter::new().nest_service("/dav", service()),
        ),
        App::new(
            "around a handler for any method",
            Router::new().route("/x", any(async || "x").layer(layer())),
        ),
        App::new(
            "around a router",
            Router::new().route_service("/x", webdav()).layer(layer()),
        ),
        App::new(
            "with diagnostics that are off",
            Router::new().route_service("/x", layer().diagnostics(false).layer(webdav())),
        ),
    ]
}

#[tokio::test]
async fn methods_of_webdav_and_query() {
    let allowed = "access-control-allow-origin: https://app.example
                   vary: Origin";
    let mut cases = vec![
        case(
            "a preflight for several headers",
            preflight("PROPFIND /x", PAGE).request_headers("depth"),
            approved(&format!(
                "access-control-allow-origin: {PAGE}
                 access-control-allow-methods: {ALL}
                 access-control-allow-headers: depth"
            )),
        ),
        case(
            "a preflight with a header that is not allowed",
            preflight("PROPFIND /x", PAGE).request_headers("overwrite"),
            refused(),
        ),
        case(
            "a preflight for HEAD, which GET covers",
            preflight("HEAD /x", PAGE),
            approved(&format!(
                "access-control-allow-origin: {PAGE}
                 access-control-allow-methods: {}",
                ALL.replace("GET,", "GET, HEAD,")
            )),
        ),
        case("a read", actual("GET /x", PAGE), response(200, allowed)),
        case(
            "a read of a foreign origin, which its page cannot see",
            actual("GET /x", EVIL),
            response(200, "vary: Origin"),
        ),
    ];
    for method in ["PROPFIND", "MKCOL", "QUERY", "VERSION-CONTROL", "custom"] {
        let line = format!("{method} /x");
        cases.extend([
            case(
                format!("a preflight for {method}"),
                preflight(&line, PAGE),
                approved(&format!(
                    "access-control-allow-origin: {PAGE}
                     access-control-allow-methods: {ALL}"
                )),
            ),
            case(
                format!("{method} of an allowed origin"),
                actual(&line, PAGE),
                response(200, allowed),
            ),
            case(
                format!("{method} of no page"),
                line.as_str(),
                response(200, "vary: Origin"),
            ),
            case(
                format!("a preflight for {method} of a foreign origin"),
                preflight(&line, EVIL),
                refused(),
            ),
            // No page can send it without a preflight, so this is a mistake or an attack.
            case(
                format!("{method} of a foreign origin"),
                actual(&line, EVIL),
                forbidden(),
            ),
        ]);
    }
    for method in [
        "propfind",
        "CUSTOM",
        "Custom",
        "LOCK",
        "PROPFINDS",
        "PROP",
        "get",
    ] {
        let line = format!("{method} /x");
        cases.extend([
            case(
                format!("a preflight for {method}, which the policy does not list"),
                preflight(&line, PAGE),
                refused(),
            ),
            case(
                format!("{method}, which the policy does not list"),
                actual(&line, PAGE),
                response(200, ""),
            ),
        ]);
    }
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn query_is_held_like_a_write() {
    let reads = Policy::new(&[PAGE]).methods(&["QUERY"]).enforce();
    let protected = CorsRouter::new()
        .route_service("/x", webdav())
        .protect(Protection::new());
    let enforced = reads.layer().expect("a policy").layer(webdav());
    let enforced = Router::new().route_service("/x", enforced);
    for (app, own) in [
        (App::new("protect", protected), response(200, "")),
        (
            App::new("enforce", enforced),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
    ] {
        let foreign = ["QUERY", "PROPFIND", "REPORT", "SEARCH"].map(|method| {
            let line = format!("{method} /x");
            case(method, actual(&line, EVIL), forbidden())
        });
        let own_page = actual("QUERY /x", "https://api.example").header("host", "api.example");
        let own = [
            case("of a page of the server itself", own_page, own.clone()),
            case("of no page", "QUERY /x", own),
        ];
        check(&[app], &[&foreign[..], &own].concat()).await;
    }
}

/// The help of the test browser is possible: after it the fetch succeeds.
#[tokio::test]
async fn help_of_the_browser_for_propfind() {
    let methods: [&[&str]; 2] = [&["GET"], &["GET", "PROPFIND"]];
    let [without, with] = methods.map(|methods| {
        let layer = Policy::new(&[PAGE]).methods(methods).layer();
        layer.expect("a policy").layer(webdav())
    });
    let fetch = || Fetch::new(Request::builder().method("PROPFIND").uri("/x"));
    let page = Browser::at(PAGE);
    let error = page.fetch(&without, fetch(), Credentials::Omit).await;
    let error = error.expect_err("PROPFIND is not listed");
    expect![[r#"
        preflight, origin: the page of `https://app.example` got 403 Forbidden without `access-control-allow-origin`, because the layer of a policy answers preflights for the methods of that policy only, which lacks `PROPFIND`; allowed: GET, HEAD
        help: add `PROPFIND` to the `methods` of the layer's policy; if another policy of the path has it, pass the handlers of both to `Policy::routes` in place of the layers"#]]
    .assert_eq(&error.problem().to_string());
    let found = page.fetch(&with, fetch(), Credentials::Omit).await;
    let found = found.expect("PROPFIND is listed").text().await;
    assert_eq!(found.expect("a body"), "PROPFIND");

    // A path of handlers cannot have it.
    let handlers = Policy::new(&[PAGE])
        .methods(&["GET"])
        .routes(any(async || "x"));
    let handlers = CorsRouter::new().route("/x", handlers.expect("a policy"));
    let error = Browser::at(PAGE)
        .fetch(&handlers.into_router(), fetch(), Credentials::Omit)
        .await;
    let error = error.expect_err("PROPFIND is not listed");
    expect![[r#"
        preflight, origin: the page of `https://app.example` got 403 Forbidden without `access-control-allow-origin`, because no handler of this path has a policy for the method `PROPFIND`; allowed: GET, HEAD
        help: axum routes no `PROPFIND` to handlers: serve it by a service inside `Policy::layer()`, whose `methods` have `PROPFIND`"#]].assert_eq(&error.problem().to_string());
}

#[test]
fn methods_that_no_layer_takes() {
    for (methods, rules) in [
        (
            &["CONNECT", "trace", "Track"][..],
            &[Rule::MethodForbidden; 3][..],
        ),
        (
            &["propfind", "Query", " MKCOL", "version-control", "get"],
            &[Rule::MethodCase; 5],
        ),
        (
            &["", "GET,POST", "GET POST", "a/b", "Größe"],
            &[Rule::MethodNotToken; 5],
        ),
        (&["*"], &[Rule::MethodAny]),
        (&["custom", "custom", "CUSTOM"], &[Rule::MethodDuplicate]),
    ] {
        let policy = Policy::new(&[PAGE]).methods(methods);
        let errors = policy.layer().expect_err("a broken rule");
        let found: Vec<Rule> = errors.iter().filter_map(PolicyError::rule).collect();
        assert_eq!(found, rules, "{errors}");
    }
}

/// Handlers of a path take the methods that axum routes to them.
#[test]
fn methods_that_policy_routes_does_not_take() {
    let errors = WEBDAV
        .routes::<()>(any(async || "x"))
        .expect_err("PROPFIND");
    expect![[r#"
        methods[0]: `PROPFIND` is not a method that axum can route
        help: write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; other methods need a service, with `Policy::layer()` around it
        methods[2]: `MKCOL` is not a method that axum can route
        help: write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; other methods need a service, with `Policy::layer()` around it
        methods[3]: `QUERY` is not a method that axum can route
        help: write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; other methods need a service, with `Policy::layer()` around it
        methods[4]: `VERSION-CONTROL` is not a method that axum can route
        help: write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; other methods need a service, with `Policy::layer()` around it
        methods[5]: `custom` is not a method that axum can route
        help: write some of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS; other methods need a service, with `Policy::layer()` around it"#]].assert_eq(&errors.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_on_hyper() {
    let service = layer().layer(service_fn(|request: Request<Incoming>| {
        let method = request.method().to_string();
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(
            method,
        ))))
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("a bound address");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let service = TowerToHyperService::new(service);
        http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .await
    });
    let mut connection = Connection::open(addr);
    let mut failures = Failures::default();
    for (request, expected) in [
        (
            preflight("PROPFIND /x", PAGE).request_headers("depth"),
            approved(&format!(
                "access-control-allow-origin: {PAGE}
                 access-control-allow-methods: {ALL}
                 access-control-allow-headers: depth"
            )),
        ),
        (
            actual("PROPFIND /x", PAGE),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 vary: Origin",
            ),
        ),
        (actual("QUERY /x", EVIL).body("select"), forbidden()),
        (preflight("LOCK /x", PAGE), refused()),
        (
            actual("custom /x", PAGE),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 vary: Origin",
            ),
        ),
    ] {
        let found = connection.exchange(&request).cors_headers();
        failures.compare(|| request.to_string(), &expected.cors_headers(), &found);
    }
    failures.finish();
}
