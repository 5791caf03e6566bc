//! Preflights: which are approved and with which headers, and that they reach neither handlers nor
//! layers.

use std::convert::Infallible;
use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, head, options, put};
use cors_runtime::{CorsRouter, Policy, cors, routes};
use cors_test_support::{
    App, Case, WireRequest, WireResponse, actual, approved, arrangements, case, check, preflight,
    refused, response,
};

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

const SITE: Policy = Policy::new(&["https://app.example.com"]).headers(&["x-a"]);

#[cors(policy = SITE, methods = [GET])]
async fn equal_get() {}

#[cors(policy = SITE, methods = [PUT])]
async fn equal_put() {}

#[cors(origins = ["https://app.example.com"], headers = ["x-a"], methods = [DELETE])]
async fn equal_delete() {}

#[cors(policy = SITE, methods = [PATCH], max_age = 60)]
async fn unequal_patch() {}

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
        "https://-edge-.example",
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
        "X-Upper", "!#$%&'+-.^_`|~",
    ],
)]
async fn many_headers() {}

#[cors(
    origins = ["https://app.example.com"],
    methods = [GET],
    headers = ["x-request-id", "Content-Type", "Mcp-Param-*", "x-b-*"],
    credentials,
)]
async fn prefixes() {}

#[cors(origins = ["*"], methods = [GET], headers = ["x*"])]
async fn prefix_only() {}

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
        ("/prefixes", routes![prefixes], get(prefixes)),
        ("/prefix", routes![prefix_only], get(prefix_only)),
    ])
}

/// The headers of a preflight for POST on `/jobs`, before those about its request headers.
const CREATED: &str = "access-control-allow-origin: https://app.example.com
                       access-control-allow-credentials: true
                       access-control-allow-methods: POST
                       access-control-max-age: 600";

