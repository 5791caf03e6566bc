//! The cache of preflights: <https://fetch.spec.whatwg.org/#concept-cache>.

use std::future::ready;
use std::time::Duration;

use cors_testing::{Browser, Credentials::SameOrigin};
use http::{Request, Response};
use tower::service_fn;

use super::server::{Answers, PAGE, Scene};
use cors_test_support::Failures;

/// The response to every preflight, with these headers.
macro_rules! preflight {
    ($($header:literal),*) => {
        &[("OPTIONS", concat!(
            "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true"
            $(, " | ", $header)*
        ))]
    };
}

/// Each `OPTIONS` is a preflight that was not in the cache.
#[tokio::test]
async fn preflights_are_cached() {
    type Steps = &'static [(&'static str, &'static str)];
    let cases: [(&str, Answers<'_>, Steps); 24] = [
        (
            "#concept-cache-create-entry: for max-age seconds",
            preflight![
                "access-control-allow-methods: PUT",
                "access-control-max-age: 60"
            ],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("PUT /", "PUT"),
                ("wait 59999", ""),
                ("PUT /", "PUT"),
                ("wait 1", ""),
                ("PUT /", "OPTIONS PUT"),
                ("wait 59999", ""),
                ("PUT /", "PUT"),
            ],
        ),
        (
            "#cors-preflight-fetch, step 7.9: 5 seconds where there is no max-age",
            preflight!["access-control-allow-methods: PUT"],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("wait 4999", ""),
                ("PUT /", "PUT"),
                ("wait 1", ""),
                ("PUT /", "OPTIONS PUT"),
            ],
        ),
        (
            "the same, where max-age is no number",
            preflight![
                "access-control-allow-methods: PUT",
                "access-control-max-age: soon"
            ],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("wait 4999", ""),
                ("PUT /", "PUT"),
                ("wait 1", ""),
                ("PUT /", "OPTIONS PUT"),
            ],
        ),
        (
            "step 7.10: the browser's own limit",
            preflight![
                "access-control-allow-methods: PUT",
                "access-control-max-age: 86400"
            ],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("wait 7199999", ""),
                ("PUT /", "PUT"),
                ("wait 1", ""),
                ("PUT /", "OPTIONS PUT"),
            ],
        ),
        (
            "max-age 0",
            preflight![
                "access-control-allow-methods: PUT",
                "access-control-max-age: 0"
            ],
            &[("PUT /", "OPTIONS PUT"), ("PUT /", "OPTIONS PUT")],
        ),
        (
            "#concept-cache-match: the URL with its query",
            preflight!["access-control-allow-methods: PUT"],
            &[
                ("PUT /a?b", "OPTIONS PUT"),
                ("PUT /a?b", "PUT"),
                ("PUT /a?c", "OPTIONS PUT"),
                ("PUT /a", "OPTIONS PUT"),
                ("PUT https://other.test/a", "OPTIONS PUT"),
                ("PUT https://api.test:444/a", "OPTIONS PUT"),
            ],
        ),
        (
            "#concept-cache-match: without credentials, not for a request with",
            preflight!["access-control-allow-methods: PUT"],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("PUT / | credentials: include", "OPTIONS PUT"),
                ("PUT / | credentials: include", "PUT"),
            ],
        ),
        (
            "#concept-cache-match: with credentials, for one without",
            preflight!["access-control-allow-methods: PUT"],
            &[
                ("PUT / | credentials: include", "OPTIONS PUT"),
                ("PUT /", "PUT"),
                ("PUT / | credentials: omit", "PUT"),
            ],
        ),
        (
            "#concept-cache-match-method: each that was named",
            preflight!["access-control-allow-methods: PUT, DELETE"],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("DELETE /", "DELETE"),
                ("PATCH /", "OPTIONS"),
            ],
        ),
        (
            "#concept-cache-match-method: *",
            preflight!["access-control-allow-methods: *"],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("DELETE /", "DELETE"),
                ("patch /", "patch"),
            ],
        ),
        (
            "#concept-cache-match-header: each that was named, in any case",
            preflight!["access-control-allow-headers: X-A, x-b"],
            &[
                ("GET / | x-a: 1", "OPTIONS GET"),
                ("GET / | X-B: 1 | x-a: 1", "GET"),
                ("GET / | x-c: 1", "OPTIONS"),
            ],
        ),
        (
            "#concept-cache-match-header: *, but never authorization",
            preflight![
                "access-control-allow-headers: *, authorization",
                "access-control-allow-methods: PUT"
            ],
            &[
                ("GET / | x-a: 1", "OPTIONS GET"),
                ("GET / | x-b: 1", "GET"),
                ("GET / | authorization: 1", "GET"),
            ],
        ),
        (
            "the same, authorization not named",
            preflight!["access-control-allow-headers: *"],
            &[
                ("GET / | x-a: 1", "OPTIONS GET"),
                ("GET / | authorization: 1", "OPTIONS"),
            ],
        ),
        (
            "methods and headers apart: each PUT and each x-a, whoever brought it",
            preflight![
                "access-control-allow-methods: PUT",
                "access-control-allow-headers: x-a"
            ],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("GET / | x-a: 1", "GET"),
                ("PUT / | x-a: 1", "PUT"),
            ],
        ),
        (
            "a safelisted method needs no entry",
            preflight!["access-control-allow-headers: x-a"],
            &[
                ("GET / | x-a: 1", "OPTIONS GET"),
                ("POST / | x-a: 1", "POST"),
            ],
        ),
        (
            "#cors-preflight-fetch, step 7.8: an upload listener where no method is named",
            preflight![],
            &[
                ("POST / | upload: yes", "OPTIONS POST"),
                ("POST / | upload: yes", "POST"),
                ("GET / | upload: yes", "OPTIONS GET"),
            ],
        ),
        (
            "a preflight that fails at the method",
            preflight![
                "access-control-allow-methods: DELETE",
                "access-control-allow-headers: x-a"
            ],
            &[
                ("PUT /", "OPTIONS"),
                ("GET / | x-a: 1", "OPTIONS GET"),
                ("DELETE /", "DELETE"),
            ],
        ),
        (
            "a preflight that fails at a header",
            preflight![
                "access-control-allow-methods: PUT",
                "access-control-allow-headers: x-a"
            ],
            &[("PUT / | x-b: 1", "OPTIONS"), ("PUT /", "OPTIONS PUT")],
        ),
        (
            "a preflight that fails at the status",
            &[(
                "OPTIONS",
                "403 | access-control-allow-origin: $ORIGIN | access-control-allow-methods: PUT",
            )],
            &[("PUT /", "OPTIONS"), ("PUT /", "OPTIONS")],
        ),
        (
            "a preflight that fails at the origin",
            &[(
                "OPTIONS",
                "200 | access-control-allow-origin: https://other.test | access-control-allow-methods: PUT",
            )],
            &[("PUT /", "OPTIONS"), ("PUT /", "OPTIONS")],
        ),
        (
            "#concept-cache-clear: after a response that fails the CORS check",
            &[
                ("PUT", "200"),
                (
                    "OPTIONS",
                    "200 | access-control-allow-origin: * | access-control-allow-methods: PUT, DELETE | access-control-max-age: 60",
                ),
            ],
            &[
                ("DELETE /", "OPTIONS DELETE"),
                ("DELETE /other", "OPTIONS DELETE"),
                ("PUT /", "PUT"),
                ("DELETE /", "OPTIONS DELETE"),
                ("DELETE /other", "DELETE"),
            ],
        ),
        (
            "#concept-cache-clear: not after one that needed no preflight",
            &[
                ("GET", "200"),
                (
                    "OPTIONS",
                    "200 | access-control-allow-origin: * | access-control-allow-methods: PUT",
                ),
            ],
            &[("PUT /", "OPTIONS PUT"), ("GET /", "GET"), ("PUT /", "PUT")],
        ),
        (
            "a second answer counts, also where it says less",
            &[
                (
                    "OPTIONS: x-a",
                    "200 | access-control-allow-origin: * | access-control-allow-methods: PUT | access-control-allow-headers: x-a \
                     | access-control-max-age: 10",
                ),
                (
                    "OPTIONS",
                    "200 | access-control-allow-origin: * | access-control-allow-methods: PUT | access-control-max-age: 60",
                ),
            ],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("PUT / | x-a: 1", "OPTIONS PUT"),
                ("wait 9999", ""),
                ("PUT /", "PUT"),
                ("wait 1", ""),
                ("PUT /", "OPTIONS PUT"),
            ],
        ),
        (
            "a second answer counts from when it came",
            preflight![
                "access-control-allow-methods: PUT",
                "access-control-allow-headers: x-a",
                "access-control-max-age: 60"
            ],
            &[
                ("PUT /", "OPTIONS PUT"),
                ("wait 30000", ""),
                ("PUT / | credentials: include", "OPTIONS PUT"),
                ("wait 59999", ""),
                ("PUT /", "PUT"),
                ("wait 1", ""),
                ("PUT /", "OPTIONS PUT"),
            ],
        ),
    ];
    let mut failures = Failures::default();
    for (step, answers, steps) in cases {
        let scene = Scene::new(PAGE, answers);
        for (number, (request, expected)) in steps.iter().enumerate() {
            let played = scene.play(request).await;
            let found = played.split(" ->").next().unwrap_or_default();
            failures.compare(|| format!("{step}, {number}: {request}"), expected, &found);
        }
    }
    failures.finish();
}

/// The cache is separate for each page, and for each origin that a redirected request has.
#[tokio::test]
async fn pages_and_origins_share_no_cached_preflight() {
    let answers: Answers<'_> = &[
        (
            "PUT api.test/go",
            "307 | access-control-allow-origin: $ORIGIN | location: https://b.test/go",
        ),
        (
            "PUT b.test/go",
            "307 | access-control-allow-origin: $ORIGIN | location: https://api.test/end",
        ),
    ];
    let scene = Scene::new(PAGE, answers);
    let all = "OPTIONS PUT OPTIONS PUT OPTIONS PUT -> 200";
    assert_eq!(scene.play("PUT /go").await, all);
    assert_eq!(scene.play("PUT /go").await, "PUT PUT PUT -> 200");
    // The last request of the chain had the origin `null`.
    assert_eq!(scene.play("PUT /end").await, "OPTIONS PUT -> 200");
    let other = Scene::new("https://other.test", answers);
    assert_eq!(other.play("PUT /go").await, all);
}

#[tokio::test]
async fn max_age_is_a_number_of_seconds_and_nothing_else() {
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
                .body(String::new());
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
