//! The checks of the Fetch standard on heads alone: pure, and every problem at once.

use std::collections::BTreeSet;

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::{HeaderMap, HeaderName, Method};

use super::head::{RequestHead, ResponseHead};
use super::problem::{Problem, Step};
use super::safelist::{NON_WILDCARD, combined, is_safelisted_method};

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
/// use cors_runtime::testing::{Credentials, RequestHead, ResponseHead, explain};
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
/// # Ok::<(), cors_runtime::testing::HeadError>(())
/// ```
#[must_use]
pub fn explain(
    request: &RequestHead,
    response: &ResponseHead,
    credentials: Credentials,
) -> Vec<Problem> {
    let Some(preflight) = Preflight::read(request) else {
        return vec![Problem::new(
            Step::Request,
            format!("`{}` with these headers is no preflight", request.method),
            "a preflight is OPTIONS with `Origin` and `Access-Control-Request-Method`",
        )];
    };
    preflight.problems(response, credentials)
}

/// Everything that a browser has against the response to a request that was no preflight.
#[must_use]
pub fn explain_response(
    request: &RequestHead,
    response: &ResponseHead,
    credentials: Credentials,
) -> Vec<Problem> {
    let origin = combined(&request.headers, &ORIGIN);
    cors_check(
        &text(&origin),
        response,
        credentials,
        (Step::Origin, Step::Credentials),
    )
    .into_iter()
    .collect()
}

/// What a preflight asks.
#[derive(Clone, Debug)]
pub(super) struct Preflight {
    pub(super) origin: String,
    pub(super) method: String,
    pub(super) headers: Vec<String>,
    /// The request has upload listeners, so that its method has to be allowed even if it is
    /// safelisted and no method is named at all.
    pub(super) uploads: bool,
}

/// What the answer to a preflight allows, for the cache.
#[derive(Debug)]
pub(super) struct Permitted {
    pub(super) methods: Vec<String>,
    pub(super) headers: Vec<String>,
    /// In seconds.
    pub(super) max_age: u64,
}

impl Preflight {
    fn read(request: &RequestHead) -> Option<Self> {
        let headers = &request.headers;
        if request.method != Method::OPTIONS
            || !headers.contains_key(ORIGIN)
            || !headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        {
            return None;
        }
        let names = combined(headers, &ACCESS_CONTROL_REQUEST_HEADERS);
        let names = text(&names);
        let names = names.split(',').map(str::trim);
        Some(Self {
            origin: text(&combined(headers, &ORIGIN)),
            method: text(&combined(headers, &ACCESS_CONTROL_REQUEST_METHOD)),
            headers: names
                .filter(|name| !name.is_empty())
                .map(str::to_ascii_lowercase)
                .collect(),
            uploads: false,
        })
    }

