//! Rules about parts of an exchange: permissions, hidden headers, cookies, embedded resources.

use cors_testing::Credentials::{Include, SameOrigin};
use cors_testing::{
    RequestHead, ResponseHead, explain_cookies, explain_resource_policy, is_mixed_content,
    is_same_site,
};
use expect_test::expect;
use url::Url;

use crate::{listed, read};

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

#[test]
fn permission_that_a_request_needs() {
    for (request, method, headers) in [
        ("GET / HTTP/1.1", "", &[][..]),
        ("POST / HTTP/1.1\ncontent-type: text/plain", "", &[]),
        (
            "POST / HTTP/1.1\ncontent-type: application/json",
            "POST",
            &["content-type"],
        ),
        ("delete / HTTP/1.1", "DELETE", &[]),
        ("patch / HTTP/1.1\nX-B: 1\nx-a: 1", "patch", &["x-a", "x-b"]),
        // The browser sets these.
        (
            "GET / HTTP/1.1\norigin: null\ncookie: a=1\nsec-a: 1",
            "",
            &[],
        ),
    ] {
        let permission = read::<RequestHead>(request).requested_permission();
        let found = permission.map(|permission| (permission.method, permission.headers));
        let headers = headers.iter().map(|&name| name.to_owned()).collect();
        let expected = Some((method.to_owned(), headers)).filter(|(method, _)| !method.is_empty());
        assert_eq!(found, expected, "{request}");
    }
}

#[test]
fn headers_that_a_page_cannot_set() {
    let request: RequestHead = read("GET / HTTP/1.1\nhost: a\norigin: null\nx-a: 1\nproxy-a: 1");
    assert_eq!(request.forbidden_headers(), ["host", "proxy-a"]);
}

#[test]
fn headers_that_a_page_cannot_read() {
    let response = |expose: &str| {
        read::<ResponseHead>(&format!(
            "HTTP/1.1 200 OK\ncontent-type: text/plain\nset-cookie: a=1\nx-a: 1\nx-b: 1\n{expose}"
        ))
    };
    let name = "access-control-expose-headers";
    for (expose, credentials, hidden) in [
        (String::new(), SameOrigin, &["x-a", "x-b"][..]),
        (format!("{name}: X-A"), SameOrigin, &["x-b", name]),
        (format!("{name}: *"), SameOrigin, &[]),
        (format!("{name}: *"), Include, &["x-a", "x-b", name]),
    ] {
        let found = response(&expose).hidden_headers(credentials);
        assert_eq!(found, hidden, "{expose}");
    }
}

#[test]
fn cookies_that_a_response_sets_in_vain() {
    let page = "https://app.example";
    for (cookie, target, expected) in [
        (
            "a=1; SameSite=None; Secure",
            "https://api.test/",
            expect![""],
        ),
        ("a=1", "https://api.app.example/", expect![""]),
        (
            "a=1",
            "https://api.test/",
            expect![[r#"
            (tolerated) cookie: the browser ignores `a`, because it has no `SameSite`, so it is Lax, and the page of `https://app.example` is on another site than `https://api.test`
            help: set `SameSite=None; Secure`, or serve page and API from one site"#]],
        ),
        (
            "a=1; SameSite=None",
            "https://api.test/",
            expect![[r#"
            (tolerated) cookie: the browser ignores `a`, because it has `SameSite=None` without `Secure`
            help: set `Secure`"#]],
        ),
    ] {
        let response: ResponseHead = read(&format!("HTTP/1.1 200 OK\nset-cookie: {cookie}"));
        expected.assert_eq(&listed(&explain_cookies(page, &url(target), &response)));
    }
}

#[test]
fn resources_that_may_not_be_embedded() {
    let page = "https://app.example";
    for (policy, target, is_allowed) in [
        ("cross-origin", "https://cdn.test/", true),
        ("same-site", "https://cdn.app.example/", true),
        ("same-site", "https://cdn.test/", false),
        ("same-origin", "https://app.example/a", true),
        ("same-origin", "https://cdn.app.example/", false),
    ] {
        let response: ResponseHead = read(&format!(
            "HTTP/1.1 200 OK\ncross-origin-resource-policy: {policy}"
        ));
        let problem = explain_resource_policy(page, &url(target), &response);
        assert_eq!(problem.is_none(), is_allowed, "{policy} {target}");
    }
}

#[test]
fn mixed_content_and_sites() {
    for (page, target, is_mixed, is_same) in [
        ("https://app.example", "http://api.app.example", true, false),
        (
            "https://app.example",
            "https://api.app.example",
            false,
            true,
        ),
        ("https://app.example", "http://localhost", false, false),
        ("http://app.example", "http://api.app.example", false, true),
        ("https://a.github.io", "https://b.github.io", false, false),
    ] {
        assert_eq!(
            is_mixed_content(page, &url(target)),
            is_mixed,
            "{page} {target}"
        );
        assert_eq!(is_same_site(page, target), is_same, "{page} {target}");
    }
}

#[test]
fn wildcard_for_authorization_is_a_problem_that_browsers_do_not_enforce() {
    let preflight = |headers| {
        format!(
            "OPTIONS / HTTP/1.1
            origin: https://app.example
            access-control-request-method: GET
            access-control-request-headers: {headers}"
        )
    };
    let response = "HTTP/1.1 204
        access-control-allow-origin: *
        access-control-allow-methods: *
        access-control-allow-headers: *";
    let problems = cors_testing::explain(
        &read(&preflight("authorization,x-a")),
        &read(response),
        SameOrigin,
    );
    let found: Vec<_> = problems
        .iter()
        .map(|it| (it.is_fatal(), it.is_enforced()))
        .collect();
    assert_eq!(found, [(true, false)]);
    let problems = cors_testing::explain(
        &read(&preflight("authorization,x-a")),
        &read(&response.replace("headers: *", "headers: x-b")),
        SameOrigin,
    );
    let found: Vec<_> = problems
        .iter()
        .map(|it| (it.is_fatal(), it.is_enforced()))
        .collect();
    assert_eq!(found, [(true, true)]);
}
