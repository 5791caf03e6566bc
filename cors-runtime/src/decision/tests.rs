//! Tables of decisions: a request's head on the left, the decision on the right.

use std::sync::Arc;

use cors_rules::Method;
use http::{HeaderValue, Request};

use super::{Decision, PathPolicies, Refusal, Scope, ServiceKind};
use crate::head::Head;
use crate::origins::Predicate;
use crate::policy::{Policy, PolicyRef, Registration};

const APP: &str = "https://app.example";

const ONE: Policy<'_> = Policy::new(&[APP])
    .methods(&["GET", "PUT"])
    .headers(&["x-a"])
    .checked();
const SEVERAL: Policy<'_> = Policy::new(&[APP, "https://*.b.example"])
    .methods(&["GET"])
    .checked();
const ENFORCED: Policy<'_> = Policy::new(&[APP]).methods(&["GET"]).enforce().checked();
const PUBLIC: Policy<'_> = Policy::new(&["*"]).methods(&["GET"]).checked();

fn scope(policy: &Policy<'_>, methods: &[Method], service: ServiceKind) -> Scope {
    let policy = PolicyRef::Shared(Arc::new(Registration::of_layer(policy, "src/main.rs", 1)));
    let policies = PathPolicies::new(methods.iter().copied(), &policy);
    Scope::new(Arc::new(policies), service, None)
}

/// A head of a first line and headers, such as `GET /, origin: https://app.example`.
fn request(head: &str) -> Request<()> {
    let mut parts = head.split(", ");
    let (method, target) = parts.next().and_then(|line| line.split_once(' ')).unwrap();
    let request = Request::builder().method(method).uri(target);
    let headers = parts.map(|header| header.split_once(": ").unwrap());
    let request = headers.fold(request, |request, (name, value)| {
        request.header(name, value)
    });
    request.body(()).unwrap()
}

fn decided(scope: &Scope, head: &str) -> String {
    let request = request(head);
    let text =
        |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or(b"several")).into_owned();
    match scope.decide(&Head::of(&request), Predicate::Denies) {
        Decision::Preflight(Ok(approval)) => format!(
            "approved {} for {}{}",
            text(approval.methods.map(HeaderValue::as_bytes)),
            approval.origin.to_str().unwrap(),
            if approval.requests_headers {
                " with headers"
            } else {
                ""
            }
        ),
        Decision::Preflight(Err(refusal)) | Decision::Refused(refusal) => match refusal {
            Refusal::Method { requested, .. } => format!("method {} refused", text(requested)),
            Refusal::Origin { requested, .. } => format!("origin {} refused", text(requested)),
            Refusal::Headers { requested, .. } => format!("header {} refused", text(requested)),
            Refusal::Held { rule, .. } => format!("refused by {}", rule.as_str()),
        },
        Decision::Report(_) => "reported".to_owned(),
        Decision::Forward(forward) => {
            let Some(grant) = forward.grant else {
                return "forwarded".to_owned();
            };
            let hidden = if grant.is_hidden(&Head::of(&request)) {
                ", hidden"
            } else {
                ""
            };
            let origin = grant.origin.as_ref().map(|origin| origin.to_str().unwrap());
            format!("granted {}{hidden}", origin.unwrap_or("what is fixed"))
        }
    }
}

fn assert_decisions(scope: &Scope, rows: &[(&str, &str)]) {
    for (head, expected) in rows {
        assert_eq!(decided(scope, head), *expected, "{head}");
    }
}

#[test]
fn preflight() {
    let scope = scope(&ONE, &[Method::Get, Method::Put], ServiceKind::Single);
    assert_decisions(
        &scope,
        &[
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: PUT",
                "approved GET, PUT for https://app.example",
            ),
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: HEAD",
                "approved GET, HEAD, PUT for https://app.example",
            ),
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: PUT, \
                 access-control-request-headers: x-a",
                "approved GET, PUT for https://app.example with headers",
            ),
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: PUT, \
                 access-control-request-headers: x-b",
                "header x-b refused",
            ),
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: DELETE",
                "method DELETE refused",
            ),
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: put",
                "method put refused",
            ),
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: PUT, \
                 access-control-request-method: PUT",
                "method several refused",
            ),
            (
                "OPTIONS /, origin: https://app.example:444, access-control-request-method: PUT",
                "origin https://app.example:444 refused",
            ),
            (
                "OPTIONS /, origin: https://app.example, origin: https://app.example, \
                 access-control-request-method: PUT",
                "origin several refused",
            ),
            ("OPTIONS /, origin: https://app.example", "forwarded"),
            ("OPTIONS /, access-control-request-method: PUT", "forwarded"),
        ],
    );
}

#[test]
fn actual_request() {
    let one = scope(&ONE, &[Method::Get], ServiceKind::Single);
    assert_decisions(
        &one,
        &[
            ("GET /", "granted what is fixed"),
            (
                "GET /, origin: https://app.example",
                "granted what is fixed",
            ),
            (
                "GET /, origin: https://b.example",
                "granted what is fixed, hidden",
            ),
            (
                "HEAD /, origin: https://app.example",
                "granted what is fixed",
            ),
            ("DELETE /, origin: https://b.example", "refused by origin"),
            ("OPTIONS /, origin: https://b.example", "forwarded"),
            (
                "GET /, origin: https://b.example, sec-fetch-site: same-origin",
                "granted what is fixed",
            ),
            (
                "GET /, origin: https://api.example, host: api.example",
                "granted what is fixed",
            ),
            (
                "GET /, origin: https://api.example, host: api.example:8443",
                "granted what is fixed, hidden",
            ),
        ],
    );
    let several = scope(&SEVERAL, &[Method::Get], ServiceKind::Single);
    assert_decisions(
        &several,
        &[
            (
                "GET /, origin: https://a.b.example",
                "granted https://a.b.example",
            ),
            (
                "GET /, origin: https://b.example",
                "granted what is fixed, hidden",
            ),
        ],
    );
    let public = scope(&PUBLIC, &[Method::Get], ServiceKind::Single);
    assert_decisions(&public, &[("GET /, origin: null", "granted what is fixed")]);
}

