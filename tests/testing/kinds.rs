//! The requests of a page besides `fetch`: whole, as they arrive, and what the page sees of the
//! response.

use cors_testing::{
    BeaconBody, Browser, Credentials, Form, FormEncoding, Load, Navigation, VisibleResponse,
};

use super::server::{Answers, PAGE, Scene};
use cors_test_support::Failures;

/// Performs a step, such as `navigate /a`, and returns what the page sees.
async fn perform(browser: &Browser, scene: &Scene, step: &str) -> String {
    let server = &scene.server;
    let (kind, url) = step.split_once(' ').expect("a kind and a URL");
    let form = || Form::post(url).field("a", "1 2");
    let seen = match kind {
        "navigate" => browser.navigate(server, url).await,
        "navigate-by-script" => browser.navigate(server, Navigation::by_script(url)).await,
        "type" => browser.navigate(server, Navigation::typed(url)).await,
        "submit" => browser.submit(server, form()).await,
        "submit-by-script" => browser.submit(server, form().by_script()).await,
        "submit-in-frame" => browser.submit(server, form().in_frame()).await,
        "submit-text" => {
            let form = form().encoding(FormEncoding::TextPlain);
            browser.submit(server, form).await
        }
        "submit-get" => browser.submit(server, Form::get(url).field("a", "1")).await,
        "image" => browser.load(server, Load::Image, url).await,
        "image-cors" => {
            let image = Load::Image.cross_origin(Credentials::Omit);
            browser.load(server, image, url).await
        }
        "image-credentials" => {
            let image = Load::Image.cross_origin(Credentials::Include);
            browser.load(server, image, url).await
        }
        "script" => browser.load(server, Load::Script, url).await,
        "style" => browser.load(server, Load::Style, url).await,
        "font" => browser.load(server, Load::Font, url).await,
        "frame" => browser.load(server, Load::Frame, url).await,
        "beacon" => return beacon(browser.beacon(server, url, "a").await),
        "beacon-json" => {
            let body = BeaconBody::blob("application/json", "{}");
            return beacon(browser.beacon(server, url, body).await);
        }
        "beacon-bytes" => {
            return beacon(browser.beacon(server, url, BeaconBody::bytes("a")).await);
        }
        "events" | "events-credentials" => {
            let credentials = match kind {
                "events" => Credentials::SameOrigin,
                _ => Credentials::Include,
            };
            return match browser.event_source(server, url, credentials).await {
                Ok(_) => "open".to_owned(),
                Err(error) => error.step().as_str().to_owned(),
            };
        }
        _ => unreachable!("{kind}"),
    };
    match seen {
        Ok(seen) => summary(&seen),
        Err(error) => error.step().as_str().to_owned(),
    }
}

fn beacon(sent: Result<http::StatusCode, cors_testing::FetchError>) -> String {
    match sent {
        Ok(status) => status.as_str().to_owned(),
        Err(error) => error.step().as_str().to_owned(),
    }
}

fn summary(seen: &VisibleResponse<String>) -> String {
    if seen.is_opaque() {
        format!("opaque {}", seen.sent_status().as_str())
    } else {
        seen.status().to_string()
    }
}

const OWN: &str = "https://api.test";
const CROSS: &str = "sec-fetch-site: cross-site";
const HTML: &str = "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const DOCUMENT: &str = "sec-fetch-dest: document | sec-fetch-mode: navigate";
const FRAME: &str = "sec-fetch-dest: iframe | sec-fetch-mode: navigate";
const FORM: &str = "content-type: application/x-www-form-urlencoded";
const IMAGE: &str = "accept: image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5";
const ORIGIN: &str = "origin: https://app.test";

const EVENTS: Answers<'_> = &[(
    "GET api.test/events",
    "200 | access-control-allow-origin: $ORIGIN | access-control-allow-credentials: true \
     | content-type: text/event-stream",
)];

