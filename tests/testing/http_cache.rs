//! The HTTP cache of a browser: what is sent again, and the answer without allow-origin that a page
//! gets from it.

use std::time::Duration;

use cors_testing::{Credentials, Load};
use expect_test::expect;

use super::server::{Answers, PAGE, Scene};
use cors_test_support::Failures;

/// Performs a step, and returns the requests that arrive and what the page sees.
async fn play(scene: &Scene, step: &str) -> String {
    let seen = if let Some(url) = step.strip_prefix("image ") {
        scene.browser.load(&scene.server, Load::Image, url).await
    } else if let Some(url) = step.strip_prefix("cors image ") {
        let image = Load::Image.cross_origin(Credentials::SameOrigin);
        scene.browser.load(&scene.server, image, url).await
    } else if let Some(seconds) = step.strip_prefix("wait ") {
        let seconds = seconds.parse().expect("a number");
        scene.browser.wait(Duration::from_secs(seconds));
        return String::new();
    } else {
        let (fetch, credentials) = super::server::parse(step);
        scene.browser.fetch(&scene.server, fetch, credentials).await
    };
    let mut words = Vec::new();
    for request in scene.arrived() {
        let mut parts = request.split(" | ");
        let start = parts.next().unwrap_or_default();
        words.push(start.split(' ').next().unwrap_or_default().to_owned());
        let conditions = parts.filter(|part| part.starts_with("if-"));
        words.extend(conditions.map(str::to_owned));
    }
    words.push("->".to_owned());
    match seen {
        Ok(seen) => {
            let cached = if seen.is_cached() { " cached" } else { "" };
            words.push(format!("{}{cached}", seen.sent_status().as_str()));
            if !seen.is_opaque() {
                let body = seen.text().await.expect("a body");
                assert_eq!(body, "body", "the body of {step}");
            }
        }
        Err(error) => words.push(error.step().as_str().to_owned()),
    }
    words.join(" ")
}

const NEW: &str = "GET -> 200";
const CACHED: &str = "-> 200 cached";

