//! Redirects: <https://fetch.spec.whatwg.org/#http-redirect-fetch>

use super::server::{Answers, PAGE, Scene};
use cors_test_support::Failures;

/// Redirects to another path, by each status.
#[tokio::test]
async fn methods_and_bodies_after_a_redirect() {
    let rows_of = |status: u16| -> &'static [(&'static str, &'static str)] {
        match status {
            301 | 302 => &[
                ("GET", "GET"),
                ("HEAD", "HEAD"),
                ("POST", "GET"),
                ("PUT", "PUT content-language: de content-type: text/plain a"),
                (
                    "DELETE",
                    "DELETE content-language: de content-type: text/plain a",
                ),
            ],
            303 => &[
                ("GET", "GET"),
                ("HEAD", "HEAD"),
                ("POST", "GET"),
                ("PUT", "GET"),
                ("DELETE", "GET"),
            ],
            _ => &[
                ("GET", "GET"),
                ("HEAD", "HEAD"),
                (
                    "POST",
                    "POST content-language: de content-type: text/plain a",
                ),
                ("PUT", "PUT content-language: de content-type: text/plain a"),
                (
                    "DELETE",
                    "DELETE content-language: de content-type: text/plain a",
                ),
            ],
        }
    };
    let mut failures = Failures::default();
    for status in [301, 302, 303, 307, 308] {
        for (method, expected) in rows_of(status) {
            let answer = format!(
                "{status} | location: ../b | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true"
            );
            let which = format!("{method} api.test/a/a");
            let scene = Scene::new(PAGE, &[(&which, &answer)]);
            let content = match *method {
                "GET" | "HEAD" => "",
                _ => " | content-type: text/plain | content-language: de | body: a",
            };
            let outcome = scene.ask(&format!("{method} /a/a{content}")).await;
            let last = outcome.requests.last().expect("a request");
            assert_eq!(last.url, "api.test/b", "{status} {method}");
            let mut found = vec![last.method.as_str()];
            let content = last.headers.iter();
            let content = content.map(String::as_str);
            found.extend(content.filter(|line| line.starts_with("content-")));
            found.extend(Some(last.body.as_str()).filter(|body| !body.is_empty()));
            failures.compare(
                || format!("{status} {method}"),
                expected,
                &found.join(" ").as_str(),
            );
            assert!(outcome.seen.expect("an answer").is_redirected());
        }
    }
    failures.finish();
}

