//! Every problem of one exchange, from the heads of its request and its response.

use cors_rules::is_forbidden_method;
use http::header::{
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN,
};
use http::{HeaderMap, Method};

use crate::cors_check::{RESPONSE, cors_check};
use crate::fetch::Credentials;
use crate::head::{RequestHead, ResponseHead};
use crate::header_list::{HeaderList, combined_text};
use crate::method::normalize;
use crate::origin_diff::origin_error;
use crate::preflight::Preflight;
use crate::problem::{Problem, Step};

/// Lists every problem of a response to a preflight, in the order of a browser's checks.
///
/// Mistakes that browsers tolerate are included. `credentials` are those of the request that follows
/// the preflight. If `request` is not a preflight that a browser sends, the list has the reasons.
///
/// ```
/// use cors_testing::{Credentials, RequestHead, ResponseHead, explain};
///
/// let request: RequestHead = "OPTIONS /api/data HTTP/1.1
///     Origin: https://mywebsite.com
///     Access-Control-Request-Method: POST
///     Access-Control-Request-Headers: Content-Type, Authorization".parse()?;
/// let response: ResponseHead = "HTTP/1.1 200 OK
///     Access-Control-Allow-Origin: https://mywebsite.com
///     Access-Control-Allow-Methods: GET, OPTIONS".parse()?;
///
/// for problem in explain(&request, &response, Credentials::Omit) {
///     println!("{problem}");
/// }
/// # Ok::<(), cors_testing::HeadError>(())
/// ```
#[must_use]
pub fn explain(
    request: &RequestHead,
    response: &ResponseHead,
    credentials: Credentials,
) -> Vec<Problem> {
    match read_preflight(request) {
        Ok(preflight) => preflight.problems(response, credentials),
        Err(problems) => problems,
    }
}

/// Lists every problem of a response to a cross-origin request that is not a preflight.
///
/// Mistakes that browsers tolerate are included. If `request` is not such a request, the list has
/// the reason.
#[must_use]
pub fn explain_response(
    request: &RequestHead,
    response: &ResponseHead,
    credentials: Credentials,
) -> Vec<Problem> {
    if request.is_preflight() {
        return vec![request_problem(
            "this is a preflight, and only the browser reads its response".to_owned(),
            "give it to `explain`, and here the request that follows it",
        )];
    }
    if !request.headers.contains_key(ORIGIN) {
        return vec![request_problem(
            format!(
                "{} without `origin` comes from no page of another origin, and there is nothing to \
                 check",
                request.method
            ),
            "send `origin: https://app.example`, with the origin of the page",
        )];
    }
    let origin = combined_text(&request.headers, &ORIGIN);
    if let Some(problem) = origin_problem(&origin) {
        return vec![problem];
    }
    let mut problems = cors_check(&origin, response, credentials, RESPONSE);
    problems.extend(exposed_problem(&response.headers, credentials));
    problems
}

/// Reads a preflight. The error lists the reasons why no browser sends the request.
fn read_preflight(request: &RequestHead) -> Result<Preflight, Vec<Problem>> {
    if !request.is_preflight() {
        return Err(vec![request_problem(
            format!(
                "{}{} is not a preflight",
                request.method,
                missing_headers(&request.headers)
            ),
            "a preflight is OPTIONS with `origin` and `access-control-request-method`; with curl: \
             `-X OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: PUT'`. \
             `explain_response` is for other requests",
        )]);
    }
    let origin = combined_text(&request.headers, &ORIGIN);
    let method = combined_text(&request.headers, &ACCESS_CONTROL_REQUEST_METHOD);
    let mut problems = Vec::from_iter(origin_problem(&origin));
    problems.extend(method_problem(&method));
    let names = match HeaderList::read(&request.headers, &ACCESS_CONTROL_REQUEST_HEADERS) {
        HeaderList::Names(names) => names,
        HeaderList::Invalid(value) => {
            problems.push(request_problem(
                format!("no browser sends `access-control-request-headers: {value}`"),
                "send names with commas in between, such as `content-type,x-requested-with`",
            ));
            Vec::new()
        }
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut headers: Vec<String> = Vec::new();
    for name in names.iter().map(|name| name.to_ascii_lowercase()) {
        if !headers.contains(&name) {
            headers.push(name);
        }
    }
    Ok(Preflight {
        origin,
        method,
        headers,
        uploads: false,
    })
}

/// Returns a problem of a request that no page can send, so that its response cannot be checked.
fn request_problem(text: String, help: impl Into<String>) -> Problem {
    Problem::new(Step::Request, text, help)
}

/// Returns the reason why browsers do not send an `origin`.
fn origin_problem(origin: &str) -> Option<Problem> {
    if origin == "null" {
        return None;
    }
    let (text, help) = origin_error(origin)?;
    let text = format!("no browser sends this `origin`: {text}");
    Some(request_problem(text, help))
}

/// Returns the reason why browsers do not request a method.
fn method_problem(requested: &str) -> Option<Problem> {
    let Ok(method) = Method::from_bytes(requested.as_bytes()) else {
        return Some(request_problem(
            format!("`access-control-request-method: {requested}` is not one method"),
            "send the one that the page uses, such as `PUT`",
        ));
    };
    if is_forbidden_method(requested) {
        return Some(request_problem(
            format!("browsers refuse to send {requested}"),
            "let the page use another method",
        ));
    }
    let sent = normalize(&method);
    (sent != method).then(|| {
        request_problem(
            format!("browsers send `{sent}` if a page writes `{requested}`"),
            format!("send `access-control-request-method: {sent}`"),
        )
    })
}

/// Returns the headers that a preflight needs and a request does not have, for a message.
fn missing_headers(headers: &HeaderMap) -> &'static str {
    let has = |name| headers.contains_key(name);
    match (has(ORIGIN), has(ACCESS_CONTROL_REQUEST_METHOD)) {
        (true, true) => "",
        (true, false) => " without `access-control-request-method`",
        (false, true) => " without `origin`",
        (false, false) => " without `origin` and `access-control-request-method`",
    }
}

/// Returns the mistake that hides headers from a page without an error.
fn exposed_problem(headers: &HeaderMap, credentials: Credentials) -> Option<Problem> {
    let (text, help) = match HeaderList::read(headers, &ACCESS_CONTROL_EXPOSE_HEADERS) {
        HeaderList::Invalid(value) => (
            format!(
                "`access-control-expose-headers: {value}` is not a list of names, so it exposes no \
                 header"
            ),
            "send names with commas in between",
        ),
        HeaderList::Names(names)
            if credentials == Credentials::Include && names.iter().any(|name| name == "*") =>
        {
            (
                "`access-control-expose-headers: *` with credentials is not a wildcard, but a \
                 header of that name"
                    .to_owned(),
                "send the names",
            )
        }
        HeaderList::Names(_) => return None,
    };
    Some(Problem::new(Step::Exposed, text, help).tolerated())
}
