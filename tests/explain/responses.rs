//! Mistakes in responses to actual requests, which browsers reject.

use cors_testing::Credentials::{self, Include, SameOrigin};
use cors_testing::explain_response;
use expect_test::{Expect, expect};

use crate::{listed, read};

fn messages(request: &str, response: &str, credentials: Credentials) -> String {
    listed(&explain_response(
        &read(request),
        &read(response),
        credentials,
    ))
}

/// Whether the page sends credentials, the response to a GET from `https://app.example`, and the
/// problems with it.
const RESPONSES: &[(Credentials, &str, Expect)] = &[
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: *",
        expect![""],
    ),
    (
        SameOrigin,
        "HTTP/1.1 401 Unauthorized
         access-control-allow-origin: https://app.example",
        expect![""],
    ),
    (
        Include,
        "HTTP/1.1 302 Found
         location: /b
         access-control-allow-origin: https://app.example
         access-control-allow-credentials: true
         access-control-expose-headers: x-a, location",
        expect![""],
    ),
    (
        SameOrigin,
        "HTTP/1.1 500 Internal Server Error",
        expect![[r#"
            response, origin: the page of `https://app.example` got 500 Internal Server Error without `access-control-allow-origin`
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        Include,
        "HTTP/1.1 200 OK
         access-control-allow-origin: *",
        expect![[r#"
            response, origin: the page of `https://app.example` sends credentials, and the response has `access-control-allow-origin: *`, which does not cover them
            help: send `access-control-allow-origin: https://app.example` and `access-control-allow-credentials: true`
            response, credentials: the page of `https://app.example` sends credentials, and there is no `access-control-allow-credentials`
            help: send `access-control-allow-credentials: true`"#]],
    ),
    (
        Include,
        "HTTP/1.1 200 OK
         access-control-allow-origin: https://app.example
         access-control-allow-credentials: TRUE",
        expect![[r#"
            response, credentials: the page of `https://app.example` sends credentials, and the response has `access-control-allow-credentials: TRUE`, not `true`
            help: send `access-control-allow-credentials: true`"#]],
    ),
    // Browsers report no error for a header that a page cannot see.
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: *
         access-control-expose-headers: *",
        expect![""],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: *
         access-control-expose-headers: x-a; x-b",
        expect![[r#"
            (tolerated) response, exposed headers: `access-control-expose-headers: x-a; x-b` is not a list of names, so it exposes no header
            help: send names with commas in between"#]],
    ),
    (
        Include,
        "HTTP/1.1 200 OK
         access-control-allow-origin: https://app.example
         access-control-allow-credentials: true
         access-control-expose-headers: *",
        expect![[r#"
            (tolerated) response, exposed headers: `access-control-expose-headers: *` with credentials is not a wildcard, but a header of that name
            help: send the names"#]],
    ),
];

#[test]
fn problems_of_responses() {
    let request = "GET /data HTTP/1.1
        origin: https://app.example";
    for (credentials, response, expected) in RESPONSES {
        expected.assert_eq(&messages(request, response, *credentials));
    }
}

#[test]
fn requests_that_explain_response_does_not_take() {
    let response = "HTTP/1.1 200 OK
        access-control-allow-origin: *";
    for (request, expected) in [
        (
            "GET /data HTTP/1.1",
            expect![[r#"
                request: GET without `origin` comes from no page of another origin, and there is nothing to check
                help: send `origin: https://app.example`, with the origin of the page"#]],
        ),
        (
            "GET / HTTP/1.1
             origin: app.example",
            expect![[r#"
                request: no browser sends this `origin`: `app.example` has no scheme, so it would never match
                help: write `"https://app.example"`"#]],
        ),
        (
            "OPTIONS /data HTTP/1.1
             origin: https://app.example
             access-control-request-method: PUT
             access-control-request-headers: x-a",
            expect![[r#"
                request: this is a preflight, and only the browser reads its response
                help: give it to `explain`, and here the request that follows it"#]],
        ),
    ] {
        expected.assert_eq(&messages(request, response, SameOrigin));
    }
}
