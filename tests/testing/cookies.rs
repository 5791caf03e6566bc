//! Cookies: what the engines do with them, the problems of ignored ones, and how a test sees these.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::Duration;

use cors_test_support::Failures;
use cors_testing::{Browser, Problem, Step, ThirdParty};
use expect_test::{Expect, expect};

use super::server::{Answers, PAGE, Scene};

const ALLOWED: &str =
    "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true";

fn sets(cookies: &[&str]) -> String {
    let lines = cookies
        .iter()
        .map(|cookie| format!(" | set-cookie: {cookie}"));
    lines.fold(ALLOWED.to_owned(), |answer, line| answer + &line)
}

/// The cookies of the second GET.
async fn sent(scene: &Scene, request: &str) -> String {
    let outcome = scene.ask(request).await;
    let received = outcome.requests.last().expect("a request");
    let mut lines = received.headers.iter();
    let cookies = lines.find_map(|line| line.strip_prefix("cookie: "));
    cookies.unwrap_or_default().to_owned()
}

fn text(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

const SAME_SITE: &str = "plain lax strict none-secure secure partitioned";

/// The cookies that come back, of seven that the API sets in the response to a fetch of the page, or
/// to a visit: page, API, third-party cookies, set by, engine, cookies. Measured with Chromium 156 and
/// Firefox 153.
const MEASURED: [(&str, &str, ThirdParty, &str, &str, &str); 16] = {
    use ThirdParty::{Allowed, Blocked, Partitioned};
    const CHROMIUM: &str = "Chromium";
    const FIREFOX: &str = "Firefox";
    const LOCAL: &str = "http://localhost:1";
    const ADDRESS: &str = "http://127.0.0.1:2";
    const APP: &str = "https://app.example";
    const API: &str = "https://api.test";
    const LAX: &str = "plain lax strict";
    const SEPARATE: &str = "plain none-secure secure partitioned";
    const NONE: &str = "plain none-secure secure";
    [
        (
            LOCAL,
            "http://localhost:2",
            Allowed,
            "fetch",
            CHROMIUM,
            SAME_SITE,
        ),
        (
            LOCAL,
            "http://localhost:2",
            Allowed,
            "fetch",
            FIREFOX,
            SAME_SITE,
        ),
        (LOCAL, ADDRESS, Blocked, "fetch", CHROMIUM, "partitioned"),
        (LOCAL, ADDRESS, Blocked, "visit", CHROMIUM, ""),
        (LOCAL, ADDRESS, Partitioned, "fetch", FIREFOX, SEPARATE),
        (LOCAL, ADDRESS, Partitioned, "visit", FIREFOX, ""),
        (LOCAL, ADDRESS, Allowed, "visit", CHROMIUM, "none-secure"),
        (LOCAL, ADDRESS, Allowed, "visit", FIREFOX, NONE),
        (
            "http://a.app.test",
            "http://b.app.test",
            Allowed,
            "fetch",
            CHROMIUM,
            LAX,
        ),
        (
            "https://a.app.test",
            "https://b.app.test",
            Allowed,
            "fetch",
            FIREFOX,
            SAME_SITE,
        ),
        (APP, API, Blocked, "fetch", CHROMIUM, "partitioned"),
        (APP, API, Blocked, "visit", CHROMIUM, ""),
        (APP, API, Partitioned, "fetch", FIREFOX, SEPARATE),
        (APP, API, Partitioned, "visit", FIREFOX, ""),
        (APP, API, Allowed, "visit", CHROMIUM, "none-secure"),
        (APP, API, Allowed, "visit", FIREFOX, NONE),
    ]
};

#[tokio::test]
async fn cookies_that_come_back_in_the_engines() {
    let answer = sets(&[
        "plain=1",
        "lax=1; SameSite=Lax",
        "strict=1; SameSite=Strict",
        "none=1; SameSite=None",
        "none-secure=1; SameSite=None; Secure",
        "secure=1; Secure",
        "partitioned=1; SameSite=None; Secure; Partitioned",
    ]);
    let mut failures = Failures::default();
    for row in MEASURED {
        let (page, api, third_party, set_by, engine, measured) = row;
        let mut scene = Scene::new(page, &[("POST", &answer)]);
        scene.browser = scene.browser.third_party_cookies(third_party);
        let setting_page = if set_by == "visit" { api } else { page };
        scene.browser = scene.browser.open(setting_page);
        scene
            .ask(&format!("POST {api}/ | credentials: include"))
            .await;
        scene.browser = scene.browser.open(page);
        let sent = sent(&scene, &format!("GET {api}/ | credentials: include")).await;
        let names: Vec<&str> = sent
            .split("; ")
            .filter_map(|pair| pair.strip_suffix("=1"))
            .collect();
        // In Firefox cookies without `SameSite` are not Lax.
        let is_lax = |name: &str| {
            engine == "Firefox" && measured != SAME_SITE && ["plain", "secure"].contains(&name)
        };
        let measured: Vec<&str> = measured
            .split_whitespace()
            .filter(|name| !is_lax(name))
            .collect();
        failures.compare(|| format!("{row:?}"), &measured, &names);
    }
    failures.finish();
}

async fn problems_of(page: &str, api: &str, cookie: &str, request: &str) -> String {
    let answer = sets(&[cookie]);
    let mut scene = Scene::new(page, &[("POST", &answer)]);
    scene.browser = scene.browser.server(api);
    let response = scene.ask(request).await.seen.expect("browsers do not fail");
    for problem in response.problems() {
        assert_eq!(problem.step(), Step::Cookie);
        assert!(!problem.is_fatal());
    }
    assert_eq!(response.problems(), scene.browser.problems());
    text(response.problems())
}

#[tokio::test]
async fn problems_of_cookies_that_the_browser_ignores() {
    const LOGIN: &str = "POST /login | credentials: include";
    const API: &str = "https://api.test";
    let cases: [(&str, &str, &str, &str, Expect); 17] = [
        (
            PAGE,
            API,
            "sid=1",
            LOGIN,
            expect![[r#"
            cookie: the browser ignores `sid`, because it has no `SameSite`, so it is Lax, and the page of `https://app.test` is on another site than `https://api.test`
            help: set `SameSite=None; Secure`, or serve page and API from one site"#]],
        ),
        (
            PAGE,
            API,
            "sid=1; HttpOnly; SameSite=Strict; Secure; Path=/",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `sid`, because it has `SameSite=Strict`, and the page of `https://app.test` is on another site than `https://api.test`
                help: set `SameSite=None; Secure`, or serve page and API from one site"#]],
        ),
        (
            "null",
            API,
            "sid=1; SameSite=Lax",
            LOGIN,
            expect![[r#"
            cookie: the browser ignores `sid`, because it has `SameSite=Lax`, and the page of `null` is on another site than `https://api.test`
            help: set `SameSite=None; Secure`, or serve page and API from one site"#]],
        ),
        (
            "http://localhost:5173",
            "http://127.0.0.1:3000",
            "sid=1",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `sid`, because it has no `SameSite`, so it is Lax, and the page of `http://localhost:5173` is on another site than `http://127.0.0.1:3000`
                help: set `SameSite=None; Secure`, or open the page on the host `127.0.0.1`"#]],
        ),
        (
            "http://app.test",
            "http://api.test",
            "sid=1",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `sid`, because it has no `SameSite`, so it is Lax, and the page of `http://app.test` is on another site than `http://api.test`
                help: serve the API over https and set `SameSite=None; Secure`, or serve page and API from one site"#]],
        ),
        (
            "http://www.api.test",
            API,
            "sid=1",
            LOGIN,
            expect![[r#"
            cookie: the browser ignores `sid`, because it has no `SameSite`, so it is Lax, and the page of `http://www.api.test` is on another site than `https://api.test`
            help: serve page and API over https, because http and https are different sites"#]],
        ),
        (
            PAGE,
            API,
            "sid=1; SameSite=None",
            LOGIN,
            expect![[r#"
            cookie: the browser ignores `sid`, because it has `SameSite=None` without `Secure`
            help: set `Secure`"#]],
        ),
        (
            "http://app.test",
            "http://api.test",
            "sid=1; SameSite=None",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `sid`, because it has `SameSite=None` without `Secure`
                help: serve it over https, and set `Secure`"#]],
        ),
        (
            "http://app.test",
            "http://api.test",
            "sid=1; SameSite=None; Secure",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `sid`, because it has `Secure`, and `http://api.test` is neither https nor loopback
                help: serve it over https"#]],
        ),
        (
            PAGE,
            API,
            "sid=1; SameSite=None; Secure",
            "POST /login",
            expect![[r#"
                cookie: the browser ignores `sid`, because the request has `Credentials::SameOrigin`, and the page of `https://app.test` calls `https://api.test`
                help: pass `Credentials::Include`"#]],
        ),
        (
            PAGE,
            API,
            "sid=1; SameSite=None; Secure; Domain=app.test",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `sid`, because its `Domain=app.test` does not contain the host `api.test`
                help: leave `Domain` out, or set a parent of the host that is no public suffix"#]],
        ),
        (
            PAGE,
            API,
            "sid=1; SameSite=None; Secure; Domain=test",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `sid`, because its `Domain=test` is a public suffix, below which anybody can register a name
                help: leave `Domain` out, or set a parent of the host that is no public suffix"#]],
        ),
        (
            PAGE,
            API,
            "__Secure-sid=1",
            LOGIN,
            expect![[r#"
            cookie: the browser ignores `__Secure-sid`, because `__Secure-` needs `Secure`
            help: set `Secure`"#]],
        ),
        (
            PAGE,
            API,
            "__Host-sid=1; SameSite=None; Secure",
            LOGIN,
            expect![[r#"
                cookie: the browser ignores `__Host-sid`, because `__Host-` needs `Secure`, `Path=/` and no `Domain`
                help: set `Secure; Path=/`, and leave `Domain` out"#]],
        ),
        (
            API,
            API,
            "sid=1; Partitioned",
            LOGIN,
            expect![[r#"
            cookie: the browser ignores `sid`, because it has `Partitioned` without `Secure`
            help: set `Secure`"#]],
        ),
        (
            PAGE,
            API,
            "=",
            LOGIN,
            expect![[r#"
            cookie: the browser ignores ``, because it has neither name nor value
            help: set `name=value`"#]],
        ),
        // It removes a cookie that the browser does not have.
        (
            PAGE,
            API,
            "sid=; Max-Age=0; SameSite=Strict",
            LOGIN,
            expect![[""]],
        ),
    ];
    for (page, api, cookie, request, expected) in cases {
        expected.assert_eq(&problems_of(page, api, cookie, request).await);
    }
}

/// The request that fails is a later one, and mostly its status is all that a test compares.
#[tokio::test]
async fn problems_of_a_later_request_without_the_cookie() {
    let login = sets(&["sid=1; SameSite=Strict; Secure; Path=/"]);
    let answers: Answers<'_> = &[
        ("POST api.test/login", &login),
        (
            "GET api.test/me",
            "401 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true",
        ),
        ("GET api.test/hidden", "401"),
    ];
    let mut scene = Scene::new(PAGE, answers);
    scene.ask("POST /login | credentials: include").await;
    let response = scene
        .ask("GET /me | credentials: include")
        .await
        .seen
        .expect("a response");
    let expected = expect![[r#"
        cookie: the browser has no `sid` to send, because it ignored the one that `https://api.test/login` set: it has `SameSite=Strict`, and the page of `https://app.test` is on another site than `https://api.test`
        help: set `SameSite=None; Secure`, or serve page and API from one site"#]];
    expected.assert_eq(&text(response.problems()));

    let error = scene
        .ask("GET /hidden | credentials: include")
        .await
        .seen
        .err();
    let expected = expect![[r#"
        response, origin: the page of `https://app.test` got 401 Unauthorized without `access-control-allow-origin`
        help: send `access-control-allow-origin: https://app.test` and `access-control-allow-credentials: true`
        cookie: the browser has no `sid` to send, because it ignored the one that `https://api.test/login` set: it has `SameSite=Strict`, and the page of `https://app.test` is on another site than `https://api.test`
        help: set `SameSite=None; Secure`, or serve page and API from one site
        > GET https://api.test/hidden
        > origin: https://app.test
        < 401 Unauthorized"#]];
    expected.assert_eq(&error.expect("no permission").to_string());

    // Neither a request without credentials nor another host would have had it.
    for request in ["GET /me", "GET https://other.test/ | credentials: include"] {
        let response = scene.ask(request).await.seen.expect("a response");
        assert!(response.problems().is_empty(), "{request}");
    }

    // A page of the API's own site can sign in.
    scene.browser = scene.browser.open("https://www.api.test");
    scene.ask("POST /login | credentials: include").await;
    let response = scene
        .ask("GET /me | credentials: include")
        .await
        .seen
        .expect("a response");
    assert!(response.problems().is_empty(), "{:?}", response.problems());
}

#[tokio::test]
async fn problems_of_cookies_that_the_browser_has_and_does_not_send() {
    const API: &str = "https://api.test/";
    const NONE: &str = "sid=1; SameSite=None; Secure";
    let separate = "sid=1; SameSite=None; Secure; Partitioned";
    let cases: [(ThirdParty, &str, &str, Expect); 6] = [
        (ThirdParty::Allowed, NONE, "GET /", expect![[""]]),
        (
            ThirdParty::Allowed,
            "sid=1",
            "GET /",
            expect![[r#"
            cookie: the browser does not send `sid`, because it has no `SameSite`, so it is Lax, and the page of `https://app.test` is on another site than `https://api.test`
            help: set `SameSite=None; Secure`, or serve page and API from one site"#]],
        ),
        (
            ThirdParty::Allowed,
            separate,
            "GET /",
            expect![[r#"
            cookie: the browser does not send `sid`, because it belongs to the pages of `https://api.test`, and this one is of `https://app.test`
            help: sign in again on this page, or leave `Partitioned` out"#]],
        ),
        (
            ThirdParty::Partitioned,
            NONE,
            "GET /",
            expect![[r#"
                cookie: the browser does not send `sid`, because `https://api.test` is third-party to the page of `https://app.test`, for which the browser keeps separate cookies
                help: sign in by a request of this page"#]],
        ),
        (
            ThirdParty::Blocked,
            NONE,
            "GET /",
            expect![[r#"
            cookie: the browser does not send `sid`, because `https://api.test` is third-party to the page of `https://app.test`, and the browser blocks third-party cookies
            help: serve page and API from one site, or set `SameSite=None; Secure; Partitioned`"#]],
        ),
        (
            ThirdParty::Allowed,
            NONE,
            "GET http://api.test/",
            expect![[r#"
                cookie: the browser does not send `sid`, because it has `Secure`, and `http://api.test` is neither https nor loopback
                help: serve it over https"#]],
        ),
    ];
    for (third_party, cookie, request, expected) in cases {
        // A page of https could not call it, because it is mixed content.
        let is_http = request.contains("http:");
        let page = if is_http { "http://app.test" } else { PAGE };
        let mut scene = Scene::new(page, &[]);
        scene.browser = scene
            .browser
            .third_party_cookies(third_party)
            .set_cookie(API, cookie);
        let outcome = scene
            .ask(&format!("{request} | credentials: include"))
            .await;
        let response = outcome.seen.expect("a response");
        expected.assert_eq(&text(response.problems()));
    }
}

#[tokio::test]
#[ignore = "fails on purpose, for the test below"]
async fn test_that_asserts_the_status_of_a_later_request() {
    let login = sets(&["sid=1; Path=/"]);
    let answers: Answers<'_> = &[
        ("POST api.test/login", &login),
        (
            "GET api.test/me",
            "401 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true",
        ),
    ];
    let scene = Scene::new(PAGE, answers);
    let response = scene
        .ask("POST /login | credentials: include")
        .await
        .seen
        .expect("a response");
    assert_eq!(response.status(), 200);
    let response = scene
        .ask("GET /me | credentials: include")
        .await
        .seen
        .expect("a response");
    assert_eq!(response.status(), 200);
}

#[test]
fn failing_test_prints_the_problems_of_cookies() {
    let name = "cookies::test_that_asserts_the_status_of_a_later_request";
    let run = Command::new(env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", name])
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("it runs");
    let output = String::from_utf8_lossy(&run.stdout);
    let (_, panic) = output.split_once("assertion").expect("it fails");
    let (panic, _) = panic.split_once("\n\n").expect("the summary follows");
    let lines: Vec<&str> = panic
        .lines()
        .filter(|line| !line.starts_with("note:"))
        .collect();
    let expected = expect![[r#"
         `left == right` failed
          left: 401
         right: 200
        cookie: the browser ignores `sid`, because it has no `SameSite`, so it is Lax, and the page of `https://app.test` is on another site than `https://api.test`
        help: set `SameSite=None; Secure`, or serve page and API from one site"#]];
    expected.assert_eq(&lines.join("\n"));
}

#[tokio::test]
async fn cookies_expire_by_the_clock_of_the_browser() {
    let login = sets(&["sid=1; Max-Age=60"]);
    let scene = Scene::new("https://api.test", &[("POST", &login)]);
    scene.ask("POST /").await;
    scene.browser.wait(Duration::from_secs(59));
    assert_eq!(sent(&scene, "GET /").await, "sid=1");
    scene.browser.wait(Duration::from_secs(1));
    assert_eq!(sent(&scene, "GET /").await, "");
}

#[tokio::test]
async fn pages_of_one_browser_share_cookies() {
    let login = sets(&["strict=1; SameSite=Strict", "none=1; SameSite=None; Secure"]);
    let mut scene = Scene::new("https://api.test", &[("POST", &login)]);
    scene.ask("POST /").await;
    for (page, cookies) in [
        ("https://www.api.test", "strict=1; none=1"),
        ("https://evil.test", "none=1"),
        ("null", "none=1"),
    ] {
        scene.browser = scene.browser.open(page);
        assert_eq!(
            sent(&scene, "GET / | credentials: include").await,
            cookies,
            "{page}"
        );
    }
}

/// A test of an attack assumes the worst.
#[tokio::test]
async fn given_cookies_are_sent_with_all_requests_with_credentials() {
    for (page, api) in [
        ("https://evil.test", "https://api.test"),
        ("http://evil.test", "http://api.test"),
        ("http://localhost:1", "http://127.0.0.1:2"),
        ("null", "https://API.test"),
    ] {
        let mut scene = Scene::new(page, &[]);
        let host = api
            .split("//")
            .last()
            .and_then(|host| host.split(':').next());
        scene.browser = scene.browser.cookie(host.expect("a host"), "sid", "1");
        let request = format!("GET {api}/a/b | credentials: include");
        assert_eq!(sent(&scene, &request).await, "sid=1", "{page} {api}");
    }
}

#[test]
fn cookies_of_a_visit_that_browsers_ignore_panic() {
    let set = |url: &str, line: &str| {
        let browser = Browser::at(PAGE);
        let panic = catch_unwind(AssertUnwindSafe(|| browser.set_cookie(url, line))).err();
        panic.map(|panic| *panic.downcast::<String>().expect("a text"))
    };
    assert_eq!(set("https://api.test/", "sid=1; SameSite=Strict"), None);
    let expected = expect![[r#"
        cookie: the browser ignores `sid`, because it has `SameSite=None` without `Secure`
        help: set `Secure`"#]];
    expected.assert_eq(&set("https://api.test/", "sid=1; SameSite=None").expect("ignored"));
    let expected = expect![[r#"
        `api.test` is not a URL with `http` or `https`
        help: write one such as `https://api.example`"#]];
    expected.assert_eq(&set("api.test", "sid=1").expect("no URL"));
}
