//! Responses to preflights.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE,
    CONTENT_TYPE, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::write_origin;
use crate::decision::{Approval, Refusal};
use crate::head::Head;
use crate::header_value::{comma_separated, shared_value};
use crate::origins::Predicate;
use crate::policy::Registration;

/// Whether responses to refused preflights carry the reason.
pub(crate) trait Reasons<B> {
    /// Whether the browser's console is to name the step that failed, instead of a missing header.
    fn are_given(&self) -> bool;

    /// A body with the reason, or an empty one.
    fn body(&self, reason: Option<String>) -> B;
}

/// 403 without a body: the default, because a stranger must not learn the policies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silent;

impl<B: Default> Reasons<B> for Silent {
    fn are_given(&self) -> bool {
        false
    }

    fn body(&self, _: Option<String>) -> B {
        B::default()
    }
}

/// 403 with the text of the user's own response to refused requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts;

impl<B: From<String>> Reasons<B> for Texts {
    fn are_given(&self) -> bool {
        false
    }

    fn body(&self, text: Option<String>) -> B {
        B::from(text.unwrap_or_default())
    }
}

/// 403 without a body, or 200 with the reason if they are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextDiagnostics(pub(crate) bool);

impl<B: From<String>> Reasons<B> for TextDiagnostics {
    fn are_given(&self) -> bool {
        self.0
    }

    fn body(&self, reason: Option<String>) -> B {
        B::from(reason.unwrap_or_default())
    }
}

/// The highest number of headers of a response, with the `Content-Length` of axum.
const MAX_HEADERS: usize = 7;

/// Answers a preflight: 204 with the headers that let the request follow, or 403 without any. Where
/// reasons are given, a refusal is 200 with the headers of the steps that passed.
pub(crate) fn answer<B>(
    outcome: Result<Approval<'_>, Refusal<'_>>,
    head: &Head<'_>,
    predicate: Predicate,
    reasons: &impl Reasons<B>,
) -> Response<B> {
    let mut headers = HeaderMap::with_capacity(MAX_HEADERS);
    let (status, reason) = match outcome {
        Ok(approval) => {
            write_approval(approval, head, &mut headers);
            (StatusCode::NO_CONTENT, None)
        }
        Err(refusal) if reasons.are_given() => {
            write_passed_steps(&refusal, head, predicate, &mut headers);
            (StatusCode::OK, Some(refusal.to_string()))
        }
        Err(_) => (StatusCode::FORBIDDEN, None),
    };
    headers.insert(
        VARY,
        HeaderValue::from_static(
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
        ),
    );
    if reason.is_some() {
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
    }
    let mut response = Response::new(reasons.body(reason));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn write_approval(approval: Approval<'_>, head: &Head<'_>, response: &mut HeaderMap) {
    let Approval {
        policy,
        origin,
        methods,
        requests_headers,
    } = approval;
    write_origin(policy, origin, response);
    if let Some(methods) = methods {
        response.insert(ACCESS_CONTROL_ALLOW_METHODS, methods.clone());
    }
    if requests_headers {
        write_allow_headers(policy, head, response);
    }
    if let Some(value) = &policy.max_age {
        response.insert(ACCESS_CONTROL_MAX_AGE, value.clone());
    }
}

/// Writes the headers of the steps before the one that failed, so that the browser fails at that
/// one.
fn write_passed_steps(
    refusal: &Refusal<'_>,
    head: &Head<'_>,
    predicate: Predicate,
    response: &mut HeaderMap,
) {
    let Some((policy, origin)) = refusal.granted_origin(head, predicate) else {
        return;
    };
    write_origin(policy, origin, response);
    match refusal {
        Refusal::Origin { .. } | Refusal::Held { .. } => {}
        Refusal::Method { policies, .. } => {
            // Only those of this policy: POST passes the step in a browser, which then remembers
            // them.
            if let Some(methods) = comma_separated(&policies.methods_of(policy), shared_value) {
                response.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            }
        }
        Refusal::Headers { requested, .. } => {
            if let Some(method) = head.preflight().and_then(|it| it.requested_method) {
                response.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
            }
            // Not where there were too many, because a browser would find each of them allowed.
            if requested.is_some() {
                write_allow_headers(policy, head, response);
            }
        }
    }
}

fn write_allow_headers(policy: &Registration, head: &Head<'_>, response: &mut HeaderMap) {
    if let Some(value) = policy.headers.value(head) {
        response.insert(ACCESS_CONTROL_ALLOW_HEADERS, value);
    }
}
