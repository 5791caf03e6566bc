//! The [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), from step 7: the
//! checks of a response to a preflight.

use std::collections::HashSet;

use cors_rules::{is_covered_by_wildcard, is_token};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, LOCATION,
};
use http::{HeaderMap, HeaderName, Method};

use crate::cors_check::{PREFLIGHT, cors_check};
use crate::fetch::Credentials;
use crate::head::{ResponseHead, is_redirect_status};
use crate::header_list::{HeaderList, combined_text, delta_seconds};
use crate::method::is_safelisted_method;
use crate::misspelt::misspelt_remark;
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
                        "`{name}: {value}` is not a list of names{}, so browsers refuse all of it",
                        list_fault(value)
                    ),
                    format!(
                        "send names with commas in between, such as `{name}: {}`",
                        self.example(name)
                    ),
                ));
            }
        }
        if let HeaderList::Names(methods) = &methods {
            problems.extend(self.method_problem(methods, response, credentials));
        }
        if let HeaderList::Names(headers) = &headers {
            problems.extend(self.header_problem(headers, response, credentials));
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
            self.origin,
            self.method,
            status = response.status_line()
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

    fn method_problem(
        &self,
        allowed: &[String],
        response: &ResponseHead,
        credentials: Credentials,
    ) -> Option<Problem> {
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
            listed(allowed, &response.headers, &ACCESS_CONTROL_ALLOW_METHODS)
        );
        let is_safelisted = Method::from_bytes(self.method.as_bytes())
            .is_ok_and(|method| is_safelisted_method(&method));
        if is_safelisted {
            let text = format!("{text}; browsers let GET, HEAD and POST pass all the same");
            return Some(Problem::new(Step::PreflightMethod, text, help).tolerated());
        }
        Some(Problem::new(Step::PreflightMethod, text, help))
    }

    /// Returns one problem for all headers that are not allowed.
    fn header_problem(
        &self,
        allowed: &[String],
        response: &ResponseHead,
        credentials: Credentials,
    ) -> Option<Problem> {
        let any = credentials != Credentials::Include && has_wildcard(allowed);
        let named: HashSet<String> = allowed
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let refused: Vec<&str> = self
            .headers
            .iter()
            .map(String::as_str)
            .filter(|name| {
                let is_covered = any && is_covered_by_wildcard(name.as_bytes());
                !named.contains(*name) && !is_covered
            })
            .collect();
        let noun = match refused.len() {
            0 => return None,
            1 => "header",
            _ => "headers",
        };
        let why = match (has_wildcard(allowed), any) {
            (true, true) => {
                " (by the standard `*` does not cover `authorization`, though browsers still let it \
                 pass)"
            }
            (true, false) => " (with credentials `*` is not a wildcard, but a header of that name)",
            _ => "",
        };
        let is_enforced = !any || refused.iter().any(|name| *name != "authorization");
        let problem = Problem::new(
            Step::PreflightHeader,
            format!(
                "the preflight requests the {noun} {}, and the response {}{why}",
                in_words(&refused),
                listed(allowed, &response.headers, &ACCESS_CONTROL_ALLOW_HEADERS)
            ),
            format!(
                "send `access-control-allow-headers: {}`",
                self.headers.join(", ")
            ),
        );
        Some(if is_enforced {
            problem
        } else {
            problem.unenforced()
        })
    }

    /// Returns the remark on a max-age that browsers ignore or cap.
    pub(crate) fn max_age_problem(response: &ResponseHead) -> Option<Problem> {
        const MOST: u64 = 86_400;
        let value = combined_text(&response.headers, &ACCESS_CONTROL_MAX_AGE);
        let (why, help) = match delta_seconds(&value) {
            _ if value.is_empty() => return None,
            Some(seconds) if seconds <= MOST => return None,
            Some(_) => (
                "is longer than browsers keep a preflight: Chromium for 7200 seconds, Firefox for \
                 86400, Safari for 600",
                "send at most `access-control-max-age: 7200`, because a mistake stays as long in the \
                 browsers",
            ),
            None => (
                "is not a number of seconds, so browsers ignore it and send each preflight again \
                 after 5 seconds",
                "send seconds, such as `access-control-max-age: 600`",
            ),
        };
        let text = format!("`access-control-max-age: {value}` {why}");
        Some(Problem::new(Step::PreflightMaxAge, text, help).tolerated())
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
fn listed(names: &[String], headers: &HeaderMap, list: &HeaderName) -> String {
    if !names.is_empty() {
        return format!("names `{}`", names.join(", "));
    }
    let noun = if *list == ACCESS_CONTROL_ALLOW_METHODS {
        "method"
    } else {
        "header"
    };
    format!("names no {noun}{}", misspelt_remark(headers, list))
}

/// Returns names with backticks, commas and an `and`.
fn in_words(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// Returns the reason why a value is not a list of names, as a part of a sentence.
fn list_fault(value: &str) -> String {
    let invalid = value.split(',').map(|name| name.trim_matches([' ', '\t']));
    let invalid = invalid.filter(|name| !name.is_empty());
    let Some(element) = invalid.into_iter().find(|name| !is_token(name.as_bytes())) else {
        return String::new();
    };
    let words: Vec<&str> = element.split_ascii_whitespace().collect();
    if words.len() > 1 && words.iter().all(|word| is_token(word.as_bytes())) {
        return format!(" (a comma is missing in `{element}`)");
    }
    let signs = [
        (&['"', '\''][..], "quotes"),
        (&['[', ']', '{', '}', '(', ')'], "brackets"),
        (&[';', '|', '/'], "another separator than a comma"),
        (&[':', '='], "more than names"),
    ];
    match signs.iter().find(|(signs, _)| element.contains(*signs)) {
        Some((_, fault)) => format!(" (`{element}` has {fault})"),
        None => String::new(),
    }
}
