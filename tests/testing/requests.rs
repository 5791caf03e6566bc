//! Requests that are sent: their exact heads, whether a preflight precedes them, and requests that no
//! page can send.

use cors_testing::Step;

use super::server::{PAGE, Received, Scene};
use cors_test_support::Failures;

/// Whole requests, preflights included.
#[tokio::test]
async fn requests_have_exactly_the_head_of_a_browser() {
    const OTHER: &str = "sec-fetch-dest: empty | sec-fetch-mode: cors | sec-fetch-site: cross-site";
    let cases: [(&str, &str, &str, &[&str]); 16] = [
        (
            "#cors-preflight-fetch, steps 1 to 6",
            PAGE,
            "put https://api.test/a?b=c | x-b: 2 | X-A: 1 | content-type: application/json \
             | authorization: Bearer 1 | accept: text/html | credentials: include | body: {}",
            &[
                "OPTIONS api.test/a?b=c | accept: */* \
                 | access-control-request-headers: authorization,content-type,x-a,x-b \
                 | access-control-request-method: PUT | origin: https://app.test | $OTHER",
                "PUT api.test/a?b=c | accept: text/html | authorization: Bearer 1 \
                 | content-type: application/json | cookie: s=1 | origin: https://app.test \
                 | $OTHER | x-a: 1 | x-b: 2 | body: {}",
            ],
        ),
        (
            "#cors-preflight-fetch, step 5: no list where no header asks",
            PAGE,
            "DELETE /",
            &[
                "OPTIONS api.test/ | accept: */* | access-control-request-method: DELETE \
                 | origin: https://app.test | $OTHER",
                "DELETE api.test/ | accept: */* | origin: https://app.test | $OTHER",
            ],
        ),
        (
            "#http-network-or-cache-fetch: mode cors has Origin on GET, too",
            PAGE,
            "GET /",
            &["GET api.test/ | accept: */* | origin: https://app.test | $OTHER"],
        ),
        (
            "#append-a-request-origin-header: none on a GET of the own origin",
            "https://api.test",
            "GET /",
            &[
                "GET api.test/ | accept: */* | cookie: s=1 | sec-fetch-dest: empty \
               | sec-fetch-mode: cors | sec-fetch-site: same-origin",
            ],
        ),
        (
            "#append-a-request-origin-header: any other method of the own origin",
            "https://api.test",
            "DELETE / | x-a: 1",
            &[
                "DELETE api.test/ | accept: */* | cookie: s=1 | origin: https://api.test \
               | sec-fetch-dest: empty | sec-fetch-mode: cors | sec-fetch-site: same-origin \
               | x-a: 1",
            ],
        ),
        (
            "#append-a-request-origin-header: mode no-cors, GET",
            PAGE,
            "GET / | mode: no-cors | credentials: include",
            &[
                "GET api.test/ | accept: */* | cookie: s=1 | sec-fetch-dest: empty \
               | sec-fetch-mode: no-cors | sec-fetch-site: cross-site",
            ],
        ),
        (
            "#append-a-request-origin-header: mode no-cors, POST",
            PAGE,
            "POST / | mode: no-cors | body: a=1",
            &[
                "POST api.test/ | accept: */* | origin: https://app.test | sec-fetch-dest: empty \
               | sec-fetch-mode: no-cors | sec-fetch-site: cross-site | body: a=1",
            ],
        ),
        (
            "#append-a-request-origin-header: not from https: to http: but in mode cors",
            PAGE,
            "POST http://127.0.0.1/ | mode: no-cors",
            &[
                "POST 127.0.0.1/ | accept: */* | origin: null | sec-fetch-dest: empty \
               | sec-fetch-mode: no-cors | sec-fetch-site: cross-site",
            ],
        ),
        (
            "the same, mode cors",
            PAGE,
            "POST http://127.0.0.1/",
            &["POST 127.0.0.1/ | accept: */* | origin: https://app.test | $OTHER"],
        ),
        (
            "an opaque origin is null",
            "null",
            "PUT /",
            &[
                "OPTIONS api.test/ | accept: */* | access-control-request-method: PUT \
                 | origin: null | $OTHER",
                "PUT api.test/ | accept: */* | origin: null | $OTHER",
            ],
        ),
        (
            "Fetch Metadata: same site, another scheme is none",
            "https://www.api.test",
            "GET /",
            &[
                "GET api.test/ | accept: */* | origin: https://www.api.test | sec-fetch-dest: empty \
               | sec-fetch-mode: cors | sec-fetch-site: same-site",
            ],
        ),
        (
            "Fetch Metadata: another scheme is another site",
            "http://api.test",
            "GET /",
            &["GET api.test/ | accept: */* | origin: http://api.test | $OTHER"],
        ),
        (
            "Fetch Metadata: two names below a public suffix",
            "https://a.github.io",
            "GET https://b.github.io/",
            &["GET b.github.io/ | accept: */* | origin: https://a.github.io | $OTHER"],
        ),
        (
            "Fetch Metadata: nothing over http: to another machine",
            "http://app.test",
            "GET http://api.test/",
            &["GET api.test/ | accept: */* | origin: http://app.test"],
        ),
        (
            "Fetch Metadata: on this machine, whatever the port",
            "http://localhost:5173",
            "GET http://localhost:3000/",
            &[
                "GET localhost:3000/ | accept: */* | origin: http://localhost:5173 \
               | sec-fetch-dest: empty | sec-fetch-mode: cors | sec-fetch-site: same-site",
            ],
        ),
        (
            "#forbidden-request-header",
            PAGE,
            "GET / | host: evil.test | origin: https://evil.test | cookie: s=2 | referer: a \
             | sec-fetch-site: none | proxy-a: 1 | access-control-request-method: PUT \
             | content-length: 9 | x-method-override: TRACE",
            &["GET api.test/ | accept: */* | origin: https://app.test | $OTHER"],
        ),
    ];
    let mut failures = Failures::default();
    for (step, page, request, expected) in cases {
        let mut scene = Scene::new(page, &[]);
        scene.browser = scene.browser.cookie("api.test", "s", "1");
        let found: Vec<String> = scene
            .ask(request)
            .await
            .requests
            .iter()
            .map(Received::text)
            .collect();
        let expected = expected.join("\n").replace("$OTHER", OTHER);
        failures.compare(
            || format!("{step}: {request}"),
            &expected.as_str(),
            &found.join("\n").as_str(),
        );
    }
    failures.finish();
}

