//! Mistakes in responses to preflights, which browsers reject.

use cors_testing::Credentials::{self, Include, SameOrigin};
use expect_test::{Expect, expect};

use crate::{ARTICLE, messages};

#[test]
fn allow_headers_is_missing_for_json_with_a_token() {
    let [request, response] = ARTICLE;
    expect![[r#"
        (tolerated) preflight, method: the preflight requests POST, and the response names `GET, OPTIONS`; browsers let GET, HEAD and POST pass all the same
        help: send `access-control-allow-methods: POST`
        preflight, header: the preflight requests the headers `content-type` and `authorization`, and the response names no header
        help: send `access-control-allow-headers: content-type, authorization`"#]].assert_eq(&messages(request, response, SameOrigin));
}

/// A preflight for PUT with `x-a`.
const PUT: &str = "OPTIONS /data HTTP/1.1
    Origin: https://app.example
    Access-Control-Request-Method: PUT
    Access-Control-Request-Headers: x-a";

/// Whether the page sends credentials, the response to [`PUT`], and the problems with it.
type Row = (Credentials, &'static str, Expect);

const RESPONSES: &[Row] = &[
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![""],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-methods: *
         access-control-allow-headers: *",
        expect![""],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK
         access-control-allow-origin: *
         access-control-allow-methods: , GET,,PUT ,
         access-control-allow-headers: X-A",
        expect![""],
    ),
    (
        Include,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example
         access-control-allow-credentials: true
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![""],
    ),
    (
        SameOrigin,
        "HTTP/1.1 404 Not Found",
        expect![[r#"
            preflight, status: the preflight from `https://app.example` for PUT got 404 Not Found, and browsers require a status from 200 to 299
            help: respond to OPTIONS with 204 on this path, because no route or layer handles it
            preflight, origin: the page of `https://app.example` got 404 Not Found without `access-control-allow-origin`
            help: send `access-control-allow-origin: https://app.example`
            preflight, method: the preflight requests PUT, and the response names no method
            help: send `access-control-allow-methods: PUT`
            preflight, header: the preflight requests the header `x-a`, and the response names no header
            help: send `access-control-allow-headers: x-a`"#]],
    ),
    // The origin, and what is different.
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example/
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://app.example/`, which has a path (`/`), and an origin ends with its host or port, so it would never match
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://App.Example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://App.Example`, which has upper-case letters, and browsers send an origin in lower case, so it would never match
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example:3000
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://app.example:3000`, which has another port (3000, not the default)
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example:443
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://app.example:443`, which writes the default port (`:443`), which browsers leave out, so it would never match
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: http://app.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: http://app.example`, which has another scheme (`http`)
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: http://www.app.example:81
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: http://www.app.example:81`, which has another scheme (`http`) and another host (`www.app.example`) and another port (81, not the default)
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: app.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: app.example`, which has no scheme, so it would never match
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://öl.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://öl.example`, which is not ASCII, and browsers send a host in punycode, so it would never match
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin:
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: `, which is empty
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: null
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: null`, which is an origin of its own, not the lack of one
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://*.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://*.example`, which is a pattern, and browsers support only `*` as the whole value
            help: send `access-control-allow-origin: https://app.example`, the one of the request's `origin`, and `vary: origin`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example, https://b.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://app.example, https://b.example`, which is not one origin
            help: send `access-control-allow-origin: https://app.example`, the one of the request's `origin`, and `vary: origin`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example
         access-control-allow-origin: https://app.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin` 2 times (`https://app.example, https://app.example`), which never matches
            help: send `access-control-allow-origin: https://app.example`, once: a proxy, a layer and the handler must not all send it"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-origin: *
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin` 2 times (`*, *`), which never matches
            help: send `access-control-allow-origin: https://app.example`, once: a proxy, a layer and the handler must not all send it"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example:x
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got `access-control-allow-origin: https://app.example:x`, where `:x` in `https://app.example:x` is not a port: a number from 1 to 65535 without leading zeros, or `:*`
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    // Credentials.
    (
        Include,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-credentials: true
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, origin: the page of `https://app.example` sends credentials, and the response has `access-control-allow-origin: *`, which does not cover them
            help: send `access-control-allow-origin: https://app.example`"#]],
    ),
    (
        Include,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, credentials: the page of `https://app.example` sends credentials, and there is no `access-control-allow-credentials`
            help: send `access-control-allow-credentials: true`"#]],
    ),
    (
        Include,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example
         access-control-allow-credentials: True
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, credentials: the page of `https://app.example` sends credentials, and the response has `access-control-allow-credentials: True`, not `true`
            help: send `access-control-allow-credentials: true`"#]],
    ),
    (
        Include,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: https://app.example
         access-control-allow-credentials: true
         access-control-allow-credentials: true
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, credentials: the page of `https://app.example` sends credentials, and the response has `access-control-allow-credentials: true, true`, not `true`
            help: send `access-control-allow-credentials: true`"#]],
    ),
    (
        Include,
        "HTTP/1.1 204
         access-control-allow-methods: *
         access-control-allow-headers: *",
        expect![[r#"
            preflight, origin: the page of `https://app.example` got 204 No Content without `access-control-allow-origin`
            help: send `access-control-allow-origin: https://app.example` and `access-control-allow-credentials: true`
            preflight, credentials: the page of `https://app.example` sends credentials, and there is no `access-control-allow-credentials`
            help: send `access-control-allow-credentials: true`
            preflight, method: the preflight requests PUT, and the response names `*` (with credentials `*` is not a wildcard, but a method of that name)
            help: send `access-control-allow-methods: PUT`
            preflight, header: the preflight requests the header `x-a`, and the response names `*` (with credentials `*` is not a wildcard, but a header of that name)
            help: send `access-control-allow-headers: x-a`"#]],
    ),
    // The status.
    (
        SameOrigin,
        "HTTP/1.1 301 Moved Permanently
         location: https://www.app.example/data
         access-control-allow-origin: *
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, status: the preflight from `https://app.example` for PUT got 301 Moved Permanently, and browsers require a status from 200 to 299
            help: call `https://www.app.example/data` directly, or respond to OPTIONS with 204 here: browsers do not follow a redirect of a preflight"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 304 Not Modified
         access-control-allow-origin: *
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, status: the preflight from `https://app.example` for PUT got 304 Not Modified, and browsers require a status from 200 to 299
            help: respond to OPTIONS with 204"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 403 Forbidden
         access-control-allow-origin: *
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, status: the preflight from `https://app.example` for PUT got 403 Forbidden, and browsers require a status from 200 to 299
            help: respond to OPTIONS with 204 before any login: a preflight carries no cookies and no `authorization`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 500 Internal Server Error
         access-control-allow-origin: *
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, status: the preflight from `https://app.example` for PUT got 500 Internal Server Error, and browsers require a status from 200 to 299
            help: look at the server's own log, and respond to OPTIONS with 204 before what fails"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 400 Bad Request
         access-control-allow-origin: *
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, status: the preflight from `https://app.example` for PUT got 400 Bad Request, and browsers require a status from 200 to 299
            help: respond to OPTIONS with 204"#]],
    ),
    // The method.
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-methods: put
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, method: the preflight requests PUT, and the response names `put` (`put` is another method: they are compared byte by byte)
            help: send `access-control-allow-methods: PUT`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-methods: GET
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a",
        expect![""],
    ),
    // Lists.
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-methods: GET PUT
         access-control-allow-headers: x-a; x-b",
        expect![[r#"
            preflight, list: `access-control-allow-methods: GET PUT` is not a list of names (a comma is missing in `GET PUT`), so browsers refuse all of it
            help: send names with commas in between, such as `access-control-allow-methods: PUT`
            preflight, list: `access-control-allow-headers: x-a; x-b` is not a list of names (`x-a; x-b` has another separator than a comma), so browsers refuse all of it
            help: send names with commas in between, such as `access-control-allow-headers: x-a`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-methods: PUT\u{a0}
         access-control-allow-headers: \u{3000}x-a",
        expect![[r#"
            preflight, list: `access-control-allow-methods: PUT\u{a0}` is not a list of names, so browsers refuse all of it
            help: send names with commas in between, such as `access-control-allow-methods: PUT`
            preflight, list: `access-control-allow-headers: \u{3000}x-a` is not a list of names, so browsers refuse all of it
            help: send names with commas in between, such as `access-control-allow-headers: x-a`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-methods: [\"PUT\"]
         access-control-allow-headers: x-a",
        expect![[r#"
            preflight, list: `access-control-allow-methods: ["PUT"]` is not a list of names (`["PUT"]` has quotes), so browsers refuse all of it
            help: send names with commas in between, such as `access-control-allow-methods: PUT`"#]],
    ),
    // Names that are misspelt.
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-method: PUT
         access-control-request-headers: x-a",
        expect![[r#"
            preflight, method: the preflight requests PUT, and the response names no method (there is `access-control-allow-method`, and no such header exists)
            help: send `access-control-allow-methods: PUT`
            preflight, header: the preflight requests the header `x-a`, and the response names no header (there is `access-control-request-headers`, which belongs into requests)
            help: send `access-control-allow-headers: x-a`"#]],
    ),
    // Mistakes that fail later.
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-credentials: True
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a
         access-control-max-age: 24h",
        expect![[r#"
            (tolerated) preflight, credentials: `access-control-allow-credentials: True` is not `true`, so it allows no credentials
            help: send `access-control-allow-credentials: true`
            (tolerated) preflight, max-age: `access-control-max-age: 24h` is not a number of seconds, so browsers ignore it and send each preflight again after 5 seconds
            help: send seconds, such as `access-control-max-age: 600`"#]],
    ),
    (
        SameOrigin,
        "HTTP/1.1 204 No Content
         access-control-allow-origin: *
         access-control-allow-methods: PUT
         access-control-allow-headers: x-a
         access-control-max-age: 2592000",
        expect![[r#"
            (tolerated) preflight, max-age: `access-control-max-age: 2592000` is longer than browsers keep a preflight: Chromium for 7200 seconds, Firefox for 86400, Safari for 600
            help: send at most `access-control-max-age: 7200`, because a mistake stays as long in the browsers"#]],
    ),
];

#[test]
fn problems_of_preflight_responses() {
    for (credentials, response, expected) in RESPONSES {
        expected.assert_eq(&messages(PUT, response, *credentials));
    }
}

#[test]
fn allow_headers_wildcard_does_not_cover_authorization() {
    let request = "OPTIONS / HTTP/1.1
        origin: https://app.example
        access-control-request-method: PUT
        access-control-request-headers: authorization,x-a";
    let response = |headers| {
        format!(
            "HTTP/1.1 204
             access-control-allow-origin: *
             access-control-allow-methods: *
             access-control-allow-headers: {headers}"
        )
    };
    expect![[r#"
        preflight, header: the preflight requests the header `authorization`, and the response names `*` (by the standard `*` does not cover `authorization`, though browsers still let it pass)
        help: send `access-control-allow-headers: authorization, x-a`"#]].assert_eq(&messages(request, &response("*"), SameOrigin));
    expect![""].assert_eq(&messages(
        request,
        &response("*, Authorization"),
        SameOrigin,
    ));
}

#[test]
fn an_invalid_list_is_a_problem_although_no_header_was_requested() {
    let request = "OPTIONS / HTTP/1.1
        origin: https://app.example
        access-control-request-method: PUT";
    let response = "HTTP/1.1 204
        access-control-allow-origin: *
        access-control-allow-methods: PUT
        access-control-allow-headers: x a";
    expect![[r#"
        preflight, list: `access-control-allow-headers: x a` is not a list of names (a comma is missing in `x a`), so browsers refuse all of it
        help: send names with commas in between, such as `access-control-allow-headers: content-type`"#]].assert_eq(&messages(request, response, SameOrigin));
}
