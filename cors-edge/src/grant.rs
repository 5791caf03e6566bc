//! The methods, the origins and the headers that a policy allows, for both kinds of requests.

use cors_rules::{Method, Pattern};

use crate::pattern;
use crate::policy::{PathPolicies, Policy};
use crate::rule::{Condition, Outcome, Part, Test, Value, is, matches, text, when};

pub(crate) const BY_ORIGIN: &str = "Origin";
pub(crate) const BY_SITE: &str = "Origin, Sec-Fetch-Site";
pub(crate) const BY_PREFLIGHT: &str =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// The methods of a policy. A GET handler serves HEAD as well, unless another one does.
pub(crate) fn served_methods<'p>(policy: &'p Policy<'_>, path: &PathPolicies<'_>) -> Vec<&'p str> {
    let mut methods: Vec<&str> = policy.handler.methods.iter().map(String::as_str).collect();
    if policy.names("GET") && !path.policies.iter().any(|other| other.names("HEAD")) {
        methods.push("HEAD");
    }
    methods
}

/// The value of `Access-Control-Allow-Methods`: the methods of the path with an equal policy. HEAD is
/// listed where it has a policy of its own, or is `requested`, because browsers always accept it.
pub(crate) fn allow_methods(
    policy: &Policy<'_>,
    path: &PathPolicies<'_>,
    requested: &str,
) -> Vec<String> {
    let equal = path.policies.iter().filter(|other| policy.is_equal(other));
    let mut methods: Vec<&str> = equal
        .flat_map(|other| &other.handler.methods)
        .map(String::as_str)
        .collect();
    if requested == "HEAD" && !methods.contains(&"HEAD") {
        methods.push("HEAD");
    }
    // Those that axum routes in its order, and others by their names.
    methods.sort_by_key(|name| {
        (
            Method::parse(name.as_bytes()).map_or(u8::MAX, |method| method as u8),
            *name,
        )
    });
    methods.into_iter().map(str::to_owned).collect()
}

/// The conditions under which a policy allows the request's one `Origin`.
pub(crate) fn allowed_origin(policy: &Policy<'_>) -> Vec<Condition> {
    if policy.allows_any() {
        return vec![matches(Part::Origin, pattern::ONE_LINE)];
    }
    let patterns = patterns(&policy.origins);
    if let ([one], [pattern]) = (policy.origins.as_slice(), patterns.as_slice())
        && pattern.is_exact()
    {
        return vec![is(Part::Origin, [one])];
    }
    let tests = pattern::origins(&patterns).into_iter().map(Test::Matches);
    tests.map(|test| when(Part::Origin, test)).collect()
}

pub(crate) fn patterns(origins: &[String]) -> Vec<Pattern<'_>> {
    origins
        .iter()
        .filter_map(|origin| Pattern::parse(origin))
        .collect()
}

/// The headers of the [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check) for an allowed origin.
pub(crate) fn origin_headers(policy: &Policy<'_>) -> Vec<(&'static str, Value)> {
    let origin = policy.fixed_origin().map_or(Value::Origin, text);
    let mut headers = vec![("access-control-allow-origin", origin)];
    if policy.handler.credentials {
        headers.push(("access-control-allow-credentials", text("true")));
    }
    headers
}

/// A refused request: 403, or 421, which no cache keeps. A function of the application makes its own
/// response.
pub(crate) fn refusal(status: u16, is_custom: bool) -> Outcome {
    if is_custom {
        return Outcome::Pass { vary: None };
    }
    let headers = vec![("vary", text(BY_SITE)), ("cache-control", text("no-store"))];
    Outcome::Respond { status, headers }
}
