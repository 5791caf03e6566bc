//! What a browser has against an exchange, in words: raw heads, and every problem with them.

use std::future::ready;
use std::time::Duration;

use axum::http::{Request, Response};
use cors_testing::{
    Browser, Credentials, HeadError, Problem, RequestHead, ResponseHead, Step, explain,
    explain_response,
};

use tower::service_fn;

use Credentials::{Include, SameOrigin};

/// The exchange that people meet first: the page wants to POST JSON with a token.
const ARTICLE: [&str; 2] = [
    "OPTIONS /api/data HTTP/1.1
    Origin: https://mywebsite.com
    Access-Control-Request-Method: POST
    Access-Control-Request-Headers: Content-Type, Authorization",
    "HTTP/1.1 200 OK
    Access-Control-Allow-Origin: https://mywebsite.com
    Access-Control-Allow-Methods: GET, OPTIONS",
];

#[test]
fn the_exchange_of_the_article_in_full() {
    let [request, response] = ARTICLE;
    let messages = messages(request, response, SameOrigin);
    assert_eq!(
        messages,
        [
            "(tolerated) preflight, method: the page asked for POST, and the answer names `GET, \
             OPTIONS`; browsers let GET, HEAD and POST pass all the same\n\
             help: send `access-control-allow-methods: POST`",
            "preflight, header: the page asked for the header `content-type`, and the answer names \
             no header\n\
             help: send `access-control-allow-headers: content-type, authorization`",
            "preflight, header: the page asked for the header `authorization`, and the answer names \
             no header\n\
             help: send `access-control-allow-headers: content-type, authorization`",
        ]
    );
}

