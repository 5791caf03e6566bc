//! The checks of the Fetch standard on heads alone: pure, and every problem at once.

use std::collections::BTreeSet;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, LOCATION, ORIGIN,
};
use http::{HeaderMap, HeaderName, Method};

use crate::difference::{difference, no_origin};
use crate::head::{RequestHead, ResponseHead};
use crate::problem::{Problem, Step};
use crate::safelist::{
    NON_WILDCARD, combined, is_forbidden_method, is_safelisted_method, normalized,
};

/// Whether a page's request sends cookies and HTTP authentication: the option `credentials` of
/// [`fetch`](https://fetch.spec.whatwg.org/#dom-request-credentials).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// `"omit"`: never.
    Omit,
    /// `"same-origin"`: to the page's own origin alone. The default of `fetch`.
    #[default]
    SameOrigin,
    /// `"include"`: everywhere.
    Include,
}

/// Everything that a browser has against the answer to a preflight, in the order of its checks;
/// and what it tolerates and still is a mistake. `credentials` are those of the request that is to
/// follow.
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
    match Preflight::read(request) {
        Ok(preflight) => preflight.problems(response, credentials),
        Err(problems) => problems,
    }
}

/// Everything that a browser has against the response to a request that was no preflight; and what
/// it passes over in silence and still is a mistake.
#[must_use]
pub fn explain_response(
    request: &RequestHead,
    response: &ResponseHead,
    credentials: Credentials,
) -> Vec<Problem> {
    if is_preflight(request) {
        return vec![unsendable(
            "this is a preflight, and its answer is for the browser alone".to_owned(),
            "give it to `explain`, and here the request that follows it",
        )];
    }
    if !request.headers.contains_key(ORIGIN) {
        return vec![unsendable(
            format!(
                "{} without `origin` comes from no page of another origin, and there is nothing to \
                 check",
                request.method
            ),
            "send `origin: https://app.example`, with the origin of the page",
        )];
    }
    let origin = text(&combined(&request.headers, &ORIGIN));
    if let Some(problem) = origin_problem(&origin) {
        return vec![problem];
    }
    let steps = (Step::Origin, Step::Credentials);
    let mut problems = cors_problems(&origin, response, credentials, steps);
    problems.extend(exposing_problem(&response.headers, credentials));
    problems
}

/// [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request).
fn is_preflight(request: &RequestHead) -> bool {
    let has = |name| request.headers.contains_key(name);
    request.method == Method::OPTIONS && has(ACCESS_CONTROL_REQUEST_METHOD) && has(ORIGIN)
}

/// What no page sends, so that there is nothing to say of the answer.
fn unsendable(what: String, help: impl Into<String>) -> Problem {
    Problem::new(Step::Request, what, help)
}

/// What keeps an `Origin` from being a browser's.
fn origin_problem(origin: &str) -> Option<Problem> {
    if origin == "null" {
        return None;
    }
    let (what, help) = no_origin(origin)?;
    let what = format!("no browser sends this `origin`: {what}");
    Some(unsendable(what, help))
}

/// What keeps a browser from asking for a method.
fn requested_method_problem(asked: &str) -> Option<Problem> {
    let Ok(method) = Method::from_bytes(asked.as_bytes()) else {
        return Some(unsendable(
            format!("`access-control-request-method: {asked}` is not one method"),
            "send the one that the page uses, such as `PUT`",
        ));
    };
    if is_forbidden_method(&method) {
        return Some(unsendable(
            format!("browsers refuse to send {asked}"),
            "let the page use another method",
        ));
    }
    let sent = normalized(&method);
    (sent != method).then(|| {
        unsendable(
            format!("browsers send `{sent}` where a page says `{asked}`"),
            format!("send `access-control-request-method: {sent}`"),
        )
    })
}

/// Which of a preflight's headers aren't there, for a message.
fn lacking(headers: &HeaderMap) -> &'static str {
    let has = |name| headers.contains_key(name);
    match (has(ORIGIN), has(ACCESS_CONTROL_REQUEST_METHOD)) {
        (true, true) => "",
        (true, false) => " without `access-control-request-method`",
        (false, true) => " without `origin`",
        (false, false) => " without `origin` and `access-control-request-method`",
    }
}

