//! Routes of the Kubernetes Gateway API with the filter `CORS`, which is standard since version 1.5.
//!
//! A gateway applies the filter to the method that a rule matches, so the preflights of a method need a
//! match of their own: OPTIONS with that method in `Access-Control-Request-Method`. Requests that match no
//! rule of a path are passed on.

use cors_rules::{Pattern, Port};

use crate::difference::Difference;
use crate::grant::{allow_methods, served_methods};
use crate::options::{Address, Options};
use crate::path::Route;
use crate::policy::{PathPolicies, Policy};
use crate::refusal::Refusal;
use crate::yaml::quoted;

/// The limits of the schema of `HTTPRoute`.
mod limit {
    /// Rules of one route.
    pub(super) const RULES: usize = 16;
    /// Matches of all rules of one route.
    pub(super) const MATCHES: usize = 128;
    /// Origins, and names of headers.
    pub(super) const ENTRIES: usize = 64;
    /// Bytes of an origin.
    pub(super) const ORIGIN: usize = 253;
    /// Bytes of a path.
    pub(super) const PATH: usize = 1024;
    /// Bytes of a header's name.
    pub(super) const HEADER: usize = 256;
}

/// The methods of `HTTPMethod`.
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// Writes as many routes as their limits take. The most specific match wins across all of them, so their
/// order has no meaning.
///
/// # Errors
///
/// Everything that the schema cannot have, and the differences that are not accepted.
pub(crate) fn write(paths: &[PathPolicies<'_>], options: &Options) -> Result<String, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let upstream = Address::parse("upstream", &options.upstream);
    let upstream = upstream.map_err(|refusal| refusals.push(refusal)).ok();
    if !is_label(&options.listen) {
        let reason = format!("`{}` is not the name of a Gateway", options.listen);
        refusals.push(Refusal::of_table(
            reason,
            "write its name, such as `--listen gateway`",
        ));
    }
    let needed: Vec<(&PathPolicies<'_>, bool)> = paths
        .iter()
        .enumerate()
        .map(|(number, path)| {
            let mut later = paths[number + 1..].iter();
            (path, later.any(|other| other.route.overlaps(&path.route)))
        })
        .filter(|(path, hides)| *hides || !path.policies.is_empty())
        .collect();
    let mut rules = Vec::new();
    for (path, hides) in &needed {
        refusals.extend(unmatched_path(path));
        for policy in &path.policies {
            refusals.extend(unsupported(policy));
            rules.push(Rule::new(policy, path));
        }
        if *hides {
            rules.push(Rule::of_others(path));
        }
    }
    let differences = Difference::ALL.iter();
    let differences = differences.filter(|difference| !options.accepted.contains(difference));
    let needed: Vec<&PathPolicies<'_>> = needed.into_iter().map(|(path, _)| path).collect();
    refusals.extend(differences.filter_map(|difference| unaccepted(*difference, &needed)));
    match upstream {
        Some(upstream) if refusals.is_empty() => Ok(routes(&rules, &upstream, &options.listen)),
        _ => Err(refusals),
    }
}

/// Refuses a difference that there is and that the user has not accepted.
fn unaccepted(difference: Difference, paths: &[&PathPolicies<'_>]) -> Option<Refusal> {
    let mut paths = paths.iter();
    let reason = match difference {
        Difference::Status => paths.find(|path| !path.policies.is_empty()).map(|_| {
            "the Gateway API has no 403 for refused preflights: the gateway chooses the status, and the \
             browser compares method and headers"
                .to_owned()
        }),
        Difference::Vary => {
            let varies = paths.any(|path| !path.policies.iter().all(Policy::allows_any));
            varies.then(|| {
                "the Gateway API has no `Vary` for preflights and for its own errors".to_owned()
            })
        }
        Difference::Regex => {
            let regex = paths.find(|path| path_match(&path.route).0 == REGEX);
            regex.map(|path| {
                format!(
                    "the path `{}` is a regular expression, whose dialect and precedence are the gateway's",
                    path.path
                )
            })
        }
    };
    reason
        .map(|reason| Refusal::of_table(reason, format!("accept it with `--accept {difference}`")))
}

/// The kind of match of a path with a parameter.
const REGEX: &str = "RegularExpression";

/// A name of Kubernetes (RFC 1123): lower-case letters, digits and inner hyphens.
fn is_label(name: &str) -> bool {
    let is_of_label =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let ends = [name.as_bytes().first(), name.as_bytes().last()];
    name.len() <= 63
        && name.as_bytes().iter().all(is_of_label)
        && ends.iter().all(|end| end.is_some_and(|it| *it != b'-'))
}

/// A rule with its number of matches.
struct Rule {
    text: String,
    matches: usize,
}

const HEAD: &str = "\
# Written by `cors export gateway-api` from the policies of the application. Do not edit it.
#
# The gateway chooses the status of refused preflights. It compares neither the requested method nor the
# requested headers, so it is the browser that refuses them. Held requests and foreign hosts are refused by
# the application.
";

fn routes(rules: &[Rule], upstream: &Address, gateway: &str) -> String {
    let mut text = HEAD.to_owned();
    let rest = Rule {
        text: "  # everything else is the application's\n  - matches:\n    - path: {type: PathPrefix, value: '/'}\n"
            .to_owned(),
        matches: 1,
    };
    let backend = quoted(&upstream.host);
    let backend = format!(
        "    backendRefs: [{{name: {backend}, port: {}}}]\n",
        upstream.port
    );
    let (mut number, mut count, mut matches) = (0, 0, 0);
    for rule in rules.iter().chain([&rest]) {
        if number == 0 || count == limit::RULES || matches + rule.matches > limit::MATCHES {
            (number, count, matches) = (number + 1, 0, 0);
            text.push_str(&start(gateway, number));
        }
        count += 1;
        matches += rule.matches;
        text.push_str(&rule.text);
        text.push_str(&backend);
    }
    text
}

fn start(gateway: &str, number: usize) -> String {
    format!(
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: application-{number}}}\n\
         spec:\n  parentRefs: [{{name: {}}}]\n  rules:\n",
        quoted(gateway)
    )
}

/// The match of a path, to which those of the method and of headers may be added.
fn place(route: &Route) -> String {
    let (kind, value) = path_match(route);
    format!("path: {{type: {kind}, value: {}}}", quoted(&value))
}

impl Rule {
    /// The methods of a path that have no policy. The rules of a less specific path must not decide.
    fn of_others(path: &PathPolicies<'_>) -> Self {
        let place = place(&path.route);
        Self {
            text: format!(
                "  # anything else: {}\n  - matches:\n    - {{{place}}}\n",
                path.path
            ),
            matches: 1,
        }
    }

    fn new(policy: &Policy<'_>, path: &PathPolicies<'_>) -> Self {
        let methods = served_methods(policy, path);
        let place = place(&path.route);
        let mut lines = vec![
            format!("  # {}: {}", methods.join(", "), policy.source()),
            "  - matches:".to_owned(),
        ];
        for method in &methods {
            let header = format!("{{name: Access-Control-Request-Method, value: {method}}}");
            lines.push(format!("    - {{{place}, method: {method}}}"));
            lines.push(format!(
                "    - {{{place}, method: OPTIONS, headers: [{header}]}}"
            ));
        }
        lines.extend(["    filters:", "    - type: CORS", "      cors:"].map(str::to_owned));
        let handler = policy.handler;
        for (key, entries) in [
            ("allowOrigins", &policy.origins),
            ("allowMethods", &allow_methods(policy, path, "")),
            ("allowHeaders", &handler.headers),
            ("exposeHeaders", &handler.expose_headers),
        ] {
            let entries: Vec<String> = entries.iter().map(|entry| quoted(entry)).collect();
            if !entries.is_empty() {
                lines.push(format!("        {key}: [{}]", entries.join(", ")));
            }
        }
        if handler.credentials {
            lines.push("        allowCredentials: true".to_owned());
        }
        lines.extend(
            handler
                .max_age
                .map(|seconds| format!("        maxAge: {seconds}")),
        );
        if !policy.allows_any() {
            let add = "{add: [{name: Vary, value: Origin}]}";
            lines.push("    - type: ResponseHeaderModifier".to_owned());
            lines.push(format!("      responseHeaderModifier: {add}"));
        }
        Self {
            text: lines.join("\n") + "\n",
            matches: 2 * methods.len(),
        }
    }
}

/// The kind and the value of the match of a path.
fn path_match(route: &Route) -> (&'static str, String) {
    match (route.exact(), route.prefix()) {
        (Some(path), _) => ("Exact", path),
        (None, Some(prefix)) => ("PathPrefix", prefix),
        (None, None) => (REGEX, format!("^{}$", route.regex())),
    }
}

/// Refuses a path that no match can have.
fn unmatched_path(path: &PathPolicies<'_>) -> Option<Refusal> {
    let (kind, value) = path_match(&path.route);
    let is_valid = value.len() <= limit::PATH && (kind == REGEX || is_valid_path(&value));
    let refusal = || {
        let reason = format!("the path `{}` is none of the Gateway API", path.path);
        Refusal::of_table(reason, "rename the path, or export to another gateway")
    };
    (!is_valid).then(refusal)
}

fn is_valid_path(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-/._~!$&'()*+,;=:@%".contains(c);
    let mut encoded = path.split('%').skip(1);
    let is_encoded = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit))
            && !rest.to_ascii_lowercase().starts_with("2f")
    };
    path.chars().all(is_plain)
        && encoded.all(is_encoded)
        && !["//", "/./", "/../"].iter().any(|text| path.contains(text))
        && !path.ends_with("/.")
        && !path.ends_with("/..")
}