/// The URLs that were called, each with the origin that was sent, and the outcome. `hops` are the
/// redirects.
#[tokio::test]
async fn origins_after_a_redirect() {
    type Hops = &'static [(&'static str, &'static str)];
    let cases: [(&str, &str, Hops, &str, &str); 21] = [
        (
            "step 10: tainted after two other origins",
            PAGE,
            &[
                ("api.test/", "https://b.test/"),
                ("b.test/", "https://c.test/"),
            ],
            "GET /",
            "GET api.test/ https://app.test, GET b.test/ null, GET c.test/ null -> 200",
        ),
        (
            "not by another path of one",
            PAGE,
            &[("api.test/", "/b"), ("api.test/b", "/c")],
            "GET /",
            "GET api.test/ https://app.test, GET api.test/b https://app.test, \
             GET api.test/c https://app.test -> 200",
        ),
        (
            "not by the way from the own origin",
            "https://api.test",
            &[("api.test/", "https://b.test/")],
            "GET /",
            "GET api.test/ -, GET b.test/ https://api.test -> 200",
        ),
        (
            "also on the way back: once cors, always cors",
            PAGE,
            &[("api.test/", "https://app.test/")],
            "GET /",
            "GET api.test/ https://app.test, GET app.test/ null -> 200",
        ),
        (
            "by another port",
            PAGE,
            &[("api.test/", "https://api.test:8443/")],
            "GET /",
            "GET api.test/ https://app.test, GET api.test:8443/ null -> 200",
        ),
        (
            "a preflight again for each URL",
            PAGE,
            &[("api.test/", "/b"), ("api.test/b", "https://b.test/")],
            "PUT /",
            "OPTIONS api.test/ https://app.test, PUT api.test/ https://app.test, \
             OPTIONS api.test/b https://app.test, PUT api.test/b https://app.test, \
             OPTIONS b.test/ null, PUT b.test/ null -> 200",
        ),
        (
            "a preflight only where the page leaves its origin",
            "https://api.test",
            &[("api.test/", "https://b.test/")],
            "PUT /",
            "PUT api.test/ https://api.test, OPTIONS b.test/ https://api.test, \
             PUT b.test/ https://api.test -> 200",
        ),
        (
            "step 13: authorization stays with an origin",
            PAGE,
            &[("api.test/", "/b")],
            "GET / | authorization: 1",
            "OPTIONS api.test/ https://app.test, GET api.test/ https://app.test 1, \
             OPTIONS api.test/b https://app.test, GET api.test/b https://app.test 1 -> 200",
        ),
        (
            "step 13: authorization goes to no other, so nothing is left to ask for",
            PAGE,
            &[("api.test/", "https://b.test/")],
            "GET / | authorization: 1",
            "OPTIONS api.test/ https://app.test, GET api.test/ https://app.test 1, \
             GET b.test/ null -> 200",
        ),
        (
            "step 8: user info, to another origin",
            "https://api.test",
            &[("api.test/", "https://u@b.test/")],
            "GET /",
            "GET api.test/ - -> redirect",
        ),
        (
            "step 9: user info, after another origin",
            PAGE,
            &[("api.test/", "https://u:p@api.test/b")],
            "GET /",
            "GET api.test/ https://app.test -> redirect",
        ),
        (
            "step 9: user info, back at the own origin",
            PAGE,
            &[("api.test/", "https://u@app.test/")],
            "GET /",
            "GET api.test/ https://app.test -> redirect",
        ),
        (
            "user info, within the own origin",
            "https://api.test",
            &[("api.test/", "https://u:p@api.test/b")],
            "GET /",
            "GET api.test/ -, GET api.test/b - -> 200",
        ),
        (
            "step 6: not HTTP",
            PAGE,
            &[("api.test/", "data:text/plain,a")],
            "GET /",
            "GET api.test/ https://app.test -> redirect",
        ),
        (
            "step 3: no URL",
            PAGE,
            &[("api.test/", "https://[")],
            "GET /",
            "GET api.test/ https://app.test -> redirect",
        ),
        (
            "step 7: 20 and no more",
            PAGE,
            &[("api.test/", "/")],
            "GET /",
            "21 -> redirect",
        ),
        (
            "mode same-origin, within",
            "https://api.test",
            &[("api.test/", "/b")],
            "GET / | mode: same-origin",
            "GET api.test/ -, GET api.test/b - -> 200",
        ),
        (
            "mode same-origin, to another",
            "https://api.test",
            &[("api.test/", "https://b.test/")],
            "GET / | mode: same-origin",
            "GET api.test/ - -> redirect",
        ),
        (
            "mode no-cors: opaque from the first other origin on",
            "https://api.test",
            &[
                ("api.test/", "https://b.test/"),
                ("b.test/", "https://api.test/c"),
            ],
            "GET / | mode: no-cors",
            "GET api.test/ -, GET b.test/ -, GET api.test/c - -> 0",
        ),
        (
            "mode no-cors, POST: tainted as well",
            PAGE,
            &[("api.test/", "https://b.test/")],
            "POST / | mode: no-cors",
            "POST api.test/ https://app.test, POST b.test/ null -> 0",
        ),
        (
            "cookies of each host",
            PAGE,
            &[("api.test/", "https://b.test/")],
            "GET / | credentials: include",
            "GET api.test/ https://app.test a=1, GET b.test/ null b=2 -> 200",
        ),
    ];
    let mut failures = Failures::default();
    for (step, page, hops, request, expected) in cases {
        let told: Vec<(String, String)> = hops
            .iter()
            .flat_map(|(from, to)| {
                let answer = format!("307 | location: {to} | access-control-allow-origin: $ORIGIN");
                let answer = format!("{answer} | access-control-allow-credentials: true");
                ["GET", "PUT", "POST"].map(|method| (format!("{method} {from}"), answer.clone()))
            })
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(a, b)| (&**a, &**b)).collect();
        let mut scene = Scene::new(page, &told);
        if request.contains("include") {
            scene.browser = scene
                .browser
                .cookie("api.test", "a", "1")
                .cookie("b.test", "b", "2");
        }
        let outcome = scene.ask(request).await;
        let requests: Vec<String> = outcome
            .requests
            .iter()
            .map(|request| {
                let of = |name: &str| {
                    let mut lines = request.headers.iter();
                    lines.find_map(|line| line.strip_prefix(name))
                };
                let origin = of("origin: ").unwrap_or("-");
                let mut words = vec![request.method.as_str(), &request.url, origin];
                words.extend(of("authorization: "));
                words.extend(of("cookie: "));
                words.join(" ")
            })
            .collect();
        let requests = if requests.len() > 6 {
            requests.len().to_string()
        } else {
            requests.join(", ")
        };
        let end = match &outcome.seen {
            Ok(seen) => {
                assert_eq!(seen.is_redirected(), !seen.is_opaque(), "{step}");
                seen.status().to_string()
            }
            Err(error) => error.step().as_str().to_owned(),
        };
        failures.compare(|| step, &expected, &format!("{requests} -> {end}").as_str());
    }
    failures.finish();
}