#[tokio::test]
async fn requests_have_the_head_of_their_kind() {
    let cases: [(&str, &str, &str, &str); 27] = [
        (
            PAGE,
            "navigate /a?b",
            "GET api.test/a?b | $HTML | cookie: s=1 | $DOCUMENT | $CROSS | sec-fetch-user: ?1",
            "200",
        ),
        (
            PAGE,
            "navigate-by-script /",
            "GET api.test/ | $HTML | cookie: s=1 | $DOCUMENT | $CROSS",
            "200",
        ),
        (
            PAGE,
            "type /",
            "GET api.test/ | $HTML | cookie: s=1 | $DOCUMENT | sec-fetch-site: none \
             | sec-fetch-user: ?1",
            "200",
        ),
        (
            "https://api.test",
            "navigate /",
            "GET api.test/ | $HTML | cookie: s=1 | $DOCUMENT | sec-fetch-site: same-origin \
             | sec-fetch-user: ?1",
            "200",
        ),
        (
            PAGE,
            "submit /",
            "POST api.test/ | $HTML | $FORM | cookie: s=1 | $ORIGIN | $DOCUMENT | $CROSS \
             | sec-fetch-user: ?1 | body: a=1+2",
            "200",
        ),
        (
            PAGE,
            "submit-by-script /",
            "POST api.test/ | $HTML | $FORM | cookie: s=1 | $ORIGIN | $DOCUMENT | $CROSS \
             | body: a=1+2",
            "200",
        ),
        (
            PAGE,
            "submit-in-frame /",
            "POST api.test/ | $HTML | $FORM | cookie: s=1 | $ORIGIN | $FRAME | $CROSS \
             | sec-fetch-user: ?1 | body: a=1+2",
            "200",
        ),
        (
            PAGE,
            "submit-text /",
            "POST api.test/ | $HTML | content-type: text/plain | cookie: s=1 | $ORIGIN | $DOCUMENT \
             | $CROSS | sec-fetch-user: ?1 | body: a=1 2\r\n",
            "200",
        ),
        (
            PAGE,
            "submit-get /?lost",
            "GET api.test/?a=1 | $HTML | cookie: s=1 | $DOCUMENT | $CROSS | sec-fetch-user: ?1",
            "200",
        ),
        (
            "https://api.test",
            "submit-by-script /",
            "POST api.test/ | $HTML | $FORM | cookie: s=1 | origin: https://api.test | $DOCUMENT \
             | sec-fetch-site: same-origin | body: a=1+2",
            "200",
        ),
        (
            "null",
            "submit-by-script /",
            "POST api.test/ | $HTML | $FORM | cookie: s=1 | origin: null | $DOCUMENT | $CROSS \
             | body: a=1+2",
            "200",
        ),
        (
            "https://app.test",
            "submit-by-script http://127.0.0.1/",
            "POST 127.0.0.1/ | $HTML | $FORM | origin: null | $DOCUMENT | $CROSS | body: a=1+2",
            "200",
        ),
        (
            PAGE,
            "image /",
            "GET api.test/ | $IMAGE | cookie: s=1 | sec-fetch-dest: image \
             | sec-fetch-mode: no-cors | $CROSS",
            "opaque 200",
        ),
        (
            "https://api.test",
            "image /",
            "GET api.test/ | $IMAGE | cookie: s=1 | sec-fetch-dest: image \
             | sec-fetch-mode: no-cors | sec-fetch-site: same-origin",
            "200",
        ),
        (
            PAGE,
            "image-cors /",
            "GET api.test/ | $IMAGE | $ORIGIN | sec-fetch-dest: image | sec-fetch-mode: cors | $CROSS",
            "200",
        ),
        (
            PAGE,
            "image-credentials /",
            "GET api.test/ | $IMAGE | cookie: s=1 | $ORIGIN | sec-fetch-dest: image \
             | sec-fetch-mode: cors | $CROSS",
            "200",
        ),
        (
            PAGE,
            "script /",
            "GET api.test/ | accept: */* | cookie: s=1 | sec-fetch-dest: script \
             | sec-fetch-mode: no-cors | $CROSS",
            "opaque 200",
        ),
        (
            PAGE,
            "style /",
            "GET api.test/ | accept: text/css,*/*;q=0.1 | cookie: s=1 | sec-fetch-dest: style \
             | sec-fetch-mode: no-cors | $CROSS",
            "opaque 200",
        ),
        (
            PAGE,
            "font /",
            "GET api.test/ | accept: */* | $ORIGIN | sec-fetch-dest: font | sec-fetch-mode: cors \
             | $CROSS",
            "200",
        ),
        (
            PAGE,
            "frame /",
            "GET api.test/ | $HTML | cookie: s=1 | $FRAME | $CROSS",
            "200",
        ),
        (
            PAGE,
            "beacon /",
            "POST api.test/ | accept: */* | content-type: text/plain;charset=UTF-8 | cookie: s=1 \
             | $ORIGIN | sec-fetch-dest: empty | sec-fetch-mode: no-cors | $CROSS | body: a",
            "200",
        ),
        (
            PAGE,
            "beacon-bytes /",
            "POST api.test/ | accept: */* | cookie: s=1 | $ORIGIN | sec-fetch-dest: empty \
             | sec-fetch-mode: no-cors | $CROSS | body: a",
            "200",
        ),
        (
            PAGE,
            "beacon-json /",
            "OPTIONS api.test/ | accept: */* | access-control-request-headers: content-type \
             | access-control-request-method: POST | $ORIGIN | sec-fetch-dest: empty \
             | sec-fetch-mode: cors | $CROSS\n\
             POST api.test/ | accept: */* | content-type: application/json | cookie: s=1 | $ORIGIN \
             | sec-fetch-dest: empty | sec-fetch-mode: cors | $CROSS | body: {}",
            "200",
        ),
        (
            PAGE,
            "events /events",
            "GET api.test/events | accept: text/event-stream | cache-control: no-cache | $ORIGIN \
             | sec-fetch-dest: empty | sec-fetch-mode: cors | $CROSS",
            "open",
        ),
        (
            PAGE,
            "events-credentials /events",
            "GET api.test/events | accept: text/event-stream | cache-control: no-cache \
             | cookie: s=1 | $ORIGIN | sec-fetch-dest: empty | sec-fetch-mode: cors | $CROSS",
            "open",
        ),
        (
            "https://api.test",
            "events /events",
            "GET api.test/events | accept: text/event-stream | cache-control: no-cache \
             | cookie: s=1 | sec-fetch-dest: empty | sec-fetch-mode: cors \
             | sec-fetch-site: same-origin",
            "open",
        ),
        (
            "http://app.test",
            "submit-by-script http://api.test/",
            "POST api.test/ | $HTML | $FORM | cookie: s=1 | origin: http://app.test | body: a=1+2",
            "200",
        ),
    ];
    let mut failures = Failures::default();
    for (page, step, arrives, sees) in cases {
        let scene = Scene::new(page, EVENTS);
        let browser = Browser::at(page).cookie("api.test", "s", "1");
        let seen = perform(&browser, &scene, step).await;
        let expected = [
            ("$HTML", HTML),
            ("$DOCUMENT", DOCUMENT),
            ("$FRAME", FRAME),
            ("$FORM", FORM),
            ("$IMAGE", IMAGE),
            ("$ORIGIN", ORIGIN),
            ("$CROSS", CROSS),
        ]
        .iter()
        .fold(arrives.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        });
        let name = || format!("{page}: {step}");
        failures.compare(name, &expected, &scene.arrived().join("\n"));
        failures.compare(name, &sees, &seen.as_str());
    }
    failures.finish();
}

