//! `http:` in a page of `https:`, which browsers block or upgrade.

use cors_testing::{Browser, Credentials, Load};
use expect_test::expect;

use super::server::{PAGE, Scene};
use cors_test_support::Failures;

const ONWARD: &str = "302 | access-control-allow-origin: * | location: http://api.test/";

#[tokio::test]
async fn mixed_content_is_blocked_or_upgraded() {
    let cases = [
        (PAGE, "fetch", "http://api.test/", "blocked"),
        (PAGE, "fetch", "http://192.168.0.2/", "blocked"),
        (
            PAGE,
            "fetch",
            "http://localhost:3000/",
            "GET localhost:3000/",
        ),
        (PAGE, "fetch", "http://127.0.0.1/", "GET 127.0.0.1/"),
        (PAGE, "script", "http://api.test/", "blocked"),
        (PAGE, "frame", "http://api.test/", "blocked"),
        (PAGE, "socket", "ws://api.test/", "blocked"),
        (PAGE, "socket", "ws://localhost/", "GET localhost/"),
        (PAGE, "socket", "wss://api.test/", "GET api.test/"),
        (PAGE, "link", "http://api.test/", "GET api.test/"),
        // Upgraded to https, and so with `Sec-Fetch-*`.
        (PAGE, "image", "http://api.test/", "GET api.test/ secure"),
        (PAGE, "image", "http://192.168.0.2/", "blocked"),
        (
            "http://app.test",
            "fetch",
            "http://api.test/",
            "GET api.test/",
        ),
        (
            "http://localhost:1",
            "fetch",
            "http://api.test/",
            "GET api.test/",
        ),
        // A redirect is checked as well.
        (PAGE, "fetch", "/onward", "GET api.test/onward blocked"),
    ];
    let mut failures = Failures::default();
    for (page, kind, url, expected) in cases {
        let scene = Scene::new(page, &[("GET api.test/onward", ONWARD)]);
        let (browser, server) = (&scene.browser, &scene.server);
        let error = match kind {
            "fetch" => {
                let request = http::Request::get(url);
                browser
                    .fetch(server, request, Credentials::Omit)
                    .await
                    .err()
            }
            "script" => browser.load(server, Load::Script, url).await.err(),
            "frame" => browser.load(server, Load::Frame, url).await.err(),
            "image" => browser.load(server, Load::Image, url).await.err(),
            "link" => browser.navigate(server, url).await.err(),
            _ => {
                let step = browser.web_socket(server, url).await.err();
                let step = step.map(|error| error.step());
                assert_ne!(step, None, "the server takes no web sockets");
                None
            }
        };
        let mut found: Vec<String> = Vec::new();
        for request in scene.arrived() {
            found.push(request.split(" | ").next().unwrap_or_default().to_owned());
            if kind == "image" && request.contains("sec-fetch-site") {
                found.push("secure".to_owned());
            }
        }
        let is_blocked = error.is_some_and(|error| error.step().as_str() == "mixed content");
        if is_blocked || found.is_empty() {
            found.push("blocked".to_owned());
        }
        failures.compare(
            || format!("{page}: {kind} {url}"),
            &expected,
            &found.join(" ").as_str(),
        );
    }
    failures.finish();
}

#[tokio::test]
async fn message_of_mixed_content() {
    let scene = Scene::new(PAGE, &[]);
    let request = http::Request::get("http://api.test/");
    let browser = Browser::at(PAGE);
    let error = browser
        .fetch(&scene.server, request, Credentials::Omit)
        .await;
    let expected = expect![[r#"
        mixed content: the page of `https://app.test` cannot send a request to `http://api.test/`, because browsers block `http:` in a page of `https:`
        help: serve the URL over `https:`; while developing, serve both over `http:` or call `localhost`"#]];
    expected.assert_eq(&error.expect_err("blocked").to_string());
}
