//! Options of the command line that a text lacks.

use cors_cli::{Asked, Verdict, diagnose, read};
use cors_testing::Credentials;

const RESPONSE: &str = "HTTP/1.1 200 OK
access-control-allow-origin: https://a.example
access-control-allow-methods: PUT
";

#[test]
fn origin_of_the_option_counts_for_a_text_without_one() {
    let paste = read(RESPONSE).expect("a response");
    for (origin, verdict) in [
        // The one that the response allows.
        (None, Verdict::Allowed),
        (Some("https://a.example"), Verdict::Allowed),
        (Some("https://b.example"), Verdict::Refused),
    ] {
        let asked = Asked {
            origin: origin.map(str::to_owned),
            ..Asked::default()
        };
        let diagnosis = diagnose(&paste, &asked);
        assert_eq!(diagnosis.verdict(), verdict, "{origin:?}");
        let is_assumed = diagnosis
            .assumptions
            .iter()
            .any(|text| text.contains("no origin"));
        assert_eq!(is_assumed, origin.is_none());
    }
}

#[test]
fn credentials_of_the_option_count() {
    let text = "GET /a HTTP/1.1\nHost: api.example\nOrigin: https://app.example\n\n\
                HTTP/1.1 200 OK\naccess-control-allow-origin: *\n";
    let paste = read(text).expect("an exchange");
    for (credentials, verdict) in [
        (None, Verdict::Allowed),
        (Some(Credentials::Omit), Verdict::Allowed),
        (Some(Credentials::Include), Verdict::Refused),
    ] {
        let asked = Asked {
            credentials,
            ..Asked::default()
        };
        assert_eq!(
            diagnose(&paste, &asked).verdict(),
            verdict,
            "{credentials:?}"
        );
    }
}

#[test]
fn no_cors_hides_every_response_and_has_no_other_problem() {
    for allow in ["", "access-control-allow-origin: *\n"] {
        let text = format!(
            "GET /a HTTP/1.1\nHost: api.example\nOrigin: https://app.example\n\n\
             HTTP/1.1 200 OK\ncontent-type: text/plain\n{allow}"
        );
        let asked = Asked {
            no_cors: true,
            ..Asked::default()
        };
        let diagnosis = diagnose(&read(&text).expect("an exchange"), &asked);
        assert_eq!(diagnosis.verdict(), Verdict::Refused);
        let case = &diagnosis.cases[0];
        let id = case.cause.as_ref().map(|finding| finding.id);
        assert_eq!(id, Some("no-cors"));
        assert!(case.consequences.is_empty(), "{:?}", case.consequences);
    }
}

#[test]
fn preflight_alone_is_no_response_to_the_request() {
    let preflight = "OPTIONS /a HTTP/1.1\nHost: api.example\nOrigin: https://app.example\n\
                     Access-Control-Request-Method: PUT\n\n\
                     HTTP/1.1 204 No Content\naccess-control-allow-origin: https://app.example\n\
                     access-control-allow-methods: PUT\n\n";
    let request = "PUT /a HTTP/1.1\nHost: api.example\nOrigin: https://app.example\n\n\
                   HTTP/1.1 200 OK\naccess-control-allow-origin: https://app.example\n\n";
    for (text, is_alone) in [
        (preflight.to_owned(), true),
        (format!("{preflight}{request}"), false),
    ] {
        let diagnosis = diagnose(&read(&text).expect("an exchange"), &Asked::default());
        assert_eq!(diagnosis.verdict(), Verdict::Allowed);
        assert_eq!(diagnosis.cases[0].is_preflight_only, is_alone, "{text}");
    }
}

#[test]
fn ignored_cookie_is_the_cause_of_the_request_that_lacks_it() {
    let login = "POST /login HTTP/1.1\nHost: api.example\nOrigin: https://app.test\n\n\
                 HTTP/1.1 200 OK\naccess-control-allow-origin: https://app.test\n\
                 access-control-allow-credentials: true\nset-cookie: id=1\n\n";
    let next = "GET /me HTTP/1.1\nHost: api.example\nOrigin: https://app.test\n\n\
                HTTP/1.1 401 Unauthorized\naccess-control-allow-origin: https://app.test\n\
                access-control-allow-credentials: true\n";
    let paste = read(&format!("{login}{next}")).expect("two exchanges");
    let diagnosis = diagnose(&paste, &Asked::default());
    let found: Vec<_> = diagnosis
        .cases
        .iter()
        .map(|case| (case.verdict, case.cause.as_ref().map(|cause| cause.id)))
        .collect();
    let expected = [(Verdict::Refused, Some("cookie")), (Verdict::Allowed, None)];
    assert_eq!(found, expected);
}