/// The part of refusals, and of responses without permission, that the page sees.
#[tokio::test]
async fn what_the_page_sees_depends_on_the_kind() {
    let cases: [(&str, &str, &str); 22] = [
        ("403", "navigate /", "403"),
        ("403", "submit /", "403"),
        ("403", "frame /", "403"),
        ("403", "beacon /", "403"),
        ("403", "image /", "response, status"),
        ("403", "script /", "response, status"),
        ("403", "style /", "response, status"),
        ("403", "font /", "response, origin"),
        ("403", "image-cors /", "response, origin"),
        ("403", "events /", "response, origin"),
        ("200", "image /", "opaque 200"),
        ("200", "font /", "response, origin"),
        ("200", "image-cors /", "response, origin"),
        ("200", "frame /", "200"),
        ("200", "beacon-json /", "response, origin"),
        ("200 | access-control-allow-origin: *", "font /", "200"),
        (
            "200 | access-control-allow-origin: *",
            "image-credentials /",
            "response, origin",
        ),
        (
            "404 | access-control-allow-origin: *",
            "font /",
            "response, status",
        ),
        (
            "200 | access-control-allow-origin: *",
            "events /",
            "response, content type",
        ),
        (
            "200 | access-control-allow-origin: * | content-type: text/event-stream;charset=utf-8",
            "events /",
            "open",
        ),
        (
            "204 | access-control-allow-origin: * | content-type: text/event-stream",
            "events /",
            "response, status",
        ),
        (
            "200 | access-control-allow-origin: * | content-type: text/event-stream",
            "events-credentials /",
            "response, origin",
        ),
    ];
    let mut failures = Failures::default();
    for (answer, step, sees) in cases {
        let answers = [("GET", answer), ("POST", answer)];
        let scene = Scene::new(PAGE, &answers);
        let seen = perform(&scene.browser, &scene, step).await;
        failures.compare(|| format!("{step}: {answer}"), &sees, &seen.as_str());
    }
    failures.finish();
}

