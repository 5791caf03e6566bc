//! Held requests: writes and web sockets of every handler with a policy, and reads under `enforce`. Of
//! pages that the policy does not allow they are refused before a layer, an extractor or a handler runs.
//!
//! Rows are a request and the status of its response; every 403 has the headers of
//! `cors_test_support::forbidden`. The rows of other projects are their cases in our notation. Where a
//! row deviates from its source, a comment says why.

use std::convert::Infallible;
use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::Response;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, any, delete};
use cors_runtime::{CorsRouter, Origin, OriginSet, Policy, cors, routes};
use cors_test_support::{
    App, Failures, WireRequest, WireResponse, actual, approved, arrangements, case, check,
    forbidden, preflight, response,
};
use tower::Layer;

use super::layers::arrangements_and_layers;

#[cors(
    origins = ["https://app.example", "https://*.partner.example"],
    methods = [GET, POST, PUT, PATCH, DELETE],
)]
async fn shown() {}

#[cors(
    origins = ["https://app.example", "https://*.partner.example"],
    methods = [GET, POST, PUT, PATCH, DELETE],
    enforce,
)]
async fn guarded() {}

#[cors(origins = ["*"], methods = [GET, POST, PUT, PATCH, DELETE])]
async fn public() {}

#[cors(origins = ["https://app.example"], methods = [GET])]
async fn read() {}

#[cors(origins = ["*"], methods = [POST])]
async fn hook() {}

#[cors(origins = ["https://app.example"], methods = [PUT])]
async fn write() {}

#[cors(origins = ["https://app.example"], methods = [OPTIONS, POST])]
async fn described() {}

#[cors(origins = ["https://app.example"], methods = [OPTIONS, POST], enforce)]
async fn described_guarded() {}

/// A handler without the attribute, for a layer with the policy.
async fn plain() {}

fn apps() -> Vec<App> {
    arrangements_and_layers(&[
        ("/shown", routes![shown], any(plain)),
        ("/guarded", routes![guarded], any(plain)),
        ("/any", routes![public], any(plain)),
        ("/mixed", routes![read, hook, write], any(plain)),
        ("/described", routes![described], any(plain)),
        ("/described-guarded", routes![described_guarded], any(plain)),
    ])
}

/// A row: a name, a request and the status of its response.
type Row = (&'static str, &'static str, u16);

/// Sends every request to every app.
async fn statuses(apps: &[App], rows: &[Row]) {
    let mut failures = Failures::default();
    for app in apps {
        for (name, request, status) in rows {
            let name = || format!("{name} ({})\n{request}", app.name);
            let found = app.send(*request).await;
            let expected = expected(*status, &found);
            failures.compare(
                name,
                &expected,
                &WireResponse::cors_as_in(&expected, &found),
            );
        }
    }
    failures.finish();
}

/// A response with a status; of a refused request also its headers.
fn expected<B>(status: u16, found: &Response<B>) -> WireResponse {
    if status == 403 {
        return forbidden();
    }
    // Other tests compare the headers.
    let headers = WireResponse::cors(found).to_string();
    let (_, headers) = headers.split_once('\n').unwrap_or_default();
    response(status, headers)
}

#[tokio::test]
async fn writes_of_other_origins_are_refused() {
    let mut rows = Vec::new();
    for path in ["/shown", "/guarded"] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            for (name, lines, status) in [
                ("an allowed origin", "origin: https://app.example", 200),
                (
                    "an origin of the pattern",
                    "origin: https://a.partner.example
                     sec-fetch-site: cross-site",
                    200,
                ),
                ("another origin", "origin: https://evil.example", 403),
                (
                    "another origin, and Fetch Metadata",
                    "origin: https://evil.example
                     sec-fetch-site: cross-site",
                    403,
                ),
                (
                    "another origin of the site",
                    "host: api.example
                     origin: https://evil.api.example
                     sec-fetch-site: same-site",
                    403,
                ),
                ("a sandboxed page", "origin: null", 403),
                (
                    "a sandboxed page, and Fetch Metadata",
                    "origin: null
                     sec-fetch-site: cross-site",
                    403,
                ),
                (
                    "a form of Firefox that hides its origin",
                    "sec-fetch-site: cross-site",
                    403,
                ),
                (
                    "a form that navigates, which is no link",
                    "origin: https://evil.example
                     sec-fetch-site: cross-site
                     sec-fetch-mode: navigate
                     sec-fetch-dest: document",
                    403,
                ),
                ("an empty origin", "origin: ", 403),
                ("no browser", "user-agent: curl", 200),
                (
                    "the own page",
                    "origin: https://api.example
                     sec-fetch-site: same-origin",
                    200,
                ),
                (
                    "the own page, in an old browser",
                    "host: api.example
                     origin: https://api.example",
                    200,
                ),
                (
                    "the own page that hides its origin",
                    "origin: null
                     sec-fetch-site: same-origin",
                    200,
                ),
                // A proxy in front has changed `Host`, which pages cannot make happen.
                (
                    "the own page behind a proxy",
                    "host: backend:8080
                     origin: https://api.example
                     sec-fetch-site: same-origin",
                    200,
                ),
                // A reload that a person asks for, and extensions with a permission for the host.
                (
                    "the person, or an extension",
                    "origin: chrome-extension://abcdefghijklmnopabcdefghijklmnop
                     sec-fetch-site: none",
                    200,
                ),
            ] {
                rows.push((name, format!("{method} {path}\n{lines}"), status));
            }
        }
    }
    let mut failures = Failures::default();
    for app in apps() {
        for (name, request, status) in &rows {
            let found = app.send(request).await;
            let expected = expected(*status, &found);
            failures.compare(
                || format!("{name} ({})\n{request}", app.name),
                &expected,
                &WireResponse::cors_as_in(&expected, &found),
            );
        }
    }
    failures.finish();
}