#[test]
fn enforce() {
    let scope = scope(&ENFORCED, &[Method::Get], ServiceKind::Single);
    assert_decisions(
        &scope,
        &[
            (
                "GET /, origin: https://app.example",
                "granted what is fixed",
            ),
            ("GET /, origin: https://b.example", "refused by origin"),
            ("GET /, origin: null", "refused by origin"),
            ("GET /", "granted what is fixed"),
            // Of one policy, whatever methods it lists.
            ("DELETE /, origin: https://b.example", "refused by origin"),
            ("DELETE /, origin: https://app.example", "forwarded"),
        ],
    );
}

#[cfg(feature = "axum")]
#[test]
fn plain_handlers_beside_a_policy() {
    let scope = scope(&ENFORCED, &[Method::Get], ServiceKind::Plain);
    assert_decisions(
        &scope,
        &[
            ("GET /, origin: https://b.example", "forwarded"),
            (
                "OPTIONS /, origin: https://app.example, access-control-request-method: GET",
                "approved GET for https://app.example",
            ),
        ],
    );
}

#[test]
fn held_writes() {
    let one = scope(&ONE, &[Method::Get, Method::Put], ServiceKind::Single);
    let granted = "granted what is fixed";
    assert_decisions(
        &one,
        &[
            ("PUT /", granted),
            ("PUT /, origin: https://app.example", granted),
            (
                "PUT /, origin: https://app.example, sec-fetch-site: cross-site",
                granted,
            ),
            ("PUT /, origin: https://b.example", "refused by origin"),
            ("PUT /, origin: null", "refused by origin"),
            (
                "PUT /, origin: https://api.example, host: api.example",
                granted,
            ),
            (
                "PUT /, origin: https://api.example, host: api.example:80A",
                "refused by origin",
            ),
            (
                "PUT /, origin: https://api.example, host: api.example, host: api.example",
                "refused by origin",
            ),
            (
                "PUT /, origin: https://app.example, origin: https://app.example",
                "refused by several_lines",
            ),
            (
                "PUT /, sec-fetch-site: same-origin, sec-fetch-site: same-origin",
                "refused by several_lines",
            ),
            ("PUT /, sec-fetch-site: none", granted),
            ("PUT /, sec-fetch-site: same-origin", granted),
            ("PUT /, origin: null, sec-fetch-site: same-origin", granted),
            ("PUT /, sec-fetch-site: same-site", "refused by cross_site"),
            ("PUT /, sec-fetch-site: cross-site", "refused by cross_site"),
            (
                "PUT /, sec-fetch-site: Same-Origin",
                "refused by cross_site",
            ),
            (
                "PUT /, sec-fetch-site: cross-site, sec-fetch-mode: navigate, sec-fetch-dest: document",
                "refused by cross_site",
            ),
            ("QUERY /, origin: https://b.example", "refused by origin"),
        ],
    );
}

#[test]
fn held_sockets() {
    let one = scope(&ONE, &[Method::Get], ServiceKind::Single);
    assert_decisions(
        &one,
        &[
            ("GET /, upgrade: websocket", "granted what is fixed"),
            (
                "GET /, upgrade: websocket, origin: https://app.example",
                "granted what is fixed",
            ),
            (
                "GET /, upgrade: websocket, origin: https://b.example",
                "refused by origin",
            ),
            (
                "GET /, upgrade: WebSocket, origin: https://b.example",
                "refused by origin",
            ),
            (
                "GET /, upgrade: h2c, origin: https://b.example",
                "granted what is fixed, hidden",
            ),
            (
                "CONNECT b:1, origin: https://b.example",
                "refused by origin",
            ),
            (
                "GET /, upgrade: websocket, sec-fetch-site: cross-site, sec-fetch-mode: navigate, \
                 sec-fetch-dest: document",
                "refused by cross_site",
            ),
        ],
    );
}

#[test]
fn held_reads() {
    let enforced = scope(&ENFORCED, &[Method::Get], ServiceKind::Single);
    let granted = "granted what is fixed";
    assert_decisions(
        &enforced,
        &[
            ("GET /, sec-fetch-site: cross-site", "refused by cross_site"),
            (
                "GET /, sec-fetch-site: cross-site, sec-fetch-mode: no-cors, sec-fetch-dest: script",
                "refused by cross_site",
            ),
            (
                "GET /, sec-fetch-site: cross-site, sec-fetch-mode: navigate, sec-fetch-dest: iframe",
                "refused by cross_site",
            ),
            (
                "GET /, sec-fetch-site: cross-site, sec-fetch-mode: navigate, sec-fetch-dest: document",
                granted,
            ),
            ("GET /, sec-fetch-site: none", granted),
        ],
    );
    let public = scope(&PUBLIC, &[Method::Get, Method::Post], ServiceKind::Single);
    assert_decisions(
        &public,
        &[
            ("POST /, origin: https://b.example", granted),
            ("POST /, origin: null", granted),
            ("POST /, sec-fetch-site: cross-site", granted),
            (
                "POST /, origin: null, origin: null",
                "refused by several_lines",
            ),
        ],
    );
}
