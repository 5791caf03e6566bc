//! Responses that a page gets, and the parts of them that it sees.

use super::server::{Answers, PAGE, Received, Scene};
use cors_test_support::Failures;

/// <https://fetch.spec.whatwg.org/#cors-check>, of preflights and responses alike.
#[tokio::test]
async fn the_cors_check() {
    let cases = [
        ("", "origin", "origin"),
        ("access-control-allow-origin: *", "passes", "origin"),
        (
            "access-control-allow-origin: * | access-control-allow-credentials: true",
            "passes",
            "origin",
        ),
        (
            "access-control-allow-origin: $ORIGIN",
            "passes",
            "credentials",
        ),
        (
            "access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true",
            "passes",
            "passes",
        ),
        (
            "access-control-allow-origin: $ORIGIN | access-control-allow-credentials: TRUE",
            "passes",
            "credentials",
        ),
        (
            "access-control-allow-origin: $ORIGIN | access-control-allow-credentials: false",
            "passes",
            "credentials",
        ),
        (
            "access-control-allow-origin: https://APP.test",
            "origin",
            "origin",
        ),
        (
            "access-control-allow-origin: https://app.test/",
            "origin",
            "origin",
        ),
        (
            "access-control-allow-origin: https://app.test:443",
            "origin",
            "origin",
        ),
        (
            "access-control-allow-origin: http://app.test",
            "origin",
            "origin",
        ),
        ("access-control-allow-origin: null", "origin", "origin"),
        (
            "access-control-allow-origin: https://*.test",
            "origin",
            "origin",
        ),
        ("access-control-allow-origin: *, *", "origin", "origin"),
        (
            "access-control-allow-origin: $ORIGIN, https://b.test",
            "origin",
            "origin",
        ),
        (
            "access-control-allow-origin: $ORIGIN | access-control-allow-origin: $ORIGIN",
            "origin",
            "origin",
        ),
        (
            "access-control-allow-origin: * | access-control-allow-origin: *",
            "origin",
            "origin",
        ),
    ];
    let mut failures = Failures::default();
    for (answer, without, with) in cases {
        for (credentials, expected) in [
            ("omit", without),
            ("same-origin", without),
            ("include", with),
        ] {
            let option = match credentials {
                "same-origin" => String::new(),
                other => format!(" | credentials: {other}"),
            };
            let to_response = format!("200 | {answer}").trim_end_matches(" | ").to_owned();
            let to_preflight = format!("{to_response} | access-control-allow-methods: PUT");
            for (kind, told, request) in [
                ("response", ("GET", &*to_response), format!("GET /{option}")),
                (
                    "preflight",
                    ("OPTIONS", &*to_preflight),
                    format!("PUT /{option}"),
                ),
            ] {
                let found = Scene::new(PAGE, &[told]).ask(&request).await.seen;
                let found = match found {
                    Ok(_) => "passes".to_owned(),
                    Err(error) => error.step().as_str().to_owned(),
                };
                let expected = match expected {
                    "passes" => "passes".to_owned(),
                    step => format!("{kind}, {step}"),
                };
                failures.compare(
                    || format!("{kind}, {credentials}: {answer}"),
                    &expected.as_str(),
                    &found.as_str(),
                );
            }
        }
    }
    failures.finish();
}

/// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, step 7.
#[tokio::test]
async fn preflight_responses() {
    let cases = [
        ("PUT /", "204 | access-control-allow-methods: PUT", "passes"),
        ("PUT /", "299 | access-control-allow-methods: PUT", "passes"),
        (
            "PUT /",
            "301 | location: /a | access-control-allow-methods: PUT",
            "status",
        ),
        (
            "PUT /",
            "307 | location: /a | access-control-allow-methods: PUT",
            "status",
        ),
        ("PUT /", "304 | access-control-allow-methods: PUT", "status"),
        ("PUT /", "401 | access-control-allow-methods: PUT", "status"),
        ("PUT /", "404", "status"),
        ("PUT /", "500 | access-control-allow-methods: PUT", "status"),
        ("PUT /", "200", "method"),
        ("PUT /", "200 | access-control-allow-methods: put", "method"),
        (
            "PUT /",
            "200 | access-control-allow-methods: GET,, PUT ,",
            "passes",
        ),
        (
            "PUT /",
            "200 | access-control-allow-methods: GET | access-control-allow-methods: PUT",
            "passes",
        ),
        ("PUT /", "200 | access-control-allow-methods: *", "passes"),
        (
            "PUT / | credentials: include",
            "200 | access-control-allow-methods: *",
            "method",
        ),
        (
            "PUT /",
            "200 | access-control-allow-methods: PUT DELETE",
            "list",
        ),
        (
            "PUT /",
            "200 | access-control-allow-methods: PUT | access-control-allow-headers: x a",
            "list",
        ),
        (
            "patch /",
            "200 | access-control-allow-methods: PATCH",
            "method",
        ),
        (
            "GET / | x-a: 1",
            "200 | access-control-allow-headers: X-A",
            "passes",
        ),
        (
            "GET / | x-a: 1",
            "200 | access-control-allow-headers: x-a | access-control-allow-methods: PUT",
            "passes",
        ),
        ("GET / | x-a: 1", "200", "header"),
        (
            "GET / | x-a: 1 | x-b: 1",
            "200 | access-control-allow-headers: x-a",
            "header",
        ),
        (
            "GET / | x-a: 1",
            "200 | access-control-allow-headers: *",
            "passes",
        ),
        (
            "GET / | x-a: 1 | credentials: include",
            "200 | access-control-allow-headers: *",
            "header",
        ),
        (
            "GET / | authorization: 1",
            "200 | access-control-allow-headers: *",
            "header",
        ),
        (
            "GET / | authorization: 1",
            "200 | access-control-allow-headers: *, Authorization",
            "passes",
        ),
        (
            "POST / | upload: yes",
            "200 | access-control-allow-methods: PUT",
            "passes",
        ),
        ("POST / | upload: yes", "200", "passes"),
        ("PUT / | upload: yes", "200", "passes"),
        (
            "PUT / | upload: yes",
            "200 | access-control-allow-methods: GET",
            "method",
        ),
    ];
    let mut failures = Failures::default();
    for (request, answer, expected) in cases {
        let answer = format!(
            "{answer} | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true"
        );
        let outcome = Scene::new(PAGE, &[("OPTIONS", &answer)]).ask(request).await;
        let found = match &outcome.seen {
            Ok(seen) => {
                assert_eq!(seen.preflights(), 1);
                "passes"
            }
            Err(error) => {
                assert_eq!(outcome.requests.len(), 1, "{request}: nothing follows");
                error.step().as_str().trim_start_matches("preflight, ")
            }
        };
        failures.compare(|| format!("{request}: {answer}"), &expected, &found);
    }
    failures.finish();
}

/// <https://fetch.spec.whatwg.org/#concept-filtered-response>
#[tokio::test]
async fn a_page_sees_safelisted_and_exposed_headers() {
    const ANSWERS: Answers<'_> = &[
        (
            "GET api.test/",
            "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true | cache-control: a \
             | content-language: b | content-length: 4 | content-type: c | expires: d \
             | last-modified: e | pragma: f | etag: g | x-a: 1 | set-cookie: s=1",
        ),
        (
            "GET api.test/exposed",
            "404 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true | x-a: 1 | x-a: 2 | x-b: 3 \
             | set-cookie: s=1 | access-control-expose-headers: X-A, set-cookie",
        ),
        (
            "GET api.test/any",
            "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true | x-a: 1 | set-cookie: s=1 \
             | set-cookie2: s=1 | access-control-expose-headers: *",
        ),
        (
            "GET api.test/broken",
            "200 | access-control-allow-origin: * | x-a: 1 | access-control-expose-headers: x-a x-b",
        ),
    ];
    const SAFE: &str = "200 | cache-control: a | content-language: b | content-length: 4 \
                        | content-type: c | expires: d | last-modified: e | pragma: f";
    let any = "200 | access-control-allow-credentials: true \
               | access-control-allow-origin: https://app.test \
               | access-control-expose-headers: * | x-a: 1";
    let mut failures = Failures::default();
    for (page, request, expected) in [
        (PAGE, "GET /", SAFE),
        (PAGE, "GET / | credentials: include", SAFE),
        (PAGE, "GET /exposed", "404 | x-a: 1 | x-a: 2"),
        (PAGE, "GET /any", any),
        (PAGE, "GET /any | credentials: include", "200"),
        (PAGE, "GET /broken", "200"),
        (PAGE, "GET /exposed | mode: no-cors", "0"),
        (
            "https://api.test",
            "GET /broken",
            "200 | access-control-allow-origin: * | access-control-expose-headers: x-a x-b | x-a: 1",
        ),
    ] {
        let outcome = Scene::new(page, ANSWERS).ask(request).await;
        let found = outcome.summary();
        let found = found.strip_prefix("GET -> ").unwrap_or(&found);
        failures.compare(|| format!("{page}: {request}"), &expected, &found);
        let seen = outcome.seen.expect("an answer");
        let is_opaque = request.ends_with("no-cors");
        assert_eq!(seen.is_opaque(), is_opaque);
        let body = if is_opaque { "" } else { "body" };
        assert_eq!(seen.text().await.expect("a body"), body, "{request}");
    }
    failures.finish();
}

/// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>, `includeCredentials`; cookies are
/// kept and sent by the same rule.
#[tokio::test]
async fn cookies_are_sent_and_stored_only_with_credentials() {
    const ANSWERS: Answers<'_> = &[
        (
            "POST api.test/login",
            "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true \
             | set-cookie: s=1; Path=/; HttpOnly; SameSite=None; Secure | set-cookie: t=2; SameSite=None; Secure",
        ),
        (
            "POST api.test/logout",
            "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true | set-cookie: s=; Max-Age=0; SameSite=None; Secure",
        ),
        (
            "POST api.test/hidden",
            "200 | set-cookie: h=1; SameSite=None; Secure",
        ),
    ];
    type Steps = &'static [(&'static str, &'static str)];
    let cases: [(&str, Steps); 5] = [
        (
            PAGE,
            &[
                ("POST /login", "none"),
                ("GET / | credentials: include", "none"),
                ("POST /login | credentials: omit", "none"),
                ("GET / | credentials: include", "none"),
                ("POST /login | credentials: include", "none"),
                ("GET / | credentials: include", "s=1; t=2"),
                ("GET /", "none"),
                ("GET / | credentials: omit", "none"),
                ("GET / | mode: no-cors | credentials: include", "s=1; t=2"),
                ("GET https://other.test/ | credentials: include", "none"),
                // Cookies do not depend on the port.
                (
                    "GET https://api.test:8443/ | credentials: include",
                    "s=1; t=2",
                ),
                ("POST /logout | credentials: include", "s=1; t=2"),
                ("GET / | credentials: include", "t=2"),
            ],
        ),
        (
            "https://api.test",
            &[
                ("POST /login", "none"),
                ("GET /", "s=1; t=2"),
                ("GET / | credentials: omit", "none"),
                ("GET / | mode: same-origin", "s=1; t=2"),
                ("GET https://other.test/", "none"),
            ],
        ),
        // A preflight never has cookies. A response that the page may not see still sets them.
        (
            PAGE,
            &[
                ("POST /hidden | credentials: include", "none"),
                ("PUT / | credentials: include", "h=1"),
            ],
        ),
        (
            "null",
            &[
                ("POST /login | credentials: include", "none"),
                ("GET / | credentials: include", "s=1; t=2"),
            ],
        ),
        (
            "https://www.api.test",
            &[
                ("POST /login", "none"),
                ("GET / | credentials: include", "none"),
            ],
        ),
    ];
    let mut failures = Failures::default();
    for (page, steps) in cases {
        let scene = Scene::new(page, ANSWERS);
        for (number, (request, expected)) in steps.iter().enumerate() {
            let outcome = scene.ask(request).await;
            let (actual, preflights) = outcome.requests.split_last().expect("a request");
            let cookie = |request: &Received| {
                let mut lines = request.headers.iter();
                let cookie = lines.find_map(|line| line.strip_prefix("cookie: "));
                cookie.unwrap_or("none").to_owned()
            };
            for preflight in preflights {
                assert_eq!(cookie(preflight), "none", "{request}");
            }
            failures.compare(
                || format!("{page}, {number}: {request}"),
                expected,
                &cookie(actual).as_str(),
            );
        }
    }
    failures.finish();
}