/// The method and headers that a preflight asks for; `simple` if there is none.
#[tokio::test]
async fn methods_and_headers_need_a_preflight_unless_safelisted() {
    let tables: [(&str, &[(&str, &str)]); 11] = [
        (
            "#cors-safelisted-method",
            &[
                ("GET /", "simple"),
                ("HEAD /", "simple"),
                ("POST /", "simple"),
                ("PUT /", "PUT"),
                ("PATCH /", "PATCH"),
                ("DELETE /", "DELETE"),
                ("OPTIONS /", "OPTIONS"),
                ("QUERY /", "QUERY"),
            ],
        ),
        (
            "#concept-method-normalize",
            &[
                ("get /", "simple"),
                ("Head /", "simple"),
                ("post /", "simple"),
                ("put /", "PUT"),
                ("dElEtE /", "DELETE"),
                ("options /", "OPTIONS"),
                ("patch /", "patch"),
                ("Query /", "Query"),
            ],
        ),
        (
            "#cors-safelisted-request-header, 128 bytes a value",
            &[
                ("GET / | accept: $128", "simple"),
                ("GET / | accept: $129", "GET: accept"),
                ("GET / | accept: $63 | accept: $63", "simple"),
                ("GET / | accept: $64 | accept: $63", "GET: accept"),
                ("GET / | accept-language: $128", "simple"),
                ("GET / | accept-language: $129", "GET: accept-language"),
                ("GET / | content-language: $129", "GET: content-language"),
                (
                    "GET / | accept: $128 | accept-language: $128 | content-language: $128",
                    "simple",
                ),
            ],
        ),
        (
            "#cors-unsafe-request-header-byte",
            &[
                ("GET / | accept: text/*;q=0.5, */*", "simple"),
                ("GET / | accept: a\tb", "simple"),
                ("GET / | accept: a\u{1}b", "GET: accept"),
                ("GET / | accept: \"", "GET: accept"),
                ("GET / | accept: (", "GET: accept"),
                ("GET / | accept: )", "GET: accept"),
                ("GET / | accept: a:b", "GET: accept"),
                ("GET / | accept: <", "GET: accept"),
                ("GET / | accept: >", "GET: accept"),
                ("GET / | accept: ?", "GET: accept"),
                ("GET / | accept: @", "GET: accept"),
                ("GET / | accept: [", "GET: accept"),
                ("GET / | accept: \\", "GET: accept"),
                ("GET / | accept: ]", "GET: accept"),
                ("GET / | accept: {", "GET: accept"),
                ("GET / | accept: }", "GET: accept"),
                ("GET / | accept: \u{7f}", "GET: accept"),
            ],
        ),
        (
            "#cors-safelisted-request-header, languages",
            &[
                ("GET / | accept-language: de-CH, en;q=0.5, *", "simple"),
                ("GET / | accept-language: de_CH", "GET: accept-language"),
                ("GET / | content-language: de", "simple"),
                ("GET / | content-language: de/CH", "GET: content-language"),
            ],
        ),
        (
            "#cors-safelisted-request-header, content-type",
            &[
                ("POST / | content-type: text/plain", "simple"),
                ("POST / | content-type: TEXT/plain;charset=utf-8", "simple"),
                (
                    "POST / | content-type: multipart/form-data; boundary=a",
                    "simple",
                ),
                (
                    "POST / | content-type: application/x-www-form-urlencoded",
                    "simple",
                ),
                (
                    "POST / | content-type: application/json",
                    "POST: content-type",
                ),
                ("POST / | content-type: text/html", "POST: content-type"),
                (
                    "POST / | content-type: text/plain, text/plain",
                    "POST: content-type",
                ),
                (
                    "POST / | content-type: text/plain; a=\"b\"",
                    "POST: content-type",
                ),
            ],
        ),
        (
            "#simple-range-header-value",
            &[
                ("GET / | range: bytes=0-", "simple"),
                ("GET / | range: bytes=0-255", "simple"),
                ("GET / | range: bytes=255-255", "simple"),
                ("GET / | range: bytes=256-255", "GET: range"),
                ("GET / | range: bytes=-5", "GET: range"),
                ("GET / | range: bytes=0-1,3-4", "GET: range"),
                ("GET / | range: bytes=0", "GET: range"),
                ("GET / | range: bytes = 0-", "GET: range"),
            ],
        ),
        (
            "#cors-unsafe-request-header-names: lower case, sorted, once",
            &[
                (
                    "GET / | X-B: 1 | x-a: 2 | x-B: 3 | authorization: b",
                    "GET: authorization,x-a,x-b",
                ),
                ("GET / | x-a: a | x-a: a\u{1}", "GET: x-a"),
                ("PUT / | x-a: 1 | accept: text/html", "PUT: x-a"),
            ],
        ),
        (
            "#forbidden-request-header: dropped in silence",
            &[
                (
                    "GET / | cookie: a | sec-a: 1 | proxy-authorization: b | host: c",
                    "simple",
                ),
                ("GET / | x-http-method-override: trace, PUT", "simple"),
                (
                    "GET / | x-http-method-override: PUT",
                    "GET: x-http-method-override",
                ),
                ("GET / | user-agent: a", "GET: user-agent"),
            ],
        ),
        (
            "#use-cors-preflight-flag: an upload listener",
            &[
                ("POST / | upload: yes | body: a", "POST"),
                ("GET / | upload: yes", "GET"),
                ("POST / | upload: yes | x-a: 1", "POST: x-a"),
            ],
        ),
        (
            "#no-cors-safelisted-request-header: never asks",
            &[
                (
                    "POST / | mode: no-cors | content-type: application/json",
                    "simple",
                ),
                (
                    "POST / | mode: no-cors | x-a: 1 | range: bytes=0-",
                    "simple",
                ),
            ],
        ),
    ];
    let mut failures = Failures::default();
    for (step, table) in tables {
        for (request, expected) in table {
            let found = Scene::new(PAGE, &[]).ask(request).await.asked();
            failures.compare(|| format!("{step}: {request}"), expected, &found.as_str());
            let own = Scene::new("https://api.test", &[])
                .ask(request)
                .await
                .asked();
            failures.compare(
                || format!("same origin: {request}"),
                &"simple",
                &own.as_str(),
            );
        }
    }
    failures.finish();
}