    /// [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), from step 7.
    pub(super) fn problems(
        &self,
        response: &ResponseHead,
        credentials: Credentials,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let steps = (Step::PreflightOrigin, Step::PreflightCredentials);
        problems.extend(cors_check(&self.origin, response, credentials, steps));
        if !response.status.is_success() {
            problems.push(Problem::new(
                Step::PreflightStatus,
                format!(
                    "the preflight from `{}` for {} was answered {}, and browsers want a status from \
                     200 to 299",
                    self.origin, self.method, response.status
                ),
                "answer OPTIONS with 204, before any login or redirect",
            ));
        }
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

    fn example(&self, list: &HeaderName) -> String {
        if *list == ACCESS_CONTROL_ALLOW_METHODS {
            self.method.clone()
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
        let in_another_case = allowed
            .iter()
            .find(|name| name.eq_ignore_ascii_case(&self.method));
        let named = if allowed.is_empty() {
            "names no method".to_owned()
        } else {
            format!("names `{}`", allowed.join(", "))
        };
        let why = match in_another_case {
            Some(other) => {
                format!(" (`{other}` is another method: they are compared byte by byte)")
            }
            None if allowed.iter().any(|name| name == "*") => {
                " (with credentials `*` is only a method of that name)".to_owned()
            }
            None => String::new(),
        };
        let help = format!("send `access-control-allow-methods: {}`", self.method);
        let is_safelisted = Method::from_bytes(self.method.as_bytes())
            .is_ok_and(|method| is_safelisted_method(&method));
        if is_safelisted {
            let what = format!(
                "the answer {named}, and not {}{why}; browsers let GET, HEAD and POST pass all the same",
                self.method
            );
            return Some(Problem::new(Step::PreflightMethod, what, help).tolerated());
        }
        let what = format!(
            "the page asked for {}, and the answer {named}{why}",
            self.method
        );
        Some(Problem::new(Step::PreflightMethod, what, help))
    }

    fn header_problems(&self, allowed: &[String], credentials: Credentials) -> Vec<Problem> {
        let any = credentials != Credentials::Include && allowed.iter().any(|name| name == "*");
        let names_it = |name: &str| allowed.iter().any(|other| other.eq_ignore_ascii_case(name));
        let named = if allowed.is_empty() {
            "names no header".to_owned()
        } else {
            format!("names `{}`", allowed.join(", "))
        };
        self.headers
            .iter()
            .filter(|name| !(names_it(name) || (any && *name != NON_WILDCARD)))
            .map(|name| {
                let why = match (allowed.iter().any(|other| other == "*"), any) {
                    (true, true) => " (`*` does not cover `authorization`)",
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
    pub(super) fn permitted(&self, response: &ResponseHead) -> Permitted {
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
            max_age: text(&max_age).parse().unwrap_or(DEFAULT_MAX_AGE),
        }
    }
}

/// For how many seconds a preflight is remembered where the answer doesn't say.
const DEFAULT_MAX_AGE: u64 = 5;

/// [CORS check](https://fetch.spec.whatwg.org/#cors-check). `steps` are what a failure of the
/// origin and of the credentials counts as.
pub(super) fn cors_check(
    origin: &str,
    response: &ResponseHead,
    credentials: Credentials,
    steps: (Step, Step),
) -> Option<Problem> {
    let include = credentials == Credentials::Include;
    let help = match (origin, include) {
        ("null", _) => {
            "`null` is the origin of sandboxed frames, `file:` pages and redirects through another \
             origin; call the final URL directly, from a page with an origin"
                .to_owned()
        }
        (_, true) => format!(
            "send `access-control-allow-origin: {origin}` and `access-control-allow-credentials: true`"
        ),
        (_, false) => format!("send `access-control-allow-origin: {origin}`"),
    };
    let lines = response.headers.get_all(ACCESS_CONTROL_ALLOW_ORIGIN);
    let lines = lines.iter().count();
    let allowed = text(&combined(&response.headers, &ACCESS_CONTROL_ALLOW_ORIGIN));
    let what = match (lines, allowed.as_str()) {
        (0, _) => format!(
            "the page of `{origin}` got {} without allow-origin",
            response.status
        ),
        (1, "*") if !include => return None,
        (1, "*") => format!(
            "the page of `{origin}` sends credentials, and the answer allows `*`, which does not cover them"
        ),
        (1, allowed) if allowed == origin => {
            let value = text(&combined(
                &response.headers,
                &ACCESS_CONTROL_ALLOW_CREDENTIALS,
            ));
            if !include || value == "true" {
                return None;
            }
            let what = if value.is_empty() {
                "there is no allow-credentials".to_owned()
            } else {
                format!("allow-credentials is `{value}`, not `true`")
            };
            return Some(Problem::new(
                steps.1,
                format!("the page of `{origin}` sends credentials, and {what}"),
                "send `access-control-allow-credentials: true`",
            ));
        }
        (1, allowed) => format!("the page of `{origin}` got allow-origin `{allowed}`"),
        _ => format!(
            "the page of `{origin}` got {lines} allow-origin headers (`{allowed}`), which never match"
        ),
    };
    let help = if lines > 1 {
        format!("{help}, once: a proxy, a layer and the handler must not all send it")
    } else {
        help
    };
    Some(Problem::new(steps.0, what, help))
}

/// The [exposed names](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list)
/// of a response, in lower case; `*` stands for all.
pub(super) fn exposed(headers: &HeaderMap) -> BTreeSet<String> {
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
    for element in value.split(',').map(str::trim) {
        if element.is_empty() {
            continue;
        }
        if !cors_policy::is_token(element.as_bytes()) {
            return List::Broken(value);
        }
        names.push(element.to_owned());
    }
    List::Of(names)
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
