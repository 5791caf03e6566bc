//! Preflights: which are let through, with what, and who never hears of them.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, head, options, put};
use cors_runtime::{CorsRouter, cors, routes};

use super::exchange::{Answer, App, Case, answer, check, granted, refused};
use super::layers::arrangements_and_layers;

#[cors(origins = ["*"], methods = [GET], expose_headers = ["x-total-count"])]
async fn list() {}

#[cors(
    origins = ["https://app.example.com"],
    methods = [POST],
    headers = ["Content-Type", "x-request-id"],
    expose_headers = ["location"],
    max_age = 600,
    credentials,
)]
async fn create() {}

#[cors(
    origins = ["https://app.example.com", "https://admin.example.com"],
    methods = [PUT, PATCH],
    headers = ["*"],
    max_age = 0,
)]
async fn change() {}

#[cors(origins = ["https://admin.example.com"], methods = [DELETE], headers = ["*", "authorization"])]
async fn remove() {}

#[cors(origins = ["https://app.example.com"], methods = [GET], max_age = 1)]
async fn read() {}

#[cors(origins = ["https://admin.example.com"], methods = [HEAD], max_age = 2)]
async fn peek() {}

#[cors(origins = ["https://admin.example.com"], methods = [HEAD])]
async fn peek_alone() {}

#[cors(
    origins = [
        "https://exact.example",
        "https://*.a.example",
        "https://port.example:8443",
        "https://*.p.example:8443",
        "http://localhost:*",
        "https://*.any.example:*",
        "http://127.0.0.1:3000",
        "http://[::1]:*",
        "app://bundle",
    ],
    methods = [GET],
)]
async fn patterns() {}

#[cors(origins = ["https://app.example.com"], dev_origins = ["http://localhost:5173"], methods = [GET])]
async fn developed() {}

#[cors(
    origins = ["*"],
    methods = [GET],
    headers = [
        "a", "bb", "ccc", "x-a", "x-b", "x-c", "x-request-id", "authorization", "content-type",
        "X-Upper", "!#$%&'*+-.^_`|~",
    ],
)]
async fn many_headers() {}

fn apps() -> Vec<App> {
    arrangements_and_layers(&[
        ("/jobs", routes![list, create], get(list).post(create)),
        (
            "/jobs/{id}",
            routes![change, remove],
            put(change).patch(change).delete(remove),
        ),
        ("/both", routes![read, peek], get(read).head(peek)),
        ("/head", routes![peek_alone], head(peek_alone)),
        ("/patterns", routes![patterns], get(patterns)),
        ("/dev", routes![developed], get(developed)),
        ("/headers", routes![many_headers], get(many_headers)),
    ])
}