/// Without `enforce` they run, and the browser hides the response.
#[tokio::test]
async fn reads_of_other_origins_are_hidden() {
    let hidden = || response(200, "vary: Origin");
    let cases = [
        case(
            "GET",
            actual("GET /shown", "https://evil.example"),
            hidden(),
        ),
        case(
            "HEAD",
            actual("HEAD /shown", "https://evil.example"),
            hidden(),
        ),
        case("null", actual("GET /shown", "null"), hidden()),
        case(
            "cross-site",
            "GET /shown
             origin: https://evil.example
             sec-fetch-site: cross-site",
            hidden(),
        ),
        case(
            "a script",
            "GET /shown
             sec-fetch-site: cross-site
             sec-fetch-mode: no-cors
             sec-fetch-dest: script",
            hidden(),
        ),
        case(
            "several lines",
            "GET /shown
             origin: https://evil.example
             origin: https://app.example
             sec-fetch-site: same-origin
             sec-fetch-site: cross-site",
            hidden(),
        ),
        case(
            "allowed",
            actual("GET /shown", "https://app.example"),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 vary: Origin",
            ),
        ),
        case(
            "OPTIONS that is no preflight",
            actual("OPTIONS /described", "https://evil.example"),
            response(200, "access-control-allow-origin: https://app.example"),
        ),
    ];
    check(&apps(), &cases).await;
}

