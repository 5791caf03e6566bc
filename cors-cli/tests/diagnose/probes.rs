//! Variations of a request, as a conversation with a server has them.

use cors_cli::{Asked, Diagnosis, Layer, Purpose, Transcript, Verdict, diagnose};
use http::{Method, request, response};

const PAGE: &str = "https://app.example.com";
const URL: &str = "https://api.example.com/items";

/// Writes exchanges, each with its purpose, its origin and its response, and diagnoses them.
fn diagnosed(audit: bool, exchanges: &[(Purpose, Option<&str>, &str)]) -> Diagnosis {
    let mut transcript = Transcript::default();
    for (purpose, origin, response) in exchanges {
        let request = request(*purpose, *origin);
        let response = head(response);
        transcript.push(*purpose, &request, false, Ok((&response, b"")));
    }
    let asked = Asked {
        audit,
        ..Asked::default()
    };
    diagnose(&transcript.into_paste(), &asked)
}

fn request(purpose: Purpose, origin: Option<&str>) -> request::Parts {
    let mut request = http::Request::builder().uri(match purpose {
        Purpose::ErrorPath => "https://api.example.com/no-such-path",
        Purpose::OtherSlash => "https://api.example.com/items/",
        _ => URL,
    });
    if purpose == Purpose::Preflight {
        request = request
            .method(Method::OPTIONS)
            .header("access-control-request-method", "PUT");
    }
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request.body(()).expect("a request").into_parts().0
}

/// Reads a status, and a header on each further line.
fn head(text: &str) -> response::Parts {
    let mut lines = text.lines().map(str::trim);
    let mut response = http::Response::builder().status(lines.next().expect("a status"));
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        response = response.header(name, value);
    }
    response.body(()).expect("a response").into_parts().0
}

/// The names of all remarks, the cause first.
fn ids(diagnosis: &Diagnosis) -> Vec<&'static str> {
    let cases = diagnosis.cases.iter();
    let findings = cases.flat_map(|case| case.cause.iter().chain(&case.next));
    findings.map(|finding| finding.id).collect()
}

const ALLOWED: &str = "200
    access-control-allow-origin: https://app.example.com
    vary: origin";

/// A name, whether it is an audit, a variation with its origin and its response, and the remarks.
type Row = (
    &'static str,
    bool,
    Purpose,
    Option<&'static str>,
    &'static str,
    &'static [&'static str],
);

const ROWS: &[Row] = &[
    (
        "another origin is refused",
        true,
        Purpose::OtherOrigin,
        Some("https://other.invalid"),
        "200\nvary: origin",
        &[],
    ),
    (
        "another origin is copied",
        false,
        Purpose::OtherOrigin,
        Some("https://other.invalid"),
        "200\naccess-control-allow-origin: https://other.invalid\nvary: origin",
        &["reflected-origin"],
    ),
    (
        "null without an audit",
        false,
        Purpose::NullOrigin,
        Some("null"),
        "200\naccess-control-allow-origin: null\nvary: origin",
        &[],
    ),
    (
        "null with credentials",
        false,
        Purpose::NullOrigin,
        Some("null"),
        "200\naccess-control-allow-origin: null\naccess-control-allow-credentials: true\nvary: origin",
        &["null-allowed"],
    ),
    (
        "null",
        true,
        Purpose::NullOrigin,
        Some("null"),
        "200\naccess-control-allow-origin: null\nvary: origin",
        &["null-allowed"],
    ),
    (
        "an origin that begins alike",
        true,
        Purpose::SimilarOrigin,
        Some("https://app.example.com.invalid"),
        "200\naccess-control-allow-origin: https://app.example.com.invalid\nvary: origin",
        &["similar-origin"],
    ),
    (
        "without Origin and without Vary",
        false,
        Purpose::WithoutOrigin,
        None,
        "200",
        &["vary"],
    ),
    (
        "without Origin",
        false,
        Purpose::WithoutOrigin,
        None,
        "200\nvary: Origin",
        &[],
    ),
    (
        "an error without the headers",
        false,
        Purpose::ErrorPath,
        Some(PAGE),
        "404",
        &["error-without-headers"],
    ),
    (
        "an error with the headers",
        false,
        Purpose::ErrorPath,
        Some(PAGE),
        "404\naccess-control-allow-origin: https://app.example.com\nvary: origin",
        &[],
    ),
    (
        "a redirect of the other slash",
        false,
        Purpose::OtherSlash,
        Some(PAGE),
        "307\nlocation: /items",
        &["slash-redirect"],
    ),
    (
        "another version without the headers",
        false,
        Purpose::OtherVersion,
        Some(PAGE),
        "200\nvary: origin",
        &["other-version"],
    ),
];

#[test]
fn remarks_of_variations() {
    for (name, audit, purpose, origin, response, expected) in ROWS {
        let exchanges = [
            (Purpose::Request, Some(PAGE), ALLOWED),
            (*purpose, *origin, *response),
        ];
        let diagnosis = diagnosed(*audit, &exchanges);
        assert_eq!(ids(&diagnosis), *expected, "{name}");
        assert_eq!(diagnosis.verdict(), Verdict::Allowed, "{name}");
        assert_eq!(diagnosis.cases.len(), 1, "{name}");
    }
}

#[test]
fn error_without_headers_of_cors_runtime() {
    let preflight = "204
        access-control-allow-origin: https://app.example.com
        access-control-allow-methods: PUT
        vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    let diagnosis = diagnosed(
        false,
        &[
            (Purpose::Preflight, Some(PAGE), preflight),
            (Purpose::ErrorPath, Some(PAGE), "404"),
        ],
    );
    assert_eq!(ids(&diagnosis), ["error-without-headers"]);
    let remedies = diagnosis.cases[0].next[0].remedies.iter();
    let layers: Vec<_> = remedies.map(|remedy| remedy.layer).collect();
    assert_eq!(layers, [Some(Layer::CorsRuntime)]);
}

#[test]
fn audit_of_the_response_itself() {
    let any = "200
        access-control-allow-origin: *
        access-control-allow-credentials: true";
    let diagnosis = diagnosed(true, &[(Purpose::Request, Some(PAGE), any)]);
    assert!(
        ids(&diagnosis).contains(&"any-with-credentials"),
        "{diagnosis:?}"
    );
    let insecure = "200
        access-control-allow-origin: http://app.example.com
        access-control-allow-credentials: true
        vary: origin";
    let page = Some("http://app.example.com");
    let diagnosis = diagnosed(true, &[(Purpose::Request, page, insecure)]);
    assert_eq!(ids(&diagnosis), ["http-origin"]);
}

#[test]
fn preflight_and_request_of_two_servers() {
    let preflight = "204
        server: nginx
        access-control-allow-origin: https://app.example.com
        access-control-allow-methods: PUT";
    let response = "200
        server: gunicorn
        access-control-allow-origin: https://app.example.com
        vary: origin";
    let mut transcript = Transcript::default();
    let request = request(Purpose::Preflight, Some(PAGE));
    transcript.push(
        Purpose::Preflight,
        &request,
        false,
        Ok((&head(preflight), b"")),
    );
    let mut put = self::request(Purpose::Request, Some(PAGE));
    put.method = Method::PUT;
    transcript.push(Purpose::Request, &put, true, Ok((&head(response), b"")));
    let diagnosis = diagnose(&transcript.into_paste(), &Asked::default());
    assert_eq!(ids(&diagnosis), ["other-server"]);
}