#[tokio::test]
async fn each_method_is_answered_by_its_own_policy() {
    let created = "allow-origin: https://app.example.com | allow-credentials: true \
        | allow-methods: POST | max-age: 600";
    let with_headers = format!("{created} | allow-headers: content-type, x-request-id");
    let changed = "allow-origin: https://app.example.com | max-age: 0";
    let cases: &[Case] = &[
        (
            "any origin",
            "OPTIONS /jobs | origin: https://elsewhere.example | request-method: GET",
            granted("allow-origin: * | allow-methods: GET"),
        ),
        (
            "any origin, even null",
            "OPTIONS /jobs | origin: null | request-method: GET",
            granted("allow-origin: * | allow-methods: GET"),
        ),
        (
            "HEAD has the policy of GET, and is named itself",
            "OPTIONS /jobs | origin: https://elsewhere.example | request-method: HEAD",
            granted("allow-origin: * | allow-methods: HEAD"),
        ),
        (
            "everything that a policy can say",
            "OPTIONS /jobs | origin: https://app.example.com | request-method: POST \
             | request-headers: content-type",
            granted(&with_headers),
        ),
        (
            "no header requested, none listed",
            "OPTIONS /jobs | origin: https://app.example.com | request-method: POST",
            granted(created),
        ),
        (
            "an empty list of headers requests none",
            "OPTIONS /jobs | origin: https://app.example.com | request-method: POST \
             | request-headers: ",
            granted(created),
        ),
        (
            "an origin of the other handler",
            "OPTIONS /jobs | origin: https://elsewhere.example | request-method: POST",
            refused(),
        ),
        (
            "a header of the other handler",
            "OPTIONS /jobs | origin: https://app.example.com | request-method: GET \
             | request-headers: content-type",
            refused(),
        ),
        (
            "the first method of two",
            "OPTIONS /jobs/7 | origin: https://app.example.com | request-method: PUT",
            granted(&format!("{changed} | allow-methods: PUT")),
        ),
        (
            "the second method of two",
            "OPTIONS /jobs/7 | origin: https://app.example.com | request-method: PATCH",
            granted(&format!("{changed} | allow-methods: PATCH")),
        ),
        (
            "the other origin of two, and any header",
            "OPTIONS /jobs/7 | origin: https://admin.example.com | request-method: PUT \
             | request-headers: x-whatever",
            granted(
                "allow-origin: https://admin.example.com | allow-methods: PUT | max-age: 0 \
                 | allow-headers: *",
            ),
        ),
        (
            "any header is any but authorization",
            "OPTIONS /jobs/7 | origin: https://admin.example.com | request-method: PUT \
             | request-headers: Authorization",
            refused(),
        ),
        (
            "any header that is one",
            "OPTIONS /jobs/7 | origin: https://admin.example.com | request-method: PUT \
             | request-headers: x (y)",
            refused(),
        ),
        (
            "authorization beside any header",
            "OPTIONS /jobs/7 | origin: https://admin.example.com | request-method: DELETE \
             | request-headers: authorization,x-whatever",
            granted(
                "allow-origin: https://admin.example.com | allow-methods: DELETE \
                 | allow-headers: *, authorization",
            ),
        ),
        (
            "GET where HEAD has a handler of its own",
            "OPTIONS /both | origin: https://app.example.com | request-method: GET",
            granted("allow-origin: https://app.example.com | allow-methods: GET | max-age: 1"),
        ),
        (
            "HEAD where it has a handler of its own",
            "OPTIONS /both | origin: https://admin.example.com | request-method: HEAD",
            granted("allow-origin: https://admin.example.com | allow-methods: HEAD | max-age: 2"),
        ),
        (
            "HEAD's own handler doesn't take GET's origins",
            "OPTIONS /both | origin: https://app.example.com | request-method: HEAD",
            refused(),
        ),
        (
            "GET doesn't take HEAD's origins",
            "OPTIONS /both | origin: https://admin.example.com | request-method: GET",
            refused(),
        ),
        (
            "HEAD alone",
            "OPTIONS /head | origin: https://admin.example.com | request-method: HEAD",
            granted("allow-origin: https://admin.example.com | allow-methods: HEAD"),
        ),
        (
            "HEAD doesn't bring GET",
            "OPTIONS /head | origin: https://admin.example.com | request-method: GET",
            refused(),
        ),
    ];
    check(&apps(), cases).await;
}

