//! The rules for storing and sending, each with its section of RFC 6265bis.

use std::time::Duration;

use cookie::Cookie;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

use super::context::{CookieContext, ThirdParty};
use super::jar::CookieJar;
use super::refusal::MAX_PAIR;
use crate::problem::Problem;
use crate::site::Site;

const PAGE: &str = "https://app.example.com";

fn jar(third_party: ThirdParty) -> CookieJar {
    let mut jar = CookieJar::default();
    jar.third_party = third_party;
    jar
}

/// Splits a row of a table.
fn columns<const N: usize>(row: &str) -> [&str; N] {
    let columns: Vec<&str> = row.split('|').map(str::trim).collect();
    columns
        .try_into()
        .unwrap_or_else(|_| panic!("not {N} columns: {row}"))
}

/// A request of a page: `fetch`, or `visit`, `link` and `form` for navigations.
fn with_context<T>(request: (&str, &str, &str), run: impl FnOnce(&CookieContext<'_>) -> T) -> T {
    let (kind, page, url) = request;
    let url = Url::parse(url).expect("a URL");
    let page = (page != "null").then_some(page);
    run(&CookieContext {
        url: &url,
        page,
        same_site: kind == "visit" || Site::of(page, &url) != Site::CrossSite,
        is_top_level: kind != "fetch",
        method: &if kind == "form" {
            Method::POST
        } else {
            Method::GET
        },
    })
}

fn store(jar: &mut CookieJar, request: (&str, &str, &str), line: &str) -> Vec<Problem> {
    let line = HeaderValue::from_bytes(line.as_bytes()).expect("a value");
    let response = HeaderMap::from_iter([(SET_COOKIE, line)]);
    with_context(request, |context| jar.store(context, &response))
}

fn sent(jar: &CookieJar, request: (&str, &str, &str)) -> String {
    let header = with_context(request, |context| jar.header(context));
    header.map_or_else(String::new, |header| {
        String::from_utf8_lossy(header.as_bytes()).into_owned()
    })
}

/// The page is `https://app.example.com`.
#[test]
fn cookies_that_a_response_can_set() {
    for row in [
        "5.7, step 18: same-site | fetch https://api.example.com/v1/login | a=b | ",
        "5.7, step 18: same-site | fetch https://api.example.com/v1/login | a=b; SameSite=Lax | ",
        "5.7, step 18: same-site | fetch https://api.example.com/v1/login | a=b; SameSite=Strict | ",
        "5.7, step 18: cross-site | fetch https://api.test/v1/login | a=b; Secure | no `SameSite`",
        "5.7, step 18: cross-site | fetch https://api.test/v1/login | a=b; SameSite=x | no `SameSite`",
        "5.7, step 18: cross-site | fetch https://api.test/v1/login | a=b; SameSite=Lax | `SameSite=Lax`",
        "5.7, step 18: cross-site | fetch https://api.test/v1/login | a=b; SameSite=Strict | `SameSite=Strict`",
        "5.7, step 18: cross-site | fetch https://api.test/v1/login | a=b; SameSite=None; Secure | ",
        "5.7, step 18: navigations | link https://api.test/v1/login | a=b | ",
        "5.7, step 18: navigations | link https://api.test/v1/login | a=b; SameSite=Strict | ",
        "5.7, step 18: navigations | form https://api.test/v1/login | a=b; SameSite=Strict | ",
        "5.2: schemes | fetch http://api.example.com/ | a=b | another site than `http://api.example.com`",
        "5.7, step 19 | fetch https://api.example.com/v1/login | a=b; SameSite=None | without `Secure`",
        "5.7, step 19 | link https://api.test/v1/login | a=b; SameSite=None | without `Secure`",
        "5.7, step 13 | fetch https://api.example.com/v1/login | a=b; Secure | ",
        "5.7, step 13 | link http://api.example.com/ | a=b; Secure | neither https nor loopback",
        "5.7, step 13: loopback | link http://localhost:3000/ | a=b; Secure | ",
        "5.7, step 9 | fetch https://api.example.com/v1/login | a=b; Domain=com | public suffix",
        "5.7, step 9 | fetch https://a.co.uk/ | a=b; Domain=co.uk | public suffix",
        "5.7, step 9 | visit https://a.github.io/ | a=b; Domain=github.io | public suffix",
        "5.7, step 9: its own host | visit https://github.io/ | a=b; Domain=github.io | ",
        "5.7, step 9: its own host | visit http://localhost:3000/ | a=b; Domain=localhost | ",
        "5.7, step 10 | fetch https://api.example.com/v1/login | a=b; Domain=example.com | ",
        "5.7, step 10 | fetch https://api.example.com/v1/login | a=b; Domain=.EXAMPLE.com | ",
        "5.7, step 10 | fetch https://api.example.com/v1/login | a=b; Domain=api.example.com | ",
        "5.7, step 10 | fetch https://api.example.com/v1/login | a=b; Domain=app.example.com | does not contain",
        "5.7, step 10 | fetch https://api.example.com/v1/login | a=b; Domain=v.api.example.com | does not contain",
        "5.7, step 10 | fetch https://api.example.com/v1/login | a=b; Domain=evil.test | does not contain",
        "5.7, step 8: not ASCII | fetch https://api.example.com/v1/login | a=b; Domain=ä.com | does not contain",
        "5.7, step 10 | visit http://127.0.0.1/ | a=b; Domain=0.0.1 | does not contain",
        "5.4 | fetch https://api.example.com/v1/login | __Secure-a=b | `__Secure-` needs",
        "5.4 | fetch https://api.example.com/v1/login | __secure-a=b | `__Secure-` needs",
        "5.4 | fetch https://api.example.com/v1/login | __Secure-a=b; Secure | ",
        "5.4 | fetch https://api.example.com/v1/login | __Host-a=b; Secure; Path=/ | ",
        "5.4 | fetch https://api.example.com/v1/login | __Host-a=b; Path=/ | `__Host-` needs",
        "5.4 | fetch https://api.example.com/v1/login | __Host-a=b; Secure | `__Host-` needs",
        "5.4 | fetch https://api.example.com/v1/login | __Host-a=b; Secure; Path=/v1 | `__Host-` needs",
        "5.4 | fetch https://api.example.com/v1/login | __HOST-a=b; Secure; Path=/; Domain=example.com | `__Host-` needs",
        "5.7, step 22 | fetch https://api.example.com/v1/login | __Secure-a | `__Secure-` needs",
        "5.7, step 22 | fetch https://api.example.com/v1/login | =__Host-a=b | `__Host-` needs",
        "Partitioned | fetch https://api.example.com/v1/login | a=b; Partitioned | `Partitioned` without `Secure`",
        "Partitioned | fetch https://api.example.com/v1/login | a=b; Partitioned; Secure | ",
        "5.6, step 6 | fetch https://api.example.com/v1/login |  | neither name nor value",
        "5.6, step 6 | fetch https://api.example.com/v1/login | =; Path=/ | neither name nor value",
    ] {
        let [section, request, line, cause] = columns(row);
        let (kind, url) = request.split_once(' ').expect("kind and URL");
        let mut jar = CookieJar::default();
        let problems = store(&mut jar, (kind, PAGE, url), line);
        let stored = jar.len();
        let text = problems.iter().map(ToString::to_string).collect::<String>();
        let is_right = match cause {
            "" => problems.is_empty() && stored == 1,
            cause => text.contains(cause) && stored == 0,
        };
        assert!(
            is_right,
            "{section}: {kind} {url} {line}: stored {stored}, {text}"
        );
    }
}

#[test]
fn cookies_of_more_than_4096_bytes_are_ignored() {
    // Section 5.6, step 5: name and value, without the attributes.
    for (len, is_stored) in [(MAX_PAIR, true), (MAX_PAIR + 1, false)] {
        let mut jar = CookieJar::default();
        let line = format!("a={}; Path=/; Max-Age=60", "b".repeat(len - 1));
        let problems = store(&mut jar, OWN, &line);
        assert_eq!(
            (problems.is_empty(), jar.len()),
            (is_stored, usize::from(is_stored)),
            "{len}"
        );
    }
}

#[test]
fn cookies_that_a_request_has() {
    for row in [
        "5.8.3: same-site | https://api.example.com/v1/login | a=b | fetch https://app.example.com | https://api.example.com/v1/login | sent",
        "5.8.3: same-site | https://api.example.com/v1/login | a=b; SameSite=Strict | fetch https://app.example.com | https://api.example.com/v1/login | sent",
        "5.8.3: cross-site | https://api.example.com/v1/login | a=b | fetch https://app.test | https://api.example.com/v1/login | not sent",
        "5.8.3: cross-site | https://api.example.com/v1/login | a=b; SameSite=Lax | fetch https://app.test | https://api.example.com/v1/login | not sent",
        "5.8.3: cross-site | https://api.example.com/v1/login | a=b; SameSite=None; Secure | fetch https://app.test | https://api.example.com/v1/login | sent",
        "5.8.3: cross-site | https://api.example.com/v1/login | a=b; SameSite=None; Secure | fetch null | https://api.example.com/v1/login | sent",
        "5.8.3: opaque origin | https://api.example.com/v1/login | a=b | fetch null | https://api.example.com/v1/login | not sent",
        "5.8.3: a link | https://api.example.com/v1/login | a=b | link https://app.test | https://api.example.com/v1/login | sent",
        "5.8.3: a link | https://api.example.com/v1/login | a=b; SameSite=Lax | link https://app.test | https://api.example.com/v1/login | sent",
        "5.8.3: a link | https://api.example.com/v1/login | a=b; SameSite=Strict | link https://app.test | https://api.example.com/v1/login | not sent",
        "5.8.3: a form | https://api.example.com/v1/login | a=b | form https://app.test | https://api.example.com/v1/login | not sent",
        "5.8.3: a form | https://api.example.com/v1/login | a=b; SameSite=Lax | form https://app.test | https://api.example.com/v1/login | not sent",
        "5.8.3: a form | https://api.example.com/v1/login | a=b; SameSite=None; Secure | form https://app.test | https://api.example.com/v1/login | sent",
        "5.8.3: a form | https://api.example.com/v1/login | a=b; SameSite=Strict | form https://app.example.com | https://api.example.com/v1/login | sent",
        "5.8.3: a visit | https://api.example.com/v1/login | a=b; SameSite=Strict | visit https://app.example.com | https://api.example.com/v1/login | sent",
        "5.2: schemes | http://api.example.com/ | a=b | fetch https://app.example.com | http://api.example.com/ | not sent",
        "5.8.3: ports | https://api.example.com/v1/login | a=b | fetch https://app.example.com | https://api.example.com:8443/v1/ | sent",
        "5.8.3: host only | https://api.example.com/v1/login | a=b | fetch https://app.example.com | https://example.com/v1/ | not sent",
        "5.8.3: host only | https://api.example.com/v1/login | a=b | fetch https://app.example.com | https://v.api.example.com/v1/ | not sent",
        "5.8.3: Domain | https://api.example.com/v1/login | a=b; Domain=example.com | fetch https://app.example.com | https://v.api.example.com/v1/ | sent",
        "5.8.3: Domain | https://api.example.com/v1/login | a=b; Domain=example.com | fetch https://app.example.com | https://example.com/v1 | sent",
        "5.8.3: Path | https://api.example.com/v1/login | a=b | fetch https://app.example.com | https://api.example.com/v1 | sent",
        "5.8.3: Path | https://api.example.com/v1/login | a=b | fetch https://app.example.com | https://api.example.com/v12 | not sent",
        "5.8.3: Path | https://api.example.com/v1/login | a=b | fetch https://app.example.com | https://api.example.com/ | not sent",
        "5.8.3: Path | https://api.example.com/v1/login | a=b; Path=/ | fetch https://app.example.com | https://api.example.com/ | sent",
        "5.8.3: Secure | https://api.example.com/v1/login | a=b; Path=/; Secure | visit https://app.example.com | http://api.example.com/ | not sent",
        "5.8.3: Secure | https://api.example.com/v1/login | a=b; Path=/ | visit https://app.example.com | http://api.example.com/ | sent",
        "5.8.3: Secure on loopback | http://localhost:1/ | a=b; Secure | fetch http://localhost:2 | http://localhost:1/ | sent",
        "5.7, step 5: Max-Age | https://api.example.com/v1/login | a=b; Max-Age=0 | fetch https://app.example.com | https://api.example.com/v1/login | not sent",
        "5.7, step 5: Max-Age | https://api.example.com/v1/login | a=b; Max-Age=-1 | fetch https://app.example.com | https://api.example.com/v1/login | not sent",
        "5.7, step 5: Expires | https://api.example.com/v1/login | a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT | fetch https://app.example.com | https://api.example.com/v1/login | not sent",
        "5.7, step 5: Max-Age overrides | https://api.example.com/v1/login | a=b; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT | fetch https://app.example.com | https://api.example.com/v1/login | sent",
    ] {
        let [section, url, line, page, target, expected] = columns(row);
        let (kind, page) = page.split_once(' ').expect("kind and page");
        let request = (kind, page, target);
        let mut jar = CookieJar::default();
        let problems = store(&mut jar, ("visit", url, url), line);
        assert!(problems.is_empty(), "{section}: {problems:?}");
        let expected = if expected == "sent" { "a=b" } else { "" };
        assert_eq!(
            sent(&jar, request),
            expected,
            "{section}: {line}, {request:?}"
        );
    }
}

const OWN: (&str, &str, &str) = ("fetch", "https://a.test", "https://a.test/b/c");

#[test]
fn cookies_are_sorted_by_path_and_age() {
    let mut jar = CookieJar::default();
    for line in [
        "a=1; Path=/",
        "b=2; Path=/b",
        "c=3; Path=/",
        "d=4; Path=/b/c",
        "a=5; Path=/",
    ] {
        assert!(store(&mut jar, OWN, line).is_empty());
    }
    // 5.7, step 23: a cookie that is replaced keeps its age.
    assert_eq!(sent(&jar, OWN), "d=4; b=2; a=5; c=3");
    assert!(store(&mut jar, OWN, "nameless; Path=/").is_empty());
    assert!(store(&mut jar, OWN, "d=; Path=/b/c").is_empty());
    assert_eq!(sent(&jar, OWN), "d=; b=2; a=5; c=3; nameless");
}

#[test]
fn cookies_expire_by_the_clock() {
    let mut jar = CookieJar::default();
    let in_an_hour = jar.now() + Duration::from_secs(3600);
    let date = Cookie::build(("b", "2")).expires(in_an_hour).to_string();
    for line in ["a=1; Max-Age=60", &date, "c=3; Max-Age=99999999999", "d=4"] {
        assert!(store(&mut jar, OWN, line).is_empty());
    }
    for (seconds, expected) in [
        (0, "a=1; b=2; c=3; d=4"),
        (59, "a=1; b=2; c=3; d=4"),
        (1, "b=2; c=3; d=4"),
        (3539, "b=2; c=3; d=4"),
        (1, "c=3; d=4"),
        (400 * 24 * 60 * 60, "d=4"), // section 5.5
        (u64::MAX, "d=4"),
    ] {
        jar.wait(Duration::from_secs(seconds));
        assert_eq!(sent(&jar, OWN), expected, "{seconds}");
    }
}

#[test]
fn http_origins_cannot_replace_secure_cookies() {
    const HTTPS: (&str, &str, &str) = ("visit", PAGE, "https://a.test/login/");
    const HTTP: (&str, &str, &str) = ("visit", PAGE, "http://a.test/");
    // Section 5.7, step 16, with its own examples.
    for (path, is_stored) in [
        ("/", true),
        ("/foo", true),
        ("/login", false),
        ("/login/en", false),
    ] {
        let mut jar = CookieJar::default();
        assert!(store(&mut jar, HTTPS, "a=1; Secure; Path=/login").is_empty());
        let problems = store(&mut jar, HTTP, &format!("a=2; Path={path}"));
        assert_eq!(problems.is_empty(), is_stored, "{path}");
        assert_eq!(jar.len(), 1 + usize::from(is_stored), "{path}");
    }
    let mut jar = CookieJar::default();
    assert!(store(&mut jar, HTTPS, "a=1; Secure; Path=/; Domain=a.test").is_empty());
    assert_eq!(store(&mut jar, HTTP, "a=2").len(), 1);
    assert!(store(&mut jar, HTTPS, "a=3; Path=/").is_empty());
    assert_eq!(sent(&jar, HTTPS), "a=1; a=3");
}

#[test]
fn partitioned_cookies_belong_to_the_site_of_the_window() {
    const API: &str = "https://api.test/";
    const LINE: &str = "a=1; SameSite=None; Secure; Partitioned";
    for third_party in [
        ThirdParty::Allowed,
        ThirdParty::Partitioned,
        ThirdParty::Blocked,
    ] {
        let mut jar = jar(third_party);
        assert!(store(&mut jar, ("fetch", PAGE, API), LINE).is_empty());
        for (request, expected) in [
            (("fetch", PAGE, API), "a=1"),
            (("fetch", "https://www.example.com", API), "a=1"),
            (("fetch", "http://app.example.com", API), ""),
            (("fetch", "https://app.test", API), ""),
            (("fetch", "https://api.test", API), ""),
            (("visit", PAGE, API), ""),
        ] {
            assert_eq!(sent(&jar, request), expected, "{third_party:?} {request:?}");
        }
    }
}

#[test]
fn third_party_cookies() {
    const API: &str = "https://api.test/";
    const FETCH: (&str, &str, &str) = ("fetch", PAGE, API);
    const ELSEWHERE: (&str, &str, &str) = ("fetch", "https://other.example", API);
    const VISIT: (&str, &str, &str) = ("visit", PAGE, API);
    const OWN_SITE: (&str, &str, &str) = ("fetch", "https://www.api.test", API);
    for (third_party, set_by, fetch, elsewhere, own_site) in [
        (ThirdParty::Allowed, FETCH, true, true, true),
        (ThirdParty::Allowed, VISIT, true, true, true),
        (ThirdParty::Partitioned, FETCH, true, false, false),
        (ThirdParty::Partitioned, VISIT, false, false, true),
        (ThirdParty::Blocked, FETCH, false, false, false),
        (ThirdParty::Blocked, VISIT, false, false, true),
    ] {
        let mut jar = jar(third_party);
        store(&mut jar, set_by, "a=1; SameSite=None; Secure");
        for (request, expected) in [(FETCH, fetch), (ELSEWHERE, elsewhere), (OWN_SITE, own_site)] {
            let is_sent = !sent(&jar, request).is_empty();
            assert_eq!(
                is_sent, expected,
                "{third_party:?}, set by {set_by:?}: {request:?}"
            );
        }
    }
}