/// Refuses the values of a policy that the filter cannot have.
fn unsupported(policy: &Policy<'_>) -> Vec<Refusal> {
    let handler = policy.handler;
    let mut refusals = Vec::new();
    let mut refuse =
        |reason: String, remedy: &str| refusals.push(Refusal::of(handler, reason, remedy));
    for origin in &policy.origins {
        if let Some((part, remedy)) = unsupported_part(origin) {
            refuse(
                format!("the Gateway API has no {part}, as `{origin}` has"),
                remedy,
            );
        }
    }
    for (key, entries) in [
        ("origins", &policy.origins),
        ("headers", &handler.headers),
        ("expose_headers", &handler.expose_headers),
    ] {
        if entries.len() > limit::ENTRIES {
            let reason = format!(
                "`{key}` has {} entries, and the Gateway API takes {}",
                entries.len(),
                limit::ENTRIES
            );
            refuse(reason, "export to another gateway");
        }
    }
    for name in handler.headers.iter().chain(&handler.expose_headers) {
        if name.len() > limit::HEADER {
            refuse(
                format!("the Gateway API takes no name as long as `{name}`"),
                "shorten it",
            );
        }
        if cors_rules::header_prefix(name).is_some() {
            let reason = format!("the Gateway API has no prefixes of headers, as `{name}` is one");
            refuse(reason, "list the whole names");
        }
    }
    for method in handler
        .methods
        .iter()
        .filter(|name| !METHODS.contains(&name.as_str()))
    {
        refuse(
            format!("the Gateway API has no method `{method}`"),
            "export to another gateway",
        );
    }
    if handler.max_age == Some(0) {
        let reason = "the Gateway API has no `max_age` of 0".to_owned();
        refuse(
            reason,
            "leave out `max_age`; browsers then remember a preflight for 5 seconds",
        );
    }
    refusals
}

/// The part of an origin that the schema does not take, and the remedy.
fn unsupported_part(origin: &str) -> Option<(&'static str, &'static str)> {
    const LIST: &str = "list the origins without it";
    const OTHER: &str = "export to another gateway";
    if origin == "*" {
        return None;
    }
    let pattern = Pattern::parse(origin)?;
    let host = pattern.host();
    if pattern.port() == Port::Any {
        return Some(("`:*`", "list the ports"));
    }
    if !matches!(pattern.scheme(), "http" | "https") {
        return Some(("scheme but `http` and `https`", OTHER));
    }
    if host.as_str().contains('[') {
        return Some(("address of IPv6", OTHER));
    }
    if host.as_str().contains('_') {
        return Some(("`_` in a host", OTHER));
    }
    if host.as_str().ends_with('.') {
        return Some(("dot at the end of a host", LIST));
    }
    (origin.len() > limit::ORIGIN).then_some(("origin of more than 253 bytes", OTHER))
}