#[tokio::test]
async fn methods_are_compared_byte_by_byte() {
    let lines = [
        ("a method that no handler serves", "request-method: DELETE"),
        (
            "OPTIONS, which no handler serves",
            "request-method: OPTIONS",
        ),
        (
            "a method that only the web server serves",
            "request-method: TRACE",
        ),
        ("a method that axum cannot route", "request-method: PURGE"),
        ("lower case", "request-method: post"),
        ("mixed case", "request-method: Post"),
        ("space before", "request-method:  POST"),
        ("space behind", "request-method: POST "),
        ("two methods in a line", "request-method: POST, POST"),
        ("two lines", "request-method: POST | request-method: POST"),
        (
            "two lines, the second another",
            "request-method: POST | request-method: GET",
        ),
        ("any", "request-method: *"),
        ("nothing", "request-method: "),
        ("bytes beyond ASCII", "request-method: PÖST"),
    ];
    let cases: Vec<Case<String>> = lines
        .into_iter()
        .map(|(name, line)| {
            let request = format!("OPTIONS /jobs | origin: https://app.example.com | {line}");
            (name, request, refused())
        })
        .chain(
            [
                ("patch, as browsers send it for `fetch`'s patch", "patch"),
                ("put", "put"),
            ]
            .map(|(name, method)| {
                let request = format!(
                    "OPTIONS /jobs/7 | origin: https://app.example.com | request-method: {method}"
                );
                (name, request, refused())
            }),
        )
        .collect();
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn origins() {
    let allowed = [
        "https://exact.example",
        "https://b.a.example",
        "https://c.b.a.example",
        "https://x_y.a.example",
        "https://7.a.example",
        "https://xn--bcher-kva.a.example",
        "https://port.example:8443",
        "https://b.p.example:8443",
        "http://localhost",
        "http://localhost:1",
        "http://localhost:65535",
        "http://localhost:443",
        "https://b.any.example",
        "https://c.b.any.example:9",
        "http://127.0.0.1:3000",
        "http://[::1]",
        "http://[::1]:8080",
        "app://bundle",
    ];
    let foreign = [
        "",
        "*",
        "null",
        "Null",
        "NULL",
        "https://",
        "exact.example",
        "//exact.example",
        "https:exact.example",
        "https:/exact.example",
        "http://exact.example",
        "wss://exact.example",
        "HTTPS://exact.example",
        "https://EXACT.example",
        "https://exact.example.",
        "https://exact.example/",
        "https://exact.example:",
        "https://exact.example:443",
        "https://exact.example:8443",
        "https://exact.example?",
        "https://exact.example#",
        "https://exact.example, https://exact.example",
        "https://exact.example https://exact.example",
        "https://exact.example,",
        " https://exact.example",
        "https://exact.example ",
        "https://exact.example\t",
        "https://www.exact.example",
        "https://exact.example.evil",
        "https://evilexact.example",
        "https://user@exact.example",
        "https://exact.example@evil.example",
        "https://evil.example#https://exact.example",
        "https://exаct.example",
        "https://a.example",
        "https://.a.example",
        "https://..a.example",
        "https://b..a.example",
        "https://*.a.example",
        "https://evila.example",
        "https://a.example.evil",
        "https://b.a.example.evil",
        "https://b.a.example.",
        "https://b.a.example:8443",
        "https://b.a.example:443",
        "https://b.a.example:",
        "https://b.a.example/",
        "https://b.a.example@evil.example",
        "https://evil.example/b.a.example",
        "https://evil.example?.a.example",
        "https://evil.example#.a.example",
        "https://evil.example\\.a.example",
        "https://evil.example:80.a.example",
        "https://evil.example%2f.a.example",
        "https://evil.example@b.a.example",
        "https://B.a.example",
        "https://b.A.example",
        "https://-b.a.example",
        "https://b-.a.example",
        "https://bü.a.example",
        "https://b c.a.example",
        "https://b,c.a.example",
        "http://b.a.example",
        "ftp://b.a.example",
        "https://port.example",
        "https://port.example:443",
        "https://port.example:84430",
        "https://port.example:08443",
        "https://p.example:8443",
        "https://b.p.example",
        "https://b.p.example:443",
        "https://b.p.example:08443",
        "http://localhost:0",
        "http://localhost:80",
        "http://localhost:65536",
        "http://localhost:080",
        "http://localhost:+8",
        "http://localhost:*",
        "http://localhost:",
        "http://localhost:8080:8080",
        "http://localhost.:8080",
        "http://x.localhost:8080",
        "https://localhost:8080",
        "https://any.example:8080",
        "https://b.any.example:443",
        "http://127.0.0.1",
        "http://127.1:3000",
        "http://127.0.0.1.:3000",
        "http://127.0.0.01:3000",
        "http://0x7f.0.0.1:3000",
        "http://[::1",
        "http://::1:8080",
        "http://[0:0:0:0:0:0:0:1]:8080",
        "http://[::1%25lo]:8080",
        "http://[::2]:8080",
        "app://bundle:1",
        "app://bundle/",
        "app://",
        "app:bundle",
    ];
    let long_label = "x".repeat(63);
    let long_host = [long_label.as_str(); 3].join(".");
    let fits = format!("https://{}.{long_host}.a.example", "x".repeat(51));
    let too_long = format!("https://{}.{long_host}.a.example", "x".repeat(52));
    let label_fits = format!("https://{long_label}.a.example");
    let label_too_long = format!("https://x{long_label}.a.example");
    assert_eq!(fits.len() - "https://".len(), 253, "the longest host");

    let cases: Vec<Case<String>> = allowed
        .into_iter()
        .chain([fits.as_str(), &label_fits])
        .map(|origin| {
            let lines = format!("allow-origin: {origin} | allow-methods: GET");
            ("an allowed origin", origin, granted(&lines))
        })
        .chain(
            foreign
                .into_iter()
                .chain([too_long.as_str(), &label_too_long])
                .map(|origin| ("a foreign origin", origin, refused())),
        )
        .map(|(name, origin, answer)| {
            let request = format!("OPTIONS /patterns | origin: {origin} | request-method: GET");
            (name, request, answer)
        })
        .collect();
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn several_origin_lines_and_development() {
    let in_debug_builds = |lines: &str| -> Answer {
        if cfg!(debug_assertions) {
            granted(lines)
        } else {
            refused()
        }
    };
    let cases: &[Case] = &[
        (
            "the same origin twice",
            "OPTIONS /patterns | origin: https://exact.example | origin: https://exact.example \
             | request-method: GET",
            refused(),
        ),
        (
            "an allowed origin and a foreign one",
            "OPTIONS /patterns | origin: https://exact.example | origin: https://evil.example \
             | request-method: GET",
            refused(),
        ),
        (
            "two origins, where one is fixed",
            "OPTIONS /jobs | origin: https://app.example.com | origin: https://app.example.com \
             | request-method: POST",
            refused(),
        ),
        (
            "null where one origin is fixed",
            "OPTIONS /jobs | origin: null | request-method: POST",
            refused(),
        ),
        (
            "two origins, where any is allowed",
            "OPTIONS /jobs | origin: https://a.example | origin: https://b.example \
             | request-method: GET",
            refused(),
        ),
        (
            "an origin for development",
            "OPTIONS /dev | origin: http://localhost:5173 | request-method: GET",
            in_debug_builds("allow-origin: http://localhost:5173 | allow-methods: GET"),
        ),
        (
            "another port than in development",
            "OPTIONS /dev | origin: http://localhost:5174 | request-method: GET",
            refused(),
        ),
        (
            "the deployed origin beside one for development",
            "OPTIONS /dev | origin: https://app.example.com | request-method: GET",
            granted("allow-origin: https://app.example.com | allow-methods: GET"),
        ),
    ];
    check(&apps(), cases).await;
}

#[tokio::test]
async fn requested_headers() {
    let no_headers = || granted("allow-origin: * | allow-methods: GET");
    let all_headers = || {
        granted(
            "allow-origin: * | allow-methods: GET | allow-headers: a, bb, ccc, x-a, x-b, x-c, \
             x-request-id, authorization, content-type, x-upper, !#$%&'*+-.^_`|~",
        )
    };
    let lines: Vec<(&str, String, Answer)> = [
        (
            "as browsers send them",
            "authorization,content-type,x-a",
            all_headers(),
        ),
        (
            "out of order",
            "x-a,content-type,authorization",
            all_headers(),
        ),
        (
            "in upper case",
            "X-A,CONTENT-TYPE,AuThOrIzAtIoN",
            all_headers(),
        ),
        ("listed in upper case", "x-upper", all_headers()),
        (
            "spaces and tabs around",
            " \tx-a \t ,\t x-b  ",
            all_headers(),
        ),
        ("the same twice", "x-a,X-A,x-a", all_headers()),
        ("empty elements", ",x-a,, ,x-b,", all_headers()),
        (
            "every character of a token",
            "!#$%&'*+-.^_`|~",
            all_headers(),
        ),
        (
            "several lines",
            "x-a | request-headers: x-b | request-headers: x-c, bb",
            all_headers(),
        ),
        (
            "an empty line among others",
            "x-a | request-headers:  | request-headers: bb",
            all_headers(),
        ),
        ("nothing", "", no_headers()),
        ("spaces alone", " \t ", no_headers()),
        ("commas alone", ", ,\t,", no_headers()),
        ("a foreign one", "x-d", refused()),
        ("a foreign one at the end", "a,bb,ccc,x-d", refused()),
        (
            "a foreign one in another line",
            "a | request-headers: x-d",
            refused(),
        ),
        ("the beginning of an allowed one", "x-request-i", refused()),
        ("an allowed one and more", "x-request-ids", refused()),
        ("any, as a name", "*", refused()),
        ("a space inside", "x -a", refused()),
        ("spaces for commas", "x-a x-b", refused()),
        ("semicolons for commas", "x-a;x-b", refused()),
        ("quotes", "\"x-a\"", refused()),
        ("a colon", "x-a:", refused()),
        ("bytes beyond ASCII", "x-ä", refused()),
        ("no-break space around", "\u{a0}x-a", refused()),
    ]
    .into_iter()
    .map(|(name, value, answer)| (name, value.to_owned(), answer))
    .chain([
        (
            "4096 bytes",
            format!("x-a{}", " ".repeat(4093)),
            all_headers(),
        ),
        ("4097 bytes", format!("x-a{}", " ".repeat(4094)), refused()),
        (
            "4096 bytes in lines",
            format!("x-a{0} | request-headers: x-a{0}", " ".repeat(2045)),
            all_headers(),
        ),
        (
            "4097 bytes in lines",
            format!(
                "x-a{} | request-headers: x-a{}",
                " ".repeat(2045),
                " ".repeat(2046)
            ),
            refused(),
        ),
        ("128 names", ["a"; 128].join(","), all_headers()),
        ("129 names", ["a"; 129].join(","), refused()),
        (
            "128 names in lines",
            ["a"; 128].join(" | request-headers: "),
            all_headers(),
        ),
        (
            "129 names in lines",
            ["a"; 129].join(" | request-headers: "),
            refused(),
        ),
        (
            "16 empty elements",
            format!("x-a{}", ",".repeat(16)),
            all_headers(),
        ),
        (
            "17 empty elements",
            format!("x-a{}", ",".repeat(17)),
            refused(),
        ),
        (
            "16 empty lines",
            ["x-a", &" | request-headers: ".repeat(16)].concat(),
            all_headers(),
        ),
        (
            "17 empty lines",
            ["x-a", &" | request-headers: ".repeat(17)].concat(),
            refused(),
        ),
        ("17 empty elements alone", ",".repeat(16), refused()),
        (
            "128 names and 16 empty elements",
            format!("{}{}", ["a"; 128].join(","), ",".repeat(16)),
            all_headers(),
        ),
        ("a name of 4096 bytes", "x".repeat(4096), refused()),
        ("a million commas", ",".repeat(1 << 20), refused()),
    ])
    .collect();
    let cases: Vec<Case<String>> = lines
        .into_iter()
        .map(|(name, value, answer)| {
            let request = format!(
                "OPTIONS /headers | origin: https://a.example | request-method: GET \
                 | request-headers: {value}"
            );
            (name, request, answer)
        })
        .collect();
    check(&apps(), &cases).await;
}

#[cors(origins = ["https://app.example.com"], methods = [OPTIONS], headers = ["x-a"], credentials)]
async fn describe() -> &'static str {
    "described"
}

/// OPTIONS with a handler: preflights never reach it, and everything else does.
#[tokio::test]
async fn options_handlers() {
    let plain = || options(async || "plain");
    let pass = from_fn(async |request: Request, next: Next| next.run(request).await);
    let annotated = [
        App::new("alone", CorsRouter::new().route("/x", routes![describe])),
        App::new(
            "layered",
            CorsRouter::new()
                .route("/x", routes![describe])
                .layer(pass.clone()),
        ),
        App::new(
            "beside GET",
            CorsRouter::new().route("/x", routes![describe, list]),
        ),
        App::new(
            "beside a plain handler",
            CorsRouter::new()
                .route("/x", routes![describe])
                .route("/x", delete(async || {})),
        ),
        App::new(
            "in a plain router",
            axum::Router::new().route("/x", MethodRouter::from(routes![describe])),
        ),
    ];
    let own = "allow-origin: https://app.example.com | allow-credentials: true";
    let cases: &[Case] = &[
        (
            "its preflight",
            "OPTIONS /x | origin: https://app.example.com | request-method: OPTIONS \
             | request-headers: X-A",
            granted(&format!(
                "{own} | allow-methods: OPTIONS | allow-headers: x-a"
            )),
        ),
        (
            "a foreign origin's preflight",
            "OPTIONS /x | origin: https://evil.example | request-method: OPTIONS",
            refused(),
        ),
        (
            "the preflight of a method without a handler",
            "OPTIONS /x | origin: https://app.example.com | request-method: POST",
            refused(),
        ),
        (
            "no preflight without a method",
            "OPTIONS /x | origin: https://app.example.com",
            answer(200, own),
        ),
        (
            "no preflight without an origin",
            "OPTIONS /x | request-method: OPTIONS",
            answer(200, own),
        ),
    ];
    check(&annotated, cases).await;

    let beside_plain = [
        App::new(
            "given after",
            CorsRouter::new()
                .route("/x", routes![list])
                .route("/x", plain()),
        ),
        App::new(
            "given before",
            CorsRouter::new()
                .route("/x", plain())
                .route("/x", routes![list]),
        ),
        App::new(
            "layered",
            CorsRouter::new()
                .route("/x", routes![list])
                .route("/x", plain())
                .layer(pass),
        ),
        App::new(
            "merged routes",
            CorsRouter::new().route("/x", routes![list].merge(plain())),
        ),
        App::new(
            "in a plain router",
            axum::Router::new().route("/x", MethodRouter::from(routes![list].merge(plain()))),
        ),
    ];
    let cases: &[Case] = &[
        (
            "a preflight",
            "OPTIONS /x | origin: https://a.example | request-method: GET",
            granted("allow-origin: * | allow-methods: GET"),
        ),
        (
            "the preflight of the plain handler",
            "OPTIONS /x | origin: https://a.example | request-method: OPTIONS",
            refused(),
        ),
        (
            "an empty method makes a preflight all the same",
            "OPTIONS /x | origin: https://a.example | request-method: ",
            refused(),
        ),
        (
            "no preflight without a method",
            "OPTIONS /x | origin: https://a.example | request-headers: x-a",
            answer(200, ""),
        ),
        (
            "no preflight without an origin",
            "OPTIONS /x | request-method: GET",
            answer(200, ""),
        ),
        ("plain OPTIONS", "OPTIONS /x", answer(200, "")),
        (
            "a method, but of another request",
            "GET /x | origin: https://a.example | request-method: GET",
            answer(200, "allow-origin: * | expose-headers: x-total-count"),
        ),
    ];
    check(&beside_plain, cases).await;
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

fn run() {
    RUNS.fetch_add(1, Ordering::Relaxed);
}

async fn counted(request: Request, next: Next) -> Response {
    run();
    next.run(request).await
}

struct Counted;

impl<S: Sync> FromRequestParts<S> for Counted {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        run();
        Ok(Self)
    }
}

#[cors(origins = ["https://app.example.com"], methods = [GET, OPTIONS])]
async fn counted_with_options(_: Counted) {
    run();
}

#[cors(origins = ["https://app.example.com"], methods = [GET])]
async fn counted_handler(_: Counted) {
    run();
}

/// Nothing of the user's runs for a preflight, whether it is let through or not.
#[tokio::test]
async fn nobody_hears_of_a_preflight() {
    let layer = || from_fn(counted);
    let fallback = async |_: Counted| run();
    let layered = CorsRouter::new()
        .route("/x", routes![counted_handler])
        .route("/o", routes![counted_with_options])
        .route("/p", routes![counted_handler].layer(layer()))
        .route("/p", delete(fallback).layer(layer()))
        .route("/q", routes![counted_handler].merge(options(fallback)))
        .route_layer(layer())
        .fallback(fallback)
        .method_not_allowed_fallback(fallback)
        .layer(layer());
    let plain = axum::Router::new()
        .route(
            "/x",
            MethodRouter::from(routes![counted_handler].layer(layer())),
        )
        .route(
            "/o",
            MethodRouter::from(routes![counted_with_options].layer(layer())),
        )
        .route(
            "/p",
            MethodRouter::from(
                routes![counted_handler]
                    .merge(delete(fallback))
                    .layer(layer()),
            ),
        )
        .route(
            "/q",
            MethodRouter::from(
                routes![counted_handler]
                    .merge(options(fallback))
                    .layer(layer()),
            ),
        );
    let nested = || {
        CorsRouter::new()
            .nest("/api", layered.clone())
            .layer(layer())
            .fallback(fallback)
    };
    let apps = [
        App {
            prefix: "/api",
            ..App::new("nested", nested())
        },
        App {
            prefix: "/v1/api",
            ..App::new("nested twice", CorsRouter::new().nest("/v1", nested()))
        },
        App::new("method routers", plain),
        App::new("layered", layered),
    ];
    for app in apps {
        for path in ["/x", "/o", "/p", "/q"] {
            for (origin, method, status) in [
                ("https://app.example.com", "GET", 204),
                ("https://app.example.com", "PUT", 403),
                ("https://evil.example", "GET", 403),
            ] {
                let request =
                    format!("OPTIONS {path} | origin: {origin} | request-method: {method}");
                let response = app.send(&request).await;
                let found = (response.status().as_u16(), RUNS.load(Ordering::Relaxed));
                assert_eq!(found, (status, 0), "{} {request}", app.name);
            }
            // The count works.
            app.send(&format!("GET {path} | origin: https://app.example.com"))
                .await;
            let runs = RUNS.swap(0, Ordering::Relaxed);
            assert!(runs >= 2, "{} {path}: {runs} runs", app.name);
        }
    }
}