/// They fail before anything is sent. In a page `fetch` throws a `TypeError`.
#[tokio::test]
async fn requests_that_no_page_can_send_fail() {
    let mut failures = Failures::default();
    for (step, page, request, expected) in [
        ("#forbidden-method", PAGE, "TRACE /", "-> request"),
        ("#forbidden-method", PAGE, "track /", "-> request"),
        ("#forbidden-method", PAGE, "Connect /", "-> request"),
        (
            "#dom-request: a body",
            PAGE,
            "GET / | body: a",
            "-> request",
        ),
        (
            "#dom-request: a body",
            PAGE,
            "head / | body: a",
            "-> request",
        ),
        (
            "#dom-request: user info",
            PAGE,
            "GET https://a:b@api.test/",
            "-> request",
        ),
        (
            "#dom-request: a URL",
            PAGE,
            "GET ftp://api.test/",
            "-> request",
        ),
        ("#dom-request: a URL", PAGE, "GET //[", "-> request"),
        (
            "#main-fetch: same-origin",
            PAGE,
            "GET / | mode: same-origin",
            "-> request",
        ),
        (
            "#main-fetch: same-origin",
            "null",
            "GET / | mode: same-origin",
            "-> request",
        ),
        (
            "#main-fetch: same-origin",
            "https://api.test",
            "GET / | mode: same-origin",
            "GET -> 200",
        ),
        (
            "#dom-request: no-cors",
            PAGE,
            "PUT / | mode: no-cors",
            "-> request",
        ),
        (
            "#dom-request: no-cors",
            PAGE,
            "QUERY / | mode: no-cors",
            "-> request",
        ),
        (
            "#dom-request: no-cors",
            PAGE,
            "head / | mode: no-cors",
            "HEAD -> 0",
        ),
    ] {
        let answers = &[("GET", "200")];
        let found = Scene::new(page, answers).ask(request).await;
        let arrived = found.requests.len();
        let is_sent = found
            .seen
            .as_ref()
            .map_err(|error| error.step() != Step::Request);
        assert_eq!(arrived > 0, is_sent.is_ok(), "{request}");
        failures.compare(
            || format!("{step}: {page} {request}"),
            &expected,
            &found.summary().as_str(),
        );
    }
    failures.finish();
}

/// In mode `no-cors`, headers that a form could not send are dropped.
#[tokio::test]
async fn no_cors_drops_headers_that_are_not_safelisted() {
    let scene = Scene::new(PAGE, &[]);
    let request = "POST / | mode: no-cors | x-a: 1 | authorization: b | range: bytes=0- \
                   | content-type: text/plain | accept-language: de | accept: $129";
    let outcome = scene.ask(request).await;
    assert_eq!(
        outcome.requests[0].text(),
        "POST api.test/ | accept: */* | accept-language: de | content-type: text/plain \
         | origin: https://app.test | sec-fetch-dest: empty | sec-fetch-mode: no-cors \
         | sec-fetch-site: cross-site"
    );
}
