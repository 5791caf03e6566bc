//! A line that says what is allowed, and the lines of `Access-Control-Request-Headers`.

use std::collections::BTreeSet;

use cors_runtime::Policy;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN,
};
use http::{HeaderMap, HeaderValue, Method};

use super::service::{PAGE, answer, values};

pub fn holds(data: &[u8]) {
    let mut lines = data.split(|&byte| byte == b'\n');
    let allowed: &[&str] = match lines.next() {
        Some(b"any") => &["*"],
        Some(b"any, signed") => &["*", "Authorization"],
        Some(b"none") => &[],
        Some(b"prefixes") => &["Mcp-Param-*", "x*", "content-type", "x-a"],
        _ => &["content-type", "X-Requested-With", "x-a", "x-b"],
    };
    let lines: Vec<&[u8]> = lines.collect();
    let mut headers = HeaderMap::new();
    headers.insert(ORIGIN, HeaderValue::from_static(PAGE));
    headers.insert(
        ACCESS_CONTROL_REQUEST_METHOD,
        HeaderValue::from_static("PUT"),
    );
    for line in &lines {
        let Ok(line) = HeaderValue::from_bytes(line) else {
            return;
        };
        headers.append(ACCESS_CONTROL_REQUEST_HEADERS, line);
    }
    let policy = Policy::new(&[PAGE]).methods(&["PUT"]).headers(allowed);
    let answer = answer(&policy, Method::OPTIONS, headers).expect("a policy that keeps the rules");
    let granted = values(answer.headers(), ACCESS_CONTROL_ALLOW_HEADERS.as_str());
    match names(&lines) {
        Some(names) if names.iter().all(|name| allows(allowed, name)) => {
            assert_eq!(answer.status(), 204);
            let list = listed(allowed, &names);
            let list = (!names.is_empty()).then_some(list.as_bytes());
            assert_eq!(granted, Vec::from_iter(list));
        }
        _ => {
            assert_eq!(answer.status(), 403);
            assert!(granted.is_empty());
        }
    }
}

/// The names, or `None` past the bounds that the README gives.
fn names(lines: &[&[u8]]) -> Option<Vec<String>> {
    let elements: Vec<String> = lines
        .iter()
        .flat_map(|line| line.split(|&byte| byte == b','))
        // As characters of one byte each, which is what they are not if they aren't ASCII.
        .map(|element| {
            element
                .iter()
                .map(|&byte| char::from(byte))
                .collect::<String>()
        })
        .map(|element| element.trim_matches([' ', '\t']).to_ascii_lowercase())
        .collect();
    let bytes: usize = lines.iter().map(|line| line.len()).sum();
    let (empty, names): (Vec<_>, Vec<_>) = elements.into_iter().partition(String::is_empty);
    (bytes <= 4096 && names.len() <= 128 && empty.len() <= 16).then_some(names)
}

fn allows(allowed: &[&str], name: &str) -> bool {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let is_any = allowed.contains(&"*") && name != "authorization" && name.chars().all(is_token);
    is_any
        || allowed.iter().any(|own| own.to_ascii_lowercase() == name)
        || prefixes(allowed).any(|prefix| {
            let rest = name.strip_prefix(&prefix);
            rest.is_some_and(|rest| !rest.is_empty()) && name.chars().all(is_token)
        })
}

/// The prefixes, without `*`.
fn prefixes(allowed: &[&str]) -> impl Iterator<Item = String> {
    let entries = allowed.iter().map(|entry| entry.to_ascii_lowercase());
    entries
        .filter_map(|entry| Some(entry.strip_suffix('*')?.to_owned()).filter(|it| !it.is_empty()))
}

/// The names in the response: those of the policy as they are, unless it has prefixes.
fn listed(allowed: &[&str], names: &[String]) -> String {
    if prefixes(allowed).next().is_none() {
        return allowed.join(", ").to_ascii_lowercase();
    }
    let own = allowed.iter().map(|entry| entry.to_ascii_lowercase());
    let own = own.filter(|entry| !entry.ends_with('*'));
    let all: BTreeSet<String> = own.chain(names.iter().cloned()).collect();
    Vec::from_iter(all).join(", ")
}
