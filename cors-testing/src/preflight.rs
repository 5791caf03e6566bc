//! The [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), from step 7: the
//! checks of a response to a preflight.

use cors_rules::is_covered_by_wildcard;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, LOCATION,
};
use http::{HeaderName, Method};

use crate::cors_check::{PREFLIGHT, cors_check};
use crate::fetch::Credentials;
use crate::head::{ResponseHead, is_redirect_status};
use crate::header_list::{HeaderList, combined_text, delta_seconds};
use crate::method::is_safelisted_method;
use crate::problem::{Problem, Step};

/// A preflight, as its response is checked against it.
#[derive(Clone, Debug)]
pub(crate) struct Preflight {
    pub(crate) origin: String,
    /// The requested method.
    pub(crate) method: String,
    /// The requested headers, in lower case.
    pub(crate) headers: Vec<String>,
    /// Whether the request has upload listeners. A response without a list of methods then allows
    /// this one.
    pub(crate) uploads: bool,
}

/// The methods and headers that a response without problems allows, for the cache.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    /// In seconds.
    pub(crate) max_age: u64,
}

/// The number of seconds that a preflight is cached without `access-control-max-age`.
const DEFAULT_MAX_AGE: u64 = 5;

impl Preflight {
    /// Returns every problem of a response, in the order of the standard's steps.
    pub(crate) fn problems(
        &self,
        response: &ResponseHead,
        credentials: Credentials,
    ) -> Vec<Problem> {
        let mut problems = cors_check(&self.origin, response, credentials, PREFLIGHT);
        problems.extend(self.status_problem(response));
        let methods = HeaderList::read(&response.headers, &ACCESS_CONTROL_ALLOW_METHODS);
        let headers = HeaderList::read(&response.headers, &ACCESS_CONTROL_ALLOW_HEADERS);
        for (list, name) in [
            (&methods, &ACCESS_CONTROL_ALLOW_METHODS),
            (&headers, &ACCESS_CONTROL_ALLOW_HEADERS),
        ] {
            if let HeaderList::Invalid(value) = list {
                problems.push(Problem::new(
                    Step::PreflightList,
                    format!(
                        "`{name}: {value}` is not a list of names, so browsers refuse all of it"
                    ),
                    format!(
                        "send names with commas in between, such as `{name}: {}`",
                        self.example(name)
                    ),
                ));
            }
        }
        if let HeaderList::Names(methods) = &methods {
            problems.extend(self.method_problem(methods, credentials));
        }
        if let HeaderList::Names(headers) = &headers {
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
            _ if is_redirect_status(status) => match response.headers.get(LOCATION) {
                Some(target) => format!(
                    "call `{}` directly, or respond to OPTIONS with 204 here: browsers do not \
                     follow a redirect of a preflight",
                    String::from_utf8_lossy(target.as_bytes())
                ),
                None => "respond to OPTIONS with 204, before any redirect".to_owned(),
            },
            401 | 403 | 407 => {
                "respond to OPTIONS with 204 before any login: a preflight carries no \
                 cookies and no `authorization`"
                    .to_owned()
            }
            404 | 405 | 501 => {
                "respond to OPTIONS with 204 on this path, because no route or layer handles it"
                    .to_owned()
            }
            500..=599 => {
                "look at the server's own log, and respond to OPTIONS with 204 before what fails"
                    .to_owned()
            }
            _ => "respond to OPTIONS with 204".to_owned(),
        };
        let text = format!(
            "the preflight from `{}` for {} got {status}, and browsers require a status from \
             200 to 299",
            self.origin, self.method
        );
        Some(Problem::new(Step::PreflightStatus, text, help))
    }

    /// Returns a value of a list that allows this request.
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
        let is_allowed = allowed.contains(&self.method)
            || (credentials != Credentials::Include && has_wildcard(allowed))
            || (self.uploads && allowed.is_empty());
        if is_allowed {
            return None;
        }
        let send = format!("send `access-control-allow-methods: {}`", self.method);
        let in_other_case = allowed
            .iter()
            .find(|name| name.eq_ignore_ascii_case(&self.method));
        let (why, help) = match in_other_case {
            Some(other) => {
                let why = format!(" (`{other}` is another method: they are compared byte by byte)");
                // Browsers normalize six methods to upper case, and `patch` is not among them.
                let help = if *other == self.method.to_ascii_uppercase() {
                    let method = &self.method;
                    format!("write `{other}` in the page: browsers leave `{method}` as it is")
                } else {
                    send
                };
                (why, help)
            }
            None if has_wildcard(allowed) => (
                " (with credentials `*` is not a wildcard, but a method of that name)".to_owned(),
                send,
            ),
            None => (String::new(), send),
        };
        let text = format!(
            "the preflight requests {}, and the response {}{why}",
            self.method,
            listed(allowed, "method")
        );
        let is_safelisted = Method::from_bytes(self.method.as_bytes())
            .is_ok_and(|method| is_safelisted_method(&method));
        if is_safelisted {
            let text = format!("{text}; browsers let GET, HEAD and POST pass all the same");
            return Some(Problem::new(Step::PreflightMethod, text, help).tolerated());
        }
        Some(Problem::new(Step::PreflightMethod, text, help))
    }

    fn header_problems(&self, allowed: &[String], credentials: Credentials) -> Vec<Problem> {
        let any = credentials != Credentials::Include && has_wildcard(allowed);
        let is_listed = |name: &str| allowed.iter().any(|other| other.eq_ignore_ascii_case(name));
        let listed = listed(allowed, "header");
        self.headers
            .iter()
            .filter(|name| !(is_listed(name) || (any && is_covered_by_wildcard(name.as_bytes()))))
            .map(|name| {
                let why = match (has_wildcard(allowed), any) {
                    (true, true) => {
                        " (by the standard `*` does not cover `authorization`, though browsers \
                         still let it pass)"
                    }
                    (true, false) => {
                        " (with credentials `*` is not a wildcard, but a header of that name)"
                    }
                    _ => "",
                };
                Problem::new(
                    Step::PreflightHeader,
                    format!(
                        "the preflight requests the header `{name}`, and the response {listed}{why}"
                    ),
                    format!(
                        "send `access-control-allow-headers: {}`",
                        self.headers.join(", ")
                    ),
                )
            })
            .collect()
    }

    /// Returns the entries of the cache that a response without problems makes.
    pub(crate) fn granted(&self, response: &ResponseHead) -> Granted {
        let names = |name| HeaderList::read(&response.headers, name).into_names();
        let mut methods = names(&ACCESS_CONTROL_ALLOW_METHODS);
        if methods.is_empty() && self.uploads {
            methods.push(self.method.clone());
        }
        let max_age = combined_text(&response.headers, &ACCESS_CONTROL_MAX_AGE);
        Granted {
            methods,
            headers: names(&ACCESS_CONTROL_ALLOW_HEADERS),
            max_age: delta_seconds(&max_age).unwrap_or(DEFAULT_MAX_AGE),
        }
    }
}

fn has_wildcard(names: &[String]) -> bool {
    names.iter().any(|name| name == "*")
}

/// Returns the names of a list, for a message.
fn listed(names: &[String], noun: &str) -> String {
    if names.is_empty() {
        format!("names no {noun}")
    } else {
        format!("names `{}`", names.join(", "))
    }
}