/// What a preflight asks.
#[derive(Clone, Debug)]
pub(crate) struct Preflight {
    pub(crate) origin: String,
    pub(crate) method: String,
    pub(crate) headers: Vec<String>,
    /// The request has upload listeners, so that its method has to be allowed even if it is
    /// safelisted and no method is named at all.
    pub(crate) uploads: bool,
}

/// What the answer to a preflight allows, for the cache.
#[derive(Debug)]
pub(crate) struct Permitted {
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    /// In seconds.
    pub(crate) max_age: u64,
}

impl Preflight {
    /// Or what no browser would send.
    fn read(request: &RequestHead) -> Result<Self, Vec<Problem>> {
        if !is_preflight(request) {
            return Err(vec![unsendable(
                format!(
                    "{}{} is no preflight",
                    request.method,
                    lacking(&request.headers)
                ),
                "a preflight is OPTIONS with `origin` and `access-control-request-method`; with \
                 curl: `-X OPTIONS -H 'Origin: https://app.example' -H \
                 'Access-Control-Request-Method: PUT'`. `explain_response` is for other requests",
            )]);
        }
        let headers = &request.headers;
        let origin = text(&combined(headers, &ORIGIN));
        let method = text(&combined(headers, &ACCESS_CONTROL_REQUEST_METHOD));
        let names = list(headers, &ACCESS_CONTROL_REQUEST_HEADERS);
        let mut problems = Vec::from_iter(origin_problem(&origin));
        problems.extend(requested_method_problem(&method));
        let names = match names {
            List::Of(names) => names,
            List::Broken(value) => {
                problems.push(unsendable(
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
        Ok(Self {
            origin,
            method,
            headers,
            uploads: false,
        })
    }

    /// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), from step 7.
    pub(crate) fn problems(
        &self,
        response: &ResponseHead,
        credentials: Credentials,
    ) -> Vec<Problem> {
        let steps = (Step::PreflightOrigin, Step::PreflightCredentials);
        let mut problems = cors_problems(&self.origin, response, credentials, steps);
        problems.extend(self.status_problem(response));
        let methods = list(&response.headers, &ACCESS_CONTROL_ALLOW_METHODS);
        let headers = list(&response.headers, &ACCESS_CONTROL_ALLOW_HEADERS);
        for (list, name) in [
            (&methods, &ACCESS_CONTROL_ALLOW_METHODS),
            (&headers, &ACCESS_CONTROL_ALLOW_HEADERS),
        ] {
            if let List::Broken(value) = list {
                problems.push(Problem::new(
                    Step::PreflightList,
                    format!("`{name}: {value}` is no list of names, so browsers refuse all of it"),
                    format!(
                        "send names with commas in between, such as `{name}: {}`",
                        self.example(name)
                    ),
                ));
            }
        }
        if let List::Of(methods) = &methods {
            problems.extend(self.method_problem(methods, credentials));
        }
        if let List::Of(headers) = &headers {
            problems.extend(self.header_problems(headers, credentials));
        }
        problems
    }

    fn status_problem(&self, response: &ResponseHead) -> Option<Problem> {
        let status = response.status;
        if status.is_success() {
            return None;
        }
        let help = match status.as_u16() {
            301 | 302 | 303 | 307 | 308 => match response.headers.get(LOCATION) {
                Some(target) => format!(
                    "call `{}` directly, or answer OPTIONS with 204 here: browsers follow no redirect \
                     of a preflight",
                    text(target.as_bytes())
                ),
                None => "answer OPTIONS with 204, before any redirect".to_owned(),
            },
            401 | 403 | 407 => "answer OPTIONS with 204 before any login: a preflight carries no \
                                cookies and no `authorization`"
                .to_owned(),
            404 | 405 | 501 => {
                "answer OPTIONS with 204 on this path: no route or layer takes it".to_owned()
            }
            500..=599 => {
                "look at the server's own log, and answer OPTIONS with 204 before what fails"
                    .to_owned()
            }
            _ => "answer OPTIONS with 204".to_owned(),
        };
        let what = format!(
            "the preflight from `{}` for {} was answered {status}, and browsers want a status from \
             200 to 299",
            self.origin, self.method
        );
        Some(Problem::new(Step::PreflightStatus, what, help))
    }

    fn example(&self, list: &HeaderName) -> String {
        if *list == ACCESS_CONTROL_ALLOW_METHODS {
            self.method.clone()
        } else if self.headers.is_empty() {
            "content-type".to_owned()
        } else {
            self.headers.join(", ")
        }
    }

    fn method_problem(&self, allowed: &[String], credentials: Credentials) -> Option<Problem> {
        let is_named = allowed.contains(&self.method)
            || (credentials != Credentials::Include && allowed.iter().any(|name| name == "*"))
            || (self.uploads && allowed.is_empty());
        if is_named {
            return None;
        }
        let send = format!("send `access-control-allow-methods: {}`", self.method);
        let in_another_case = allowed
            .iter()
            .find(|name| name.eq_ignore_ascii_case(&self.method));
        let (why, help) = match in_another_case {
            Some(other) => {
                let why = format!(" (`{other}` is another method: they are compared byte by byte)");
                // Browsers upper-case six methods, and `patch` is none of them.
                let help = if *other == self.method.to_ascii_uppercase() {
                    let left = &self.method;
                    format!("write `{other}` in the page: browsers leave `{left}` as it is")
                } else {
                    send
                };
                (why, help)
            }
            None if allowed.iter().any(|name| name == "*") => (
                " (with credentials `*` is only a method of that name)".to_owned(),
                send,
            ),
            None => (String::new(), send),
        };
        let what = format!(
            "the page asked for {}, and the answer {}{why}",
            self.method,
            named(allowed, "method")
        );
        let is_safelisted = Method::from_bytes(self.method.as_bytes())
            .is_ok_and(|method| is_safelisted_method(&method));
        if is_safelisted {
            let what = format!("{what}; browsers let GET, HEAD and POST pass all the same");
            return Some(Problem::new(Step::PreflightMethod, what, help).tolerated());
        }
        Some(Problem::new(Step::PreflightMethod, what, help))
    }

    fn header_problems(&self, allowed: &[String], credentials: Credentials) -> Vec<Problem> {
        let any = credentials != Credentials::Include && allowed.iter().any(|name| name == "*");
        let names_it = |name: &str| allowed.iter().any(|other| other.eq_ignore_ascii_case(name));
        let named = named(allowed, "header");
        self.headers
            .iter()
            .filter(|name| !(names_it(name) || (any && *name != NON_WILDCARD)))
            .map(|name| {
                let why = match (allowed.iter().any(|other| other == "*"), any) {
                    (true, true) => {
                        " (by the standard `*` does not cover `authorization`, though browsers \
                         still let it pass)"
                    }
                    (true, false) => " (with credentials `*` is only a header of that name)",
                    _ => "",
                };
                Problem::new(
                    Step::PreflightHeader,
                    format!("the page asked for the header `{name}`, and the answer {named}{why}"),
                    format!(
                        "send `access-control-allow-headers: {}`",
                        self.headers.join(", ")
                    ),
                )
            })
            .collect()
    }

    /// What an answer without problems allows from now on.
    pub(crate) fn permitted(&self, response: &ResponseHead) -> Permitted {
        let names = |name| match list(&response.headers, name) {
            List::Of(names) => names,
            List::Broken(_) => Vec::new(),
        };
        let mut methods = names(&ACCESS_CONTROL_ALLOW_METHODS);
        if methods.is_empty() && self.uploads {
            methods.push(self.method.clone());
        }
        let max_age = combined(&response.headers, &ACCESS_CONTROL_MAX_AGE);
        Permitted {
            methods,
            headers: names(&ACCESS_CONTROL_ALLOW_HEADERS),
            max_age: seconds(&text(&max_age)).unwrap_or(DEFAULT_MAX_AGE),
        }
    }
}

/// For how many seconds a preflight is remembered where the answer doesn't say.
const DEFAULT_MAX_AGE: u64 = 5;

/// The first of [`cors_problems`].
pub(crate) fn cors_check(
    origin: &str,
    response: &ResponseHead,
    credentials: Credentials,
    steps: (Step, Step),
) -> Option<Problem> {
    let problems = cors_problems(origin, response, credentials, steps);
    problems.into_iter().next()
}

/// [CORS check](https://fetch.spec.whatwg.org/#cors-check). `steps` are what a failure of the
/// origin and of the credentials counts as.
fn cors_problems(
    origin: &str,
    response: &ResponseHead,
    credentials: Credentials,
    (origin_step, credentials_step): (Step, Step),
) -> Vec<Problem> {
    let include = credentials == Credentials::Include;
    let signed = text(&combined(
        &response.headers,
        &ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ));
    let is_unsigned = include && signed != "true";
    let lines = response.headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN);
    let lines = lines.iter().count();
    let allowed = text(&combined(&response.headers, &ACCESS_CONTROL_ALLOW_ORIGIN));
    let wrong = match (lines, allowed.as_str()) {
        (0, _) => Some(format!(
            "got {} without `access-control-allow-origin`",
            response.status
        )),
        (1, "*") if include => Some(
            "sends credentials, and the answer is `access-control-allow-origin: *`, which does not \
             cover them"
                .to_owned(),
        ),
        (1, "*") => None,
        (1, allowed) if allowed == origin => None,
        (1, allowed) => Some(format!(
            "got `access-control-allow-origin: {allowed}`, {}",
            difference(allowed, origin)
        )),
        _ => Some(format!(
            "got `access-control-allow-origin` {lines} times (`{allowed}`), which never matches"
        )),
    };
    let origin_problem = wrong.map(|wrong| {
        let mut help = match origin {
            "null" => {
                "`null` is the origin of sandboxed frames, `file:` pages and redirects through \
                       another origin; call the final URL directly, from a page with an origin"
                    .to_owned()
            }
            _ => format!("send `access-control-allow-origin: {origin}`"),
        };
        if origin != "null" && is_unsigned {
            help.push_str(" and `access-control-allow-credentials: true`");
        }
        if lines > 1 {
            help.push_str(", once: a proxy, a layer and the handler must not all send it");
        } else if origin != "null" && allowed.contains([',', ' ', '*']) && allowed != "*" {
            help.push_str(", the one of the request's `origin`, and `vary: origin`");
        }
        Problem::new(origin_step, format!("the page of `{origin}` {wrong}"), help)
    });
    let credentials_problem = is_unsigned.then(|| {
        let what = if signed.is_empty() {
            "there is no `access-control-allow-credentials`".to_owned()
        } else {
            format!("the answer is `access-control-allow-credentials: {signed}`, not `true`")
        };
        Problem::new(
            credentials_step,
            format!("the page of `{origin}` sends credentials, and {what}"),
            "send `access-control-allow-credentials: true`",
        )
    });
    origin_problem
        .into_iter()
        .chain(credentials_problem)
        .collect()
}

/// What a page misses of the response without any error.
fn exposing_problem(headers: &HeaderMap, credentials: Credentials) -> Option<Problem> {
    let (what, help) = match list(headers, &ACCESS_CONTROL_EXPOSE_HEADERS) {
        List::Broken(value) => (
            format!("`access-control-expose-headers: {value}` is no list of names, so pages see none"),
            "send names with commas in between",
        ),
        List::Of(names) if credentials == Credentials::Include && names.iter().any(|n| n == "*") => (
            "`access-control-expose-headers: *` beside credentials is only a header of that name"
                .to_owned(),
            "send the names",
        ),
        List::Of(_) => return None,
    };
    Some(Problem::new(Step::Exposed, what, help).tolerated())
}

/// The [exposed names](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list)
/// of a response, in lower case; `*` stands for all.
pub(crate) fn exposed(headers: &HeaderMap) -> BTreeSet<String> {
    match list(headers, &ACCESS_CONTROL_EXPOSE_HEADERS) {
        List::Of(names) => names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        List::Broken(_) => BTreeSet::new(),
    }
}

enum List {
    Of(Vec<String>),
    Broken(String),
}

/// [Extract header list values](https://fetch.spec.whatwg.org/#extract-header-list-values) of a
/// header whose value is a list of tokens.
fn list(headers: &HeaderMap, name: &HeaderName) -> List {
    let value = text(&combined(headers, name));
    let mut names = Vec::new();
    for element in value.split(',') {
        let element = element.trim_matches([' ', '\t']);
        if element.is_empty() {
            continue;
        }
        if !cors_rules::is_token(element.as_bytes()) {
            return List::Broken(value);
        }
        names.push(element.to_owned());
    }
    List::Of(names)
}

/// [Delta seconds](https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2): digits alone.
fn seconds(value: &str) -> Option<u64> {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().ok().filter(|_| is_number)
}

/// What an answer has, for a message.
fn named(list: &[String], what: &str) -> String {
    if list.is_empty() {
        format!("names no {what}")
    } else {
        format!("names `{}`", list.join(", "))
    }
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