/// Only navigations of the window bring Lax cookies across sites, and only a typed address brings
/// Strict ones.
#[tokio::test]
async fn kinds_differ_in_their_same_site_cookies() {
    const ALL: &str = "lax none strict";
    let cases = [
        (PAGE, "navigate /", "lax none"),
        (PAGE, "navigate-by-script /", "lax none"),
        (PAGE, "type /", ALL),
        (PAGE, "submit-get /", "lax none"),
        (PAGE, "submit-by-script /", "none"),
        (PAGE, "submit-in-frame /", "none"),
        (PAGE, "image /", "none"),
        (PAGE, "image-cors /", ""),
        (PAGE, "script /", "none"),
        (PAGE, "frame /", "none"),
        (PAGE, "beacon /", "none"),
        (PAGE, "events-credentials /", "none"),
        (PAGE, "font /", ""),
        ("https://www.api.test", "submit-by-script /", ALL),
        ("https://www.api.test", "image /", ALL),
        (OWN, "font /", ALL),
    ];
    let mut failures = Failures::default();
    for (page, step, expected) in cases {
        let browser = Browser::at(page)
            .set_cookie(OWN, "lax=1; SameSite=Lax; Secure")
            .set_cookie(OWN, "none=1; SameSite=None; Secure")
            .set_cookie(OWN, "strict=1; SameSite=Strict; Secure");
        let scene = Scene::new(page, &[]);
        perform(&browser, &scene, step).await;
        let request = scene.arrived().join("\n");
        let cookies = request
            .split(" | ")
            .find_map(|part| part.strip_prefix("cookie: "));
        let cookies = cookies.unwrap_or_default().split("; ");
        let mut names: Vec<&str> = cookies.filter_map(|pair| pair.strip_suffix("=1")).collect();
        names.sort_unstable();
        failures.compare(
            || format!("{page}: {step}"),
            &expected,
            &names.join(" ").as_str(),
        );
    }
    failures.finish();
}

/// Redirects of navigations taint the origin as those of `fetch` do, and end it for a GET.
#[tokio::test]
async fn redirects_of_navigations_change_origin_and_site() {
    let cases: [(&str, &str, &str, &str); 6] = [
        (
            PAGE,
            "307 | location: /b",
            "submit-by-script /",
            "POST api.test/b origin: https://app.test, cross-site",
        ),
        (
            PAGE,
            "307 | location: https://other.test/b",
            "submit-by-script /",
            "POST other.test/b origin: null, cross-site",
        ),
        (
            "https://api.test",
            "307 | location: https://other.test/b",
            "submit-by-script /",
            "POST other.test/b origin: https://api.test, cross-site",
        ),
        (
            PAGE,
            "303 | location: /b",
            "submit-by-script /",
            "GET api.test/b no origin, cross-site",
        ),
        (
            PAGE,
            "302 | location: https://app.test/b",
            "navigate /",
            "GET app.test/b no origin, cross-site",
        ),
        (
            PAGE,
            "302 | location: https://other.test/b",
            "type /",
            "GET other.test/b no origin, none",
        ),
    ];
    let mut failures = Failures::default();
    for (page, answer, step, last) in cases {
        let answers = [("GET api.test/", answer), ("POST api.test/", answer)];
        let scene = Scene::new(page, &answers);
        perform(&scene.browser, &scene, step).await;
        let arrived = scene.arrived();
        let request = arrived.last().expect("a request");
        let part = |name: &str| request.split(" | ").find(|part| part.starts_with(name));
        let start = request.split(" | ").next().unwrap_or_default();
        let site = part("sec-fetch-site: ").unwrap_or_default();
        let found = format!(
            "{start} {}, {}",
            part("origin: ").unwrap_or("no origin"),
            site.trim_start_matches("sec-fetch-site: ")
        );
        failures.compare(
            || format!("{page} {step}: {answer}"),
            &last,
            &found.as_str(),
        );
    }
    failures.finish();
}