/// The response to a read depends on `Sec-Fetch-Site`, and so do the copies in caches.
#[tokio::test]
async fn reads_vary_with_enforce() {
    let passes = || response(200, "vary: Origin, Sec-Fetch-Site");
    let cases = [
        case("no browser", "GET /guarded", passes()),
        case(
            "the own page",
            "GET /guarded
             sec-fetch-site: same-origin",
            passes(),
        ),
        case(
            "the own page, with HEAD",
            "HEAD /guarded
             sec-fetch-site: same-origin",
            passes(),
        ),
        case(
            "a link",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            passes(),
        ),
        case(
            "an allowed page",
            actual("GET /guarded", "https://app.example"),
            response(
                200,
                "access-control-allow-origin: https://app.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
        case(
            "OPTIONS that is no preflight",
            "OPTIONS /described-guarded
             sec-fetch-site: same-origin",
            response(
                200,
                "access-control-allow-origin: https://app.example
                 vary: Origin, Sec-Fetch-Site",
            ),
        ),
        case(
            "a script",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: no-cors
             sec-fetch-dest: script",
            forbidden(),
        ),
    ];
    check(&apps(), &cases).await;
}

/// Only a navigation of a whole tab is a link: its page cannot read the response.
#[tokio::test]
async fn links_pass_with_enforce() {
    let rows: [Row; 16] = [
        (
            "a link",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document
             sec-fetch-user: ?1",
            200,
        ),
        (
            "a link of the site",
            "GET /guarded
             sec-fetch-site: same-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            200,
        ),
        (
            "a link, with HEAD",
            "HEAD /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            200,
        ),
        (
            "an address that a person types",
            "GET /guarded
             sec-fetch-site: none
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            200,
        ),
        (
            "a form",
            "POST /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            403,
        ),
        (
            "OPTIONS",
            "OPTIONS /described-guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            403,
        ),
        (
            "a web socket that looks like a link",
            "GET /guarded
             connection: upgrade
             upgrade: websocket
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            403,
        ),
        (
            "a frame",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: iframe",
            403,
        ),
        (
            "an object",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: object",
            403,
        ),
        (
            "a script",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: no-cors
             sec-fetch-dest: script",
            403,
        ),
        (
            "an image of the site",
            "GET /guarded
             sec-fetch-site: same-site
             sec-fetch-mode: no-cors
             sec-fetch-dest: image",
            403,
        ),
        (
            "a fetch without CORS",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: no-cors
             sec-fetch-dest: empty",
            403,
        ),
        (
            "the mode alone",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate",
            403,
        ),
        (
            "the destination alone",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-dest: document",
            403,
        ),
        (
            "two modes",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-mode: no-cors
             sec-fetch-dest: document",
            403,
        ),
        (
            "in other letters",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-mode: Navigate
             sec-fetch-dest: document",
            403,
        ),
    ];
    statuses(&apps(), &rows).await;
}

/// Browsers open web sockets with GET and without a preflight. Chromium sends no `Sec-Fetch-Site` then.
#[tokio::test]
async fn sockets_of_other_origins_are_refused() {
    let rows: [Row; 15] = [
        (
            "another origin",
            "GET /shown
             upgrade: websocket
             origin: https://evil.example",
            403,
        ),
        (
            "another origin, and Fetch Metadata",
            "GET /shown
             upgrade: websocket
             origin: https://evil.example
             sec-fetch-site: cross-site
             sec-fetch-mode: websocket
             sec-fetch-dest: websocket",
            403,
        ),
        (
            "a sandboxed page",
            "GET /shown
             upgrade: websocket
             origin: null",
            403,
        ),
        (
            "in upper case",
            "GET /shown
             upgrade: WebSocket
             origin: https://evil.example",
            403,
        ),
        (
            "in a list",
            "GET /shown
             upgrade: h2c ,\twebsocket
             origin: https://evil.example",
            403,
        ),
        (
            "in a second line",
            "GET /shown
             upgrade: h2c
             upgrade: websocket
             origin: https://evil.example",
            403,
        ),
        (
            "another protocol, which is a read",
            "GET /shown
             upgrade: h2c
             origin: https://evil.example",
            200,
        ),
        (
            "no origin, but Fetch Metadata",
            "GET /shown
             upgrade: websocket
             sec-fetch-site: cross-site",
            403,
        ),
        (
            "with enforce",
            "GET /guarded
             upgrade: websocket
             origin: https://evil.example",
            403,
        ),
        (
            "allowed",
            "GET /shown
             upgrade: websocket
             origin: https://app.example",
            200,
        ),
        (
            "allowed, with enforce",
            "GET /guarded
             upgrade: websocket
             origin: https://a.partner.example
             sec-fetch-site: cross-site",
            200,
        ),
        (
            "the own page",
            "GET /shown
             host: api.example
             upgrade: websocket
             origin: https://api.example",
            200,
        ),
        (
            "the own page, and Fetch Metadata",
            "GET /shown
             upgrade: websocket
             origin: https://api.example
             sec-fetch-site: same-origin",
            200,
        ),
        (
            "no browser",
            "GET /shown
             upgrade: websocket",
            200,
        ),
        (
            "any origin",
            "GET /any
             upgrade: websocket
             origin: https://evil.example",
            200,
        ),
    ];
    statuses(&apps(), &rows).await;
}

/// A policy with `*` has nothing to refuse: every page may do what the handler does.
#[tokio::test]
async fn any_origin_is_allowed_everything() {
    let mut rows = Vec::new();
    for line in [
        "POST /any",
        "PUT /any",
        "PATCH /any",
        "DELETE /any",
        "GET /any",
        "POST /mixed",
    ] {
        for lines in [
            "origin: https://evil.example",
            "origin: null",
            "origin: https://evil.example
             sec-fetch-site: cross-site",
            "origin: null
             sec-fetch-site: same-site",
            // A form of Firefox that hides its origin.
            "sec-fetch-site: cross-site",
            "user-agent: curl",
        ] {
            rows.push(case(
                "any",
                format!("{line}\n{lines}"),
                response(200, "access-control-allow-origin: *"),
            ));
        }
    }
    check(&apps(), &rows).await;
}

fn is_tenant(origin: &Origin<'_>, _: &Parts) -> bool {
    origin.host().as_str().ends_with(".tenant.example")
}

static SET: OriginSet = OriginSet::new();

#[cors(origins_from = is_tenant, methods = [POST, GET])]
async fn with_predicate() {}

#[cors(origins_from = SET, methods = [POST, GET])]
async fn with_set() {}

/// Writes are held to the origins of a function and of a set as well.
#[tokio::test]
async fn origins_from_elsewhere() {
    let replaced = SET.replace(["https://a.tenant.example"]);
    replaced.expect("the set keeps the rules");
    let apps = arrangements(&[
        ("/predicate", routes![with_predicate]),
        ("/set", routes![with_set]),
    ]);
    let mut rows = Vec::new();
    for path in ["/predicate", "/set"] {
        let row = |name, line: &str, lines, expected| {
            case(name, format!("{line} {path}\n{lines}"), expected)
        };
        let allowed = response(
            200,
            "access-control-allow-origin: https://a.tenant.example
             vary: Origin",
        );
        rows.extend([
            row(
                "allowed",
                "POST",
                "origin: https://a.tenant.example",
                allowed.clone(),
            ),
            row(
                "allowed, from another site",
                "POST",
                "origin: https://a.tenant.example
                 sec-fetch-site: cross-site",
                allowed,
            ),
            row(
                "another",
                "POST",
                "origin: https://evil.example",
                forbidden(),
            ),
            row("null", "POST", "origin: null", forbidden()),
            row(
                "a web socket",
                "GET",
                "upgrade: websocket
                 origin: https://evil.example",
                forbidden(),
            ),
            row(
                "a form of Firefox that hides its origin",
                "POST",
                "sec-fetch-site: cross-site",
                forbidden(),
            ),
            row(
                "the own page",
                "POST",
                "origin: https://api.example
                 sec-fetch-site: same-origin",
                response(200, "vary: Origin"),
            ),
            row(
                "a read",
                "GET",
                "origin: https://evil.example",
                response(200, "vary: Origin"),
            ),
        ]);
    }
    check(&apps, &rows).await;
}

/// Each handler of a path has a policy of its own.
#[tokio::test]
async fn each_method_is_held_by_its_own_policy() {
    let fixed = || response(200, "access-control-allow-origin: https://app.example");
    let cases = [
        case(
            "hidden",
            actual("GET /mixed", "https://evil.example"),
            fixed(),
        ),
        case(
            "any origin",
            actual("POST /mixed", "https://evil.example"),
            response(200, "access-control-allow-origin: *"),
        ),
        case(
            "refused",
            actual("PUT /mixed", "https://evil.example"),
            forbidden(),
        ),
        case(
            "allowed",
            actual("PUT /mixed", "https://app.example"),
            fixed(),
        ),
    ];
    check(&apps(), &cases).await;
}

/// A preflight changes nothing and has a response of its own, whatever it carries besides.
#[tokio::test]
async fn preflights_are_not_held() {
    let cases = [
        case(
            "allowed, and from another site",
            preflight("PUT /mixed", "https://app.example").header("sec-fetch-site", "cross-site"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: PUT",
            ),
        ),
        case(
            "of a handler that serves OPTIONS itself",
            preflight("POST /described-guarded", "https://app.example")
                .header("sec-fetch-site", "same-site"),
            approved(
                "access-control-allow-origin: https://app.example
                 access-control-allow-methods: POST",
            ),
        ),
        case(
            "that asks for a web socket",
            preflight("POST /any", "https://evil.example").header("upgrade", "websocket"),
            approved(
                "access-control-allow-origin: *
                 access-control-allow-methods: POST",
            ),
        ),
    ];
    // Other methods of equal policies may be named as well.
    let mut failures = Failures::default();
    for app in apps() {
        for case in &cases {
            let found = app.cors(&case.request).await;
            let methods = |response: &WireResponse| {
                response
                    .clone()
                    .retain(|name| name != "access-control-allow-methods")
            };
            failures.compare(
                || format!("{} ({})\n{}", case.name, app.name, case.request),
                &methods(&case.response),
                &methods(&found),
            );
        }
    }
    failures.finish();
}

/// Neither the type of a body nor a header that replaces the method decides anything.
#[tokio::test]
async fn other_headers_decide_nothing() {
    let mut rows = Vec::new();
    for line in [
        "content-type: application/x-www-form-urlencoded",
        "content-type: text/plain",
        "content-type: application/json",
        "content-type: Application/JSON; charset=utf-16",
        "content-type: text/plain, application/json",
        "content-type: ",
        "content-type: \u{e4}",
        "x-http-method-override: GET",
        "x-method-override: GET",
        "x-requested-with: XMLHttpRequest",
        "x-csrf-token: 1",
        "referer: https://api.example/",
        "x-forwarded-host: evil.example",
        "forwarded: host=evil.example",
        "x-original-host: evil.example",
        "sec-fetch-mode: cors",
        "sec-fetch-user: ?1",
        "cookie: session=1",
    ] {
        rows.push(case(
            line,
            format!("POST /shown\nhost: api.example\norigin: https://evil.example\n{line}"),
            forbidden(),
        ));
    }
    check(&apps(), &rows).await;
}

/// `Host` is `uri-host [":" port]` with a port from 1 to 65535, and there is one.
#[tokio::test]
async fn strict_host() {
    let rows: [Row; 27] = [
        (
            "user information",
            "POST /shown
             host: example.com@evil.example
             origin: https://evil.example",
            403,
        ),
        (
            "user information, and the origin before it",
            "POST /shown
             host: example.com@evil.example
             origin: https://example.com",
            403,
        ),
        (
            "a password",
            "POST /shown
             host: a:b@evil.example
             origin: https://evil.example",
            403,
        ),
        (
            "a port that is no number",
            "POST /shown
             host: example.com:80A
             origin: https://example.com",
            403,
        ),
        (
            "a port that is too large",
            "POST /shown
             host: example.com:65536
             origin: http://example.com",
            403,
        ),
        (
            "the largest port",
            "POST /shown
             host: example.com:65535
             origin: https://example.com:65535",
            200,
        ),
        (
            "port 0",
            "POST /shown
             host: example.com:0
             origin: http://example.com",
            403,
        ),
        (
            "no port after the colon",
            "POST /shown
             host: example.com:
             origin: https://example.com",
            403,
        ),
        (
            "a port with a sign",
            "POST /shown
             host: example.com:+443
             origin: https://example.com",
            403,
        ),
        (
            "a port with a zero in front",
            "POST /shown
             host: example.com:0443
             origin: https://example.com",
            403,
        ),
        (
            "two ports",
            "POST /shown
             host: example.com:443:443
             origin: https://example.com",
            403,
        ),
        (
            "a path",
            "POST /shown
             host: example.com/
             origin: https://example.com",
            403,
        ),
        (
            "a scheme",
            "POST /shown
             host: https://example.com
             origin: https://example.com",
            403,
        ),
        (
            "a list",
            "POST /shown
             host: example.com, evil.example
             origin: https://evil.example",
            403,
        ),
        (
            "a dot behind",
            "POST /shown
             host: example.com.
             origin: https://example.com",
            403,
        ),
        (
            "a percent sign",
            "POST /shown
             host: example%2ecom
             origin: https://example.com",
            403,
        ),
        (
            "empty",
            "POST /shown
             host:
             origin: https://example.com",
            403,
        ),
        (
            "a port alone",
            "POST /shown
             host: :443
             origin: https://example.com",
            403,
        ),
        (
            "two lines",
            "POST /shown
             host: example.com
             host: evil.example
             origin: https://evil.example",
            403,
        ),
        (
            "two equal lines",
            "POST /shown
             host: example.com
             host: example.com
             origin: https://example.com",
            403,
        ),
        (
            "IPv6",
            "POST /shown
             host: [2001:DB8::1]:8443
             origin: https://[2001:db8::1]:8443",
            200,
        ),
        (
            "IPv6 without brackets",
            "POST /shown
             host: ::1
             origin: http://[::1]",
            403,
        ),
        (
            "IPv6 and something behind",
            "POST /shown
             host: [::1]evil.example
             origin: http://[::1]",
            403,
        ),
        (
            "IPv6 without an end",
            "POST /shown
             host: [::1
             origin: http://[::1]",
            403,
        ),
        (
            "user information in the target",
            "POST https://example.com@evil.example/shown
             origin: https://evil.example",
            403,
        ),
        (
            "a port of the target that is too large",
            "POST https://example.com:65536/shown
             origin: https://example.com",
            403,
        ),
        (
            "a target and two Host lines",
            "POST https://example.com/shown
             host: evil.example
             host: example.com
             origin: https://example.com",
            200,
        ),
    ];
    statuses(&apps(), &rows).await;
}

/// Browsers send one line of each. With several, different servers of a chain may read different ones.
#[tokio::test]
async fn several_lines() {
    let rows: [Row; 11] = [
        (
            "two origins, the first allowed",
            "POST /shown
             origin: https://app.example
             origin: https://evil.example",
            403,
        ),
        (
            "two equal origins",
            "POST /shown
             origin: https://app.example
             origin: https://app.example",
            403,
        ),
        (
            "two origins in one line",
            "POST /shown
             origin: https://app.example, https://evil.example",
            403,
        ),
        (
            "two origins and same-origin",
            "POST /shown
             origin: https://app.example
             origin: https://evil.example
             sec-fetch-site: same-origin",
            403,
        ),
        (
            "same-origin and cross-site",
            "POST /shown
             sec-fetch-site: same-origin
             sec-fetch-site: cross-site",
            403,
        ),
        (
            "same-origin twice",
            "POST /shown
             sec-fetch-site: same-origin
             sec-fetch-site: same-origin",
            403,
        ),
        (
            "both in one line",
            "POST /shown
             sec-fetch-site: same-origin, cross-site",
            403,
        ),
        (
            "two origins, where any is allowed",
            "POST /any
             origin: https://app.example
             origin: https://evil.example",
            403,
        ),
        (
            "two sites of a link",
            "GET /guarded
             sec-fetch-site: cross-site
             sec-fetch-site: cross-site
             sec-fetch-mode: navigate
             sec-fetch-dest: document",
            403,
        ),
        (
            "two sites, beside an allowed origin",
            "POST /shown
             origin: https://app.example
             sec-fetch-site: same-origin
             sec-fetch-site: cross-site",
            200,
        ),
        // Without `enforce` a read runs whatever it carries.
        (
            "a read",
            "GET /shown
             sec-fetch-site: same-origin
             sec-fetch-site: cross-site",
            200,
        ),
    ];
    statuses(&apps(), &rows).await;
}

mod sources {
    //! The cases of other projects. Their server is `example.com`, their trusted origin
    //! `https://trusted.example`.

    use super::*;

    #[cors(origins = ["https://trusted.example"], methods = [GET, POST, PUT])]
    async fn handler() {}

    #[cors(origins = ["https://trusted.example"], methods = [GET, POST, PUT], enforce)]
    async fn enforced() {}

    #[cors(origins = ["https://trusted.example"], methods = [OPTIONS])]
    async fn options() {}

    #[cors(origins = ["https://*.example.com", "https://a.example:8443"], methods = [GET, POST])]
    async fn subdomains() {}

    fn apps() -> Vec<App> {
        arrangements(&[
            ("/x", routes![handler]),
            ("/enforced", routes![enforced]),
            ("/options", routes![options]),
            ("/subdomains", routes![subdomains]),
        ])
    }

    /// The cross-origin protection of Go 1.25.
    #[tokio::test]
    async fn go() {
        let rows: [Row; 22] = [
            (
                "same-origin",
                "POST /x
                 host: example.com
                 sec-fetch-site: same-origin",
                200,
            ),
            (
                "none",
                "POST /x
                 host: example.com
                 sec-fetch-site: none",
                200,
            ),
            (
                "cross-site",
                "POST /x
                 host: example.com
                 sec-fetch-site: cross-site",
                403,
            ),
            (
                "same-site",
                "POST /x
                 host: example.com
                 sec-fetch-site: same-site",
                403,
            ),
            (
                "neither header",
                "POST /x
                 host: example.com",
                200,
            ),
            (
                "the own origin",
                "POST /x
                 host: example.com
                 origin: https://example.com",
                200,
            ),
            (
                "another origin",
                "POST /x
                 host: example.com
                 origin: https://attacker.example",
                403,
            ),
            (
                "null",
                "POST /x
                 host: example.com
                 origin: null",
                403,
            ),
            (
                "PUT",
                "PUT /x
                 host: example.com
                 sec-fetch-site: cross-site",
                403,
            ),
            (
                "GET",
                "GET /x
                 host: example.com
                 sec-fetch-site: cross-site",
                200,
            ),
            (
                "HEAD",
                "HEAD /x
                 host: example.com
                 sec-fetch-site: cross-site",
                200,
            ),
            (
                "OPTIONS",
                "OPTIONS /options
                 host: example.com
                 sec-fetch-site: cross-site",
                200,
            ),
            // Go never holds safe methods; `enforce` does, and what is no link is refused.
            (
                "GET, with enforce",
                "GET /enforced
                 host: example.com
                 sec-fetch-site: cross-site",
                403,
            ),
            (
                "HEAD, with enforce",
                "HEAD /enforced
                 host: example.com
                 sec-fetch-site: cross-site",
                403,
            ),
            (
                "trusted, without Fetch Metadata",
                "POST /x
                 host: example.com
                 origin: https://trusted.example",
                200,
            ),
            (
                "trusted, from another site",
                "POST /x
                 host: example.com
                 origin: https://trusted.example
                 sec-fetch-site: cross-site",
                200,
            ),
            (
                "not trusted, from another site",
                "POST /x
                 host: example.com
                 origin: https://attacker.example
                 sec-fetch-site: cross-site",
                403,
            ),
            (
                "the own port",
                "POST /x
                 host: example.com:8080
                 origin: http://example.com:8080",
                200,
            ),
            (
                "another port",
                "POST /x
                 host: example.com:8080
                 origin: http://example.com:8081",
                403,
            ),
            // Go compares bytes, and refuses both.
            (
                "a default port in Host",
                "POST /x
                 host: example.com:443
                 origin: https://example.com",
                200,
            ),
            (
                "Host in upper case",
                "POST /x
                 host: Example.COM
                 origin: https://example.com",
                200,
            ),
            // The page of the same host over http, which `Protection::own_origins` refuses.
            (
                "another scheme",
                "POST https://example.com/x
                 origin: http://example.com",
                200,
            ),
        ];
        statuses(&apps(), &rows).await;
    }

    /// The layer `csrf` of tower-http 0.7, where it goes beyond Go.
    #[tokio::test]
    async fn tower_http() {
        let rows: [Row; 20] = [
            (
                "a default port of both",
                "POST /x
                 host: example.com:443
                 origin: https://example.com:443",
                // No browser writes a default port into an origin, so that is none.
                403,
            ),
            (
                "a default port of the origin",
                "POST /x
                 host: example.com
                 origin: https://example.com:443",
                403,
            ),
            (
                "a port of both",
                "POST /x
                 host: example.com:8443
                 origin: https://example.com:8443",
                200,
            ),
            (
                "different ports",
                "POST /x
                 host: example.com:8443
                 origin: https://example.com:8444",
                403,
            ),
            (
                "a port of the origin",
                "POST /x
                 host: example.com
                 origin: https://example.com:8443",
                403,
            ),
            (
                "a target, a port of the origin",
                "POST https://example.com/x
                 origin: https://example.com:8443",
                403,
            ),
            (
                "Host is junk",
                "POST /x
                 host: not a valid authority
                 origin: https://example.com",
                403,
            ),
            (
                "the target replaces Host",
                "POST https://example.com/x
                 host: other.example
                 origin: https://example.com",
                200,
            ),
            (
                "Host does not replace the target",
                "POST https://example.com/x
                 host: other.example
                 origin: https://other.example",
                403,
            ),
            (
                "a target without Host",
                "POST https://example.com/x
                 origin: https://example.com",
                200,
            ),
            (
                "another target without Host",
                "POST https://other.example/x
                 origin: https://example.com",
                403,
            ),
            (
                "neither target nor Host",
                "POST /x
                 origin: https://example.com",
                403,
            ),
            (
                "an origin without a scheme",
                "POST /x
                 host: example.com:8443
                 origin: example.com:8443",
                403,
            ),
            (
                "another scheme",
                "POST /x
                 host: example.com:8443
                 origin: ftp://example.com:8443",
                403,
            ),
            (
                "an origin that is no text",
                "POST /x
                 host: example.com
                 origin: \u{e4}",
                403,
            ),
            (
                "a site that is no text",
                "POST /x
                 host: example.com
                 sec-fetch-site: \u{e4}",
                403,
            ),
            // No browser sends an empty one. There these count as missing; here as what they are.
            (
                "an empty site",
                "POST /x
                 host: example.com
                 sec-fetch-site: ",
                403,
            ),
            (
                "an empty origin",
                "POST /x
                 host: example.com
                 origin: ",
                403,
            ),
            (
                "trusted, in upper case",
                "POST /x
                 host: example.com
                 origin: https://Trusted.example
                 sec-fetch-site: cross-site",
                403,
            ),
            (
                "trusted, with the default port",
                "POST /x
                 host: example.com
                 origin: https://trusted.example:443
                 sec-fetch-site: cross-site",
                403,
            ),
        ];
        statuses(&apps(), &rows).await;
    }

    /// Rails 8.2, `protect_from_forgery` by headers alone.
    #[tokio::test]
    async fn rails() {
        let rows: [Row; 11] = [
            (
                "same-origin",
                "POST /x
                 host: example.com
                 origin: https://example.com
                 sec-fetch-site: same-origin",
                200,
            ),
            (
                "cross-site",
                "POST /x
                 host: example.com
                 origin: https://evil.example
                 sec-fetch-site: cross-site",
                403,
            ),
            (
                "trusted, from another site",
                "POST /x
                 host: example.com
                 origin: https://trusted.example
                 sec-fetch-site: cross-site",
                200,
            ),
            (
                "not trusted",
                "POST /x
                 host: example.com
                 origin: https://trusted.example.evil
                 sec-fetch-site: cross-site",
                403,
            ),
            // Rails lets other subdomains pass; one of them may be an attacker's. A pattern in `origins`
            // allows them.
            (
                "same-site",
                "POST /x
                 host: example.com
                 origin: https://app.example.com
                 sec-fetch-site: same-site",
                403,
            ),
            (
                "same-site, allowed by a pattern",
                "POST /subdomains
                 host: example.com
                 origin: https://app.example.com
                 sec-fetch-site: same-site",
                200,
            ),
            // Rails refuses it; pages cannot cause it, and extensions and reloads do.
            (
                "none",
                "POST /x
                 host: example.com
                 sec-fetch-site: none",
                200,
            ),
            // Rails ignores case; browsers send lower case.
            (
                "same-origin in upper case",
                "POST /x
                 host: example.com
                 sec-fetch-site: Same-Origin",
                403,
            ),
            // Over https Rails refuses it; here tools such as curl pass.
            (
                "neither header, over https",
                "POST https://example.com/x",
                200,
            ),
            (
                "no Fetch Metadata, another origin",
                "POST /x
                 host: example.com
                 origin: https://evil.example",
                403,
            ),
            // Rails refuses this contradiction. Through a proxy that changes `Host` browsers send it, and
            // `Protection::own_origins` refuses the ones that are none of the server's.
            (
                "same-origin beside another origin",
                "POST /x
                 host: example.com
                 origin: https://evil.example
                 sec-fetch-site: same-origin",
                200,
            ),
        ];
        statuses(&apps(), &rows).await;
    }

    /// Django's check of `Origin`. Its check of `Referer` has no counterpart.
    #[tokio::test]
    async fn django() {
        let rows: [Row; 11] = [
            (
                "the own origin",
                "POST /x
                 host: www.example.com
                 origin: https://www.example.com",
                200,
            ),
            (
                "another origin",
                "POST /x
                 host: www.example.com
                 origin: https://www.evil.org",
                403,
            ),
            (
                "null",
                "POST /x
                 host: www.example.com
                 origin: null",
                403,
            ),
            // Django knows its scheme. `Protection::own_origins` makes it known here.
            (
                "the own host over http",
                "POST /x
                 host: www.example.com
                 origin: http://www.example.com",
                200,
            ),
            (
                "an exact one of the list",
                "POST /subdomains
                 host: www.example.com
                 origin: https://a.example:8443",
                200,
            ),
            (
                "the same with another scheme",
                "POST /subdomains
                 host: www.example.com
                 origin: http://a.example:8443",
                403,
            ),
            (
                "below a wildcard",
                "POST /subdomains
                 host: www.evil.org
                 origin: https://foo.example.com",
                200,
            ),
            (
                "below a wildcard, with another scheme",
                "POST /subdomains
                 host: www.evil.org
                 origin: http://foo.example.com",
                403,
            ),
            (
                "a host that ends in the domain",
                "POST /subdomains
                 host: www.evil.org
                 origin: https://fooexample.com",
                403,
            ),
            (
                "malformed",
                "POST /x
                 host: www.example.com
                 origin: https://[",
                403,
            ),
            (
                "GET",
                "GET /x
                 host: www.example.com
                 origin: https://www.evil.org",
                200,
            ),
        ];
        statuses(&apps(), &rows).await;
    }

    /// tower-sec-fetch, which holds reads as well, and `block_on_origin_mismatch` of actix-cors.
    #[tokio::test]
    async fn tower_sec_fetch_and_actix() {
        let rows: [Row; 8] = [
            (
                "same-origin",
                "GET /enforced
                 sec-fetch-site: same-origin
                 sec-fetch-mode: cors
                 sec-fetch-dest: empty",
                200,
            ),
            (
                "a person",
                "GET /enforced
                 sec-fetch-site: none
                 sec-fetch-mode: navigate
                 sec-fetch-dest: document",
                200,
            ),
            (
                "a link",
                "GET /enforced
                 sec-fetch-site: cross-site
                 sec-fetch-mode: navigate
                 sec-fetch-dest: document",
                200,
            ),
            (
                "an embedded object",
                "GET /enforced
                 sec-fetch-site: cross-site
                 sec-fetch-mode: navigate
                 sec-fetch-dest: embed",
                403,
            ),
            (
                "a form",
                "POST /enforced
                 sec-fetch-site: cross-site
                 sec-fetch-mode: navigate
                 sec-fetch-dest: document",
                403,
            ),
            (
                "a fetch",
                "GET /enforced
                 origin: https://evil.example
                 sec-fetch-site: cross-site
                 sec-fetch-mode: cors
                 sec-fetch-dest: empty",
                403,
            ),
            ("no Fetch Metadata", "GET /enforced", 200),
            (
                "actix: another origin",
                "GET /enforced
                 origin: https://evil.example",
                403,
            ),
        ];
        statuses(&apps(), &rows).await;
    }
}

/// The header lines of one name.
type Lines = &'static [&'static str];

/// The parts of a request on which the decision depends.
#[derive(Clone, Copy, Debug)]
struct Facts {
    method: &'static str,
    site: Lines,
    origin: Lines,
    host: Lines,
    mode_and_dest: &'static [(&'static str, &'static str)],
    upgrade: Lines,
}

impl Facts {
    const SITES: [Lines; 9] = [
        &[],
        &["same-origin"],
        &["none"],
        &["same-site"],
        &["cross-site"],
        &["Same-Origin"],
        &[""],
        &["same-origin", "same-origin"],
        &["same-origin", "cross-site"],
    ];
    const ORIGINS: [Lines; 10] = [
        &[],
        &["https://app.example"],
        &["https://a.partner.example"],
        &["https://api.example"],
        &["http://api.example"],
        &["https://evil.example"],
        &["null"],
        &[""],
        &["https://app.example", "https://app.example"],
        &["https://api.example", "https://evil.example"],
    ];
    const HOSTS: [Lines; 4] = [
        &[],
        &["api.example"],
        &["api.example:443"],
        &["api.example", "api.example"],
    ];
    const MODES_AND_DESTS: [&'static [(&'static str, &'static str)]; 4] = [
        &[],
        &[
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ],
        &[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        &[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")],
    ];
    const UPGRADES: [Lines; 2] = [&[], &["websocket"]];

    /// Every combination.
    fn all(methods: &'static [&'static str]) -> Vec<Self> {
        let mut all = Vec::new();
        for &method in methods {
            for site in Self::SITES {
                for origin in Self::ORIGINS {
                    for host in Self::HOSTS {
                        for mode_and_dest in Self::MODES_AND_DESTS {
                            for upgrade in Self::UPGRADES {
                                all.push(Self {
                                    method,
                                    site,
                                    origin,
                                    host,
                                    mode_and_dest,
                                    upgrade,
                                });
                            }
                        }
                    }
                }
            }
        }
        all
    }

    fn request(&self, path: &str) -> WireRequest {
        let lines =
            |name: &'static str, values: Lines| values.iter().map(move |value| (name, *value));
        lines("sec-fetch-site", self.site)
            .chain(lines("origin", self.origin))
            .chain(lines("host", self.host))
            .chain(self.mode_and_dest.iter().copied())
            .chain(lines("upgrade", self.upgrade))
            .fold(
                WireRequest::from(format!("{} {path}", self.method)),
                |request, (name, value)| request.header(name, value),
            )
    }

    /// The decision, as the documentation has it.
    fn passes(&self, allowed: Allowed, enforce: bool) -> bool {
        // `*` allows requests without an origin as well, and several lines are none of any kind.
        let is_safe = ["GET", "HEAD", "OPTIONS"].contains(&self.method);
        let is_socket = self.method == "GET" && !self.upgrade.is_empty();
        let is_held = !is_safe || is_socket || enforce;
        let origin = match self.origin {
            [] => Some("none"),
            [origin] => Some(*origin),
            _ => None,
        };
        if !is_held || origin.is_some_and(allowed) {
            return true;
        }
        let is_link = ["GET", "HEAD"].contains(&self.method)
            && !is_socket
            && self.mode_and_dest.contains(&("sec-fetch-mode", "navigate"))
            && self.mode_and_dest.contains(&("sec-fetch-dest", "document"));
        match (self.site, self.origin) {
            ([_, _, ..], _) | (_, [_, _, ..]) => false,
            (["same-origin" | "none"], _) | ([], []) => true,
            ([_], _) => is_link,
            ([], [origin]) => match *origin {
                "https://api.example" => {
                    matches!(self.host, ["api.example" | "api.example:443"])
                }
                "http://api.example" => matches!(self.host, ["api.example"]),
                _ => false,
            },
        }
    }
}

type Allowed = fn(&str) -> bool;

const LISTED: Allowed =
    |origin| ["https://app.example", "https://a.partner.example"].contains(&origin);
const ONE: Allowed = |origin| origin == "https://app.example";
const ANY: Allowed = |_| true;

/// Every combination of all that the decision depends on, against the decision in the words of the
/// documentation: all of them where handlers decide themselves, and a share in each other arrangement.
#[tokio::test]
async fn every_combination() {
    const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
    const DESCRIBED: &[&str] = &["OPTIONS", "POST"];
    let paths: [(&str, &[&str], Allowed, bool); 5] = [
        ("/shown", METHODS, LISTED, false),
        ("/guarded", METHODS, LISTED, true),
        ("/any", METHODS, ANY, false),
        ("/described", DESCRIBED, ONE, false),
        ("/described-guarded", DESCRIBED, ONE, true),
    ];
    let apps = apps();
    let mut failures = Failures::default();
    let mut count = 0;
    for (path, methods, allowed, enforce) in paths {
        for (number, facts) in Facts::all(methods).iter().enumerate() {
            let request = facts.request(path);
            let status = if facts.passes(allowed, enforce) {
                200
            } else {
                403
            };
            // A prime, so that no part of a request always meets the same arrangement.
            let another = 1 + number * 7919 % (apps.len() - 1);
            for app in [&apps[0], &apps[another]] {
                let found = app.send(&request).await;
                let expected = expected(status, &found);
                failures.compare(
                    || format!("{}\n{request}", app.name),
                    &expected,
                    &WireResponse::cors_as_in(&expected, &found),
                );
                count += 1;
            }
        }
    }
    failures.finish();
    assert!(count > 50_000, "{count}");
}

static LAYERED: AtomicUsize = AtomicUsize::new(0);
static EXTRACTED: AtomicUsize = AtomicUsize::new(0);
static HANDLED: AtomicUsize = AtomicUsize::new(0);

struct Counted;

impl<S: Sync> FromRequestParts<S> for Counted {
    type Rejection = Infallible;

    fn from_request_parts(_: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Infallible>> {
        EXTRACTED.fetch_add(1, Ordering::Relaxed);
        ready(Ok(Self))
    }
}

#[cors(origins = ["https://app.example"], methods = [GET, POST])]
async fn counted(_: Counted) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

/// Layers, extractors and handlers that a request has reached.
fn reached() -> [usize; 3] {
    [&LAYERED, &EXTRACTED, &HANDLED].map(|count| count.load(Ordering::Relaxed))
}

#[tokio::test]
async fn refused_requests_reach_nothing() {
    let layer = from_fn(|request: Request, next: Next| {
        LAYERED.fetch_add(1, Ordering::Relaxed);
        next.run(request)
    });
    let routes = || CorsRouter::new().route("/x", routes![counted]);
    let apps = [
        App::new("layered", routes().layer(layer.clone()).into_router()),
        App::new(
            "route_layered",
            routes().route_layer(layer.clone()).into_router(),
        ),
        App::new(
            "layered beside a plain handler",
            routes()
                .route("/x", delete(plain))
                .layer(layer.clone())
                .into_router(),
        ),
        App::new(
            "layered routes",
            CorsRouter::new()
                .route("/x", routes![counted].layer(layer.clone()))
                .into_router(),
        ),
        App::new(
            "layered routes in a plain router",
            Router::new().route(
                "/x",
                MethodRouter::from(routes![counted].layer(layer.clone())),
            ),
        ),
        App::nested(
            "nested, layered in between",
            "/api",
            CorsRouter::new()
                .nest("/api", routes().layer(layer.clone()))
                .layer(layer)
                .into_router(),
        ),
    ];
    let mut failures = Failures::default();
    for app in apps {
        for (request, reaches) in [
            (actual("POST /x", "https://evil.example"), false),
            (
                WireRequest::from("POST /x").header("sec-fetch-site", "cross-site"),
                false,
            ),
            (
                actual("GET /x", "https://evil.example").header("upgrade", "websocket"),
                false,
            ),
            (actual("GET /x", "https://evil.example"), true),
            (actual("POST /x", "https://app.example"), true),
            (WireRequest::from("POST /x"), true),
        ] {
            let before = reached();
            app.send(&request).await;
            let after = reached();
            failures.compare(
                || format!("{}: {request}", app.name),
                &[reaches; 3],
                &[0, 1, 2].map(|place| after[place] > before[place]),
            );
        }
    }
    failures.finish();
}

#[tokio::test]
async fn the_refusal_is_empty_and_in_no_cache() {
    let refusal = WireResponse::from(
        "403
         cache-control: no-store
         vary: Origin, Sec-Fetch-Site",
    );
    let mut failures = Failures::default();
    for app in apps() {
        for line in ["POST /shown", "GET /guarded", "PUT /guarded", "PUT /mixed"] {
            let request = actual(line, "https://evil.example");
            let found = app.complete(request).await;
            // Of axum; elsewhere the connection adds it.
            let found = found.retain(|name| name != "content-length");
            failures.compare(|| format!("{line} ({})", app.name), &refusal, &found);
        }
    }
    failures.finish();
}

/// A layer holds every method, whether its policy lists it or not.
#[tokio::test]
async fn layers_hold_methods_that_they_do_not_list() {
    const POLICY: Policy = Policy::new(&["https://app.example"])
        .methods(&["GET"])
        .checked();
    let layer = POLICY.layer().expect("the policy keeps the rules");
    let service = layer.layer(any(plain));
    let app = App::new("a layer", Router::new().route_service("/", service));
    let rows: [Row; 8] = [
        (
            "a write",
            "POST /
             origin: https://evil.example",
            403,
        ),
        (
            "an extension",
            "PROPFIND /
             origin: https://evil.example",
            403,
        ),
        (
            "in lower case, which is another method",
            "get /
             origin: https://evil.example",
            403,
        ),
        (
            "TRACE, which no browser sends",
            "TRACE /
             origin: https://evil.example",
            403,
        ),
        (
            "a read",
            "GET /
             origin: https://evil.example",
            200,
        ),
        (
            "OPTIONS that is no preflight",
            "OPTIONS /
             origin: https://evil.example",
            200,
        ),
        (
            "allowed",
            "POST /
             origin: https://app.example",
            200,
        ),
        ("no browser", "POST /", 200),
    ];
    statuses(&[app], &rows).await;
}
