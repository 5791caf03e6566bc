//! Preflights that no browser sends, and preflights that a response does not cover.

use cors_testing::Credentials::Include;
use expect_test::{Expect, expect};

use crate::messages;

/// A preflight, and the problems with it and [`RESPONSE`].
const PREFLIGHTS: &[(&str, Expect)] = &[
    (
        "OPTIONS /data HTTP/1.1
         origin: null
         access-control-request-method: PUT",
        expect![[r#"
            preflight, origin: the page of `null` got `access-control-allow-origin: https://app.example`, which is another origin
            help: `null` is the origin of sandboxed frames, `file:` pages and redirects through another origin; call the final URL directly, from a page with an origin"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         origin: https://app.example
         access-control-request-method: GET",
        expect![[r#"
            (tolerated) preflight, method: the preflight requests GET, and the response names `PUT, PATCH`; browsers let GET, HEAD and POST pass all the same
            help: send `access-control-allow-methods: GET`"#]],
    ),
    // Browsers send `PUT` for `put`, and `patch` for `patch`.
    (
        "OPTIONS /data HTTP/1.1
         origin: https://app.example
         access-control-request-method: patch",
        expect![[r#"
            preflight, method: the preflight requests patch, and the response names `PUT, PATCH` (`PATCH` is another method: they are compared byte by byte)
            help: write `PATCH` in the page: browsers leave `patch` as it is"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         origin: https://app.example
         access-control-request-method: put",
        expect![[r#"
            request: browsers send `PUT` if a page writes `put`
            help: send `access-control-request-method: PUT`"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         origin: https://app.example
         access-control-request-method: DELETE
         access-control-request-headers: X-A, x-a,, x-b, authorization",
        expect![[r#"
            preflight, method: the preflight requests DELETE, and the response names `PUT, PATCH`
            help: send `access-control-allow-methods: DELETE`
            preflight, header: the preflight requests the headers `x-b` and `authorization`, and the response names `x-a, *` (with credentials `*` is not a wildcard, but a header of that name)
            help: send `access-control-allow-headers: x-a, x-b, authorization`"#]],
    ),
    // Requests that no browser sends prove nothing about the server.
    (
        "OPTIONS /data HTTP/1.1
         access-control-request-method: PUT",
        expect![[r#"
            request: OPTIONS without `origin` is not a preflight
            help: a preflight is OPTIONS with `origin` and `access-control-request-method`; with curl: `-X OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'`. `explain_response` is for other requests"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         origin: https://app.example",
        expect![[r#"
            request: OPTIONS without `access-control-request-method` is not a preflight
            help: a preflight is OPTIONS with `origin` and `access-control-request-method`; with curl: `-X OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'`. `explain_response` is for other requests"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         host: app.example",
        expect![[r#"
            request: OPTIONS without `origin` and `access-control-request-method` is not a preflight
            help: a preflight is OPTIONS with `origin` and `access-control-request-method`; with curl: `-X OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'`. `explain_response` is for other requests"#]],
    ),
    (
        "GET /data HTTP/1.1
         origin: https://app.example",
        expect![[r#"
            request: GET without `access-control-request-method` is not a preflight
            help: a preflight is OPTIONS with `origin` and `access-control-request-method`; with curl: `-X OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'`. `explain_response` is for other requests"#]],
    ),
    (
        "GET /data HTTP/1.1
         origin: https://app.example
         access-control-request-method: PUT",
        expect![[r#"
            request: GET is not a preflight
            help: a preflight is OPTIONS with `origin` and `access-control-request-method`; with curl: `-X OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'`. `explain_response` is for other requests"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         origin: https://app.example/
         access-control-request-method: PUT",
        expect![[r#"
            request: no browser sends this `origin`: `https://app.example/` has a path (`/`), and an origin ends with its host or port, so it would never match
            help: write `"https://app.example"`"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         origin: https://app.example
         origin: https://app.example
         access-control-request-method: TRACE
         access-control-request-headers: x a",
        expect![[r#"
            request: no browser sends this `origin`: `https://app.example, https://app.example` is not one origin
            help: write scheme and host of one page, such as `https://app.example`
            request: browsers refuse to send TRACE
            help: let the page use another method
            request: no browser sends `access-control-request-headers: x a`
            help: send names with commas in between, such as `content-type,x-requested-with`"#]],
    ),
    (
        "OPTIONS /data HTTP/1.1
         origin: *
         access-control-request-method: PUT, PATCH",
        expect![[r#"
    request: no browser sends this `origin`: `*` is not one origin
    help: write scheme and host of one page, such as `https://app.example`
    request: `access-control-request-method: PUT, PATCH` is not one method
    help: send the one that the page uses, such as `PUT`"#]],
    ),
];

const RESPONSE: &str = "HTTP/1.1 204
    access-control-allow-origin: https://app.example
    access-control-allow-credentials: true
    access-control-allow-methods: PUT, PATCH
    access-control-allow-headers: x-a, *";

#[test]
fn problems_of_preflight_requests() {
    for (preflight, expected) in PREFLIGHTS {
        expected.assert_eq(&messages(preflight, RESPONSE, Include));
    }
}
