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
