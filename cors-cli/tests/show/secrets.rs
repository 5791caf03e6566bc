//! Secrets of a paste are in no output.

use cors_cli::show::{self, Source};
use cors_cli::{Diagnosis, Evidence, Layer, Paste};

use crate::by_hand::{case, diagnosis, finding, paste, redirected, remedy};

fn outputs(paste: &Paste, diagnosis: &Diagnosis) -> Vec<String> {
    let source = Source::Url("https://me:5ec7e7@api.example/?access_token=5ec7e7");
    vec![
        show::text(paste, diagnosis, source, None),
        show::text(paste, diagnosis, source, Some(40)),
        show::json(paste, diagnosis, source),
        show::github(paste, diagnosis, source),
        show::github(paste, diagnosis, Source::File("a.txt")),
        show::test_case(paste, diagnosis).unwrap_or_default(),
    ]
}

#[test]
fn of_a_preflight() {
    let (paste, diagnosis) = redirected();
    for output in outputs(&paste, &diagnosis) {
        assert!(
            !output.contains("5ec7e7") && !output.contains("c0ffee"),
            "{output}"
        );
    }
}

/// Every line is the evidence, and a part of it, and the neighbour of the evidence.
#[test]
fn of_every_line_of_a_paste() {
    let text = "\
$ curl -u me:5ec7e7 'https://me:5ec7e7@api.example/?X-Amz-Signature=5ec7e7&n=1' \\
  -H 'Cookie: sid=5ec7e7; theme=5ec7e7' -b 'a=5ec7e7' \\
  -H \"Authorization: Bearer 5ec7e7\" --data 'password=5ec7e7&a=b'
fetch(\"https://api.example/?access_token=5ec7e7\", {
  \"headers\": { \"authorization\": \"Bearer 5ec7e7\", 'x-api-key': '5ec7e7' },
  \"body\": \"{\\\"refresh_token\\\":\\\"5ec7e7\\\"}\"
});
xhr.setRequestHeader('Authorization', 'Basic 5ec7e7');
> GET /?code=5ec7e7&state=5ec7e7 HTTP/2
> cookie: sid=5ec7e7
> proxy-authorization: 5ec7e7
> x-csrf-token: 5ec7e7
< HTTP/2 200
< set-cookie: sid=5ec7e7; Path=/; Secure, other=5ec7e7
< location: https://app.example/#id_token=5ec7e7
< x-amz-security-token:5ec7e7
{\"jwt\": \"5ec7e7\", \"session_id\":5ec7e7, \"a\": \"eyJhbGciOi5.5ec7e7.5ec7e7\"}
map[Cookie:[sid=5ec7e7] X-Auth-Token:[5ec7e7]]
";
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        for at in [
            start..end,
            start + line.len() / 2..end,
            start..start + line.len() / 2,
        ] {
            let mut cause = finding("origin", &line.trim().replace("sid=5ec7e7", "sid"));
            // Sentences have URLs, and no values of headers.
            if !line.contains("://") || line.contains('{') || line.starts_with('$') {
                cause.sentence = "wrong".to_owned();
            }
            cause.evidence = vec![Evidence {
                at: at.clone(),
                label: String::new(),
            }];
            cause.remedies = vec![remedy(
                Some(Layer::S3),
                "call https://api.example/?token=5ec7e7",
                Some("Location: https://app.example/#access_token=5ec7e7&token=5ec7e7"),
            )];
            let mut case = case(
                "GET https://me:5ec7e7@api.example/?code=5ec7e7",
                Some(cause.clone()),
            );
            case.next = vec![cause.clone()];
            case.consequences = vec![cause];
            let mut diagnosis = diagnosis(vec![case]);
            diagnosis.assumptions = vec!["GET https://me:5ec7e7@api.example/".to_owned()];
            for output in outputs(&paste(text), &diagnosis) {
                assert!(!output.contains("5ec7e7"), "{line:?}, {at:?}\n{output}");
            }
        }
        start = end;
    }
}