/// `Origin` and `Sec-Fetch-*` of browsers that hide them.
#[tokio::test]
async fn browsers_without_origin_or_fetch_metadata() {
    let without_origin = |page| Browser::at(page).without_origin();
    let without_metadata = |page| Browser::at(page).without_fetch_metadata();
    let no_referrer = |page| Browser::at(page).no_referrer();
    let cases = [
        (
            without_origin(PAGE),
            "submit-by-script /",
            "none, cross-site",
        ),
        (
            without_origin(OWN),
            "submit-by-script /",
            "none, same-origin",
        ),
        (without_origin(PAGE), "beacon /", "none, cross-site"),
        // CORS needs it.
        (
            without_origin(PAGE),
            "font /",
            "https://app.test, cross-site",
        ),
        (without_metadata(PAGE), "submit /", "https://app.test, none"),
        (without_metadata(PAGE), "image /", "none, none"),
        (no_referrer(PAGE), "submit-by-script /", "null, cross-site"),
        (no_referrer(OWN), "submit-by-script /", "null, same-origin"),
        (no_referrer(PAGE), "beacon /", "null, cross-site"),
        (no_referrer(PAGE), "font /", "https://app.test, cross-site"),
    ];
    let mut failures = Failures::default();
    for (browser, step, expected) in cases {
        let scene = Scene::new(PAGE, &[]);
        perform(&browser, &scene, step).await;
        let request = scene.arrived().join("\n");
        let value = |name: &str| {
            let mut parts = request.split(" | ");
            let found = parts.find_map(|part| part.strip_prefix(name));
            found.unwrap_or("none").to_owned()
        };
        let found = format!("{}, {}", value("origin: "), value("sec-fetch-site: "));
        assert!(!request.contains("sec-fetch-user") || request.contains("sec-fetch-dest"));
        failures.compare(
            || format!("{step}: {browser:?}"),
            &expected,
            &found.as_str(),
        );
    }
    failures.finish();
}

#[tokio::test]
async fn event_sources_reconnect_with_the_last_id() {
    let scene = Scene::new(PAGE, &[]);
    let stream = http::Response::builder()
        .header("content-type", "text/event-stream")
        .header("access-control-allow-origin", "*");
    let body = "id: 7\nevent: saved\ndata: a\n\ndata: b\n\ndata: incomplete";
    let stream = stream.body(body.to_owned()).expect("a response");
    let log = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let received = log.clone();
    let service = tower::service_fn(move |request: http::Request<cors_testing::Body>| {
        let id = request.headers().get("last-event-id").cloned();
        received
            .lock()
            .expect("the log")
            .push((request.method().clone(), id));
        std::future::ready(Ok::<_, std::convert::Infallible>(stream.clone()))
    });
    let opened = scene
        .browser
        .event_source(&service, "/", Credentials::SameOrigin)
        .await;
    let mut events = opened.expect("an open event source");
    for id in [None, Some("7")] {
        let event = events.next().await.expect("an event");
        assert_eq!((event.event.as_str(), event.data.as_str()), ("saved", "a"));
        let event = events.next().await.expect("an event");
        assert_eq!(
            (event.event.as_str(), event.data.as_str()),
            ("message", "b")
        );
        assert_eq!(event.id, "7");
        assert_eq!(events.next().await, None);
        let (method, sent) = log.lock().expect("the log").pop().expect("one request");
        assert_eq!(method, http::Method::GET, "no preflight");
        assert_eq!(sent.as_ref().and_then(|id| id.to_str().ok()), id);
        events.reconnect().await.expect("an open event source");
    }
    let error = scene
        .browser
        .event_source(&service, "/", Credentials::Omit)
        .await;
    assert_eq!(error.expect_err("omit").step(), cors_testing::Step::Request);
}
