//! Pastes and diagnoses that are made by hand, so that they have what no reader makes.

use cors_cli::{Answerer, Case, Diagnosis, Evidence, Finding, Layer, Paste, Remedy, Span, Verdict};

pub(crate) fn paste(text: &str) -> Paste {
    Paste {
        text: text.to_owned(),
        ..Paste::default()
    }
}

/// Returns the first place of a part of the text.
pub(crate) fn at(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the part is in the text");
    start..start + part.len()
}

pub(crate) fn evidence(text: &str, part: &str, label: &str) -> Evidence {
    Evidence {
        at: at(text, part),
        label: label.to_owned(),
    }
}

pub(crate) fn finding(id: &'static str, sentence: &str) -> Finding {
    Finding {
        id,
        sentence: sentence.to_owned(),
        is_not_cors: false,
        evidence: Vec::new(),
        remedies: Vec::new(),
    }
}

pub(crate) fn case(title: &str, cause: Option<Finding>) -> Case {
    Case {
        title: title.to_owned(),
        exchanges: Vec::new(),
        count: 1,
        verdict: if cause.is_some() {
            Verdict::Refused
        } else {
            Verdict::Allowed
        },
        is_preflight_only: false,
        cause,
        consequences: Vec::new(),
        next: Vec::new(),
        answered_by: Vec::new(),
    }
}

pub(crate) fn diagnosis(cases: Vec<Case>) -> Diagnosis {
    Diagnosis {
        cases,
        assumptions: Vec::new(),
    }
}

pub(crate) fn remedy(layer: Option<Layer>, text: &str, code: Option<&str>) -> Remedy {
    Remedy {
        layer,
        text: text.to_owned(),
        code: code.map(str::to_owned),
    }
}

/// A preflight that is redirected to a login page by a proxy.
pub(crate) const REDIRECTED: &str = "\
> OPTIONS /jobs?access_token=c0ffee HTTP/1.1
> Host: api.example
> Origin: https://app.example
> Access-Control-Request-Method: PUT
> Cookie: session=5ec7e7
>
< HTTP/1.1 302 Found
< Server: nginx/1.27.0
< Location: https://login.example/?state=5ec7e7
< Set-Cookie: next=5ec7e7; Path=/; HttpOnly
<
";

pub(crate) fn redirected() -> (Paste, Diagnosis) {
    let text = REDIRECTED;
    let mut problem = finding(
        "preflight-redirect",
        "the preflight is redirected to `https://login.example/?state=5ec7e7`, and browsers follow no \
         redirect of a preflight",
    );
    problem.evidence = vec![
        evidence(text, "HTTP/1.1 302 Found", "a redirect"),
        evidence(
            text,
            "https://login.example/?state=5ec7e7",
            "to a login page",
        ),
    ];
    problem.remedies = vec![
        remedy(
            None,
            "answer OPTIONS before the login, without a redirect",
            Some("HTTP/1.1 204 No Content\naccess-control-allow-origin: https://app.example"),
        ),
        remedy(
            Some(Layer::Nginx),
            "let OPTIONS pass",
            Some("if ($request_method = OPTIONS) {\n    return 204;\n}"),
        ),
    ];
    let mut case = case(
        "PUT https://api.example/jobs?access_token=c0ffee",
        Some(problem),
    );
    case.consequences = vec![finding(
        "preflight-origin",
        "the response has no `access-control-allow-origin`",
    )];
    case.answered_by = vec![Answerer {
        layer: Layer::Nginx,
        at: at(text, "Server: nginx/1.27.0"),
    }];
    let mut next = finding("cookie", "browsers do not send `next` to another site");
    next.evidence = vec![evidence(
        text,
        "next=5ec7e7; Path=/; HttpOnly",
        "no `SameSite=None`",
    )];
    case.next = vec![next];
    let mut diagnosis = diagnosis(vec![case]);
    diagnosis.assumptions =
        vec!["the page uses `credentials: \"include\"`, because there is a cookie".to_owned()];
    (paste(text), diagnosis)
}