#[tokio::test]
async fn responses_are_cached() {
    type Steps = &'static [(&'static str, &'static str)];
    macro_rules! get {
        ($headers:literal) => {
            &[(
                "GET",
                concat!("200 | access-control-allow-origin: * | ", $headers),
            )]
        };
    }
    let cases: [(&str, Answers<'_>, Steps); 15] = [
        (
            "max-age",
            get!("cache-control: max-age=60"),
            &[
                ("GET /", NEW),
                ("GET /", CACHED),
                ("GET /#a", CACHED),
                ("GET /?a", NEW),
                ("wait 59", ""),
                ("GET /", CACHED),
                ("wait 1", ""),
                ("GET /", NEW),
            ],
        ),
        (
            "no header",
            get!("x-a: 1"),
            &[("GET /", NEW), ("GET /", NEW)],
        ),
        (
            "no-store",
            get!("cache-control: no-store, max-age=60 | etag: \"1\""),
            &[("GET /", NEW), ("GET /", NEW)],
        ),
        (
            "Expires in the past",
            get!("expires: 0"),
            &[("GET /", NEW), ("GET /", NEW)],
        ),
        (
            "Expires in the future",
            get!("date: Wed, 25 Nov 2026 12:00:00 GMT | expires: Wed, 25 Nov 2026 12:01:00 GMT"),
            &[
                ("GET /", NEW),
                ("GET /", CACHED),
                ("wait 60", ""),
                ("GET /", NEW),
            ],
        ),
        (
            "no-cache with ETag is revalidated",
            get!("cache-control: no-cache | etag: \"1\""),
            &[("GET /", NEW), ("GET /", "GET if-none-match: \"1\" -> 200")],
        ),
        (
            "Last-Modified, for a tenth of the age",
            get!(
                "date: Wed, 25 Nov 2026 12:00:00 GMT | last-modified: Wed, 25 Nov 2026 11:59:00 GMT"
            ),
            &[
                ("GET /", NEW),
                ("wait 5", ""),
                ("GET /", CACHED),
                ("wait 1", ""),
                (
                    "GET /",
                    "GET if-modified-since: Wed, 25 Nov 2026 11:59:00 GMT -> 200",
                ),
            ],
        ),
        (
            "methods: only GET, and a write invalidates",
            get!("cache-control: max-age=60"),
            &[
                ("GET /", NEW),
                ("HEAD /", "HEAD -> 200"),
                ("POST /", "POST -> 200"),
                ("GET /", NEW),
            ],
        ),
        (
            "a request that asks for a part or for a new response",
            get!("cache-control: max-age=60"),
            &[
                ("GET /", NEW),
                ("GET / | range: bytes=0-", NEW),
                ("GET / | cache-control: no-cache", "OPTIONS GET -> 200"),
            ],
        ),
        (
            "Vary: other headers",
            get!("cache-control: max-age=60 | vary: Accept-Language"),
            &[
                ("GET / | accept-language: de", NEW),
                ("GET / | accept-language: en", NEW),
                ("GET / | accept-language: de", CACHED),
                ("GET /", NEW),
            ],
        ),
        (
            "Vary: *",
            get!("cache-control: max-age=60 | vary: *"),
            &[("GET /", NEW), ("GET /", NEW)],
        ),
        (
            "Vary: Origin separates an image from a fetch",
            get!("cache-control: max-age=60 | vary: Origin"),
            &[
                ("image /", NEW),
                ("GET /", NEW),
                ("image /", CACHED),
                ("GET /", CACHED),
            ],
        ),
        (
            "* on every response needs no Vary",
            get!("cache-control: max-age=60"),
            &[("image /", NEW), ("GET /", CACHED)],
        ),
        (
            "errors with max-age",
            &[(
                "GET",
                "404 | access-control-allow-origin: * | cache-control: max-age=60",
            )],
            &[("GET /", "GET -> 404"), ("GET /", "-> 404 cached")],
        ),
        (
            "the commonest bug",
            &[("GET", "200 | cache-control: max-age=60")],
            &[
                ("image /", NEW),
                ("cors image /", "-> response, origin"),
                ("GET /", "-> response, origin"),
                ("wait 60", ""),
                ("GET /", "GET -> response, origin"),
            ],
        ),
    ];
    let mut failures = Failures::default();
    for (name, answers, steps) in cases {
        let scene = Scene::new(PAGE, answers);
        for (number, (step, expected)) in steps.iter().enumerate() {
            let found = play(&scene, step).await;
            failures.compare(
                || format!("{name}, {number}: {step}"),
                expected,
                &found.as_str(),
            );
        }
    }
    failures.finish();
}

/// A server that sends allow-origin where there is `Origin`, as many do.
fn answering(headers: &str) -> Scene {
    let with = format!("200 | access-control-allow-origin: https://app.test | {headers}");
    let without = format!("200 | {headers}");
    Scene::new(
        PAGE,
        &[("GET from https://app.test", &with), ("GET", &without)],
    )
}

#[tokio::test]
async fn message_of_a_cached_response_without_allow_origin() {
    let expected = [
        (
            "cache-control: max-age=60",
            expect![[r#"
            response, origin: the page of `https://app.test` got 200 OK without `access-control-allow-origin`, because the response is the cached one to a request without `origin`, such as an image, and it has no `vary`
            help: send `vary: origin` with every response of this URL, also to requests without `origin`
            > GET https://api.test/
            > origin: https://app.test
            < 200 OK (from the cache, nothing was sent)"#]],
        ),
        (
            "cache-control: max-age=60 | vary: Accept-Encoding",
            expect![[r#"
                response, origin: the page of `https://app.test` got 200 OK without `access-control-allow-origin`, because the response is the cached one to a request without `origin`, such as an image, and it has only `vary: Accept-Encoding`
                help: send `vary: origin` with every response of this URL, also to requests without `origin`
                > GET https://api.test/
                > origin: https://app.test
                < 200 OK (from the cache, nothing was sent)"#]],
        ),
    ];
    for (headers, expected) in expected {
        let scene = answering(headers);
        play(&scene, "image /").await;
        let (fetch, credentials) = super::server::parse("GET /");
        let error = scene.browser.fetch(&scene.server, fetch, credentials).await;
        expected.assert_eq(&error.expect_err("from the cache").to_string());
        assert_eq!(scene.arrived(), [""; 0], "nothing is sent");
    }
    // With `Vary` the same server has no fault, and without a cache neither.
    let scene = answering("cache-control: max-age=60 | vary: Origin");
    assert_eq!(play(&scene, "image /").await, NEW);
    assert_eq!(play(&scene, "GET /").await, NEW);
    let mut scene = answering("cache-control: max-age=60");
    scene.browser = scene.browser.without_http_cache();
    assert_eq!(play(&scene, "image /").await, NEW);
    assert_eq!(play(&scene, "GET /").await, NEW);
}

/// Two pages of one site share the cache, and those of two sites do not.
#[tokio::test]
async fn pages_of_one_site_share_the_cache() {
    let answer = "200 | access-control-allow-origin: $ORIGIN | cache-control: max-age=60";
    for (other, expected) in [
        ("https://admin.app.test", "-> response, origin"),
        ("https://other.test", NEW),
    ] {
        let mut scene = Scene::new(PAGE, &[("GET", answer)]);
        assert_eq!(play(&scene, "GET /").await, NEW);
        scene.browser = scene.browser.open(other);
        assert_eq!(play(&scene, "GET /").await, expected, "{other}");
    }
}

/// A 304 without allow-origin keeps the one of the stored response.
#[tokio::test]
async fn a_304_freshens_the_stored_response() {
    let service = tower::service_fn(async |request: http::Request<cors_testing::Body>| {
        let is_conditional = request.headers().contains_key("if-none-match");
        let response = http::Response::builder().header("etag", "\"1\"");
        if is_conditional {
            response
                .status(304)
                .header("x-revision", "2")
                .body(String::new())
        } else {
            response
                .header("access-control-allow-origin", "*")
                .header("access-control-expose-headers", "x-revision")
                .header("x-revision", "1")
                .body("body".to_owned())
        }
    });
    let browser = cors_testing::Browser::at(PAGE);
    for revision in ["1", "2"] {
        let request = http::Request::get("/");
        let seen = browser.fetch(&service, request, Credentials::Omit).await;
        let seen = seen.expect("a response");
        assert_eq!(seen.status(), 200);
        assert!(!seen.is_cached());
        assert_eq!(seen.headers()["x-revision"], revision);
        assert_eq!(seen.text().await.expect("a body"), "body");
    }
}