/// A row: what the answer to a preflight for PUT with `x-a` has in addition to its first line, or
/// in place of it, and what is wrong with it, as in [`holds`].
type Row = (Credentials, &'static str, &'static [&'static str]);

const PUT: &str = "OPTIONS /data HTTP/1.1
    Origin: https://app.example
    Access-Control-Request-Method: PUT
    Access-Control-Request-Headers: x-a";

const GRANTED: &str = "allow-origin: https://app.example | allow-methods: PUT | allow-headers: x-a";

const ANSWERS: &[Row] = &[
    (SameOrigin, GRANTED, &[]),
    (
        SameOrigin,
        "allow-origin: * | allow-methods: * | allow-headers: *",
        &[],
    ),
    (
        SameOrigin,
        "HTTP/1.1 200 OK | allow-origin: * | allow-methods: , GET,,PUT , | allow-headers: X-A",
        &[],
    ),
    (
        Include,
        "allow-origin: https://app.example | allow-credentials: true | allow-methods: PUT | allow-headers: x-a",
        &[],
    ),
    (
        SameOrigin,
        "HTTP/1.1 404 Not Found",
        &[
            "preflight, origin: the page of `https://app.example` got 404 Not Found without `access-control-allow-origin` … help: send `access-control-allow-origin: https://app.example`",
            "preflight, status: … from `https://app.example` for PUT was answered 404 … 200 to 299 … help: … on this path",
            "preflight, method: … PUT … names no method … help: send `access-control-allow-methods: PUT`",
            "preflight, header: … `x-a` … names no header … help: send `access-control-allow-headers: x-a`",
        ],
    ),
    // The origin, and what is different.
    (
        SameOrigin,
        "allow-origin: https://app.example/ | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … got `access-control-allow-origin: https://app.example/`, which has a path (`/`) … help: send `access-control-allow-origin: https://app.example`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: https://App.Example | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … upper-case … help: send `access-control-allow-origin: https://app.example`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: https://app.example:3000 | allow-methods: PUT | allow-headers: x-a",
        &["preflight, origin: … which has another port (3000, not the default) … help: send"],
    ),
    (
        SameOrigin,
        "allow-origin: https://app.example:443 | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … writes the default port (`:443`), which browsers leave out … help: send",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: http://app.example | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … which has another scheme (`http`)\nhelp: send `access-control-allow-origin: https://app.example`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: http://www.app.example:81 | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … which has another scheme (`http`) and another host (`www.app.example`) and another port (81, not the default)",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: app.example | allow-methods: PUT | allow-headers: x-a",
        &["preflight, origin: … no scheme"],
    ),
    (
        SameOrigin,
        "allow-origin: https://öl.example | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … `access-control-allow-origin: https://öl.example` … is not ASCII … punycode",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: | allow-methods: PUT | allow-headers: x-a",
        &["preflight, origin: … got `access-control-allow-origin: `, which is empty"],
    ),
    (
        SameOrigin,
        "allow-origin: null | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … got `access-control-allow-origin: null`, which is an origin of its own … help: send `access-control-allow-origin: https://app.example`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: https://*.example | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … which is a pattern, and browsers know none … help: send … the one of the request's `origin`, and `vary: origin`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: https://app.example, https://b.example | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … which is not one origin … help: send `access-control-allow-origin: https://app.example`, the one of the request's `origin`, and `vary: origin`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: https://app.example | allow-origin: https://app.example | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … got `access-control-allow-origin` 2 times … never matches … help: send … once: a proxy, a layer and the handler",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: * | allow-origin: * | allow-methods: PUT | allow-headers: x-a",
        &["preflight, origin: … 2 times (`*, *`)"],
    ),
    (
        SameOrigin,
        "allow-origin: https://app.example:x | allow-methods: PUT | allow-headers: x-a",
        &["preflight, origin: … where `:x` in `https://app.example:x` is not a port"],
    ),
    // Credentials.
    (
        Include,
        "allow-origin: * | allow-credentials: true | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, origin: … sends credentials, and the answer is `access-control-allow-origin: *`, which does not cover them … help: send `access-control-allow-origin: https://app.example`\0",
        ],
    ),
    (
        Include,
        GRANTED,
        &[
            "preflight, credentials: the page of `https://app.example` sends credentials, and there is no `access-control-allow-credentials` … help: send `access-control-allow-credentials: true`",
        ],
    ),
    (
        Include,
        "allow-origin: https://app.example | allow-credentials: True | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, credentials: … `access-control-allow-credentials: True`, not `true` … help: send `access-control-allow-credentials: true`",
        ],
    ),
    (
        Include,
        "allow-origin: https://app.example | allow-credentials: true | allow-credentials: true | allow-methods: PUT | allow-headers: x-a",
        &["preflight, credentials: … `access-control-allow-credentials: true, true`, not `true`"],
    ),
    (
        Include,
        "HTTP/1.1 204 | allow-methods: * | allow-headers: *",
        &[
            "preflight, origin: … without … help: send `access-control-allow-origin: https://app.example` and `access-control-allow-credentials: true`",
            "preflight, credentials: … no `access-control-allow-credentials`",
            "preflight, method: … names `*` (with credentials `*` is only a method of that name) … help: send `access-control-allow-methods: PUT`",
            "preflight, header: … names `*` (with credentials `*` is only a header of that name) … help: send `access-control-allow-headers: x-a`",
        ],
    ),
    // The status.
    (
        SameOrigin,
        "HTTP/1.1 301 Moved Permanently | location: https://www.app.example/data | allow-origin: * | allow-methods: PUT | allow-headers: x-a",
        &[
            "preflight, status: … answered 301 Moved Permanently … help: call `https://www.app.example/data` directly … no redirect",
        ],
    ),
    (
        SameOrigin,
        "HTTP/1.1 304 Not Modified | allow-origin: * | allow-methods: PUT | allow-headers: x-a",
        &["preflight, status: … answered 304 … help: answer OPTIONS with 204\0"],
    ),
    (
        SameOrigin,
        "HTTP/1.1 403 Forbidden | allow-origin: * | allow-methods: PUT | allow-headers: x-a",
        &["preflight, status: … answered 403 Forbidden … help: … before any login … no cookies"],
    ),
    (
        SameOrigin,
        "HTTP/1.1 500 Internal Server Error | allow-origin: * | allow-methods: PUT | allow-headers: x-a",
        &["preflight, status: … answered 500 … help: look at the server's own log"],
    ),
    (
        SameOrigin,
        "HTTP/1.1 400 Bad Request | allow-origin: * | allow-methods: PUT | allow-headers: x-a",
        &["preflight, status: … answered 400 … help: answer OPTIONS with 204"],
    ),
    // The method.
    (
        SameOrigin,
        "allow-origin: * | allow-methods: put | allow-headers: x-a",
        &[
            "preflight, method: … asked for PUT, and the answer names `put` (`put` is another method: they are compared byte by byte) … help: send `access-control-allow-methods: PUT`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: * | allow-methods: GET | allow-methods: PUT | allow-headers: x-a",
        &[],
    ),
    // Lists.
    (
        SameOrigin,
        "allow-origin: * | allow-methods: GET PUT | allow-headers: x-a; x-b",
        &[
            "preflight, list: `access-control-allow-methods: GET PUT` is no list of names … help: … `access-control-allow-methods: PUT`",
            "preflight, list: `access-control-allow-headers: x-a; x-b` … help: … `access-control-allow-headers: x-a`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: * | allow-methods: PUT\u{a0} | allow-headers: \u{3000}x-a",
        &[
            "preflight, list: `access-control-allow-methods: PUT\\u{a0}`",
            "preflight, list: `access-control-allow-headers: \\u{3000}x-a`",
        ],
    ),
    (
        SameOrigin,
        "allow-origin: * | allow-methods: [\"PUT\"] | allow-headers: x-a",
        &["preflight, list: `access-control-allow-methods: [\"PUT\"]`"],
    ),
];

#[test]
fn every_problem_of_an_answer_to_a_preflight() {
    for &(credentials, answer, expected) in ANSWERS {
        let messages = messages(PUT, &head("HTTP/1.1 204 No Content", answer), credentials);
        holds(answer, &messages, expected);
    }
}

/// A row: what a preflight has in addition to its first line, or in place of it.
const PREFLIGHTS: &[(&str, &[&str])] = &[
    (
        "origin: null | request-method: PUT",
        &[
            "preflight, origin: the page of `null` got … sandboxed frames … call the final URL directly",
        ],
    ),
    (
        "origin: https://app.example | request-method: GET",
        &[
            "(tolerated) preflight, method: … asked for GET, and the answer names `PUT, PATCH`; browsers let GET, HEAD and POST pass all the same … help: send `access-control-allow-methods: GET`",
        ],
    ),
    // Browsers upper-case `put`, and leave `patch` as it is.
    (
        "origin: https://app.example | request-method: patch",
        &[
            "preflight, method: … asked for patch … (`PATCH` is another method: … help: write `PATCH` in the page: browsers leave `patch` as it is",
        ],
    ),
    (
        "origin: https://app.example | request-method: put",
        &[
            "request: browsers send `PUT` where a page says `put` … help: send `access-control-request-method: PUT`",
        ],
    ),
    (
        "origin: https://app.example | request-method: DELETE | request-headers: X-A, x-a,, x-b, authorization",
        &[
            "preflight, method: … asked for DELETE, and the answer names `PUT, PATCH`\nhelp: send `access-control-allow-methods: DELETE`",
            "preflight, header: … `x-b` … names `x-a, *` (with credentials",
            "preflight, header: … `authorization` … help: send `access-control-allow-headers: x-a, x-b, authorization`",
        ],
    ),
    // What no browser sends says nothing of the server.
    (
        "request-method: PUT",
        &["request: OPTIONS without `origin` is no preflight … help: a preflight is OPTIONS with"],
    ),
    (
        "origin: https://app.example",
        &["request: OPTIONS without `access-control-request-method` is no preflight"],
    ),
    (
        "host: app.example",
        &["request: OPTIONS without `origin` and `access-control-request-method` is no preflight"],
    ),
    (
        "GET /data HTTP/1.1 | origin: https://app.example",
        &[
            "request: GET without `access-control-request-method` is no preflight … help: … curl … `explain_response`",
        ],
    ),
    (
        "GET /data HTTP/1.1 | origin: https://app.example | request-method: PUT",
        &["request: GET is no preflight … help: a preflight is OPTIONS"],
    ),
    (
        "origin: https://app.example/ | request-method: PUT",
        &[
            "request: no browser sends this `origin`: … has a path (`/`) … help: write `\"https://app.example\"`",
        ],
    ),
    (
        "origin: https://app.example | origin: https://app.example | request-method: TRACE | request-headers: x a",
        &[
            "request: no browser sends this `origin`: `https://app.example, https://app.example` is not one origin … help: write scheme and host of one page",
            "request: browsers refuse to send TRACE",
            "request: no browser sends `access-control-request-headers: x a` … help: send names with commas",
        ],
    ),
    (
        "origin: * | request-method: PUT, PATCH",
        &[
            "request: no browser sends this `origin`: `*` is not one origin",
            "request: `access-control-request-method: PUT, PATCH` is not one method",
        ],
    ),
];

#[test]
fn every_problem_of_a_preflight() {
    let answer = "HTTP/1.1 204
        access-control-allow-origin: https://app.example
        access-control-allow-credentials: true
        access-control-allow-methods: PUT, PATCH
        access-control-allow-headers: x-a, *";
    for &(preflight, expected) in PREFLIGHTS {
        let messages = messages(&head("OPTIONS /data HTTP/1.1", preflight), answer, Include);
        holds(preflight, &messages, expected);
    }
}

#[test]
fn a_wildcard_does_not_cover_authorization() {
    let request = "OPTIONS / HTTP/1.1\norigin: https://app.example\n\
                   access-control-request-method: PUT\n\
                   access-control-request-headers: authorization,x-a";
    let answer = |headers| {
        format!(
            "HTTP/1.1 204\naccess-control-allow-origin: *\naccess-control-allow-methods: *\n\
             access-control-allow-headers: {headers}"
        )
    };
    holds(
        "*",
        &messages(request, &answer("*"), SameOrigin),
        &[
            "preflight, header: … `authorization` … names `*` (by the standard `*` does not cover `authorization` … help: send `access-control-allow-headers: authorization, x-a`",
        ],
    );
    holds(
        "beside",
        &messages(request, &answer("*, Authorization"), SameOrigin),
        &[],
    );
}

#[test]
fn a_broken_list_is_refused_even_if_nothing_was_asked_of_it() {
    let request = "OPTIONS / HTTP/1.1\norigin: https://app.example\n\
                   access-control-request-method: PUT";
    let answer = "HTTP/1.1 204\naccess-control-allow-origin: *\n\
                  access-control-allow-methods: PUT\naccess-control-allow-headers: x a";
    holds(
        answer,
        &messages(request, answer, SameOrigin),
        &["preflight, list: … help: … such as `access-control-allow-headers: content-type`"],
    );
}

/// A row: the response to a GET from `https://app.example`.
const RESPONSES: &[Row] = &[
    (SameOrigin, "allow-origin: *", &[]),
    (
        SameOrigin,
        "HTTP/1.1 401 Unauthorized | allow-origin: https://app.example",
        &[],
    ),
    (
        Include,
        "HTTP/1.1 302 Found | location: /b | allow-origin: https://app.example | allow-credentials: true | expose-headers: x-a, location",
        &[],
    ),
    (
        SameOrigin,
        "HTTP/1.1 500 Internal Server Error",
        &[
            "response, origin: the page of `https://app.example` got 500 Internal Server Error without `access-control-allow-origin` … help: send",
        ],
    ),
    (
        Include,
        "allow-origin: *",
        &[
            "response, origin: … which does not cover them … help: send `access-control-allow-origin: https://app.example` and `access-control-allow-credentials: true`",
            "response, credentials: … there is no",
        ],
    ),
    (
        Include,
        "allow-origin: https://app.example | allow-credentials: TRUE",
        &["response, credentials: … `access-control-allow-credentials: TRUE`"],
    ),
    // A page that misses a header gets no error from its browser.
    (SameOrigin, "allow-origin: * | expose-headers: *", &[]),
    (
        SameOrigin,
        "allow-origin: * | expose-headers: x-a; x-b",
        &[
            "(tolerated) response, exposed headers: `access-control-expose-headers: x-a; x-b` is no list of names, so pages see none … help: send names with commas",
        ],
    ),
    (
        Include,
        "allow-origin: https://app.example | allow-credentials: true | expose-headers: *",
        &[
            "(tolerated) response, exposed headers: `access-control-expose-headers: *` beside credentials is only a header of that name … help: send the names",
        ],
    ),
];

#[test]
fn every_problem_of_a_response() {
    let request = "GET /data HTTP/1.1\norigin: https://app.example";
    for &(credentials, answer, expected) in RESPONSES {
        let response = head("HTTP/1.1 200 OK", answer);
        let problems = explain_response(&read(request), &read(&response), credentials);
        holds(answer, &shown(&problems), expected);
    }
}

#[test]
fn a_request_whose_response_is_not_checked() {
    let response = "HTTP/1.1 200 OK\naccess-control-allow-origin: *";
    for (request, expected) in [
        (
            "GET /data HTTP/1.1",
            "request: GET without `origin` comes from no page of another origin … help: send `origin: ",
        ),
        (
            "GET / HTTP/1.1\norigin: app.example",
            "request: no browser sends this `origin`: `app.example` has no scheme … help: write",
        ),
        (
            PUT,
            "request: this is a preflight … help: give it to `explain`",
        ),
    ] {
        let problems = explain_response(&read(request), &read(response), SameOrigin);
        holds(request, &shown(&problems), &[expected]);
    }
}

#[tokio::test]
async fn an_answer_is_remembered_for_a_number_of_seconds_and_nothing_else() {
    for (max_age, is_remembered) in [
        ("600", true),
        ("0600", true),
        ("5", false),
        ("+600", false),
        ("-1", false),
        ("600s", false),
        ("600, 600", false),
        ("", false),
    ] {
        let service = service_fn(move |_: Request<_>| {
            let response = Response::builder()
                .header("access-control-allow-origin", "*")
                .header("access-control-allow-methods", "PUT")
                .header("access-control-max-age", max_age)
                .body(());
            ready(response)
        });
        let page = Browser::at("https://app.example");
        for expected in [1, usize::from(!is_remembered)] {
            let seen = page.fetch(&service, Request::put("/"), SameOrigin).await;
            assert_eq!(
                seen.expect("a response").preflights(),
                expected,
                "{max_age}"
            );
            page.wait(Duration::from_secs(6));
        }
    }
}

#[test]
fn heads_as_people_have_them() {
    let curl = "\
*   Trying 127.0.0.1:3000...
* Connected to localhost (127.0.0.1) port 3000
> OPTIONS /api/data HTTP/1.1
> Host: localhost:3000
> Origin: https://mywebsite.com
> Access-Control-Request-Method: POST
> Access-Control-Request-Headers: Content-Type, Authorization
> 
* Request completely sent off
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: https://mywebsite.com
* Added cookie a=\"b\" for domain localhost
< Access-Control-Allow-Methods: GET, OPTIONS
< 
{ [5 bytes data]
< not a header
* Connection #0 to host localhost left intact
";
    let [request, response] = ARTICLE;
    let expected = messages(request, response, SameOrigin);
    let crlf = |text: &str| text.replace('\n', "\r\n") + "\r\n\r\n<html>\r\n> OPTIONS / HTTP/1.1";
    let http_2 = |text: &str| text.replace("HTTP/1.1", "HTTP/2").replace(" OK", " ");
    for [request, response] in [
        [curl.to_owned(), curl.to_owned()],
        [curl.replace('\n', "\r\n"), response.to_owned()],
        [request, response].map(crlf),
        [request, response].map(http_2),
        [request, response].map(|text| format!("\n\n{}", text.replace(": ", ":"))),
        [
            request.replace(" HTTP/1.1", ""),
            response.replace(" 200 OK", " 299"),
        ],
        [
            request.replace("/api", "https://api.example/api"),
            response.to_owned(),
        ],
    ] {
        assert_eq!(
            messages(&request, &response, SameOrigin),
            expected,
            "{request}\n{response}"
        );
    }
    for (response, expected) in [
        ("HTTP/2 204", 4),
        ("HTTP/1.1 204\n\naccess-control-allow-origin: *", 4),
    ] {
        assert_eq!(
            messages(request, response, SameOrigin).len(),
            expected,
            "{response}"
        );
    }
}

#[test]
fn heads_as_values() {
    let request = Request::options("/")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .body(())
        .expect("a request");
    let response = Response::builder()
        .header("access-control-allow-origin", "*")
        .body(())
        .expect("a response");
    let problems = explain(&(&request).into(), &(&response).into(), SameOrigin);
    let steps: Vec<Step> = problems.iter().map(Problem::step).collect();
    assert_eq!(steps, [Step::PreflightMethod]);
}

#[test]
fn what_is_no_head_says_what_to_write() {
    let request =
        "is not how a request begins\nhelp: write a line such as `OPTIONS /data HTTP/1.1`";
    let response =
        "is not how a response begins\nhelp: write a line such as `HTTP/1.1 204 No Content`";
    let header = "is not a header\nhelp: write a `Name: value` on each line";
    for (text, line, of_request, of_response) in [
        ("", "``", request, response),
        ("hello world", "`hello world`", request, response),
        (
            "Origin: https://app.example\nHost: a",
            "`Origin: https://app.example`",
            request,
            response,
        ),
        (
            "* Connected\n> nothing\n< nothing",
            "`* Connected`",
            request,
            response,
        ),
        ("HTTP/1.1 200 OK\nno header", "", request, header),
        ("OPTIONS / HTTP/1.1\nno header", "", header, response),
        (
            "OPTIONS / HTTP/1.1\nan empty name\n: b",
            "",
            header,
            response,
        ),
        ("OPTIONS / FTP", "`OPTIONS / FTP`", request, response),
        (
            "OPTIONS / HTTP/1.1 more",
            "`OPTIONS / HTTP/1.1 more`",
            request,
            response,
        ),
        ("HTTP/1.1 twenty", "`HTTP/1.1 twenty`", request, response),
        ("HTTP/1.1 99", "`HTTP/1.1 99`", request, response),
        ("HTTP/1.1", "`HTTP/1.1`", request, response),
    ] {
        let errors: [HeadError; 2] = [
            text.parse::<RequestHead>().expect_err(text),
            text.parse::<ResponseHead>().expect_err(text),
        ];
        for (error, expected) in errors.iter().zip([of_request, of_response]) {
            let error = error.to_string();
            assert!(error.contains(expected), "{text}\n{error}");
            assert!(error.starts_with(line), "{text}\n{error}");
        }
    }
    let long = "x"
        .repeat(10_000)
        .parse::<RequestHead>()
        .expect_err("no head");
    assert!(long.to_string().len() < 500);
}

/// A head whose lines are separated by ` | `, with names that have lost their `access-control-`.
fn head(first: &str, lines: &str) -> String {
    let full = |line: &str| {
        let is_full = ["host:", "location:", "origin:"]
            .iter()
            .any(|name| line.starts_with(name));
        let prefix = if is_full { "" } else { "access-control-" };
        format!("{prefix}{line}")
    };
    let (first, lines) = match lines.split_once(" | ") {
        Some((own, lines)) if own.contains("HTTP/") => (own, lines),
        None if lines.contains("HTTP/") => return lines.to_owned(),
        _ => (first, lines),
    };
    let lines: Vec<String> = lines.split(" | ").map(full).collect();
    format!("{first}\n{}", lines.join("\n"))
}

fn read<T: std::str::FromStr<Err = HeadError>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn messages(request: &str, response: &str, credentials: Credentials) -> Vec<String> {
    shown(&explain(&read(request), &read(response), credentials))
}

fn shown(problems: &[Problem]) -> Vec<String> {
    let mark = |problem: &Problem| {
        if problem.is_fatal() {
            ""
        } else {
            "(tolerated) "
        }
    };
    let shown = problems
        .iter()
        .map(|problem| format!("{}{problem}", mark(problem)));
    shown.collect()
}

/// One message for each expectation, which is how it begins and, after ` … `, what follows; `\0`
/// is its end.
#[track_caller]
fn holds(given: &str, messages: &[String], expected: &[&str]) {
    let fits = |(message, expected): (&String, &&str)| {
        let mut rest = format!("{message}\0");
        expected
            .split(" … ")
            .enumerate()
            .all(|(i, part)| match rest.find(part) {
                Some(at) if i > 0 || at == 0 => {
                    rest = rest.split_off(at + part.len());
                    true
                }
                _ => false,
            })
    };
    let all = messages.len() == expected.len() && messages.iter().zip(expected).all(fits);
    assert!(
        all,
        "{given}\n\n{}\n\nexpected: {expected:#?}",
        messages.join("\n")
    );
}