/// The response of every hop has to pass the CORS check. A redirect of a preflight is an error.
#[tokio::test]
async fn every_hop_is_checked() {
    let mut failures = Failures::default();
    let cases: [(&str, Answers<'_>, &str, &str); 5] = [
        (
            "a redirect that the page may not see",
            &[("GET api.test/", "302 | location: /b")],
            "GET /",
            "GET -> response, origin",
        ),
        (
            "an end that doesn't allow null",
            &[
                (
                    "GET api.test/",
                    "302 | location: https://b.test/ | access-control-allow-origin: *",
                ),
                (
                    "GET b.test/",
                    "200 | access-control-allow-origin: https://app.test",
                ),
            ],
            "GET /",
            "GET GET -> response, origin",
        ),
        (
            "a preflight of the second hop that is refused",
            &[
                (
                    "PUT api.test/",
                    "307 | location: /b | access-control-allow-origin: *",
                ),
                ("OPTIONS api.test/b", "403 | access-control-allow-origin: *"),
            ],
            "PUT /",
            "OPTIONS PUT OPTIONS -> preflight, status",
        ),
        (
            "a redirect of a preflight",
            &[(
                "OPTIONS api.test/",
                "308 | location: /b | access-control-allow-origin: *",
            )],
            "PUT /",
            "OPTIONS -> preflight, status",
        ),
        (
            "a status of redirects without a location is an answer",
            &[("GET api.test/", "302 | access-control-allow-origin: *")],
            "GET /",
            "GET -> 302",
        ),
    ];
    for (what, answers, request, expected) in cases {
        let found = Scene::new(PAGE, answers).ask(request).await.summary();
        failures.compare(|| what, &expected, &found.as_str());
    }
    failures.finish();
}

/// <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>: the farthest of all URLs counts.
#[tokio::test]
async fn sites_after_a_redirect() {
    let mut failures = Failures::default();
    for (page, location, expected) in [
        ("https://api.test", "/b", "same-origin same-origin"),
        (
            "https://api.test",
            "https://www.api.test/",
            "same-origin same-site",
        ),
        (
            "https://api.test",
            "https://b.test/",
            "same-origin cross-site",
        ),
        (
            "https://www.api.test",
            "https://www.api.test/",
            "same-site same-site",
        ),
        (
            "https://www.api.test",
            "https://b.test/",
            "same-site cross-site",
        ),
        (PAGE, "https://app.test/", "cross-site cross-site"),
    ] {
        let answer = format!("302 | access-control-allow-origin: $ORIGIN | location: {location}");
        let scene = Scene::new(page, &[("GET api.test/", &answer)]);
        let outcome = scene.ask("GET /").await;
        let lines = outcome.requests.iter().flat_map(|request| &request.headers);
        let sites: Vec<&str> = lines
            .filter_map(|line| line.strip_prefix("sec-fetch-site: "))
            .collect();
        failures.compare(
            || format!("{page}: {location}"),
            &expected,
            &sites.join(" ").as_str(),
        );
    }
    failures.finish();
}