/// 204 with the headers of the policy of the requested method.
#[tokio::test]
async fn preflight_allowed() {
    let cases = [
        case(
            "every key of a policy",
            preflight("POST /jobs", "https://app.example.com").request_headers("content-type"),
            approved(&format!(
                "{CREATED}
                 access-control-allow-headers: content-type, x-request-id"
            )),
        ),
        case(
            "no header requested, none listed",
            preflight("POST /jobs", "https://app.example.com"),
            approved(CREATED),
        ),
        case(
            "an empty list of headers requests none",
            preflight("POST /jobs", "https://app.example.com").request_headers(""),
            approved(CREATED),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn preflight_allow_origin_any() {
    let cases = [
        case(
            "any origin",
            preflight("GET /jobs", "https://elsewhere.example"),
            approved(
                "access-control-allow-origin: *
                 access-control-allow-methods: GET",
            ),
        ),
        case(
            "any origin, even null",
            preflight("GET /jobs", "null"),
            approved(
                "access-control-allow-origin: *
                 access-control-allow-methods: GET",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn preflight_allow_methods_has_all_methods_of_the_policy() {
    let cases = [
        case(
            "the first method of two",
            preflight("PUT /jobs/7", "https://app.example.com"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-methods: PUT, PATCH
                 access-control-max-age: 0",
            ),
        ),
        case(
            "the second method of two",
            preflight("PATCH /jobs/7", "https://app.example.com"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-methods: PUT, PATCH
                 access-control-max-age: 0",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

/// Browsers keep one response for a URL, so that it lists every method that they may send without
/// asking again, and none that another policy decides about.
#[tokio::test]
async fn preflight_allow_methods_of_handlers_with_equal_policies() {
    let own = "access-control-allow-origin: https://app.example.com
               access-control-allow-methods";
    let to = |method: &str, headers: String| {
        let request = preflight(&format!("{method} /equal"), "https://app.example.com");
        case(method, request, approved(&headers))
    };
    let cases = [
        to("GET", format!("{own}: GET, PUT, DELETE")),
        to("HEAD", format!("{own}: GET, HEAD, PUT, DELETE")),
        to("PUT", format!("{own}: GET, PUT, DELETE")),
        to("DELETE", format!("{own}: GET, PUT, DELETE")),
        to("PATCH", format!("{own}: PATCH\naccess-control-max-age: 60")),
    ];
    // Layers do not know of each other.
    let apps = arrangements(&[(
        "/equal",
        routes![equal_get, equal_put, equal_delete, unequal_patch],
    )]);
    check(&apps, &cases).await;
}

/// `*` does not cover `authorization`.
#[tokio::test]
async fn preflight_allow_headers_any() {
    let cases = [
        case(
            "the other origin of two, and any header",
            preflight("PUT /jobs/7", "https://admin.example.com").request_headers("x-whatever"),
            approved(
                "access-control-allow-origin: https://admin.example.com
                 access-control-allow-methods: PUT, PATCH
                 access-control-max-age: 0
                 access-control-allow-headers: *",
            ),
        ),
        case(
            "any header is any but authorization",
            preflight("PUT /jobs/7", "https://admin.example.com").request_headers("Authorization"),
            refused(),
        ),
        case(
            "any header that is one",
            preflight("PUT /jobs/7", "https://admin.example.com").request_headers("x (y)"),
            refused(),
        ),
        case(
            "authorization beside any header",
            preflight("DELETE /jobs/7", "https://admin.example.com")
                .request_headers("authorization,x-whatever"),
            approved(
                "access-control-allow-origin: https://admin.example.com
                 access-control-allow-methods: DELETE
                 access-control-allow-headers: *, authorization",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn preflight_refused_by_the_policy_of_its_method() {
    let cases = [
        case(
            "an origin of the other handler",
            preflight("POST /jobs", "https://elsewhere.example"),
            refused(),
        ),
        case(
            "a header of the other handler",
            preflight("GET /jobs", "https://app.example.com").request_headers("content-type"),
            refused(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn preflight_max_age_of_its_method() {
    let cases = [
        case(
            "GET where HEAD has a handler of its own",
            preflight("GET /both", "https://app.example.com"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-methods: GET
                 access-control-max-age: 1",
            ),
        ),
        case(
            "HEAD where it has a handler of its own",
            preflight("HEAD /both", "https://admin.example.com"),
            approved(
                "access-control-allow-origin: https://admin.example.com
                 access-control-allow-methods: HEAD
                 access-control-max-age: 2",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

/// HEAD has the policy of GET, unless it has a handler of its own.
#[tokio::test]
async fn preflight_head_uses_get() {
    let cases = [
        case(
            "HEAD has the policy of GET, and is listed with it",
            preflight("HEAD /jobs", "https://elsewhere.example"),
            approved(
                "access-control-allow-origin: *
                 access-control-allow-methods: GET, HEAD",
            ),
        ),
        case(
            "HEAD's own handler doesn't take GET's origins",
            preflight("HEAD /both", "https://app.example.com"),
            refused(),
        ),
        case(
            "HEAD alone",
            preflight("HEAD /head", "https://admin.example.com"),
            approved(
                "access-control-allow-origin: https://admin.example.com
                 access-control-allow-methods: HEAD",
            ),
        ),
        case(
            "HEAD doesn't bring GET",
            preflight("GET /head", "https://admin.example.com"),
            refused(),
        ),
        case(
            "GET doesn't take HEAD's origins",
            preflight("GET /both", "https://admin.example.com"),
            refused(),
        ),
    ];
    check(&apps(), &cases).await;
}

/// Methods are compared byte by byte.
#[tokio::test]
async fn preflight_refused_for_other_methods() {
    let lines = [
        (
            "a method that no handler serves",
            "access-control-request-method: DELETE",
        ),
        (
            "OPTIONS, which no handler serves",
            "access-control-request-method: OPTIONS",
        ),
        (
            "a method that only the web server serves",
            "access-control-request-method: TRACE",
        ),
        (
            "a method that axum cannot route",
            "access-control-request-method: PURGE",
        ),
        ("lower case", "access-control-request-method: post"),
        ("mixed case", "access-control-request-method: Post"),
        ("space before", "access-control-request-method:  POST"),
        ("space behind", "access-control-request-method: POST "),
        (
            "two methods in a line",
            "access-control-request-method: POST, POST",
        ),
        (
            "two lines",
            "access-control-request-method: POST
             access-control-request-method: POST",
        ),
        (
            "two lines, the second another",
            "access-control-request-method: POST
             access-control-request-method: GET",
        ),
        ("any", "access-control-request-method: *"),
        ("nothing", "access-control-request-method: "),
        ("bytes beyond ASCII", "access-control-request-method: PÖST"),
    ];
    let other_paths = [
        ("patch, as browsers send it for `fetch`'s patch", "patch"),
        ("put", "put"),
    ];
    let on_jobs = lines.map(|(name, lines)| {
        let request = format!("OPTIONS /jobs\norigin: https://app.example.com\n{lines}");
        case(name, request, refused())
    });
    let on_a_job = other_paths.map(|(name, method)| {
        let request = preflight(&format!("{method} /jobs/7"), "https://app.example.com");
        case(name, request, refused())
    });
    check(&apps(), &on_jobs).await;
    check(&apps(), &on_a_job).await;
}

/// The origins of `patterns`, as a browser sends them.
#[tokio::test]
async fn preflight_allow_origin_is_the_origin_of_the_request() {
    let [longest_host, longest_label] = hosts_of_length(253, 63);
    let allowed = [
        "https://exact.example",
        "https://b.a.example",
        "https://c.b.a.example",
        "https://x_y.a.example",
        "https://7.a.example",
        "https://-b.a.example",
        "https://b-.a.example",
        "https://-edge-.example",
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
    let allowed = allowed.into_iter().chain([&*longest_host, &longest_label]);
    let cases: Vec<Case> = allowed
        .map(|origin| {
            let headers =
                format!("access-control-allow-origin: {origin}\naccess-control-allow-methods: GET");
            case(
                "an allowed origin",
                preflight("GET /patterns", origin),
                approved(&headers),
            )
        })
        .collect();
    check(&apps(), &cases).await;
}

/// Origins are compared byte by byte, and patterns label by label.
#[tokio::test]
async fn preflight_refused_for_other_origins() {
    let [too_long_host, too_long_label] = hosts_of_length(254, 64);
    let huge = format!("https://{}b.a.example", "b.".repeat(200_000));
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
    let foreign = foreign
        .into_iter()
        .chain([&*too_long_host, &too_long_label, &huge]);
    let cases: Vec<Case> = foreign
        .map(|origin| {
            case(
                "a foreign origin",
                preflight("GET /patterns", origin),
                refused(),
            )
        })
        .collect();
    check(&apps(), &cases).await;
}

/// An origin below `a.example` with a host of this length, and one with a label of this length.
fn hosts_of_length(host: usize, label: usize) -> [String; 2] {
    let long_label = "x".repeat(63);
    let end = format!("{}.a.example", [long_label.as_str(); 3].join("."));
    let first = "x".repeat(host - end.len() - ".".len());
    let origin = format!("https://{first}.{end}");
    assert_eq!(origin.len() - "https://".len(), host);
    [origin, format!("https://{}.a.example", "x".repeat(label))]
}

#[tokio::test]
async fn preflight_refused_for_several_origins() {
    let cases = [
        case(
            "the same origin twice",
            "OPTIONS /patterns
             origin: https://exact.example
             origin: https://exact.example
             access-control-request-method: GET",
            refused(),
        ),
        case(
            "an allowed origin and a foreign one",
            "OPTIONS /patterns
             origin: https://exact.example
             origin: https://evil.example
             access-control-request-method: GET",
            refused(),
        ),
        case(
            "two origins, where one is fixed",
            "OPTIONS /jobs
             origin: https://app.example.com
             origin: https://app.example.com
             access-control-request-method: POST",
            refused(),
        ),
        case(
            "two origins, where any is allowed",
            "OPTIONS /jobs
             origin: https://a.example
             origin: https://b.example
             access-control-request-method: GET",
            refused(),
        ),
    ];
    check(&apps(), &cases).await;
}

#[tokio::test]
async fn preflight_refused_for_null() {
    let cases = [case(
        "null where one origin is fixed",
        preflight("POST /jobs", "null"),
        refused(),
    )];
    check(&apps(), &cases).await;
}

/// Allowed by `dev_origins`, which only debug builds have.
fn in_debug_builds(headers: &str) -> WireResponse {
    if cfg!(debug_assertions) {
        approved(headers)
    } else {
        refused()
    }
}

#[tokio::test]
async fn preflight_allow_origin_of_development() {
    let cases = [
        case(
            "an origin for development",
            preflight("GET /dev", "http://localhost:5173"),
            in_debug_builds(
                "access-control-allow-origin: http://localhost:5173
                 access-control-allow-methods: GET",
            ),
        ),
        case(
            "another port than in development",
            preflight("GET /dev", "http://localhost:5174"),
            refused(),
        ),
        case(
            "the deployed origin beside one for development",
            preflight("GET /dev", "https://app.example.com"),
            approved(
                "access-control-allow-origin: https://app.example.com
                 access-control-allow-methods: GET",
            ),
        ),
    ];
    check(&apps(), &cases).await;
}

/// No header is requested, so that none is listed.
fn no_headers() -> WireResponse {
    approved("access-control-allow-origin: *\naccess-control-allow-methods: GET")
}

/// All headers that the policy allows.
fn all_headers() -> WireResponse {
    approved(
        "access-control-allow-origin: *
         access-control-allow-methods: GET
         access-control-allow-headers: a, bb, ccc, x-a, x-b, x-c, \
         x-request-id, authorization, content-type, x-upper, !#$%&'+-.^_`|~",
    )
}

/// A preflight on `/headers`, with a line of requested headers for each line of the text.
fn requesting((name, lines, response): (&str, impl AsRef<str>, WireResponse)) -> Case {
    let preflight = preflight("GET /headers", "https://a.example");
    let lines = lines.as_ref().split('\n');
    let request = lines.fold(preflight, WireRequest::request_headers);
    case(name, request, response)
}

/// Names in any order, case and spacing, and on any number of lines.
#[tokio::test]
async fn preflight_allow_headers() {
    let rows = [
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
            "every character of a token but `*`",
            "!#$%&'+-.^_`|~",
            all_headers(),
        ),
        ("several lines", "x-a\nx-b\nx-c, bb", all_headers()),
        ("an empty line among others", "x-a\n\nbb", all_headers()),
        ("nothing", "", no_headers()),
        ("spaces alone", " \t ", no_headers()),
        ("commas alone", ", ,\t,", no_headers()),
        ("a foreign one", "x-d", refused()),
        ("a foreign one at the end", "a,bb,ccc,x-d", refused()),
        ("a foreign one in another line", "a\nx-d", refused()),
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
    ];
    check(&apps(), &rows.map(requesting)).await;
}

#[tokio::test]
async fn preflight_allow_headers_has_limits() {
    let rows = [
        (
            "4096 bytes",
            format!("x-a{}", " ".repeat(4093)),
            all_headers(),
        ),
        ("4097 bytes", format!("x-a{}", " ".repeat(4094)), refused()),
        (
            "4096 bytes in lines",
            format!("x-a{0}\nx-a{0}", " ".repeat(2045)),
            all_headers(),
        ),
        (
            "4097 bytes in lines",
            format!("x-a{}\nx-a{}", " ".repeat(2045), " ".repeat(2046)),
            refused(),
        ),
        ("128 names", ["a"; 128].join(","), all_headers()),
        ("129 names", ["a"; 129].join(","), refused()),
        ("128 names in lines", ["a"; 128].join("\n"), all_headers()),
        ("129 names in lines", ["a"; 129].join("\n"), refused()),
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
            ["x-a", &"\n".repeat(16)].concat(),
            all_headers(),
        ),
        (
            "17 empty lines",
            ["x-a", &"\n".repeat(17)].concat(),
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
    ];
    check(&apps(), &rows.map(requesting)).await;
}

/// The names of the list and the requested ones that a prefix covers: sorted, in lower case, each
/// once.
#[tokio::test]
async fn preflight_allow_headers_with_a_prefix() {
    let allowed = |headers: &str| {
        approved(&format!(
            "access-control-allow-origin: https://app.example.com
             access-control-allow-credentials: true
             access-control-allow-methods: GET
             access-control-allow-headers: {headers}"
        ))
    };
    let cases = [
        (
            "names that only a prefix covers",
            "mcp-param-city,mcp-param-region",
            allowed("content-type, mcp-param-city, mcp-param-region, x-request-id"),
        ),
        (
            "names of the list only",
            "content-type",
            allowed("content-type, x-request-id"),
        ),
        (
            "both, and of two prefixes",
            "content-type,mcp-param-a,x-b-a",
            allowed("content-type, mcp-param-a, x-b-a, x-request-id"),
        ),
        (
            "out of order, in upper case, several times",
            "X-B-A, MCP-Param-Z ,mcp-param-b,x-b-a,,Mcp-Param-B",
            allowed("content-type, mcp-param-b, mcp-param-z, x-b-a, x-request-id"),
        ),
        (
            "every character of a token",
            "x-b-!#$%&'*+-.^_`|~",
            allowed("content-type, x-b-!#$%&'*+-.^_`|~, x-request-id"),
        ),
        ("the prefix only", "mcp-param-", refused()),
        ("the prefix as it is listed", "mcp-param", refused()),
        ("the prefix inside", "x-mcp-param-a", refused()),
        ("a space inside", "mcp-param-a b", refused()),
        ("bytes beyond ASCII", "mcp-param-ä", refused()),
        ("a foreign one beside", "mcp-param-a,x-c", refused()),
    ];
    let requesting = |(name, headers, response)| {
        let preflight = preflight("GET /prefixes", "https://app.example.com");
        case(name, preflight.request_headers(headers), response)
    };
    check(&apps(), &cases.map(requesting)).await;

    let names = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("x{number:03}")).collect();
        names
    };
    let allow = "access-control-allow-origin: *\naccess-control-allow-methods: GET";
    let listed = |names: &str| approved(&format!("{allow}\naccess-control-allow-headers: {names}"));
    let rows = [
        ("nothing", String::new(), approved(allow)),
        (
            "128 names",
            names(128).join(","),
            listed(&names(128).join(", ")),
        ),
        ("129 names", names(129).join(","), refused()),
        (
            "one name 128 times in lines",
            ["x-a"; 128].join("\n"),
            listed("x-a"),
        ),
        ("4096 bytes", "x".repeat(4096), listed(&"x".repeat(4096))),
        ("4097 bytes", "x".repeat(4097), refused()),
    ];
    let requesting = |(name, lines, response): (_, String, _)| {
        let preflight = preflight("GET /prefix", "https://a.example");
        let request = lines
            .split('\n')
            .fold(preflight, WireRequest::request_headers);
        case(name, request, response)
    };
    check(&apps(), &rows.map(requesting)).await;
}

#[cors(origins = ["https://app.example.com"], methods = [OPTIONS], headers = ["x-a"], credentials)]
async fn describe() -> &'static str {
    "described"
}

/// A handler of OPTIONS gets the requests that are no preflights.
#[tokio::test]
async fn preflight_reaches_no_options_handler_with_a_policy() {
    let pass = from_fn(async |request: Request, next: Next| next.run(request).await);
    let apps = [
        App::new("alone", CorsRouter::new().route("/x", routes![describe])),
        App::new(
            "layered",
            CorsRouter::new().route("/x", routes![describe]).layer(pass),
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
    let own = "access-control-allow-origin: https://app.example.com
               access-control-allow-credentials: true";
    let cases = [
        case(
            "its preflight",
            preflight("OPTIONS /x", "https://app.example.com").request_headers("X-A"),
            approved(&format!(
                "{own}
                 access-control-allow-methods: OPTIONS
                 access-control-allow-headers: x-a"
            )),
        ),
        case(
            "a foreign origin's preflight",
            preflight("OPTIONS /x", "https://evil.example"),
            refused(),
        ),
        case(
            "the preflight of a method without a handler",
            preflight("POST /x", "https://app.example.com"),
            refused(),
        ),
        case(
            "no preflight without a method",
            actual("OPTIONS /x", "https://app.example.com"),
            response(200, own),
        ),
        case(
            "no preflight without an origin",
            "OPTIONS /x
             access-control-request-method: OPTIONS",
            response(200, own),
        ),
    ];
    check(&apps, &cases).await;
}

#[tokio::test]
async fn preflight_reaches_no_plain_options_handler() {
    let plain = || options(async || "plain");
    let pass = from_fn(async |request: Request, next: Next| next.run(request).await);
    let apps = [
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
    let cases = [
        case(
            "a preflight",
            preflight("GET /x", "https://a.example"),
            approved(
                "access-control-allow-origin: *
                 access-control-allow-methods: GET",
            ),
        ),
        case(
            "the preflight of the plain handler",
            preflight("OPTIONS /x", "https://a.example"),
            refused(),
        ),
        case(
            "an empty method makes a preflight all the same",
            "OPTIONS /x
             origin: https://a.example
             access-control-request-method: ",
            refused(),
        ),
        case(
            "no preflight without a method",
            "OPTIONS /x
             origin: https://a.example
             access-control-request-headers: x-a",
            response(200, ""),
        ),
        case(
            "no preflight without an origin",
            "OPTIONS /x
             access-control-request-method: GET",
            response(200, ""),
        ),
        case("plain OPTIONS", "OPTIONS /x", response(200, "")),
        case(
            "a method, but of another request",
            "GET /x
             origin: https://a.example
             access-control-request-method: GET",
            response(
                200,
                "access-control-allow-origin: *
                 access-control-expose-headers: x-total-count",
            ),
        ),
    ];
    check(&apps, &cases).await;
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

    fn from_request_parts(_: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> {
        run();
        ready(Ok(Self))
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

/// A preflight is answered before layers, extractors and handlers run, approved or not.
#[tokio::test]
async fn preflight_reaches_no_layer_extractor_or_handler() {
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
        App::nested("nested", "/api", nested()),
        App::nested(
            "nested twice",
            "/v1/api",
            CorsRouter::new().nest("/v1", nested()),
        ),
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
                let request = preflight(&format!("{method} {path}"), origin);
                let response = app.send(&request).await;
                let found = (response.status().as_u16(), RUNS.load(Ordering::Relaxed));
                assert_eq!(found, (status, 0), "{} {request}", app.name);
            }
            // The count works.
            let request = actual(&format!("GET {path}"), "https://app.example.com");
            app.send(request).await;
            let runs = RUNS.swap(0, Ordering::Relaxed);
            assert!(runs >= 2, "{} {path}: {runs} runs", app.name);
        }
    }
}
