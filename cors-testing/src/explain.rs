//! Every problem of one exchange, from the heads of its request and its response.

use std::collections::HashSet;

use cors_rules::is_forbidden_method;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, COOKIE, HOST,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, Method, StatusCode};

use crate::cors_check::{RESPONSE, cors_check};
use crate::fetch::Credentials;
use crate::head::{RequestHead, ResponseHead};
use crate::header_list::{HeaderList, combined_text};
use crate::method::normalize;
use crate::origin_diff::origin_error;
use crate::preflight::Preflight;
use crate::problem::{Problem, Step};

/// Lists every problem of a response to a preflight, in the order of a browser's checks. A status that
/// explains why the response has no header of CORS comes first.
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
        Ok(preflight) => {
            let mut problems = preflight.problems(response, credentials);
            if !has_cors_header(response) {
                // The sort is stable: only the status moves.
                problems.sort_by_key(|problem| problem.step() != Step::PreflightStatus);
            }
            let step = Step::PreflightCredentials;
            problems.extend(credentials_remark(response, credentials, step));
            problems.extend(Preflight::max_age_problem(response));
            problems
        }
        Err(problems) => problems,
    }
}

/// Lists every problem of a response to a cross-origin request that is not a preflight.
///
/// Mistakes that browsers tolerate are included. If no CORS check applies to `request`, such as to one
/// from the page's own origin or with `sec-fetch-mode: no-cors`, the list has the reason. A request
/// from another origin with a `cookie` counts as one with credentials, unless they are
/// [`Omit`](Credentials::Omit).
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
    if let Some(problem) = mode_problem(&request.headers) {
        return vec![problem];
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
    if is_same_origin(request, &origin) {
        let text = format!("the page of `{origin}` calls its own origin, so no CORS check applies");
        let help = "look elsewhere: no header of CORS matters for this request";
        return vec![request_problem(text, help).tolerated()];
    }
    let credentials = match credentials {
        Credentials::SameOrigin if request.headers.contains_key(COOKIE) => Credentials::Include,
        credentials => credentials,
    };
    if let Some(problem) = revalidation_problem(request, response, &origin) {
        return vec![problem];
    }
    let mut problems = cors_check(&origin, response, credentials, RESPONSE);
    problems.extend(credentials_remark(response, credentials, Step::Credentials));
    problems.extend(exposed_problem(&response.headers, credentials));
    problems.extend(vary_problem(request, response));
    problems
}

/// Whether a response has any header of CORS.
fn has_cors_header(response: &ResponseHead) -> bool {
    let mut names = response.headers.keys();
    names.any(|name| name.as_str().starts_with("access-control-"))
}

/// Returns the reason why no CORS check applies, if the request has another mode than `cors`.
fn mode_problem(headers: &HeaderMap) -> Option<Problem> {
    let mode = combined_text(headers, &HeaderName::from_static("sec-fetch-mode"));
    let help = match mode.as_str() {
        "no-cors" => "use mode `cors`, if the page has to read the response",
        "navigate" => "look elsewhere: a link or a form shows any response in the window",
        "websocket" => "compare `origin` in the server: browsers leave that to it",
        "same-origin" => "use mode `cors`, if the page has to call another origin",
        _ => return None,
    };
    let text = format!("the request has `sec-fetch-mode: {mode}`, so no CORS check applies");
    Some(request_problem(text, help).tolerated())
}

/// Whether a request has the origin of its page as its target. Its URL may have another scheme, which
/// its head does not show. A GET or HEAD with `origin` is to another origin, or a test, because browsers
/// send none to the page's own.
fn is_same_origin(request: &RequestHead, origin: &str) -> bool {
    let site = combined_text(&request.headers, &HeaderName::from_static("sec-fetch-site"));
    let host = combined_text(&request.headers, &HOST);
    let has_origin_if_same = !matches!(request.method, Method::GET | Method::HEAD);
    let has_own_host = || origin.split_once("://").is_some_and(|(_, own)| own == host);
    match site.as_str() {
        "same-origin" => true,
        "" => has_origin_if_same && has_own_host(),
        _ => false,
    }
}

/// Returns the reason why a 304 cannot be checked: the headers of the stored response count.
fn revalidation_problem(
    request: &RequestHead,
    response: &ResponseHead,
    origin: &str,
) -> Option<Problem> {
    let asks = |name| request.headers.contains_key(name);
    let is_asked = asks(IF_NONE_MATCH) || asks(IF_MODIFIED_SINCE);
    let is_stored = response.status == StatusCode::NOT_MODIFIED && is_asked;
    if !is_stored || response.headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        return None;
    }
    let text = format!(
        "the page of `{origin}` gets a stored response, because of {}, and the headers of that one \
         count",
        response.status_line()
    );
    let help = format!(
        "look at the stored response, which was a 200: it needs `access-control-allow-origin: \
         {origin}`; to see it, reload without the cache"
    );
    Some(Problem::new(Step::Origin, text, help).tolerated())
}

/// Returns the remark on `access-control-allow-credentials` with an invalid value, which matters as
/// soon as a page sends credentials.
fn credentials_remark(
    response: &ResponseHead,
    credentials: Credentials,
    step: Step,
) -> Option<Problem> {
    let value = combined_text(&response.headers, &ACCESS_CONTROL_ALLOW_CREDENTIALS);
    let is_harmless = matches!(value.as_str(), "" | "true" | "false");
    if is_harmless || credentials == Credentials::Include {
        return None;
    }
    let text = format!(
        "`access-control-allow-credentials: {value}` is not `true`, so it allows no credentials"
    );
    let help = "send `access-control-allow-credentials: true`";
    Some(Problem::new(step, text, help).tolerated())
}

/// Returns the remark on a response that caches serve to the pages of other origins.
fn vary_problem(request: &RequestHead, response: &ResponseHead) -> Option<Problem> {
    let of = |name| combined_text(&response.headers, &name).to_ascii_lowercase();
    let allowed = of(ACCESS_CONTROL_ALLOW_ORIGIN);
    let vary = of(VARY);
    let varies = vary
        .split(',')
        .any(|name| matches!(name.trim_ascii(), "origin" | "*"));
    if !request.method.is_safe() || matches!(allowed.as_str(), "" | "*") || varies {
        return None;
    }
    let control = of(CACHE_CONTROL);
    let mut directives = control.split(',').map(str::trim_ascii);
    let is_stored = directives.any(|directive| {
        let age = directive
            .split_once('=')
            .filter(|(name, _)| matches!(*name, "max-age" | "s-maxage"));
        directive == "public" || age.is_some_and(|(_, seconds)| seconds.trim_matches('0') != "")
    });
    if !is_stored || control.contains("no-store") {
        return None;
    }
    let text = format!(
        "caches keep the response (`cache-control: {control}`) without `vary: origin`, so a page of \
         another origin gets `access-control-allow-origin: {allowed}`"
    );
    Some(Problem::new(Step::Vary, text, "send `vary: origin` with every response").tolerated())
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
    let mut seen = HashSet::new();
    let lower = names.iter().map(|name| name.to_ascii_lowercase());
    let headers = lower.filter(|name| seen.insert(name.clone())).collect();
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
