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
    // The reason phrase as the server wrote it.
    (
        SameOrigin,
        "HTTP/1.1 522",
        expect![[r#"
        response, origin: the page of `https://app.example` got 522 without `access-control-allow-origin`
        help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 307 Internal Redirect
         location: https://api.example/data",
        expect![[r#"
            response, origin: the page of `https://app.example` got 307 Internal Redirect without `access-control-allow-origin`
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    // Names that are misspelt, and quotes.
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origins: *",
        expect![[r#"
            response, origin: the page of `https://app.example` got 200 OK without `access-control-allow-origin` (there is `access-control-allow-origins`, and no such header exists)
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: \"*\"",
        expect![[r#"
            response, origin: the page of `https://app.example` got `access-control-allow-origin: "*"`, which has quotes or brackets around `*`, and they count
            help: send `access-control-allow-origin: https://app.example`, the one of the request's `origin`, and `vary: origin`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: 'https://app.example'",
        expect![[r#"
            response, origin: the page of `https://app.example` got `access-control-allow-origin: 'https://app.example'`, which has quotes or brackets around `https://app.example`, and they count
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    // Mistakes that fail later.
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: https://app.example
         access-control-allow-credentials: True",
        expect![[r#"
            (tolerated) response, credentials: `access-control-allow-credentials: True` is not `true`, so it allows no credentials
            help: send `access-control-allow-credentials: true`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: https://app.example
         cache-control: public",
        expect![[r#"
            (tolerated) response, vary: caches keep the response (`cache-control: public`) without `vary: origin`, so a page of another origin gets `access-control-allow-origin: https://app.example`
            help: send `vary: origin` with every response"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: https://app.example
         cache-control: max-age=60
         vary: accept-encoding, Origin",
        expect![""],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: https://app.example
         cache-control: no-cache, max-age=0",
        expect![""],
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

#[test]
fn requests_that_no_cors_check_applies_to() {
    let response = "HTTP/1.1 200 OK";
    for (request, expected) in [
        (
            "POST /data HTTP/1.1
             host: app.example
             origin: https://app.example",
            expect![[r#"
                (tolerated) request: the page of `https://app.example` calls its own origin, so no CORS check applies
                help: look elsewhere: no header of CORS matters for this request"#]],
        ),
        (
            "POST /data HTTP/1.1
             host: api.example
             origin: https://app.example
             sec-fetch-site: same-origin",
            expect![[r#"
                (tolerated) request: the page of `https://app.example` calls its own origin, so no CORS check applies
                help: look elsewhere: no header of CORS matters for this request"#]],
        ),
        // The scheme differs, and only this header shows it.
        (
            "POST /data HTTP/1.1
             host: app.example
             origin: http://app.example
             sec-fetch-site: cross-site",
            expect![[r#"
                response, origin: the page of `http://app.example` got 200 OK without `access-control-allow-origin`
                help: send `access-control-allow-origin: http://app.example`"#]],
        ),
        (
            "POST /data HTTP/1.1
             origin: https://app.example
             sec-fetch-mode: no-cors",
            expect![[r#"
                (tolerated) request: the request has `sec-fetch-mode: no-cors`, so no CORS check applies
                help: use mode `cors`, if the page has to read the response"#]],
        ),
        (
            "POST /data HTTP/1.1
             origin: https://app.example
             sec-fetch-mode: navigate",
            expect![[r#"
                (tolerated) request: the request has `sec-fetch-mode: navigate`, so no CORS check applies
                help: look elsewhere: a link or a form shows any response in the window"#]],
        ),
    ] {
        expected.assert_eq(&messages(request, response, SameOrigin));
    }
}

#[test]
fn stored_responses_that_the_server_confirms() {
    let request = "GET /data HTTP/1.1
        origin: https://app.example
        if-none-match: \"1\"";
    for (response, expected) in [
        (
            "HTTP/1.1 304 Not Modified",
            expect![[r#"
            (tolerated) response, origin: the page of `https://app.example` gets a stored response, because of 304 Not Modified, and the headers of that one count
            help: look at the stored response, which was a 200: it needs `access-control-allow-origin: https://app.example`; to see it, reload without the cache"#]],
        ),
        (
            "HTTP/1.1 304 Not Modified
             access-control-allow-origin: https://b.example",
            expect![[r#"
                response, origin: the page of `https://app.example` got `access-control-allow-origin: https://b.example`, which has another host (`b.example`)
                help: send `access-control-allow-origin: https://app.example`"#]],
        ),
    ] {
        expected.assert_eq(&messages(request, response, SameOrigin));
    }
}

#[test]
fn cookie_of_the_request_counts_as_credentials() {
    let request = "GET /data HTTP/1.1
        origin: https://app.example
        cookie: a=1";
    let response = "HTTP/1.1 200 OK
        access-control-allow-origin: *";
    expect![[r#"
        response, origin: the page of `https://app.example` sends credentials, and the response has `access-control-allow-origin: *`, which does not cover them
        help: send `access-control-allow-origin: https://app.example` and `access-control-allow-credentials: true`
        response, credentials: the page of `https://app.example` sends credentials, and there is no `access-control-allow-credentials`
        help: send `access-control-allow-credentials: true`"#]].assert_eq(&messages(request, response, SameOrigin));
    expect![""].assert_eq(&messages(request, response, Credentials::Omit));
}
