//! Text for a person.

use cors_cli::show::{self, Source};
use cors_cli::{Diagnosis, Failure, FailureKind, Paste, Purpose, Transcript, Verdict};
use expect_test::{Expect, expect};
use http::{Request, Response};

use crate::by_hand::{case, diagnosis, evidence, finding, paste, redirected, remedy};

fn plain(paste: &Paste, diagnosis: &Diagnosis, width: Option<usize>) -> String {
    let styled = show::text(paste, diagnosis, Source::Stdin, width);
    anstream::adapter::strip_str(&styled).to_string()
}

fn check((paste, diagnosis): (Paste, Diagnosis), expected: &Expect) {
    expected.assert_eq(&plain(&paste, &diagnosis, None));
}

#[test]
fn the_cause_is_first() {
    check(
        redirected(),
        &expect![[r#"
        error: the preflight is redirected to `https://login.example/?state=***`, and browsers follow no redirect of a preflight
         --> stdin:7:3
          |
        7 | < HTTP/1.1 302 Found
          |   ^^^^^^^^^^^^^^^^^^ a redirect
        8 | < Server: nginx/1.27.0
        9 | < Location: https://login.example/?state=***
          |             -------------------------------- to a login page
          |
          = follows from it: the response has no `access-control-allow-origin`
          = answered by: nginx, by `Server: nginx/1.27.0` in line 8

        help: answer OPTIONS before the login, without a redirect
            HTTP/1.1 204 No Content
            access-control-allow-origin: https://app.example
        help for nginx: let OPTIONS pass
            if ($request_method = OPTIONS) {
                return 204;
            }

        next: browsers do not send `next` to another site
          --> stdin:10:15
           |
        10 | < Set-Cookie: next=***; Path=/; HttpOnly
           |               ^^^^^^^^^^^^^^^^^^^^^^^^^^ no `SameSite=None`

        assumed: the page uses `credentials: "include"`, because there is a cookie
    "#]],
    );
}

#[test]
fn sentences_are_wrapped_on_a_terminal() {
    let (paste, diagnosis) = redirected();
    let text = plain(&paste, &diagnosis, Some(60));
    // Labels stand behind the pasted lines.
    let mut sentences = text.lines().filter(|line| !line.contains(" | "));
    assert!(sentences.all(|line| line.chars().count() <= 60), "{text}");
    expect![[r#"
        error: the preflight is redirected to
               `https://login.example/?state=***`, and browsers
               follow no redirect of a preflight
         --> stdin:7:3
          |
        7 | < HTTP/1.1 302 Found
          |   ^^^^^^^^^^^^^^^^^^ a redirect
        8 | < Server: nginx/1.27.0
        9 | < Location: https://login.example/?state=***
          |             -------------------------------- to a login page
          |
          = follows from it: the response has no
                             `access-control-allow-origin`
          = answered by: nginx, by `Server: nginx/1.27.0` in
                         line 8

        help: answer OPTIONS before the login, without a redirect
            HTTP/1.1 204 No Content
            access-control-allow-origin: https://app.example
        help for nginx: let OPTIONS pass
            if ($request_method = OPTIONS) {
                return 204;
            }

        next: browsers do not send `next` to another site
          --> stdin:10:15
           |
        10 | < Set-Cookie: next=***; Path=/; HttpOnly
           |               ^^^^^^^^^^^^^^^^^^^^^^^^^^ no `SameSite=None`

        assumed: the page uses `credentials: "include"`, because
            there is a cookie
    "#]]
    .assert_eq(&text);
}

#[test]
fn allowed() {
    let text = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nX-Total-Count: 7\n";
    let mut case = case("GET https://api.example/jobs", None);
    let mut next = finding("exposed", "the page cannot read `x-total-count`");
    next.evidence = vec![evidence(text, "X-Total-Count", "not exposed")];
    next.remedies = vec![remedy(
        None,
        "expose it",
        Some("access-control-expose-headers: x-total-count"),
    )];
    check(
        (paste(text), diagnosis(vec![case.clone()])),
        &expect![[r#"
        no problem: a browser lets the page read the response to GET https://api.example/jobs
    "#]],
    );
    case.next.push(next);
    check(
        (paste(text), diagnosis(vec![case])),
        &expect![[r#"
        no problem: a browser lets the page read the response to GET https://api.example/jobs

        warning: the page cannot read `x-total-count`
         --> stdin:3:1
          |
        3 | X-Total-Count: 7
          | ^^^^^^^^^^^^^ not exposed

        help: expose it
            access-control-expose-headers: x-total-count
    "#]],
    );
    check(
        (paste(""), diagnosis(Vec::new())),
        &expect![[r#"
        no problem: nothing here is subject to CORS
    "#]],
    );
}

#[test]
fn no_header_cures_what_is_not_cors() {
    let text = "Mixed Content: The page at 'https://app.example/' requested 'http://api.example/'.";
    let mut cause = finding("mixed-content", "a page of `https:` cannot request `http:`");
    cause.is_not_cors = true;
    cause.evidence = vec![evidence(text, "'http://api.example/'", "")];
    cause.remedies = vec![remedy(None, "call `https://api.example/`", None)];
    let case = case("GET http://api.example/", Some(cause));
    check(
        (paste(text), diagnosis(vec![case])),
        &expect![[r#"
            error: a page of `https:` cannot request `http:`
             --> stdin:1:61
              |
            1 | ...example/' requested 'http://api.example/'.
              |                        ^^^^^^^^^^^^^^^^^^^^^
              |
              = not CORS: no CORS header cures it

            help: call `https://api.example/`
        "#]],
    );
}

#[test]
fn many_requests() {
    let text = "GET / HTTP/1.1\n\nHTTP/1.1 500 Internal Server Error\n";
    let case = |path: usize| {
        let mut cause = finding("status", "the server fails with 500");
        cause.evidence = vec![evidence(text, "HTTP/1.1 500", "")];
        let mut case = case(&format!("GET https://api.example/{path}"), Some(cause));
        case.count = path;
        case
    };
    let mut some = diagnosis(vec![case(3), case(1)]);
    some.cases
        .push(crate::by_hand::case("GET https://api.example/ok", None));
    let mut paste = paste(text);
    paste.left_out = 14;
    expect![[r#"
        error: the server fails with 500
         --> stdin:3:1
          |
        3 | HTTP/1.1 500 Internal Server Error
          | ^^^^^^^^^^^^
          |
          = request: GET https://api.example/3, and 2 more like it

        error: the server fails with 500
         --> stdin:3:1
          |
        3 | HTTP/1.1 500 Internal Server Error
          | ^^^^^^^^^^^^
          |
          = request: GET https://api.example/1

        requests: 4 refused; 1 allowed; 14 left out, because no CORS check applies
    "#]]
    .assert_eq(&plain(&paste, &some, None));

    let many = diagnosis((1..=100).map(case).collect());
    let text = plain(&paste, &many, None);
    assert_eq!(text.matches("error: ").count(), 10, "{text}");
    assert!(
        text.ends_with(
            "\nrequests: 5050 refused; 14 left out, because no CORS check applies\n\
             more: 90 cases are not printed; `--format json` has all\n"
        ),
        "{text}"
    );
}

#[test]
fn requests_that_were_sent() {
    let head =
        |builder: http::request::Builder| builder.body(()).expect("a request").into_parts().0;
    let mut transcript = Transcript::default();
    let response = Response::builder()
        .status(204)
        .body(())
        .expect("a response")
        .into_parts()
        .0;
    let preflight = head(Request::options("https://api.example/jobs"));
    transcript.push(Purpose::Preflight, &preflight, false, Ok((&response, b"")));
    let request = head(Request::put("https://api.example/jobs?token=abc"));
    let failure = Failure {
        kind: FailureKind::Timeout,
        text: "no response in 10 s".to_owned(),
        at: 0..0,
    };
    transcript.push(Purpose::Request, &request, true, Err(failure));
    let mut case = case(
        "PUT https://api.example/jobs",
        Some(finding("timeout", "the server is silent")),
    );
    case.verdict = Verdict::NotReached;
    let diagnosis = diagnosis(vec![case]);
    let text = show::text(
        &transcript.into_paste(),
        &diagnosis,
        Source::Url("https://api.example/jobs"),
        None,
    );
    expect![[r#"
        error: the server is silent

        sent:
           1. the preflight: OPTIONS https://api.example/jobs: 204
           2. the request: PUT https://api.example/jobs?token=***: no response in 10 s
    "#]]
    .assert_eq(&anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn evidence_far_apart_and_on_wide_lines() {
    let gap = "x: y\r\n".repeat(100);
    let wide = "w".repeat(500);
    let text = format!("first: {wide}needle{wide}\r\n{gap}second: value\r\n");
    let mut cause = finding("origin", "both are wrong");
    cause.evidence = vec![
        evidence(&text, "second: value", "one"),
        evidence(&text, "needle", "two"),
    ];
    let case = case("GET /", Some(cause));
    let text = plain(&paste(&text), &diagnosis(vec![case]), None);
    let widest = text.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(88), "{text}");
    expect![[r#"
        error: both are wrong
           --> stdin:102:1
            |
        102 | second: value
            | ^^^^^^^^^^^^^ one
            |
           ::: stdin:1:508
            |
          1 | ...wwwwwwwwwwwwwwwwwwwwwwwwwneedlewwwwwwwwwwwwwwwwwwwwwwwwwwwww...
            |                             ------ two
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_paste_cannot_draw_on_the_terminal() {
    let text = "HTTP/1.1 200 OK\nx: \u{1b}[2J\u{9b}2J\u{7}ü\u{202e}abc\n";
    let mut cause = finding("origin", "`\u{1b}[2J\u{9b}2J` is no origin\nerror: fake");
    cause.evidence = vec![evidence(text, "abc", "\u{1b}[1m")];
    cause.remedies = vec![remedy(None, "\u{1b}[2J", Some("a\u{1b}[2J\nb"))];
    let case = case("GET \u{1b}[2J", Some(cause));
    let (paste, diagnosis) = (paste(text), diagnosis(vec![case.clone(), case]));
    let styled = show::text(&paste, &diagnosis, Source::File("\u{1b}[2J"), None);
    let plain = anstream::adapter::strip_str(&styled).to_string();
    let controls = plain.chars().filter(|it| it.is_control() && *it != '\n');
    assert_eq!(controls.collect::<String>(), "", "{plain:?}");
    assert_eq!(plain.matches("[2J").count(), styled.matches("[2J").count());
}

#[test]
fn places_outside_of_the_paste() {
    let text = "ü\r\n\r\nä";
    for (start, end) in [(0, 99), (1, 2), (99, 100), (3, 1), (7, 8), (2, 6), (0, 0)] {
        let mut cause = finding("origin", "wrong");
        cause.evidence = vec![evidence(text, "ä", ""), evidence(text, "ü", "")];
        cause.evidence[0].at = start..end;
        let mut case = case("GET /", Some(cause.clone()));
        case.exchanges = vec![99];
        case.next = vec![cause];
        let diagnosis = diagnosis(vec![case]);
        let paste = paste(text);
        for source in [Source::Argument, Source::File("a")] {
            let _ = show::text(&paste, &diagnosis, source, Some(0));
            let _ = show::json(&paste, &diagnosis, source);
            let _ = show::github(&paste, &diagnosis, source);
            assert_eq!(show::test_case(&paste, &diagnosis), None);
        }
    }
}
